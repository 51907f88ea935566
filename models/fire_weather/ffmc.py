"""Fine Fuel Moisture Code: litter and cured grass of about 1 cm depth; loses 2/3 of its free moisture in 2/3 of a day.

Van Wagner and Pickett 1985, *Equations and FORTRAN program for the Canadian Forest Fire Weather Index System*,
Forestry Technical Report 33, equations 1 to 10. Numbers in parentheses are theirs.
"""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import CellWeather, FloatArray, Floats, checked
from models.fire_weather.constant import FfmcConstant

RAIN_INTERCEPT_MM = 0.5
"""Rain that the canopy holds back; the comparison is strict."""
DAILY_RATE = 0.581
"""Factor of the drying rate per day (6); the hourly code has its own."""


def moisture_from_ffmc(ffmc: FloatArray, constant: FfmcConstant) -> FloatArray:
    """Moisture content in % of dry weight (1)."""
    moisture: FloatArray = constant.number * (101.0 - ffmc) / (59.5 + ffmc)
    return moisture


def ffmc_from_moisture(moisture: FloatArray, constant: FfmcConstant) -> FloatArray:
    """The code from the moisture content in % (10), within 0 to 101."""
    code: FloatArray = np.clip(59.5 * (250.0 - moisture) / (constant.number + moisture), 0.0, 101.0)
    return code


def moisture_after_rain(moisture: FloatArray, net_rain_mm: FloatArray) -> FloatArray:
    """Moisture content after ``net_rain_mm`` > 0 of effective rain (3a, 3b), at most 250 %."""
    with np.errstate(over="ignore"):  # a trace of rain divides to infinity, and exp(-inf) is the 0 that is meant
        taken_up = 1.0 - np.exp(-6.93 / net_rain_mm)
    wetted = moisture + 42.5 * net_rain_mm * np.exp(-100.0 / (251.0 - moisture)) * taken_up
    over = np.maximum(moisture - 150.0, 0.0)
    after: FloatArray = np.minimum(wetted + 0.0015 * over**2 * np.sqrt(net_rain_mm), 250.0)
    return after


def equilibrium_moisture(weather: CellWeather) -> tuple[FloatArray, FloatArray]:
    """Moisture in % towards which fuel dries (4) and towards which it wets (5)."""
    humidity = weather.relative_humidity_pct
    wet_air = np.exp((humidity - 100.0) / 10.0)
    warmth = 0.18 * (21.1 - weather.air_temperature_degc) * (1.0 - np.exp(-0.115 * humidity))
    drying = 0.942 * humidity**0.679 + 11.0 * wet_air + warmth
    wetting = 0.618 * humidity**0.753 + 10.0 * wet_air + warmth
    return drying, wetting


def moisture_after_exchange(moisture: FloatArray, weather: CellWeather, rate: float) -> FloatArray:
    """Moisture in % after exchange with the air for a time whose length is in ``rate`` (4 to 9).

    Args:
        moisture: before, in %.
        weather: of the same shape.
        rate: 0.581 for a day, 0.0579 an hour.
    """
    drying, wetting = equilibrium_moisture(weather)
    target = np.clip(moisture, wetting, drying)  # between the two, nothing moves
    fraction = weather.relative_humidity_pct / 100.0
    fraction = np.where(moisture > drying, fraction, 1.0 - fraction)
    log10_rate = 0.424 * (1.0 - fraction**1.7) + 0.0694 * np.sqrt(weather.wind_speed_kmh) * (1.0 - fraction**8)
    log10_rate = log10_rate * rate * np.exp(0.0365 * weather.air_temperature_degc)
    exchanged: FloatArray = target + (moisture - target) * 10.0**-log10_rate
    return exchanged


def ffmc_today(weather: CellWeather, ffmc_yesterday: Floats, *, constant: FfmcConstant) -> FloatArray:
    """The code of the day.

    Args:
        weather: at noon local standard time, rain of the 24 h before.
        ffmc_yesterday: 0 to 101.
        constant: see :class:`FfmcConstant`.

    Returns:
        0 (wet) to 101.

    Raises:
        OutOfRange: yesterday's code is outside 0 to 101.
    """
    moisture = moisture_from_ffmc(checked("ffmc", ffmc_yesterday), constant)
    rain = weather.precipitation_mm
    wet = rain > RAIN_INTERCEPT_MM
    net_rain = np.where(wet, rain - RAIN_INTERCEPT_MM, 1.0)  # (2); 1.0 is not used
    moisture = np.where(wet, moisture_after_rain(moisture, net_rain), moisture)
    return ffmc_from_moisture(moisture_after_exchange(moisture, weather, DAILY_RATE), constant)
