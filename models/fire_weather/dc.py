"""Drought Code: deep compact organic layer of about 18 cm; loses 2/3 of its free moisture in 52 days.

Van Wagner and Pickett 1985, equations 18 to 23.
"""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import CellWeather, FloatArray, Floats, checked

RAIN_INTERCEPT_MM = 2.8
"""Rain that canopy and upper layers hold back; the comparison is strict."""
LEAST_TEMPERATURE_DEGC = -2.8
_NORTH = [-1.6, -1.6, -1.6, 0.9, 3.8, 5.8, 6.4, 5.0, 2.4, 0.4, -1.6, -1.6]
DAY_LENGTH_FACTOR = np.array([_NORTH[6:] + _NORTH[:6], [1.4] * 12, _NORTH])
"""Day length adjustment by band and month. Bands: to 20 S, to 20 N, north of 20 N."""
BAND_EDGES_DEG = np.array([-20.0, 20.0])
"""An edge belongs to the band south of it, as in cffdrs."""


def day_length_factor(lat_deg: Floats, month: Floats) -> FloatArray:
    """Day length adjustment of the potential evapotranspiration."""
    band = np.searchsorted(BAND_EDGES_DEG, checked("lat_deg", lat_deg), side="left")
    month_index = checked("month", month).astype(np.int64) - 1
    factors: FloatArray = DAY_LENGTH_FACTOR[band, month_index]
    return factors


def dc_after_rain(dc: FloatArray, rain_mm: FloatArray) -> FloatArray:
    """The code after a rain of more than 2.8 mm (18 to 21), never below 0."""
    effective = 0.83 * rain_mm - 1.27  # (18)
    water = 800.0 * np.exp(-dc / 400.0)  # (19)
    after: FloatArray = np.maximum(400.0 * np.log(800.0 / (water + 3.937 * effective)), 0.0)  # (20), (21)
    return after


def dc_today(weather: CellWeather, dc_yesterday: Floats, *, lat_deg: Floats, month: Floats) -> FloatArray:
    """The code of the day.

    Args:
        weather: at noon local standard time, rain of the 24 h before.
        dc_yesterday: 0 or more.
        lat_deg: of the cells, for the day length.
        month: 1 to 12.

    Returns:
        0 (wet) and up.

    Raises:
        OutOfRange: names the field.
    """
    before = checked("dc", dc_yesterday)
    rain = weather.precipitation_mm
    before = np.where(rain > RAIN_INTERCEPT_MM, dc_after_rain(before, np.maximum(rain, RAIN_INTERCEPT_MM)), before)
    warmth = np.maximum(weather.air_temperature_degc, LEAST_TEMPERATURE_DEGC) + 2.8
    # Not below 0, else the code would fall all winter.
    evapotranspiration = np.maximum(0.36 * warmth + day_length_factor(lat_deg, month), 0.0)  # (22)
    return before + 0.5 * evapotranspiration  # (23)
