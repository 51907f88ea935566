"""Drought Code in spring from the one in autumn and the precipitation of the winter.

Lawson and Armitage 2008, *Weather guide for the Canadian Forest Fire Danger Rating System*, Natural Resources Canada.
"""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import FloatArray, Floats, OutOfRange, checked

LEAST_DC = 15.0
"""The standard start of a wet spring; the overwintered code is never below it."""


def overwintered_dc(
    dc_autumn: Floats,
    winter_precipitation_mm: Floats,
    *,
    carry_over_fraction: Floats = 0.75,
    wetting_efficiency: Floats = 0.75,
) -> FloatArray:
    """The Drought Code to start the spring with.

    Args:
        dc_autumn: last code before the winter (DCf).
        winter_precipitation_mm: fallen between that day and the start (rw).
        carry_over_fraction: share of the autumn moisture deficit that is carried over (a): 1.0 where the code was
            kept up to freezing, 0.75 where it ended before 1 November or the ground was frozen, 0.5 after a long gap.
        wetting_efficiency: share of the winter precipitation that reaches the deep layer (b): 0.9 poorly drained,
            0.75 deep and well drained, 0.5 shallow, sunny or steep.

    Returns:
        15 and up (DCs).

    Raises:
        OutOfRange: a fraction that is not within 0 to 1, a negative amount, NaN, or a soil that nothing is left in:
            without carry-over and without water the code has no bound.
    """
    carry_over = _fraction("carry_over_fraction", carry_over_fraction)
    wetting = _fraction("wetting_efficiency", wetting_efficiency)
    rain = np.asarray(winter_precipitation_mm, dtype=np.float64)
    _refuse_outside("winter_precipitation_mm", rain, (rain >= 0) & np.isfinite(rain), "0 or more")
    water = carry_over * 800.0 * np.exp(-checked("dc", dc_autumn) / 400.0) + wetting * 3.94 * rain
    shares = np.broadcast_to(carry_over, water.shape)
    _refuse_outside("carry_over_fraction", shares, water > 0, "above 0 where no water reaches the soil")
    dc_spring: FloatArray = np.maximum(400.0 * np.log(800.0 / water), LEAST_DC)
    return dc_spring


def _fraction(field: str, values: Floats) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    _refuse_outside(field, array, (array >= 0) & (array <= 1), "0 to 1")
    return array


def _refuse_outside(
    field: str, array: FloatArray, inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], allowed: str
) -> None:
    outside = np.flatnonzero(~inside)
    if outside.size:
        position = int(outside[0])
        raise OutOfRange(field, position, float(array.ravel()[position]), allowed)
