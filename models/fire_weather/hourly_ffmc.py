"""Hourly Fine Fuel Moisture Code.

Van Wagner 1977, *A method of computing fine fuel moisture content throughout the diurnal cycle*, Information Report
PS-X-69: the equilibria of the daily code, its drying rate per hour, and all rain of the hour without an intercept.
"""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import CellWeather, FloatArray, Floats, checked
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.ffmc import (
    ffmc_from_moisture,
    moisture_after_exchange,
    moisture_after_rain,
    moisture_from_ffmc,
)

HOURLY_RATE = 0.0579
START_FFMC = 85.0


def hourly_ffmc(
    weather: CellWeather,
    ffmc_before: Floats,
    *,
    step_h: float = 1.0,
    constant: FfmcConstant = FfmcConstant.EXACT,
) -> FloatArray:
    """The code at the end of a step.

    Args:
        weather: at the end of the step, with the rain that fell in it.
        ffmc_before: at its beginning, 0 to 101.
        step_h: length of the step.
        constant: ``exact``, unless for a comparison: the other drifts by up to 1.1 when it is repeated hourly.

    Returns:
        0 (wet) to 101.

    Raises:
        OutOfRange: a code outside 0 to 101.
        ValueError: a step that is not positive.
    """
    if not step_h > 0:
        raise ValueError(f"step_h: {step_h} is not a positive number of hours")
    moisture = moisture_from_ffmc(checked("ffmc", ffmc_before), constant)
    rain = weather.precipitation_mm
    wet = rain > 0
    moisture = np.where(wet, moisture_after_rain(moisture, np.where(wet, rain, 1.0)), moisture)
    return ffmc_from_moisture(moisture_after_exchange(moisture, weather, HOURLY_RATE * step_h), constant)
