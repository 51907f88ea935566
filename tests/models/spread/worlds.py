"""Small worlds for fires to run in: a plain with a line, members, winds."""

from __future__ import annotations

import numpy as np

from models.spread.ensemble import EnsembleRules
from models.spread.front import Members, Winds
from models.spread.fuel import ORDER, FuelType
from models.spread.ground import Ground
from models.spread.paces import Dryness, FuelSetting, Paces

PINE = ORDER.index(FuelType.C3)
DRY = Dryness(92.0, 70.0)
RULES = EnsembleRules(
    members=40,
    wind_turn_deg=20.0,
    wind_speed_share=0.3,
    rate_factors=(0.6, 1.6),
    horizon_h=24.0,
    most_per_round=20,
    most_before_alert=3,
)


def paces(dryness: Dryness = DRY) -> Paces:
    return Paces({PINE: FuelSetting(FuelType.C3)}, dryness)


def plain(
    *, line_m: float, normal_deg: float, cells: int = 81, cell_m: float = 150.0, height_m: np.ndarray | None = None
) -> Ground:
    """Pine all over, and a straight line at a distance with its normal pointing away from the fire."""
    bare = Ground(cell_m, height_m, np.full((cells, cells), PINE), np.zeros((cells, cells)))
    east, north = bare.centres_m()
    normal = np.radians(normal_deg)
    return Ground(cell_m, height_m, bare.fuels, line_m - east * np.sin(normal) - north * np.cos(normal))


def steady(speed_kmh: float, from_deg: float) -> Winds:
    return Winds(np.array([speed_kmh]), np.array([from_deg]))


def one_member(radius_m: float = 0.0) -> Members:
    return Members(np.zeros(1), np.ones(1), np.ones(1), np.full(1, radius_m))
