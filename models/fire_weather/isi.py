"""Initial Spread Index: rate of spread from fine fuel and wind, without the amount of fuel.

Van Wagner and Pickett 1985, equations 24 to 26; Forestry Canada 1992 (ST-X-3), equation 53a.
"""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import FloatArray, Floats, checked
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.ffmc import moisture_from_ffmc

STRONG_WIND_KMH = 40.0
"""From here on fire behaviour prediction levels the wind function off."""


def initial_spread_index(
    ffmc: Floats, wind_speed_kmh: Floats, *, constant: FfmcConstant, level_off: bool = False
) -> FloatArray:
    """The index.

    Args:
        ffmc: today's code.
        wind_speed_kmh: at 10 m.
        constant: the one with which the FFMC was made.
        level_off: take ST-X-3 equation 53a from 40 km/h on: for fire behaviour prediction, not for the FWI.

    Returns:
        0 and up.

    Raises:
        OutOfRange: names the field.
    """
    wind = checked("wind_speed_kmh", wind_speed_kmh)
    return spread_index(checked("ffmc", ffmc), wind, constant=constant, level_off=level_off)


def spread_index(
    ffmc: FloatArray, wind_speed_kmh: FloatArray, *, constant: FfmcConstant, level_off: bool = False
) -> FloatArray:
    """The same of numbers that were checked: a slope may push harder than any wind that blows."""
    wind_function = np.exp(0.05039 * wind_speed_kmh)  # (24)
    if level_off:
        levelled = 12.0 * (1.0 - np.exp(-0.0818 * (wind_speed_kmh - 28.0)))  # ST-X-3 (53a)
        wind_function = np.where(wind_speed_kmh >= STRONG_WIND_KMH, levelled, wind_function)
    moisture = moisture_from_ffmc(ffmc, constant)
    fuel_function = 91.9 * np.exp(-0.1386 * moisture) * (1.0 + moisture**5.31 / 4.93e7)  # (25)
    index: FloatArray = 0.208 * wind_function * fuel_function  # (26)
    return index
