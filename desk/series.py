"""Rows of a table as series: one an id, on consecutive days or hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from desk.errors import InputError

_FloatArray = npt.NDArray[np.floating[Any]]
_REMEDY = "the rows of an id are consecutive, oldest first; give a second stretch an id of its own"


@dataclass(frozen=True, slots=True)
class Series:
    """Where the rows of every id lie. ``rows`` has ``id, row, ordinal, instant``, in the order of the table."""

    source: str
    rows: pl.DataFrame

    def blocks(self) -> Iterator[npt.NDArray[np.int64]]:
        """Row numbers of shape (steps, ids): ids that begin at one instant and have the same length."""
        spans = self.rows.group_by("id", maintain_order=True).agg(
            "row", pl.col("instant").first().alias("first"), pl.len()
        )
        for _, ids in spans.group_by("first", "len", maintain_order=True):
            yield np.array(ids["row"].to_list(), dtype=np.int64).T

    def refuse_changing(self, column: str, values: _FloatArray) -> None:
        """Let only ids pass that keep one value of ``column``.

        Raises:
            InputError: names the first row with another.
        """
        changed = self.rows.with_columns(pl.Series("value", values)).filter(
            pl.col("value") != pl.col("value").first().over("id")
        )
        if changed.height:
            row = changed.row(0, named=True)
            raise InputError(
                self.source,
                f"{row['value']:g} is not that of the first row of id {row['id']}",
                row=row["row"] + 1,
                column=column,
            )


def consecutive_days(table: pl.DataFrame, numbers: Mapping[str, _FloatArray], *, source: str) -> Series:
    """Series of days, from the columns ``id, yr, mon, day``.

    Args:
        table: as handed in.
        numbers: its columns as numbers.
        source: what the table is called in errors.

    Raises:
        InputError: no such day, no id, or an id whose days are double, out of order or left out.
    """
    return _series(table, numbers, parts=("yr", "mon", "day"), every="1d", source=source)


def consecutive_hours(table: pl.DataFrame, numbers: Mapping[str, _FloatArray], *, source: str) -> Series:
    """Series of hours, from the columns ``id, yr, mon, day, hr``. Otherwise as :func:`consecutive_days`."""
    return _series(table, numbers, parts=("yr", "mon", "day", "hr"), every="1h", source=source)


def _series(
    table: pl.DataFrame, numbers: Mapping[str, _FloatArray], *, parts: tuple[str, ...], every: str, source: str
) -> Series:
    for name in parts:
        _refuse_fractions(table, name, numbers[name], source)
    instants = _instants(numbers, parts)
    for row in instants.is_null().arg_true():
        shown = "-".join(f"{numbers[name][row]:g}" for name in parts)
        raise InputError(source, f"{shown} is no {'day' if every == '1d' else 'hour'}", row=row + 1, column=parts[-1])
    for row in table["id"].is_null().arg_true():
        raise InputError(source, "empty", row=row + 1, column="id")
    rows = pl.DataFrame({"id": table["id"], "instant": instants}).with_row_index("row")
    _refuse_jumps(rows, every=every, column=parts[-1], source=source)
    return Series(source, rows)


def _refuse_fractions(table: pl.DataFrame, name: str, values: _FloatArray, source: str) -> None:
    broken = np.flatnonzero(values != np.floor(values))  # NaN is not itself
    if broken.size:
        row = int(broken[0])
        raise InputError(source, f"{table[name][row]} is not a whole number", row=row + 1, column=name)


def _instants(numbers: Mapping[str, _FloatArray], parts: tuple[str, ...]) -> pl.Series:
    """Instants without a zone; null where there is no such day or hour."""
    frame = pl.DataFrame({name: numbers[name] for name in parts})
    sane = frame.select(pl.all_horizontal(pl.all().is_between(0, 9999)).alias("sane"))["sane"]
    whole = frame.select(pl.when(sane).then(pl.all()).otherwise(None).cast(pl.Int32))
    text = pl.format("{}-{}-{} {}:00", "yr", "mon", "day", "hr" if "hr" in parts else pl.lit("0"))
    return whole.select(text.str.to_datetime("%Y-%m-%d %k:%M", strict=False)).to_series()


def _refuse_jumps(rows: pl.DataFrame, *, every: str, column: str, source: str) -> None:
    steps = rows.with_columns(pl.col("instant").shift(1).over("id").alias("before")).filter(
        pl.col("before").is_not_null() & (pl.col("instant") != pl.col("before").dt.offset_by(every))
    )
    if steps.is_empty():
        return
    row = steps.row(0, named=True)
    shown = "%Y-%m-%d" if every == "1d" else "%Y-%m-%d %H:00"
    now, before = row["instant"].strftime(shown), row["before"].strftime(shown)
    seen = {True: "stands twice", False: f"follows {before}"}[now == before]
    problem = f"id {row['id']}: {now} {seen}" + (", a gap" if row["instant"] > row["before"] else "")
    raise InputError(source, problem, row=row["row"] + 1, column=column, remedy=_REMEDY)
