"""Moisture of living conifer foliage through the year (ST-X-3, equations 1 to 8).

The formula for the date of the least moisture was fitted in Canada and takes the longitude in degrees west: in China
give the foliar moisture itself.
"""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import FloatArray

FARTHEST_PCT = 120.0
"""Fifty days and more from the date of the least moisture (8)."""


def day_of_least_moisture(lat_deg: FloatArray, lon_west_deg: FloatArray, elevation_m: FloatArray) -> FloatArray:
    """Day of the year on which foliage is driest (1 to 4); ``elevation_m`` 0 or less takes the form without height."""
    high = elevation_m > 0
    normal_lat = np.where(
        high,
        43.0 + 33.7 * np.exp(-0.0351 * (150.0 - lon_west_deg)),
        46.0 + 23.4 * np.exp(-0.0360 * (150 - lon_west_deg)),
    )
    day = np.where(high, 142.1 * lat_deg / normal_lat + 0.0172 * elevation_m, 151.0 * lat_deg / normal_lat)
    least: FloatArray = np.round(day)
    return least


def foliar_moisture_pct(day_of_year: FloatArray, least_day: FloatArray) -> FloatArray:
    """Foliar moisture content, 85 to 120 % (5 to 8)."""
    apart = np.abs(day_of_year - least_day)
    near = 85.0 + 0.0189 * apart**2
    middle = 32.9 + 3.17 * apart - 0.0288 * apart**2
    moisture: FloatArray = np.where(apart < 30, near, np.where(apart < 50, middle, FARTHEST_PCT))
    return moisture
