"""docs/performance.md: every figure beside its peer, and the run that it is from."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.measurement import Measurement

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE, RECORD = DOCS / "performance.md", DOCS / "performance.json"


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of one module."""

    module: str
    at: str
    """UTC, when it began."""
    load: float | None
    """Of the machine, just before: what else it carried; None where nobody noted it."""
    code: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A figure and the run that it is from."""

    ran: Ran
    row: Measurement


def read(path: Path) -> list[Kept]:
    """What earlier runs found; nothing where there were none."""
    if not path.is_file():
        return []
    return [Kept(Ran(**one["ran"]), Measurement(**one["row"])) for one in json.loads(path.read_text(encoding="utf-8"))]


def document(kept: Kept) -> dict[str, Any]:
    """As it is kept."""
    return {"ran": asdict(kept.ran), "row": asdict(kept.row)}


def merged(before: Sequence[Kept], new: Sequence[Kept], *, order: Sequence[str]) -> list[Kept]:
    """The rows of the modules that ran now in the place of their former ones; modules that are no more fall out."""
    now = {kept.ran.module for kept in new}
    rows = [kept for kept in before if kept.ran.module not in now and kept.ran.module in order]
    return sorted([*rows, *new], key=lambda kept: order.index(kept.ran.module))


_HEAD = """# Performance

Written by `make bench` (`python -m bench`; `python -m bench bench.scaling` runs one module and leaves the rows of the
others): every figure and that of its peer come from the same run on the same machine, which the last column names. A
ratio over 1 is better than the peer, or than the target where there is no peer. Absolute figures are this machine's:
{cores} cores, {system}, Python {python}.

| what | ratio | wanted | ours | peer | unit | | run |
|---|---|---|---|---|---|---|---|
"""
_RUNS = """

## The runs

*load* is what the machine carried just before, in processes that want a core.

| run | module | began (UTC) | load | code |
|---|---|---|---|---|
"""


def page(rows: Sequence[Kept]) -> str:
    """docs/performance.md."""
    runs = list(dict.fromkeys(kept.ran for kept in rows))
    head = _HEAD.format(cores=os.cpu_count(), system=platform.machine(), python=platform.python_version())
    table = "\n".join(_line(kept.row, runs.index(kept.ran) + 1) for kept in rows)
    told = "\n".join(_run(number, ran) for number, ran in enumerate(runs, 1))
    limits = "\n".join(f"- **{kept.row.name}**: {kept.row.bound_by}" for kept in rows)
    return f"{head}{table}{_RUNS}{told}\n\n## What bounds them\n\n{limits}\n"


def _run(number: int, ran: Ran) -> str:
    load = "–" if ran.load is None else ran.load
    return f"| {number} | {ran.module} | {ran.at} | {load} | {ran.code} |"


def _line(row: Measurement, run: int) -> str:
    bound = f"{'≥' if row.higher_is_better else '≤'} {row.target:g} {row.unit}"
    cells = (
        row.name,
        f"{row.ratio:.1f}" if math.isfinite(row.ratio) else "∞",
        bound if row.peer is None else f"≥ {row.target:g} ×",
        f"{row.ours:.3g}",
        "–" if row.peer is None else f"{row.peer:.3g} ({row.peer_name})",
        row.unit,
        "✓" if row.ok else "missed",
        str(run),
    )
    return f"| {' | '.join(cells)} |"
