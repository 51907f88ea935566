"""Fire danger indices that a standard gives as tables (LY/T, QX/T, GB/T): terms looked up, summed, and classed.

Every number comes from a table file with the status of its source. An index whose tables are not all there refuses to
run and says which is missing: nobody invents a number of a standard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class TablesMissing(ValueError):
    """A table of a standard is not there. Names the standard, the table, and what to do."""


class Status(StrEnum):
    """How sure we are that a table is the standard's."""

    VERIFIED = "verified"
    SINGLE_SOURCE = "single-source"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Term:
    """One table: the value of a quantity, or of a quantity by a second one.

    Raises:
        ValueError: bounds that do not ascend, or as many values as the bounds do not make.
    """

    name: str
    quantity: str
    bounds: tuple[float, ...]
    """Where one band ends and the next begins."""
    values: tuple[tuple[float, ...], ...]
    """A row for each band of ``by`` (one where there is none), a value for each band of ``quantity``."""
    sign: int
    status: Status
    source: str
    upper_included: bool
    """Whether a bound belongs to the band below it (25.0 is "to 25"), or to the one above ("from 25")."""
    by: str = ""
    by_bounds: tuple[float, ...] = ()
    group: str = ""
    """Of the terms of one group the largest counts: green cover or snow."""

    def __post_init__(self) -> None:
        for bounds in (self.bounds, self.by_bounds):
            if not all(low < high for low, high in pairwise(bounds)):
                raise ValueError(f"table {self.name}: bounds {bounds} do not ascend")
        if len(self.values) != len(self.by_bounds) + 1 or any(len(row) != len(self.bounds) + 1 for row in self.values):
            raise ValueError(f"table {self.name}: {len(self.bounds)} bounds make {len(self.bounds) + 1} values a row")
        if self.sign not in {-1, 1} or not self.source.strip():
            raise ValueError(f"table {self.name}: sign is 1 or -1, and a source is needed")

    def of(self, quantities: Mapping[str, npt.ArrayLike]) -> Floats:
        """The term of each row.

        Raises:
            ValueError: a quantity is missing, or is no number somewhere.
        """
        side: Literal["left", "right"] = "left" if self.upper_included else "right"
        band = _band(quantities, self.quantity, self.bounds, side)
        row = _band(quantities, self.by, self.by_bounds, side) if self.by else np.zeros_like(band)
        return np.asarray(self.sign * np.array(self.values)[row, band], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class TableIndex:
    """An index of a standard. ``missing`` names tables that the standard has and this file has not."""

    standard: str
    terms: tuple[Term, ...]
    class_bounds: tuple[float, ...]
    """The highest sum of classes I to IV; fractions above it belong to the next."""
    class_status: Status
    missing: tuple[str, ...]

    @property
    def status(self) -> Status:
        """That of the least sure table."""
        order = list(Status)
        return max((self.class_status, *(term.status for term in self.terms)), key=order.index)

    def of(self, quantities: Mapping[str, npt.ArrayLike]) -> Floats:
        """The index of each row.

        Raises:
            TablesMissing: a table is not there.
            ValueError: a quantity is missing or no number.
        """
        if self.missing:
            raise TablesMissing(
                f"{self.standard}: table {', '.join(self.missing)} is not known from any source that we could read; "
                "put the standard's own numbers into the table file"
            )
        groups: dict[str, list[Floats]] = {}
        for term in self.terms:
            groups.setdefault(term.group or term.name, []).append(term.of(quantities) * term.sign)
        signs = {term.group or term.name: term.sign for term in self.terms}
        largest = [signs[name] * np.max(values, axis=0) for name, values in groups.items()]
        return np.asarray(np.sum(largest, axis=0), dtype=np.float64)

    def grade(self, quantities: Mapping[str, npt.ArrayLike]) -> npt.NDArray[np.int64]:
        """Class 1 (I) to 5 (V) of each row; raises as :meth:`of`."""
        return np.searchsorted(np.array(self.class_bounds), self.of(quantities), side="left").astype(np.int64) + 1


def table_index_of(document: Mapping[str, Any]) -> TableIndex:
    """The index of a table file.

    Raises:
        ValueError: a key is missing, unknown, or a table is not whole; names the table.
    """
    try:
        classes = document["classes"]
        terms, missing = [], []
        for table in document["table"]:
            if not table.get("values"):
                missing.append(str(table["name"]))
                continue
            terms.append(_term(table))
        index = TableIndex(
            standard=str(document["standard"]),
            terms=tuple(terms),
            class_bounds=tuple(float(one) for one in classes["bounds"]),
            class_status=Status(classes["status"]),
            missing=tuple(missing),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"table file: {error} is missing or of another kind") from error
    if len(index.class_bounds) != 4 or not all(low < high for low, high in pairwise(index.class_bounds)):
        raise ValueError(f"{index.standard}: four ascending bounds make the five classes, got {index.class_bounds}")
    return index


def empty_slot(standard: str, where: str) -> TablesMissing:
    """Why a standard without a table file does not run."""
    return TablesMissing(f"{standard}: no table file; the text of the standard was not available. Put one at {where}")


def _term(table: Mapping[str, Any]) -> Term:
    values = table["values"]
    rows = values if isinstance(values[0], list) else [values]
    return Term(
        name=str(table["name"]),
        quantity=str(table["quantity"]),
        bounds=tuple(float(one) for one in table["bounds"]),
        values=tuple(tuple(float(one) for one in row) for row in rows),
        sign=int(table.get("sign", 1)),
        upper_included=bool(table["upper_included"]),
        group=str(table.get("group", "")),
        status=Status(table["status"]),
        source=str(table["source"]),
        by=str(table.get("by", "")),
        by_bounds=tuple(float(one) for one in table.get("by_bounds", ())),
    )


def _band(
    quantities: Mapping[str, npt.ArrayLike], name: str, bounds: tuple[float, ...], side: Literal["left", "right"]
) -> npt.NDArray[np.intp]:
    if name not in quantities:
        raise ValueError(f"{name} is missing: the table asks for it")
    values = np.atleast_1d(np.asarray(quantities[name], dtype=np.float64))
    if not np.isfinite(values).all():
        raise ValueError(f"{name}: no number at position {int(np.argmin(np.isfinite(values)))}")
    return np.searchsorted(np.array(bounds), values, side=side)
