"""``python -m bench.outages``: each feed failing in each way, judged; writes docs/feed-failures.md.

Code 1: a thing did not hold.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bench.outages.cases import CASES
from bench.outages.page import line, page
from bench.outages.rounds import see

PAGE = Path(__file__).resolve().parents[2] / "docs" / "feed-failures.md"


def main() -> int:
    """See all, judge, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.outages", description=__doc__)
    parser.add_argument("--case", default="", help="only cases whose name contains this; the page is not written")
    asked = parser.parse_args()
    os.environ["NO_PROXY"] = "127.0.0.1"
    cases = [case for case in CASES if asked.case in case.name]
    found = [see(case, way) for case in cases for way in case.ways]
    for one in found:
        sys.stdout.write(line(one))
        for fault in one.faults:
            sys.stdout.write(f"FAIL {one.case.name} {one.way}: {fault}\n")
    if not asked.case:
        PAGE.write_text(page(found), encoding="utf-8")
    return 1 if any(one.faults for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
