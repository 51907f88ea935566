"""Duff Moisture Code: loosely compacted organic layer of about 7 cm; loses 2/3 of its free moisture in 12 days.

Van Wagner and Pickett 1985, equations 11 to 17, with 12 and 15 in the form that Environment Canada's programs use
(12', 15'): 20 + 280 exp(-0.023 P), which cffdrs and xclim use too.
"""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import CellWeather, FloatArray, Floats, checked

RAIN_INTERCEPT_MM = 1.5
"""Rain that canopy and litter hold back; the comparison is strict."""
LEAST_TEMPERATURE_DEGC = -1.1
DAY_LENGTH_H = np.array(
    [
        [11.5, 10.5, 9.2, 7.9, 6.8, 6.2, 6.5, 7.4, 8.7, 10.0, 11.2, 11.8],
        [10.1, 9.6, 9.1, 8.5, 8.1, 7.8, 7.9, 8.3, 8.9, 9.4, 9.9, 10.2],
        [9.0] * 12,
        [7.9, 8.4, 8.9, 9.5, 9.9, 10.2, 10.1, 9.7, 9.1, 8.6, 8.1, 7.8],
        [6.5, 7.5, 9.0, 12.8, 13.9, 13.9, 12.4, 10.9, 9.4, 8.0, 7.0, 6.0],
    ]
)
"""Effective day length by band and month. Bands: to 30 S, to 10 S, to 10 N, to 30 N, north of 30 N."""
BAND_EDGES_DEG = np.array([-30.0, -10.0, 10.0, 30.0])
"""An edge belongs to the band south of it, as in cffdrs."""


def day_length_h(lat_deg: Floats, month: Floats) -> FloatArray:
    """Effective day length for drying."""
    band = np.searchsorted(BAND_EDGES_DEG, checked("lat_deg", lat_deg), side="left")
    month_index = checked("month", month).astype(np.int64) - 1
    lengths: FloatArray = DAY_LENGTH_H[band, month_index]
    return lengths


def dmc_after_rain(dmc: FloatArray, rain_mm: FloatArray) -> FloatArray:
    """The code after a rain of more than 1.5 mm (11 to 15'), never below 0."""
    effective = 0.92 * rain_mm - 1.27  # (11)
    moisture = 20.0 + 280.0 * np.exp(-0.023 * dmc)  # (12')
    log_dmc = np.log(np.maximum(dmc, 1.0))  # the logarithm is used above 33 only
    slope = np.where(  # (13a), (13b), (13c)
        dmc <= 33.0,
        100.0 / (0.5 + 0.3 * dmc),
        np.where(dmc <= 65.0, 14.0 - 1.3 * log_dmc, 6.2 * log_dmc - 17.2),
    )
    wetted = moisture + 1000.0 * effective / (48.77 + slope * effective)  # (14)
    after: FloatArray = np.maximum(43.43 * (5.6348 - np.log(wetted - 20.0)), 0.0)  # (15')
    return after


def dmc_today(weather: CellWeather, dmc_yesterday: Floats, *, lat_deg: Floats, month: Floats) -> FloatArray:
    """The code of the day.

    Args:
        weather: at noon local standard time, rain of the 24 h before.
        dmc_yesterday: 0 or more.
        lat_deg: of the cells, for the day length.
        month: 1 to 12.

    Returns:
        0 (wet) and up.

    Raises:
        OutOfRange: names the field.
    """
    before = checked("dmc", dmc_yesterday)
    rain = weather.precipitation_mm
    before = np.where(rain > RAIN_INTERCEPT_MM, dmc_after_rain(before, np.maximum(rain, RAIN_INTERCEPT_MM)), before)
    warmth = np.maximum(weather.air_temperature_degc, LEAST_TEMPERATURE_DEGC) + 1.1
    drying = 1.894e-4 * warmth * (100.0 - weather.relative_humidity_pct) * day_length_h(lat_deg, month)  # 100 x (16)
    return before + drying  # (17)
