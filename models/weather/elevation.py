"""Heights at cells from heights at points."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import KDTree

from boundary_zones.geodesy import KM_PER_DEG

NEAREST = 4
"""Points that a height is taken from: the corners of a lattice square."""


def elevation_at(cells: pl.DataFrame, points: pl.DataFrame, *, reach_km: float) -> NDArray[np.float64]:
    """Inverse-distance mean (power 2) of the nearest points' heights, in metres, for each cell.

    Args:
        cells: columns ``lat_deg``, ``lon_deg``.
        points: columns ``lat_deg``, ``lon_deg``, ``elevation_m``; rows without a height are left out.
        reach_km: NaN for a cell whose nearest point is farther than this.
    """
    known = points.drop_nulls("elevation_m")
    if known.is_empty():
        return np.full(cells.height, np.nan)
    tree = KDTree(_plane_km(known))
    distance_km, index = tree.query(_plane_km(cells), k=min(NEAREST, known.height))
    distance_km, index = distance_km.reshape(cells.height, -1), index.reshape(cells.height, -1)
    weight = 1.0 / np.maximum(distance_km, 1e-6) ** 2
    height_m = (weight * known["elevation_m"].to_numpy()[index]).sum(axis=1) / weight.sum(axis=1)
    return np.where(distance_km[:, 0] <= reach_km, height_m, np.nan)


def _plane_km(places: pl.DataFrame) -> NDArray[np.float64]:
    """Kilometres on a plane that is true at 40.5° N; within the study area off by less than 2 %."""
    shrink = np.cos(np.radians(40.5))
    return np.column_stack((places["lat_deg"], places["lon_deg"] * shrink)) * KM_PER_DEG
