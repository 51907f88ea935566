"""Columns of a handed-in table: which must be there, and which must be numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from desk.errors import InputError
from models.fire_weather.arrays import FloatArray, OutOfRange


def require(table: pl.DataFrame, columns: Sequence[str], *, results: Sequence[str], source: str) -> None:
    """Refuse a table that lacks one of ``columns`` or holds one of ``results``.

    Raises:
        InputError: names the column.
    """
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise InputError(
            source,
            f"column {missing[0]} is missing, the header has {'|'.join(table.columns)[:200]}",
            column=missing[0],
            remedy=f"the header names {', '.join(columns)}",
        )
    taken = [name for name in results if name in table.columns]
    if taken:
        raise InputError(
            source,
            f"column {taken[0]} is a result and stands in the input",
            column=taken[0],
            remedy="rename or drop it",
        )


def number(table: pl.DataFrame, name: str, source: str) -> FloatArray:
    """A column of numbers, given as numbers or as text.

    Raises:
        InputError: names row and column of the first cell that is empty or no number.
    """
    column = table[name]
    text = column.str.strip_chars() if column.dtype == pl.String else column
    if not (column.dtype == pl.String or column.dtype.is_numeric()):
        raise InputError(source, f"holds {column.dtype}, not numbers", column=name)
    numbers = text.cast(pl.Float64, strict=False)
    for row in numbers.is_null().arg_true():
        seen = column[row]
        problem = "empty" if seen is None or not str(seen).strip() else f"{seen!r} is not a number"
        raise InputError(source, problem, row=row + 1, column=name)
    return numbers.to_numpy()


def refused(error: OutOfRange, column: str, source: str) -> InputError:
    """What the equations refused, with row and column of the table."""
    seen = "no number (NaN)" if np.isnan(error.found) else f"{error.found:g}"
    return InputError(source, f"{seen} is outside {error.allowed}", row=error.position + 1, column=column)
