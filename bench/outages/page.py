"""docs/feed-failures.md: what was seen, as an operator reads it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bench.outages.cases import Seen

WAYS_ZH = {"out": "中断", "slow": "超时", "stale": "过时", "wrong": "错误内容", "half": "残缺"}
HEAD = """# Each feed failing in each way

Made by `python -m bench.outages`: a good round, three bad ones and a good one again, against feeds of this machine.

- 中断 out: HTTP 503. 超时 slow: an answer after the limit of an attempt. 过时 stale: whole and well-formed, but of
  yesterday (hotspots) or of ten days ago (weather). 错误内容 wrong: a page of maintenance with status 200.
  残缺 half: cut off in the middle. Of a folder of tables: a drive that is not there, a table that is still being
  written, rows of three days ago (hotspots) or of ten (weather), a page of maintenance, a file cut off.
- Heights of cells are asked once and kept for good, so that they have no age, and their service may be out for years:
  the rows of heights are of a house that never had an answer. Until it has one, temperature is not brought to the
  height of the cells, and every product says so.
- Stamps and messages are quoted as they were seen in the third bad round. Operations are told after three rounds in
  a row (`feed.out_after_rounds` of `rules/alerting.toml`), once for all feeds that are out, again when others go out or
  come back, and once when all are back; offices read it in the products and on the duty page.
- The heartbeat goes on: a feed that is out is no failure of ours. Where all are out at once, operations are told to
  look at our own network first.

"""
COLUMNS = (
    "feed",
    "way",
    "run",
    "exit code",
    "product says 缺测",
    "standing danger",
    "duty page",
    "operations hear",
    "back at the next good round",
)
IN_FULL = """
## In full

What operations read by mail and on the desk of one feed failing in each way: the reason, what stands, what it means.

"""


def page(found: Sequence[Seen]) -> str:
    """The whole page."""
    full = [one for one in found if one.long_told]
    first = [one for one in full if one.case.flow is not full[0].case.flow]
    examples = [*(one for one in full if one.case is full[0].case), *first[:1]]
    columns = _row(COLUMNS) + _row(["---"] * len(COLUMNS))
    return HEAD + columns + "".join(map(line, found)) + IN_FULL + "\n".join(map(_in_full, examples))


def line(one: Seen) -> str:
    """A row of the table."""
    nothing = "nothing: the ground is taken as flat" if one.case.kept else "nothing: its other rows are used"
    cells = (
        one.case.name,
        f"{WAYS_ZH[one.way]} {one.way}",
        f"`{one.outcome}`",
        str(one.exit),
        "、".join(one.missing),
        one.label or "–",
        "<br>".join(one.sources) or "–",
        "<br>".join(one.told) or nothing,
        "<br>".join(["yes" if one.recovered else "NO", *one.told_back]),
    )
    return _row(cells)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _in_full(one: Seen) -> str:
    return f"{one.case.name}, {WAYS_ZH[one.way]} {one.way}:\n\n> " + "\n> ".join(one.long_told[0].splitlines()) + "\n"
