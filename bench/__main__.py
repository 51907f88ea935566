"""``python -m bench``: every benchmark, its peer in the same run; writes var/bench.json and docs/performance.md.

``python -m bench bench.scaling bench.rounds`` runs some; the rows of the others stay as their own runs left them, in
docs/performance.json, and the page names the run of each number.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.measurement import Measurement
from bench.performance import PAGE, RECORD, Kept, Ran, document, merged, page, read
from flows.configured import code_version

MODULES = (
    "bench.fire_weather",
    "bench.locate",
    "bench.hotspots",
    "bench.tracking",
    "bench.spread",
    "bench.rounds",
    "bench.prefect_overhead",
    "bench.region",
    "bench.rebuild",
    "bench.dispatch",
    "bench.desk_pages",
    "bench.scaling",
)
ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all, or those that are named; 1 when one of their targets is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(MODULES)}; all when absent")
    asked = parser.parse_args(arguments).modules or list(MODULES)
    if unknown := [name for name in asked if name not in MODULES]:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(MODULES)}")
    new = [Kept(_measured(name), row) for name in asked for row in importlib.import_module(name).run()]
    write(merged(read(RECORD), new, order=MODULES))
    for kept in new:
        row = kept.row
        print(f"{'ok  ' if row.ok else 'MISS'} {row.ratio:6.1f}  {row.name}: {row.ours:.3g} {row.unit}")
    return 0 if all(kept.row.ok for kept in new) else 1


def _measured(module: str) -> Ran:
    """The run that a module is about to make."""
    return Ran(module, f"{datetime.now(UTC):%Y-%m-%d %H:%M}", round(os.getloadavg()[0], 1), code_version()[:8])


def write(rows: Sequence[Kept]) -> None:
    """The record, the page, and the list that others read."""
    RECORD.write_text(json.dumps([document(row) for row in rows], ensure_ascii=False, indent=1) + "\n", "utf-8")
    PAGE.write_text(page(rows), encoding="utf-8")
    out = Path(os.environ.get("FIREWATCH_HOME", ROOT / "var"))
    out.mkdir(parents=True, exist_ok=True)
    (out / "bench.json").write_text(json.dumps([_listed(kept.row) for kept in rows], indent=1), encoding="utf-8")


def _listed(row: Measurement) -> dict[str, object]:
    names = ("name", "unit", "ours", "peer_name", "peer", "ratio", "target", "ok")
    listed = {name: getattr(row, name) for name in names}
    return listed | ({} if math.isfinite(row.ratio) else {"ratio": None})


if __name__ == "__main__":
    sys.exit(main())
