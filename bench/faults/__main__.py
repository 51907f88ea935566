"""``python -m bench.faults``: the matrix, printed and written to var/faults.json. ``--quick``: as tests have it."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from bench.faults.matrix import matrix
from bench.faults.scene import Verdict
from bench.faults.size import FULL, QUICK

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run all rows, or those that are named; 1 when one does not hold."""
    asked = argparse.ArgumentParser(description="The fault matrix of the alert ledger.")
    asked.add_argument("--quick", action="store_true", help="small amounts, under a minute or two")
    asked.add_argument("--rows", default="", help="numbers of rows, comma separated; all when empty")
    options = asked.parse_args()
    wanted = {int(number) for number in options.rows.split(",") if number}
    found: list[Verdict] = []
    for number, rows in matrix(QUICK if options.quick else FULL):
        if wanted and number not in wanted:
            continue
        for row in rows:
            began = time.monotonic()
            verdict = row()
            found.append(verdict)
            print(_line(verdict, time.monotonic() - began), flush=True)
    _write(found)
    failed = [verdict for verdict in found if verdict.passed is False]
    run = [verdict for verdict in found if verdict.passed is not None]
    print(
        f"{len(run)} run, {len(failed)} failed, {len(found) - len(run)} not run here; lost {sum(v.lost for v in run)}, "
        f"duplicates {sum(v.duplicates for v in run)}, false SENT {sum(v.false_sent for v in run)}, "
        f"UNKNOWN {sum(v.unknown for v in run)}, real kills {sum(v.kills for v in run)}"
    )
    return 1 if failed else 0


def _line(verdict: Verdict, seconds: float) -> str:
    said = {True: "ok  ", False: "FAIL", None: "–   "}[verdict.passed]
    counts = (
        f"lost {verdict.lost} dup {verdict.duplicates} false {verdict.false_sent} "
        f"unknown {verdict.unknown} kills {verdict.kills}"
    )
    head = f"{said} {verdict.row:2d} {verdict.fault} [{verdict.amount}]"
    return (
        f"{head}: {counts} ({seconds:.0f} s) {verdict.note}" if verdict.passed is not None else f"{head} {verdict.note}"
    )


def _write(found: list[Verdict]) -> None:
    out = Path(os.environ.get("FIREWATCH_HOME", ROOT / "var"))
    out.mkdir(parents=True, exist_ok=True)
    documents = [verdict.document() for verdict in found]
    (out / "faults.json").write_text(json.dumps(documents, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
