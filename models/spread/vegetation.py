"""From the forest-type layer to fuels: a table that an office signs, a guess until fires have calibrated it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.spread.fuel import ORDER, Fuels, fuel_codes
from models.spread.paces import FuelSetting


@dataclass(frozen=True, slots=True)
class FuelRules:
    """``rules/fuels.toml``.

    Raises:
        ValueError: a kind of vegetation without an FBP fuel or Ks, or a fuel that is not computed.
    """

    by_forest_type: Mapping[str, str]
    default: str
    fbp: Mapping[str, str]
    wang_ks: Mapping[str, float]
    curing_pct: float
    grass_load_kg_m2: float
    foliar_moisture_pct: float
    unknown_ffmc: float
    unknown_bui: float

    def __post_init__(self) -> None:
        for kind in {*self.by_forest_type.values(), self.default}:
            if kind not in self.fbp or kind not in self.wang_ks:
                raise ValueError(f"{kind} has no FBP fuel or no Ks")
        fuel_codes(list(self.fbp.values()))

    def settings(self) -> dict[int, FuelSetting]:
        """How each fuel burns, by its position in ``fuel.ORDER``, the default first."""
        kinds = [self.default, *(kind for kind in self.fbp if kind != self.default)]
        positions = fuel_codes([self.fbp[kind] for kind in kinds])
        return {
            int(position): FuelSetting(
                ORDER[position],
                curing_pct=self.curing_pct,
                grass_load_kg_m2=self.grass_load_kg_m2,
                wang_ks=self.wang_ks[kind],
            )
            for kind, position in zip(kinds, positions, strict=True)
        }

    def fuels_of(self, forest_types: NDArray[np.intp]) -> Fuels:
        """Fuels by codes of the layer."""
        (default,) = fuel_codes([self.fbp[self.default]])
        fuels = np.full(forest_types.shape, default, dtype=np.intp)
        for code, kind in self.by_forest_type.items():
            fuels[forest_types == int(code)] = fuel_codes([self.fbp[kind]])[0]
        return fuels
