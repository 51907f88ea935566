"""What the matrix found, kept run by run, so that an hour of it can be broken off and taken up again."""

from __future__ import annotations

import json
import os
import platform
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.faults.scene import Verdict

ROOT = Path(__file__).resolve().parents[2]
ROWS = 35
PAGE = ROOT / "docs" / "faults.md"


@dataclass(frozen=True, slots=True)
class Result:
    """One run of one row."""

    name: str
    """Of the run within its row: ``1a``, ``1b``."""
    seed: int
    seconds: float
    verdict: Verdict


@dataclass
class Results:
    """All runs of one size, in a file that is whole after each."""

    path: Path
    found: dict[str, Result] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, *, fresh: bool) -> Results:
        """Those of an earlier start; none when there are none, or when all is to be run anew."""
        if fresh:
            path.unlink(missing_ok=True)
        if not path.is_file():
            return cls(path)
        kept = json.loads(path.read_text(encoding="utf-8"))
        results = (Result(one["name"], one["seed"], one["seconds"], Verdict(**one["verdict"])) for one in kept)
        return cls(path, {f"{one.name}/{one.seed}": one for one in results})

    def has(self, name: str, seed: int) -> bool:
        """Whether this run held before; one that failed is run again."""
        kept = self.found.get(f"{name}/{seed}")
        return kept is not None and kept.verdict.passed is not False

    def keep(self, one: Result) -> None:
        """Write a run down, beside what another bench wrote there meanwhile."""
        self.found = self.found | Results.read(self.path, fresh=False).found | {f"{one.name}/{one.seed}": one}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps([_document(each) for each in self.all], ensure_ascii=False, indent=1), "utf-8")
        partial.replace(self.path)

    @property
    def all(self) -> list[Result]:
        """In the order of the matrix."""
        return sorted(self.found.values(), key=lambda one: (one.verdict.row, one.name, one.seed))


def _document(one: Result) -> dict[str, object]:
    return {"name": one.name, "seed": one.seed, "seconds": round(one.seconds, 1), "verdict": asdict(one.verdict)}


_HEAD = """# What happens when things break

Made by `make faults`: the matrix of 35 faults, on one machine ({cores} cores, Python {python}, SQLite with
`synchronous=FULL` unless said). Dispatchers are processes that are really killed; what arrived is counted in the
receivers' own logs, never in our ledger.

**Lost**: keys that nobody received, of offices that got that alert on no other endpoint either. **Doubled**: copies
beyond the first. **False**: rows marked SENT that nobody received. **Unknown**: attempts flagged as perhaps arrived.
**Kills**: processes that really died of SIGKILL. Channels with a key or a look-up must not double at all; on the others
copies are at most the UNKNOWN flags, and at most three of a key. A row that did not run here says why. Power loss, a
failing disk and real providers are not in it; times are those of this machine beside other work.

| row | what | amount | seed | lost | doubled | false | unknown | kills | s | held | remark |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""


def page(results: Iterable[Result]) -> str:
    """docs/faults.md."""
    head = _HEAD.format(cores=os.cpu_count(), python=platform.python_version())
    lines: defaultdict[int, str] = defaultdict(str)
    for one in results:
        lines[one.verdict.row] += _line(one)
    return head + "".join(lines[row] or f"| {row} |{' – |' * 9} not run in full | |\n" for row in range(1, ROWS + 1))


def _line(one: Result) -> str:
    told = one.verdict
    held = {True: "✓", False: "**no**", None: "not run"}[told.passed]
    counts = (
        ("–",) * 5 if told.passed is None else (told.lost, told.duplicates, told.false_sent, told.unknown, told.kills)
    )
    cells = (told.row, told.fault, told.amount, one.seed, *counts, f"{one.seconds:.0f}", held, told.note)
    return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |\n"
