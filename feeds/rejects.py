"""Rows that were left out, and values that were blanked: counted by reason, with examples, and bounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

import polars as pl

from feeds.errors import FeedMalformed

ROW = "row"
"""Column with the line number in the body as a person would count it: the header is line 1."""
EXAMPLES = 3
_VALUE_CHARS = 40


class RejectReason(StrEnum):
    """Why a row or a value was not taken. A closed list."""

    RAGGED_LINE = "ragged_line"
    """More or fewer fields than the header: a line that was cut, or a comma too many."""
    MISSING_VALUE = "missing_value"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    BAD_TIME = "bad_time"
    """Not a time, or a time without the offset that makes it an instant."""
    FUTURE_TIME = "future_time"
    UNKNOWN_SATELLITE = "unknown_satellite"
    CONTRADICTION = "contradiction"
    """Two fields of one row exclude each other."""
    UNKNOWN_WORD = "unknown_word"


@dataclass(frozen=True)
class Example:
    """Where a reason was seen."""

    row: int
    field: str
    value: str

    def __str__(self) -> str:
        return f"row {self.row} {self.field}={self.value!r}"


@dataclass(frozen=True)
class Rejects:
    """How many rows or values were not taken, by reason, with the first examples of each."""

    counts: Mapping[RejectReason, int] = field(default_factory=dict)
    examples: Mapping[RejectReason, tuple[Example, ...]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All reasons together."""
        return sum(self.counts.values())

    def __add__(self, other: Self) -> Rejects:
        reasons = [reason for reason in RejectReason if self.counts.get(reason) or other.counts.get(reason)]
        return Rejects(
            {reason: self.counts.get(reason, 0) + other.counts.get(reason, 0) for reason in reasons},
            {
                reason: tuple(
                    sorted(
                        (*self.examples.get(reason, ()), *other.examples.get(reason, ())), key=lambda seen: seen.row
                    )[:EXAMPLES]
                )
                for reason in reasons
            },
        )

    def __str__(self) -> str:
        return "; ".join(
            f"{reason} {count} ({', '.join(str(seen) for seen in self.examples.get(reason, ()))})"
            for reason, count in sorted(self.counts.items())
        )


@dataclass(frozen=True)
class Check:
    """One thing that can be wrong with a row: ``bad`` is true where it is."""

    reason: RejectReason
    field: str
    bad: pl.Expr
    shown: str | None = None
    """Column with the text as it came, for the examples; ``field`` when None."""


@dataclass(frozen=True)
class RejectBounds:
    """How much may be wrong with an answer before none of it is believed.

    Args:
        max_reject_share: of the rows that came, 0–1.
        max_blank_share: of the values of a weather answer, 0–1.
        allowed_rows: rows that may be rejected whatever their share: a cut last line must not cost a short answer.
    """

    max_reject_share: float
    max_blank_share: float
    allowed_rows: int


_REMEDY = {
    RejectReason.RAGGED_LINE: "every line has as many fields as the header",
    RejectReason.MISSING_VALUE: "fill the field in, or leave the row out",
    RejectReason.NOT_A_NUMBER: "write a number with a point, or leave the cell empty",
    RejectReason.OUT_OF_RANGE: "look at the unit that the column's name ends in",
    RejectReason.BAD_TIME: "write instants with their offset: 2024-04-05T04:00Z, 2024-04-05T12:00+08:00; acq_time 0534",
    RejectReason.FUTURE_TIME: "times are UTC: look at the clock and the zone",
    RejectReason.UNKNOWN_SATELLITE: "declare the satellite in rules/feeds.toml",
    RejectReason.CONTRADICTION: "two fields of the row exclude each other: look at both",
}


def sift(frame: pl.DataFrame, checks: Sequence[Check]) -> tuple[pl.DataFrame, Rejects]:
    """Split ``frame`` into the rows that pass every check and the count of those that do not.

    A row is counted once, under the first check that it fails.
    """
    if not checks:
        return frame, Rejects()
    verdict = pl.coalesce(
        *(pl.when(check.bad.fill_null(value=False)).then(pl.lit(number)) for number, check in enumerate(checks))
    )
    judged = frame.with_columns(verdict.alias("_verdict"))
    if judged.get_column("_verdict").null_count() == judged.height:
        return frame, Rejects()
    rejects = Rejects()
    for (number,), rows in judged.filter(pl.col("_verdict").is_not_null()).group_by("_verdict"):
        check = checks[int(str(number))]
        rejects += _counted(check, rows.sort(ROW))
    return judged.filter(pl.col("_verdict").is_null()).drop("_verdict"), rejects


def blank(frame: pl.DataFrame, checks: Sequence[Check]) -> tuple[pl.DataFrame, Rejects]:
    """Set to null the values that fail a check on their column, and count them.

    For fields without which a row still says something: a hotspot whose radiative power cannot be read is a hotspot.
    """
    blanked = Rejects()
    suspects = frame.select(check.bad.fill_null(value=False).any().alias(str(n)) for n, check in enumerate(checks)).row(
        0
    )
    for check in (check for check, suspect in zip(checks, suspects, strict=True) if suspect):
        bad = check.bad.fill_null(value=False)
        hits = frame.filter(bad)
        if not hits.is_empty():
            blanked += _counted(check, hits.sort(ROW))
            frame = frame.with_columns(pl.when(bad).then(None).otherwise(pl.col(check.field)).alias(check.field))
    return frame, blanked


def bounded(rejects: Rejects, total: int, max_share: float, *, feed: str, allowed_rows: int = 0) -> None:
    """Refuse an answer of which too much was rejected.

    An answer of which nothing is left is refused whatever its bounds, else "nothing readable" would pass for "nothing
    there".

    Args:
        rejects: what was left out.
        total: how many came.
        max_share: largest share of rejects that is believed to be chance, 0–1.
        feed: whose answer it is.
        allowed_rows: rejects that are let pass whatever their share.

    Raises:
        FeedMalformed: names the reasons with examples.
    """
    seen = rejects.total
    if seen == 0 or (seen < total and (seen <= allowed_rows or seen <= max_share * total)):
        return
    most = max(rejects.counts, key=lambda reason: rejects.counts[reason])
    raise FeedMalformed(
        feed,
        f"{seen} of {total} rows cannot be used, more than the bound of {max_share:.0%}: {rejects}",
        f"{_REMEDY.get(most, 'compare with the declared format')}; the bound is in rules/feeds.toml",
    )


def _counted(check: Check, rows: pl.DataFrame) -> Rejects:
    column = check.shown or check.field
    values = rows.get_column(column).head(EXAMPLES) if column in rows.columns else [None] * min(rows.height, EXAMPLES)
    seen = tuple(
        Example(int(row), check.field, "" if value is None else str(value)[:_VALUE_CHARS])
        for row, value in zip(rows.get_column(ROW).head(EXAMPLES), values, strict=True)
    )
    return Rejects({check.reason: rows.height}, {check.reason: seen})
