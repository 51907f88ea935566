"""Slope as an equivalent wind, and both as one vector (ST-X-3, equations 39 to 53; GLC-X-10, 41 to 43 and 53).

Wind is said by where it comes from, aspect by where the slope faces: both are turned by 180 degrees first. All
bearings are degrees from north, clockwise.
"""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import FloatArray
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.isi import initial_spread_index
from models.spread.fuel import FUELS, FuelType, constant, is_one_of
from models.spread.rate import curing_effect, rate_without_buildup_m_min
from models.spread.stand import Stand

STEEP_PCT = 70.0
"""From here on the slope factor stays at 10."""
_LEAST_REST = 0.01
"""What remains of 1 - (RSF / a)^(1/c) at least (41b): a slope cannot be faster than the fuel."""
_NEAR_TOP = 0.999
_TOP_WSE_KMH = 112.45
"""Equivalent wind where the levelled-off wind function has no inverse any more (53c)."""


def slope_factor(slope_pct: FloatArray) -> FloatArray:
    """How many times faster than on the level, upslope and without wind (39)."""
    factor = np.exp(3.533 * (np.minimum(slope_pct, STEEP_PCT) / 100.0) ** 1.2)
    return np.where(slope_pct >= STEEP_PCT, 10.0, factor)


def _isi_for(rate: FloatArray, fuel: FuelType) -> FloatArray:
    known = FUELS[fuel]
    return _inverse(rate, known.a, known.b, known.c)


def _inverse(rate: FloatArray, a: FloatArray | float, b: FloatArray | float, c: FloatArray | float) -> FloatArray:
    """ISI at which the plain equation (26) gives ``rate`` (41a, 41b)."""
    rest = 1.0 - (rate / a) ** (1.0 / c)
    isi: FloatArray = -np.log(np.maximum(rest, _LEAST_REST)) / b
    return isi


def slope_isi(stand: Stand, calm_isi: FloatArray, factor: FloatArray) -> FloatArray:
    """ISF: the ISI that spreads on the level as fast as the slope does without wind (40 to 43)."""
    fuels = stand.fuels
    mixed = is_one_of(fuels, FuelType.M1, FuelType.M2, FuelType.M3, FuelType.M4)
    grass = is_one_of(fuels, FuelType.O1A, FuelType.O1B)
    a, b, c = (np.where(mixed, 1.0, constant(fuels, name)) for name in "abc")
    cured = np.where(grass, np.maximum(curing_effect(stand.curing_pct), 1e-9), 1.0)
    with np.errstate(over="ignore"):
        found = _inverse(rate_without_buildup_m_min(stand, calm_isi) * factor, a * cured, b, c)
    if not mixed.any():
        return found

    def alone(fuel: FuelType) -> FloatArray:
        known = FUELS[fuel]
        return _isi_for(known.a * (1.0 - np.exp(-known.b * calm_isi)) ** known.c * factor, fuel)

    aspen, conifer, dead = alone(FuelType.D1), stand.conifer_pct / 100.0, stand.dead_fir_pct / 100.0
    spruce = conifer * alone(FuelType.C2) + (1.0 - conifer) * aspen  # (42a)
    found = np.where(is_one_of(fuels, FuelType.M1, FuelType.M2), spruce, found)
    for fuel in (FuelType.M3, FuelType.M4):
        found = np.where(is_one_of(fuels, fuel), dead * alone(fuel) + (1.0 - dead) * aspen, found)  # (42b, 42c)
    return found


def slope_equivalent_wind_kmh(
    stand: Stand, ffmc: FloatArray, slope_pct: FloatArray, *, constant: FfmcConstant
) -> FloatArray:
    """WSE: the wind that would push a fire on the level as the slope does (44; GLC-X-10, 53a to 53c)."""
    calm = initial_spread_index(ffmc, 0.0, constant=constant)
    isf = slope_isi(stand, calm, slope_factor(slope_pct))
    ratio = np.maximum(isf / np.maximum(calm, np.finfo(np.float64).tiny), 1e-12)  # ISF / (0.208 f(F))
    plain = np.log(ratio) / 0.05039
    near_top = ratio < _NEAR_TOP * 12.0
    levelled = 28.0 - np.log(1.0 - np.where(near_top, ratio, 0.0) / 12.0) / 0.0818
    strong = np.where(near_top, levelled, _TOP_WSE_KMH)
    wind = np.where(plain > 40.0, strong, plain)
    return np.where((slope_pct > 0) & (ffmc > 0), wind, 0.0)


def net_wind(
    wind_speed_kmh: FloatArray, wind_to_deg: FloatArray, *, slope_wind_kmh: FloatArray, upslope_deg: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """WSV in km/h and RAZ in degrees: the sum of wind and equivalent wind, and where it drives the fire (47 to 51)."""
    wind, slope = np.radians(wind_to_deg), np.radians(upslope_deg)
    east = wind_speed_kmh * np.sin(wind) + slope_wind_kmh * np.sin(slope)
    north = wind_speed_kmh * np.cos(wind) + slope_wind_kmh * np.cos(slope)
    rounding = 1e-12 * (wind_speed_kmh + np.abs(slope_wind_kmh))
    east, north = (np.where(np.abs(part) < rounding, 0.0, part) for part in (east, north))
    still = slope_wind_kmh == 0
    speed = np.where(still, wind_speed_kmh, np.hypot(east, north))
    bearing = np.degrees(np.arctan2(east, north)) % 360.0
    return speed, np.where(still, wind_to_deg % 360.0, bearing)
