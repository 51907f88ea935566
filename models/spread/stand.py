"""What grows where the fire spreads: fuels and their mixture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.fire_weather.arrays import FloatArray
from models.spread.fuel import Fuels

CONIFER_PCT = 50.0
DEAD_FIR_PCT = 35.0
GRASS_LOAD_KG_M2 = 0.35
CURING_PCT = 80.0


@dataclass(frozen=True, slots=True)
class Stand:
    """One stand an element; the defaults of :meth:`of` are those of cffdrs."""

    fuels: Fuels
    """Positions in ``fuel.ORDER``."""
    conifer_pct: FloatArray
    """Share of conifers in M1 and M2."""
    dead_fir_pct: FloatArray
    """Share of dead balsam fir in M3 and M4."""
    grass_load_kg_m2: FloatArray
    """Of O1."""
    curing_pct: FloatArray
    """Of O1: how much of the grass is dead."""

    @classmethod
    def of(
        cls,
        fuels: Fuels,
        *,
        conifer_pct: float = CONIFER_PCT,
        dead_fir_pct: float = DEAD_FIR_PCT,
        grass_load_kg_m2: float = GRASS_LOAD_KG_M2,
        curing_pct: float = CURING_PCT,
    ) -> Stand:
        """Stands that differ in their fuel only."""
        shares = (conifer_pct, dead_fir_pct, grass_load_kg_m2, curing_pct)
        return cls(fuels, *(np.full(fuels.shape, share) for share in shares))
