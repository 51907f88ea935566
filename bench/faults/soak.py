"""Row 34: a day of events with a kill in every ten minutes of it, pressed into minutes."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from bench.faults.scene import Scene, Verdict, scene
from bench.faults.size import Size
from bench.faults.worker import ways_of

_MORE = 1.1
"""Growth that is none: of the memory of a dispatcher, and of the bytes that a row takes."""
_KILO = 1024


def a_day(size: Size) -> Verdict:
    """Two dispatchers, of which one dies in every tenth minute and one lives the whole day."""
    with scene(seed=size.seed) as it:
        ways = ways_of(it.truth.port, offices=40, behaviour="brief")
        it.plan = replace(it.plan, ways=ways)
        it.start(2)
        began, samples = time.monotonic(), []
        for number in range(size.soak_kills):
            it.tell(f"fire-{number}", ways)
            it.wait(began + (number + 1) * size.soak_s / size.soak_kills - time.monotonic(), until=lambda: False)
            while not it.kill_one(spared=1):
                pass
            samples.append((_resident_kb(it), _bytes_a_row(it)))
        it.wait(size.patience_s)
        pressed = (time.monotonic() - began) / 60
        verdict = it.judge(34, "soak: a day of events, a kill in every ten minutes", f"{len(it.expected)} rows")
    early, late = samples[len(samples) // 4], samples[-1]
    grown = [after / before for before, after in zip(early, late, strict=True)]
    note = (
        f"pressed into {pressed:.0f} min; the dispatcher that lived {early[0] / _KILO:.0f} to "
        f"{late[0] / _KILO:.0f} MB, {early[1] / _KILO:.1f} to {late[1] / _KILO:.1f} kB a row"
    )
    ok = bool(verdict.passed) and verdict.kills >= size.soak_kills and (size.quick or max(grown) < _MORE)
    return replace(verdict, passed=ok, note=note)


def _resident_kb(it: Scene) -> int:
    """Memory of the dispatcher that is never killed."""
    status = Path(f"/proc/{it.running[0].pid}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def _bytes_a_row(it: Scene) -> float:
    with it.ledger.database.read() as connection:
        pages = connection.execute(sa.text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))
        return int(pages.scalar_one()) / len(it.expected)
