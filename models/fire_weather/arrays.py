"""What goes into and comes out of the equations: plain arrays, one number a cell, with their valid ranges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
BoolArray = npt.NDArray[np.bool_]
Floats = npt.ArrayLike


class OutOfRange(ValueError):
    """A number that the equations are not made for, or none at all.

    Attributes:
        field: the quantity, with its unit last.
        position: index of the first offending element in its (raveled) array.
    """

    def __init__(self, field: str, position: int, found: float, allowed: str) -> None:
        self.field = field
        self.position = position
        self.found = found
        self.allowed = allowed
        seen = "no number (NaN)" if np.isnan(found) else f"{found:g}"
        super().__init__(f"{field}: {seen} at position {position}, allowed is {allowed}")


VALID_RANGES: dict[str, tuple[float, float]] = {
    "air_temperature_degc": (-70.0, 60.0),
    "relative_humidity_pct": (0.0, 100.0),
    "wind_speed_kmh": (0.0, 330.0),
    "precipitation_mm": (0.0, 1000.0),
    "ffmc": (0.0, 101.0),
    "dmc": (0.0, 20_000.0),
    "dc": (0.0, 20_000.0),
    "isi": (0.0, np.finfo(np.float64).max),
    "bui": (0.0, 20_000.0),
    "fwi": (0.0, np.finfo(np.float64).max),
    "lat_deg": (-90.0, 90.0),
    "month": (1, 12),
}
"""Lowest and highest value of every input of the equations. NaN and infinity lie outside of every range."""


def check_range(field: str, values: FloatArray) -> None:
    """Let only numbers pass that lie within ``VALID_RANGES[field]``.

    Raises:
        OutOfRange: names the field and the first element that is outside, or NaN.
    """
    low, high = VALID_RANGES[field]
    if values.size == 0 or (values.min() >= low and values.max() <= high):  # NaN fails both comparisons
        return
    flat = values.ravel()
    position = int(np.flatnonzero(~((flat >= low) & (flat <= high)))[0])
    raise OutOfRange(field, position, float(flat[position]), f"{low:g} to {high:g}")


def checked(field: str, values: Floats) -> FloatArray:
    """``values`` as an array of floats within the valid range of ``field``; float32 stays float32.

    Raises:
        OutOfRange: see :func:`check_range`.
    """
    array = np.asarray(values)
    if not np.issubdtype(array.dtype, np.floating):
        array = array.astype(np.float64)
    check_range(field, array)
    return array


def aligned_empty(rows: int, columns: int, dtype: np.dtype[Any]) -> FloatArray:
    """An array of shape (rows, columns) without values, whose first number lies at the start of a cache line.

    The sum of two arrays takes twice as long where it is stored across two lines.
    """
    line_bytes = 64
    count = rows * columns
    raw = np.empty(count + line_bytes // dtype.itemsize, dtype)
    first = -raw.ctypes.data % line_bytes // dtype.itemsize
    return raw[first : first + count].reshape(rows, columns)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Arrays of one shape under the names of their quantities."""

    def __iter__(self) -> Iterator[FloatArray]:
        return (getattr(self, field.name) for field in fields(self))

    def __getitem__(self, index: Any) -> Self:
        return type(self)(*(array[index] for array in self))

    @property
    def shape(self) -> tuple[int, ...]:
        """The common shape."""
        first: FloatArray = next(iter(self))
        return first.shape

    def check(self) -> None:
        """Raise unless all arrays have one shape and every number lies in its valid range.

        Raises:
            ValueError: shapes differ.
            OutOfRange: names the field and the first offending element.
        """
        for field, array in zip(fields(self), self, strict=True):
            if array.shape != self.shape:
                raise ValueError(f"{field.name} has shape {array.shape}, the first field has {self.shape}")
            if field.name in VALID_RANGES:
                check_range(field.name, array)


@dataclass(frozen=True, slots=True)
class CellWeather(_Columns):
    """Weather that drives the codes; daily codes take it at noon with the rain of the 24 h before."""

    air_temperature_degc: FloatArray
    relative_humidity_pct: FloatArray
    wind_speed_kmh: FloatArray
    """At 10 m in the open."""
    precipitation_mm: FloatArray

    @classmethod
    def of(cls, temperature: Floats, humidity: Floats, wind: Floats, rain: Floats) -> Self:
        """Checked weather from anything array-like, brought to one shape; in degC, %, km/h, mm.

        Raises:
            OutOfRange: see :meth:`check`.
        """
        names = (field.name for field in fields(cls))
        arrays = (
            checked(name, column) for name, column in zip(names, (temperature, humidity, wind, rain), strict=True)
        )
        return cls(*np.broadcast_arrays(*arrays))


@dataclass(frozen=True, slots=True)
class Moisture(_Columns):
    """The three moisture codes: all that one day hands to the next."""

    ffmc: FloatArray
    dmc: FloatArray
    dc: FloatArray


@dataclass(frozen=True, slots=True)
class Codes(_Columns):
    """The seven codes of the system."""

    ffmc: FloatArray
    dmc: FloatArray
    dc: FloatArray
    isi: FloatArray
    bui: FloatArray
    fwi: FloatArray
    dsr: FloatArray

    @property
    def moisture(self) -> Moisture:
        """What the next day starts from."""
        return Moisture(self.ffmc, self.dmc, self.dc)
