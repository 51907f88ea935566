"""Fuel that a fire consumes: on the ground (ST-X-3, equations 9 to 25; GLC-X-10, 9a and 9b), and with the crowns."""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import FloatArray
from models.spread.fuel import Fuels, FuelType, constant, is_one_of

LEAST = 1e-6
"""kg/m2, for no surface fuel at all, as in cffdrs: the critical rate of spread stays finite."""


def _taken(load: float, rate: float, bui: FloatArray) -> FloatArray:
    share: FloatArray = load * (1.0 - np.exp(-rate * bui))
    return share


def surface_consumption_kg_m2(
    fuels: Fuels, ffmc: FloatArray, bui: FloatArray, *, conifer_pct: FloatArray, grass_load_kg_m2: FloatArray
) -> FloatArray:
    """Surface fuel consumption SFC.

    Args:
        fuels: positions in ``fuel.ORDER``.
        ffmc: 0 to 101.
        bui: 0 and up.
        conifer_pct: of M1 and M2.
        grass_load_kg_m2: of O1: all of it burns.
    """
    above = ffmc > 84
    root = np.sqrt(1.0 - np.exp(np.where(above, -0.23, 0.23) * (ffmc - 84.0)))
    spruce, aspen = _taken(5.0, 0.0115, bui), _taken(1.5, 0.0183, bui)
    share = conifer_pct / 100.0
    litter = np.where(ffmc > 70, 2.0 * (1.0 - np.exp(-0.104 * (np.maximum(ffmc, 70.0) - 70.0))), 0.0)  # (13)
    by_fuel = {
        FuelType.C1: 0.75 + np.where(above, 0.75, -0.75) * root,  # (9a, 9b)
        FuelType.C2: spruce,  # (10)
        FuelType.C3: 5.0 * (1.0 - np.exp(-0.0164 * bui)) ** 2.24,  # (11)
        FuelType.C5: 5.0 * (1.0 - np.exp(-0.0149 * bui)) ** 2.48,  # (12)
        FuelType.C7: litter + _taken(1.5, 0.0201, bui),  # (14, 15)
        FuelType.D1: aspen,  # (16)
        FuelType.M1: share * spruce + (1.0 - share) * aspen,  # (17)
        FuelType.O1A: grass_load_kg_m2,  # (18)
        FuelType.S1: _taken(4.0, 0.025, bui) + _taken(4.0, 0.034, bui),  # (19, 20, 25)
        FuelType.S2: _taken(10.0, 0.013, bui) + _taken(6.0, 0.060, bui),  # (21, 22, 25)
        FuelType.S3: _taken(12.0, 0.0166, bui) + _taken(20.0, 0.0210, bui),  # (23, 24, 25)
    }
    chosen: FloatArray = np.select([is_one_of(fuels, *_ALIKE[fuel]) for fuel in by_fuel], list(by_fuel.values()))
    return np.where(chosen > 0, chosen, LEAST)


_ALIKE: dict[FuelType, tuple[FuelType, ...]] = {
    FuelType.C1: (FuelType.C1,),
    FuelType.C2: (FuelType.C2, FuelType.M3, FuelType.M4),
    FuelType.C3: (FuelType.C3, FuelType.C4),
    FuelType.C5: (FuelType.C5,),
    FuelType.C7: (FuelType.C7,),
    FuelType.D1: (FuelType.D1,),
    FuelType.M1: (FuelType.M1, FuelType.M2),
    FuelType.O1A: (FuelType.O1A, FuelType.O1B),
    FuelType.S1: (FuelType.S1,),
    FuelType.S2: (FuelType.S2,),
    FuelType.S3: (FuelType.S3,),
}


def crown_consumption_kg_m2(
    fuels: Fuels, crown_fraction: FloatArray, *, conifer_pct: FloatArray, dead_fir_pct: FloatArray
) -> FloatArray:
    """Crown fuel consumption CFC: of mixed stands only the conifers (66a to 66c)."""
    share = np.where(is_one_of(fuels, FuelType.M1, FuelType.M2), conifer_pct / 100.0, 1.0)
    share = np.where(is_one_of(fuels, FuelType.M3, FuelType.M4), dead_fir_pct / 100.0, share)
    consumed: FloatArray = constant(fuels, "crown_fuel_load_kg_m2") * crown_fraction * share
    return consumed
