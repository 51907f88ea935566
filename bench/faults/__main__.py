"""``python -m bench.faults``: the matrix, row by row. What has held before is not run again; ``--fresh`` runs all."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from bench.faults.matrix import matrix
from bench.faults.results import PAGE, ROOT, Result, Results, page
from bench.faults.scene import Verdict
from bench.faults.size import FULL, QUICK, Size


def main() -> int:
    """Run what is asked for; 1 when a row does not hold."""
    options = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that scenes end and take their dispatchers with them
    home = Path(os.environ.get("FIREWATCH_HOME", ROOT / "var"))
    size = QUICK if options.quick else FULL
    results = Results.read(home / ("faults-quick.json" if options.quick else "faults.json"), fresh=options.fresh)
    if not options.page:
        wanted = {int(number) for number in options.rows.split(",") if number}
        for seed in (int(number) for number in options.seeds.split(",")):
            _run(replace(size, seed=seed), wanted, results)
    if not options.quick and (options.page or not options.rows):
        PAGE.write_text(page(results.all), encoding="utf-8")
    return _summed(one.verdict for one in results.all)


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description="The fault matrix of the alert ledger.")
    asked.add_argument("--quick", action="store_true", help="small amounts, two to three minutes")
    asked.add_argument("--rows", default="", help="numbers of rows, comma separated; all when empty")
    asked.add_argument("--seeds", default="1", help="comma separated; each runs the whole")
    asked.add_argument("--fresh", action="store_true", help="forget what held before")
    asked.add_argument("--page", action="store_true", help="only write docs/faults.md from what was found")
    return asked.parse_args()


def _run(size: Size, wanted: set[int], results: Results) -> None:
    for number, runs in matrix(size):
        for letter, run in zip("abcdef", runs, strict=False):
            name = f"{number}{letter}"
            if (wanted and number not in wanted) or results.has(name, size.seed):
                continue
            began = time.monotonic()
            result = Result(name, size.seed, 0.0, run())
            result = replace(result, seconds=time.monotonic() - began)
            results.keep(result)
            print(_line(result), flush=True)


def _line(result: Result) -> str:
    verdict = result.verdict
    head = f"{ {True: 'ok  ', False: 'FAIL', None: '–   '}[verdict.passed] } {verdict.row:2d} {verdict.fault}"
    if verdict.passed is None:
        return f"{head}: {verdict.note}"
    counts = (
        f"lost {verdict.lost} dup {verdict.duplicates} false {verdict.false_sent} "
        f"unknown {verdict.unknown} kills {verdict.kills}"
    )
    return f"{head} [{verdict.amount}]: {counts} ({result.seconds:.0f} s, seed {result.seed}) {verdict.note}"


def _summed(found: Iterable[Verdict]) -> int:
    verdicts = list(found)
    run = [verdict for verdict in verdicts if verdict.passed is not None]
    failed = [verdict for verdict in run if not verdict.passed]
    print(
        f"{len(run)} run, {len(failed)} failed, {len(verdicts) - len(run)} not run here; "
        f"lost {sum(v.lost for v in run)}, duplicates {sum(v.duplicates for v in run)}, "
        f"false SENT {sum(v.false_sent for v in run)}, UNKNOWN {sum(v.unknown for v in run)}, "
        f"real kills {sum(v.kills for v in run)}"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
