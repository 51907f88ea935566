"""Rate of spread from ISI and BUI, forward and backward (ST-X-3, equations 26 to 38, 54, 75 to 77; GLC-X-10, 35)."""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import FloatArray
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.isi import initial_spread_index
from models.spread.fuel import FUELS, Fuels, FuelType, constant, is_one_of
from models.spread.stand import Stand

LEAST_M_MIN = 1e-6
"""What stands for no spread at all, as in cffdrs: ratios stay finite."""
_TRACE_M_MIN = 1e-100
"""A rate that is not zero is at least this: its square is a number still."""
LEAST_BUI = 1e-6
GREEN_ASPEN = 0.2
"""A leafy deciduous stand spreads a fifth as fast (28, 31)."""


def curing_effect(curing_pct: FloatArray) -> FloatArray:
    """How much of the rate in fully cured grass is reached (GLC-X-10, 35a, 35b)."""
    low = 0.005 * (np.exp(0.061 * curing_pct) - 1.0)
    effect: FloatArray = np.where(curing_pct < 58.8, low, 0.176 + 0.02 * (curing_pct - 58.8))
    return effect


def _plain(isi: FloatArray, fuel: FuelType) -> FloatArray:
    known = FUELS[fuel]
    rate: FloatArray = known.a * (1.0 - np.exp(-known.b * isi)) ** known.c  # (26)
    return rate


def rate_without_buildup_m_min(stand: Stand, isi: FloatArray) -> FloatArray:
    """RSI, m/min (26 to 36)."""
    fuels = stand.fuels
    a, b, c = (constant(fuels, name) for name in "abc")
    rate = a * (1.0 - np.exp(-b * isi)) ** c
    aspen = _plain(isi, FuelType.D1)
    conifer, dead = stand.conifer_pct / 100.0, stand.dead_fir_pct / 100.0
    spruce = _plain(isi, FuelType.C2)
    mixed = {
        FuelType.M1: conifer * spruce + (1.0 - conifer) * aspen,  # (27)
        FuelType.M2: conifer * spruce + GREEN_ASPEN * (1.0 - conifer) * aspen,  # (28)
        FuelType.M3: dead * _plain(isi, FuelType.M3) + (1.0 - dead) * aspen,  # (29)
        FuelType.M4: dead * _plain(isi, FuelType.M4) + GREEN_ASPEN * (1.0 - dead) * aspen,  # (31)
    }
    for fuel, value in mixed.items():
        rate = np.where(is_one_of(fuels, fuel), value, rate)
    grass = is_one_of(fuels, FuelType.O1A, FuelType.O1B)
    return np.where(grass, rate * curing_effect(stand.curing_pct), rate)  # (36)


def buildup_effect(fuels: Fuels, bui: FloatArray) -> FloatArray:
    """BE (54); 1 where the BUI is 0 or does not matter."""
    q, bui0 = constant(fuels, "q"), constant(fuels, "bui0")
    effect = np.exp(50.0 * np.log(q) * (1.0 / np.maximum(bui, LEAST_BUI) - 1.0 / bui0))
    return np.where(bui > 0, effect, 1.0)


def rate_of_spread_m_min(stand: Stand, isi: FloatArray, bui: FloatArray) -> FloatArray:
    """Equilibrium rate of spread at the head, m/min (54)."""
    rate = rate_without_buildup_m_min(stand, isi) * buildup_effect(stand.fuels, bui)
    return np.where(rate > 0, np.maximum(rate, _TRACE_M_MIN), LEAST_M_MIN)


def backing_rate_m_min(
    stand: Stand, ffmc: FloatArray, *, wind_speed_kmh: FloatArray, bui: FloatArray, constant: FfmcConstant
) -> FloatArray:
    """Rate of spread against the wind, m/min (75 to 77)."""
    calm = initial_spread_index(ffmc, 0.0, constant=constant)
    return rate_of_spread_m_min(stand, calm * np.exp(-0.05039 * wind_speed_kmh), bui)
