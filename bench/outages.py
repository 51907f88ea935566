"""Each feed failing in each way, round by round: what the product says, who is told, how it comes back.

``python -m bench.outages`` holds, for each feed and way, a good round, three bad ones and a good one again against the
local feed server, judges what was seen and writes docs/feed-failures.md. Code 1: a thing did not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import time_machine

from bench.outage_tables import HOTSPOTS, WEATHER, drop
from desk.rounds import exit_code
from feeds.firms import PRODUCTS
from flows.carry_out import Report, carry_out
from flows.order import FlowName, Order
from flows.rules import shipped_rules
from flows.settings import load_settings
from flows.standing import standing_danger
from flows.wiring import House, open_house
from notify.alert import LIVE
from store.ledger_frames import LedgerFrames
from store.runs import GOOD, RunOutcome, Trigger
from tests.flows import world
from tests.flows.feed_server import (
    ELEVATION,
    FORECAST,
    Feeds,
    Reply,
    far_away,
    forecast,
    hotspot_table,
    kind_of,
    on_the_line,
    serving,
)

PAGE = Path(__file__).resolve().parent.parent / "docs" / "feed-failures.md"
NOW = datetime(2026, 10, 20, 6, 0, tzinfo=UTC)
"""A day in the fire period without any key date, before S-NPP ends (`rules/feeds.toml`)."""
WAYS = ("out", "slow", "stale", "wrong", "half")
WAYS_ZH = {"out": "中断", "slow": "超时", "stale": "过时", "wrong": "错误内容", "half": "残缺"}
BAD_ROUNDS = 3
DELAY_S = 2.0
QUICK = {
    "[fetch.attempts]": "2",
    "[fetch.attempt_s]": "1",
    "[fetch.wait_initial_s]": "0.01",
    "[fetch.wait_max_s]": "0.02",
}
WRONG_PAGE = Reply(b"<!DOCTYPE html><html><title>Maintenance</title></html>", content_type="text/html")


@dataclass(frozen=True, slots=True)
class Case:
    """A flow whose feeds fail."""

    name: str
    flow: FlowName
    kinds: tuple[str, ...]
    """As the feed server names them."""
    tables: str = ""
    """Folder of an office's tables, where the feed is one."""


ALL_FIRMS = tuple(PRODUCTS)
CASES = (
    Case("Open-Meteo", FlowName.DANGER_WATCH, (FORECAST,)),
    *(Case(name, FlowName.HOTSPOT_WATCH, (name,)) for name in ALL_FIRMS),
    Case("all FIRMS products", FlowName.HOTSPOT_WATCH, ALL_FIRMS),
    Case("folder of weather tables", FlowName.DANGER_WATCH, (WEATHER,), tables=WEATHER),
    Case("folder of hotspot tables", FlowName.HOTSPOT_WATCH, (HOTSPOTS,), tables=HOTSPOTS),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a case."""

    case: Case
    way: str
    outcome: RunOutcome
    exit: int
    missing: tuple[str, ...]
    label: str
    told: tuple[str, ...]
    """To operations, while it failed."""
    recovered: bool
    """The next good round misses nothing that the first one did not."""
    told_back: tuple[str, ...]

    @property
    def faults(self) -> list[str]:
        """What did not hold."""
        hotspots, tables = self.case.flow is FlowName.HOTSPOT_WATCH, bool(self.case.tables)
        others = self.way == "half" and (hotspots or tables)
        one_of_many = hotspots and not tables and len(self.case.kinds) == 1
        checks = {
            "a failed feed made a product that looks whole": self.outcome is not RunOutcome.DONE and self.missing != (),
            "the outcome": self.outcome is (RunOutcome.DEGRADED if one_of_many or others else RunOutcome.FEED_OUT),
            "each feed is told once": len(self.told) == (0 if others else len(self.case.kinds)),
            "each feed is told back once": len(self.told_back) == len(self.told),
            "it comes back": self.recovered,
            "the last good product is stamped": hotspots or others or "过期" in self.label,
        }
        return [name for name, held in checks.items() if not held]


def answer_of(way: str, kind: str, now: datetime) -> Callable[[str], Reply]:
    """How a feed answers a path while it fails in a way."""

    def reply(path: str) -> Reply:
        good = _good(kind, path, now)
        if way == "out":
            return Reply(b"oops", 503)
        if way == "slow":
            return Reply(good.body, content_type=good.content_type, delay_s=DELAY_S)
        if way == "stale":
            return _good(kind, path, now - timedelta(days=10 if kind == FORECAST else 1))
        if way == "wrong":
            return WRONG_PAGE
        return Reply(
            good.body[: -40 if kind != FORECAST else len(good.body) // 2].rstrip(), content_type=good.content_type
        )

    return reply


def _good(kind: str, path: str, now: datetime) -> Reply:
    if kind == FORECAST:
        body = json.dumps(forecast(parse_qs(urlsplit(path).query), now)).encode()
        return Reply(body, content_type="application/json")
    rows = [far_away(now, 2.0), *(far_away(now, 3.0) for _ in range(30)), on_the_line(now)]
    return Reply(hotspot_table(kind, *rows))


class Failing(Feeds):
    """A feed server of which some kinds fail in a way."""

    way: str = ""
    kinds_out: tuple[str, ...] = ()

    def reply(self, path: str) -> Reply:
        """The answer, at the time that stands."""
        kind = kind_of(path)
        if kind == ELEVATION:
            return super().reply(path)
        now = datetime.now(UTC)
        return answer_of(self.way, kind, now)(path) if kind in self.kinds_out else _good(kind, path, now)


@contextmanager
def house_on(feeds: Feeds, folder: Path, *, tables: Path | None = None) -> Iterator[House]:
    """A house of one joint unit with little patience, which asks the served feeds."""
    for name in ("rules", "zones"):
        (folder / name).mkdir()
    for path in shipped_rules().glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        if path.name == "feeds.toml":
            lines = text.splitlines()
            for heading, value in QUICK.items():
                lines[lines.index(heading) + 1] = f"value = {value}"
            text = "\n".join(lines)
        if path.name == "rounds.toml":
            text = text.replace("value = 92", "value = 6").replace("value = 11", "value = 4")
        (folder / "rules" / path.name).write_text(text, encoding="utf-8")
    settings = load_settings(
        {},
        home=folder / "home",
        open_meteo_url=feeds.url,
        firms_url=feeds.url,
        rules=folder / "rules",
        zones=world.one_unit(folder / "zones"),
        weather_models=("ecmwf_ifs025",),
        tables=tables,
    )
    house = open_house(settings)
    try:
        yield house
    finally:
        house.close()


def see(case: Case, way: str) -> Seen:
    """Hold a good round, bad ones and a good one."""
    step = timedelta(hours=1) if case.flow is FlowName.DANGER_WATCH else timedelta(minutes=10)
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(NOW, tick=True) as clock, serving(NOW) as feeds:
        feeds.__class__ = Failing
        assert isinstance(feeds, Failing)
        tables = Path(folder) / "tables" if case.tables else None
        with house_on(feeds, Path(folder), tables=tables) as house:

            def held(number: int, way: str) -> Report:
                at = NOW + number * step
                clock.move_to(at, tick=True)
                feeds.way, feeds.kinds_out = way, case.kinds if way else ()
                if tables is not None:
                    drop(tables, case.tables, way, at)
                return _held(house, case.flow)

            first = held(0, "")
            assert first.outcome.outcome in GOOD, first
            bad = [held(number, way) for number in range(1, BAD_ROUNDS + 1)][-1]
            told = _told(house)
            standing: Mapping[str, object] = standing_danger(house) or {}
            good = held(BAD_ROUNDS + 1, "")
            always = set(first.outcome.missing)
            return Seen(
                case=case,
                way=way,
                outcome=bad.outcome.outcome,
                exit=int(exit_code([bad.outcome.outcome])),
                missing=tuple(one for one in bad.outcome.missing if one not in always),
                label=str(standing.get("label", "")),
                told=told,
                recovered=good.outcome.outcome in GOOD and not set(good.outcome.missing) - always,
                told_back=_told(house)[len(told) :],
            )


def _held(house: House, flow: FlowName) -> Report:
    return carry_out(house, Order(flow, house.clock(), "停数试验", "bench", Trigger.SCHEDULED, send=True))


def _told(house: House) -> tuple[str, ...]:
    rows = LedgerFrames(house.database).alerts(world=LIVE)
    return tuple(row["text_short"] for row in rows.iter_rows(named=True) if row["kind"] == "system")


HEAD = """# Each feed failing in each way

Made by `python -m bench.outages`: a good round, three bad ones and a good one again, against feeds of this machine.

- 中断 out: HTTP 503. 超时 slow: an answer after the limit of an attempt. 过时 stale: whole and well-formed, but of
  yesterday (hotspots) or of ten days ago (weather). 错误内容 wrong: a page of maintenance with status 200.
  残缺 half: cut off in the middle. Of a folder of tables: a drive that is not there, a table that is still being
  written, rows of three days ago (hotspots) or of ten (weather), a page of maintenance, a file cut off.
- Stamps and messages are quoted as they were seen in the third bad round. Operations are told after three rounds in
  a row (`feed.out_after_rounds` of `rules/alerting.toml`), once, and once when it is back; offices read it in the
  products.
- The heartbeat goes on: a feed that is out is no failure of ours. Where all are out at once, operations are told to
  look at our own network first.

| feed | way | run | exit code | product says 缺测 | standing danger | operations hear | back at the next good round |
|---|---|---|---|---|---|---|---|
"""


def page(found: list[Seen]) -> str:
    """docs/feed-failures.md."""
    return HEAD + "".join(_line(one) for one in found)


def _line(one: Seen) -> str:
    cells = (
        one.case.name,
        f"{WAYS_ZH[one.way]} {one.way}",
        f"`{one.outcome}`",
        str(one.exit),
        "、".join(one.missing),
        one.label or "–",
        "<br>".join(one.told) or "nothing: its other rows are used",
        ("yes " if one.recovered else "NO ") + "<br>".join(one.told_back),
    )
    return "| " + " | ".join(cells) + " |\n"


def main() -> int:
    """See all, judge, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.outages", description=__doc__)
    parser.add_argument("--case", default="", help="only cases whose name contains this; the page is not written")
    asked = parser.parse_args()
    os.environ["NO_PROXY"] = "127.0.0.1"
    cases = [case for case in CASES if asked.case in case.name]
    found = [see(case, way) for case in cases for way in WAYS]
    for one in found:
        sys.stdout.write(_line(one))
        for fault in one.faults:
            sys.stdout.write(f"FAIL {one.case.name} {one.way}: {fault}\n")
    if not asked.case:
        PAGE.write_text(page(found), encoding="utf-8")
    return 1 if any(one.faults for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
