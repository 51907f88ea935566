"""Fuel types of the FBP System and what is fixed for each (ST-X-3 tables 6 to 8, GLC-X-10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from models.fire_weather.arrays import FloatArray


class FuelType(StrEnum):
    """The fuel types that are computed. C-6 is not: published programs disagree about it."""

    C1 = "C1"
    """Spruce-lichen woodland."""
    C2 = "C2"
    """Boreal spruce."""
    C3 = "C3"
    """Mature jack or lodgepole pine."""
    C4 = "C4"
    """Immature jack or lodgepole pine."""
    C5 = "C5"
    """Red and white pine."""
    C7 = "C7"
    """Ponderosa pine, Douglas fir."""
    D1 = "D1"
    """Leafless aspen."""
    M1 = "M1"
    """Boreal mixedwood, leafless."""
    M2 = "M2"
    """Boreal mixedwood, green."""
    M3 = "M3"
    """Dead balsam fir mixedwood, leafless."""
    M4 = "M4"
    """Dead balsam fir mixedwood, green."""
    O1A = "O1A"
    """Matted grass."""
    O1B = "O1B"
    """Standing grass."""
    S1 = "S1"
    """Jack or lodgepole pine slash."""
    S2 = "S2"
    """White spruce and balsam slash."""
    S3 = "S3"
    """Coastal cedar, hemlock and Douglas fir slash."""


class UnknownFuel(ValueError):
    """A text that names no fuel type that is computed.

    Attributes:
        position: index of the first one.
    """

    def __init__(self, position: int, problem: str) -> None:
        self.position = position
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class FuelConstants:
    """Rate of spread at a given ISI (26), buildup effect (54) and crown."""

    a: float
    b: float
    c: float
    q: float
    """Share of the largest rate of spread that is reached at ``bui0``."""
    bui0: float
    """Average BUI; 1 where the BUI does not matter."""
    crown_base_height_m: float
    crown_fuel_load_kg_m2: float
    open_stand: bool
    """Whether a fire accelerates as in the open, without crowning to slow it (70)."""


FUELS: Mapping[FuelType, FuelConstants] = {
    FuelType.C1: FuelConstants(90, 0.0649, 4.5, 0.90, 72, 2, 0.75, open_stand=True),
    FuelType.C2: FuelConstants(110, 0.0282, 1.5, 0.70, 64, 3, 0.80, open_stand=False),
    FuelType.C3: FuelConstants(110, 0.0444, 3.0, 0.75, 62, 8, 1.15, open_stand=False),
    FuelType.C4: FuelConstants(110, 0.0293, 1.5, 0.80, 66, 4, 1.20, open_stand=False),
    FuelType.C5: FuelConstants(30, 0.0697, 4.0, 0.80, 56, 18, 1.20, open_stand=False),
    FuelType.C7: FuelConstants(45, 0.0305, 2.0, 0.85, 106, 10, 0.50, open_stand=False),
    FuelType.D1: FuelConstants(30, 0.0232, 1.6, 0.90, 32, 0, 0.0, open_stand=True),
    # The mixed types a, b, c of M1 and M2 are those of C2 and D1 in their shares (27, 28).
    FuelType.M1: FuelConstants(0, 0, 0, 0.80, 50, 6, 0.80, open_stand=False),
    FuelType.M2: FuelConstants(0, 0, 0, 0.80, 50, 6, 0.80, open_stand=False),
    FuelType.M3: FuelConstants(120, 0.0572, 1.4, 0.80, 50, 6, 0.80, open_stand=False),
    FuelType.M4: FuelConstants(100, 0.0404, 1.48, 0.80, 50, 6, 0.80, open_stand=False),
    FuelType.O1A: FuelConstants(190, 0.0310, 1.4, 1.0, 1, 0, 0.0, open_stand=True),
    FuelType.O1B: FuelConstants(250, 0.0350, 1.7, 1.0, 1, 0, 0.0, open_stand=True),
    FuelType.S1: FuelConstants(75, 0.0297, 1.3, 0.75, 38, 0, 0.0, open_stand=True),
    FuelType.S2: FuelConstants(40, 0.0438, 1.7, 0.75, 63, 0, 0.0, open_stand=True),
    FuelType.S3: FuelConstants(55, 0.0829, 3.2, 0.75, 31, 0, 0.0, open_stand=True),
}
GRASS = (FuelType.O1A, FuelType.O1B)
WITHOUT_CROWN = (FuelType.D1, FuelType.S1, FuelType.S2, FuelType.S3, *GRASS)

ORDER = tuple(FuelType)
"""A fuel in an array is its position here."""
Fuels = NDArray[np.intp]


def fuel_codes(names: Sequence[str]) -> Fuels:
    """Positions in ``ORDER`` of fuel types as people write them: ``C2``, ``c-2``, ``O-1A``.

    Raises:
        UnknownFuel: names the first that is not computed.
    """
    known = {fuel.value: position for position, fuel in enumerate(ORDER)}
    found = np.empty(len(names), dtype=np.intp)
    for position, name in enumerate(names):
        plain = name.strip().upper().replace("-", "").replace(" ", "")
        if plain == "C6":
            raise UnknownFuel(position, "C6 is not computed: published programs disagree about it; use C7 or C5")
        if plain not in known:
            raise UnknownFuel(position, f"{name!r} is no FBP fuel type; one of {', '.join(known)}")
        found[position] = known[plain]
    return found


def constant(fuels: Fuels, name: str) -> FloatArray:
    """One column of ``FUELS`` for each fuel."""
    column: FloatArray = np.array([getattr(FUELS[fuel], name) for fuel in ORDER], dtype=np.float64)[fuels]
    return column


def is_one_of(fuels: Fuels, *kinds: FuelType) -> NDArray[np.bool_]:
    """Whether each fuel is one of ``kinds``."""
    return np.isin(fuels, [ORDER.index(kind) for kind in kinds])
