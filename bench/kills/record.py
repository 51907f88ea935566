"""The pieces that were run, kept so that they add up, and the page that tells of them."""

from __future__ import annotations

import json
import os
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "docs" / "kills.json"
PAGE = ROOT / "docs" / "kills.md"
WANTED = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """One run of the service under kills."""

    database: str
    seed: int
    began: str
    """UTC, to the minute."""
    minutes: float
    kills: Mapping[str, int]
    met_a_round: int
    """Kills that fell while a hotspot round was under way."""
    planned: int
    held: int
    fires: int
    arrived: int
    longest_wait_s: float
    longest_stuck_s: float
    starts: int
    code: str
    wrong: Sequence[str]


def read() -> list[Piece]:
    """All pieces so far."""
    if not KEPT.is_file():
        return []
    return [Piece(**one) for one in json.loads(KEPT.read_text(encoding="utf-8"))]


def keep(piece: Piece) -> list[Piece]:
    """Add a piece and write the page."""
    pieces = [*read(), piece]
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    partial = KEPT.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps([asdict(one) for one in pieces], indent=1), encoding="utf-8")
    partial.replace(KEPT)
    PAGE.write_text(page(pieces), encoding="utf-8")
    return pieces


def killed(pieces: Sequence[Piece], database: str) -> int:
    """Kills of the pieces that held, on one database."""
    return sum(sum(one.kills.values()) for one in pieces if one.database == database and not one.wrong)


_HEAD = """# Killing parts of the service

Written by `python -m bench.kills --database sqlite` (or `postgresql`), which holds one piece of at most a quarter of an
hour and adds it to `docs/kills.json`; say it again until there are enough. A piece is the whole service under a
supervisor that starts it again, as systemd does, with a hotspot round planned at each minute on feeds of this machine.
A new fire burns on the line; when a round is under way, up to twenty parts are killed with `kill -9` within seconds,
the first of them inside the round: worker, flow runs, dispatcher, with PostgreSQL the database, and at last the server,
at random. A round must be held, and the next burst begins.

A piece holds when **every planned round was served**, by itself or by one that made up for it, within five minutes of
the last kill before it; **none was held twice**; **every fire was told once** and **every delivery arrived once** in
its office's inbox; and no run, in our store or in Prefect, was without an end for more than five minutes. What killing
dispatchers alone in the middle of a send shows is in [faults.md](faults.md). Prefect's own database is SQLite in both.
Machine: {cores} cores, Python {python}, under other work.

| database | kills that held | inside a round | of what | planned / held | fires told once | arrived once | not held |
|---|---|---|---|---|---|---|---|
"""
_COLUMNS = "database seed began kills in_round planned held fires arrived minutes waited_s open_s starts code wrong"
_PIECES = f"""
## Every piece

*waited_s*: the longest that a planned round waited to be served. *open_s*: the longest that a run had no end.

| {_COLUMNS.replace(" ", " | ")} |
{"|---" * len(_COLUMNS.split())}|
"""
_FOUND = """
## What it found

- After a server's death nobody started anything again: the supervisor's own look for dead runs waited with the ten
  tries of Prefect's client, half an hour. It gives up at once now (`flows/serve.py`, `SWEEP_TRIES`).
- A killed flow's run row stood as running for ten minutes, because only the watchdog's timer ended it. Each audit ends
  them now.
- A worker that is told to end while its server is dead does not end: each death of a server cost 30 s more than it had
  to. Where the server is gone, the worker has five seconds (`flows/serve.py`).
- The bench before this one knew flow runs by the words of their first second only: its kills of flows (7 of 41) were of
  runs that had not begun. A flow run that is killed here is the one in its round, where one is under way.
- A server that just started answers 503 while its SQLite is locked; deployments were brought to it in one try, and the
  whole service started anew. They have four tries now (`flows/registering.py`, `REGISTER_TRIES`). The piece on SQLite
  that showed it (15 kills) and one on PostgreSQL (29 kills) were broken off by the limit of a quarter of an hour of the
  loaded machine, one more on SQLite by hand, before they were judged: they are in no count.
"""


def page(pieces: Sequence[Piece]) -> str:
    """docs/kills.md."""
    head = _HEAD.format(cores=os.cpu_count(), python=platform.python_version())
    sums = "".join(_sum(name, [one for one in pieces if one.database == name]) for name in ("sqlite", "postgresql"))
    return head + sums + _PIECES + "".join(map(_line, pieces)) + _FOUND


def _sum(database: str, pieces: Sequence[Piece]) -> str:
    held = [one for one in pieces if not one.wrong]
    roles: Counter[str] = Counter()
    for one in held:
        roles.update(one.kills)
    cells = (
        database,
        f"**{roles.total()}** of {WANTED}",
        sum(one.met_a_round for one in held),
        ", ".join(f"{role} {number}" for role, number in sorted(roles.items())) or "–",
        f"{sum(one.planned for one in held)} / {sum(one.held for one in held)}",
        sum(one.fires for one in held),
        sum(one.arrived for one in held),
        len(pieces) - len(held),
    )
    return f"| {' | '.join(map(str, cells))} |\n"


def _line(one: Piece) -> str:
    cells = (
        one.database,
        one.seed,
        one.began,
        sum(one.kills.values()),
        one.met_a_round,
        one.planned,
        one.held,
        one.fires,
        one.arrived,
        f"{one.minutes:.0f}",
        f"{one.longest_wait_s:.0f}",
        f"{one.longest_stuck_s:.0f}",
        one.starts,
        one.code,
        "; ".join(one.wrong) or "held",
    )
    return f"| {' | '.join(map(str, cells))} |\n"
