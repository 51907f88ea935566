"""All seven codes, day after day, for many cells: the one way in which production computes them.

The equations are those of the modules beside this one, proven equal by test; :mod:`models.fire_weather.stepper`
arranges them for speed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from models.fire_weather.arrays import CellWeather, Codes, Floats, Moisture, aligned_empty, checked
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.stepper import Stepper

BLOCK_CELLS = 16_384
"""Cells taken through all days at once: fewer, and calls cost more than numbers; more, and the cache is left."""


def fire_weather_series(
    weather: CellWeather,
    start: Moisture,
    *,
    lat_deg: Floats,
    months: Sequence[int],
    constant: FfmcConstant = FfmcConstant.EXACT,
    out: Codes | None = None,
) -> Codes:
    """Codes of consecutive days.

    Args:
        weather: arrays of shape (days, cells), float64 or float32.
        start: codes of the day before the first, shape (cells,).
        lat_deg: of the cells, shape (cells,) or a scalar.
        months: 1 to 12, one a day.
        constant: see :class:`FfmcConstant`.
        out: arrays of shape (days, cells) that are overwritten and returned; new ones if there are none. To write to
            memory that was never written to takes a third of the whole time, so who goes through many years keeps them.

    Returns:
        Arrays of shape (days, cells) in the type of the weather.

    Raises:
        OutOfRange: a number is missing (NaN) or outside its valid range; nothing is computed.
        ValueError: shapes do not fit.
    """
    start.check()
    days, cells = weather.shape
    if start.shape != (cells,):
        raise ValueError(f"start has shape {start.shape}, the weather has {cells} cells")
    if len(months) != days:
        raise ValueError(f"{len(months)} months for {days} days of weather")
    dtype = weather.air_temperature_degc.dtype
    codes = out or Codes(*(aligned_empty(days, cells, dtype) for _ in range(7)))
    if any(code.shape != (days, cells) or code.dtype != dtype for code in codes):
        raise ValueError(f"out must hold seven arrays of shape {(days, cells)} and type {dtype}")
    latitudes = np.broadcast_to(checked("lat_deg", lat_deg), (cells,))
    for block in _blocks(cells):
        stepper = Stepper(latitudes[block], constant, dtype)
        moisture = Moisture(*(code[block].astype(dtype) for code in start))
        for day, month in enumerate(months):
            noon, today = weather[day, block], codes[day, block]
            noon.check()
            stepper.advance(noon, moisture, today, month)
            moisture = today.moisture
    return codes


def fire_weather_day(
    weather: CellWeather,
    yesterday: Moisture,
    *,
    lat_deg: Floats,
    month: int,
    constant: FfmcConstant = FfmcConstant.EXACT,
) -> Codes:
    """Codes of one day; arrays of shape (cells,). Otherwise as :func:`fire_weather_series`."""
    return fire_weather_series(weather[np.newaxis], yesterday, lat_deg=lat_deg, months=[month], constant=constant)[0]


def _blocks(cells: int) -> Iterator[slice]:
    """Slices of nearly equal length, none above ``BLOCK_CELLS``."""
    count = max(1, math.ceil(cells / BLOCK_CELLS))
    edges = [cells * number // count for number in range(count + 1)]
    return (slice(low, high) for low, high in itertools.pairwise(edges))
