"""Positions and distances of hotspots anywhere on Earth, without date line and without poles."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius (IUGG). On the sphere a distance of 2 km is off by at most 0.3 %, less than a hundredth of a pixel."""


def earth_km(lat_deg: pl.Series, lon_deg: pl.Series) -> FloatArray:
    """Positions in space, shape (n, 3): the straight line between two of them is the chord under their arc."""
    lat, lon = np.radians(lat_deg.to_numpy()), np.radians(lon_deg.to_numpy())
    return EARTH_RADIUS_KM * np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))


def chord_km(arc_km: float) -> float:
    """Length of the straight line under an arc of the Earth's surface."""
    return float(2 * EARTH_RADIUS_KM * np.sin(arc_km / (2 * EARTH_RADIUS_KM)))


def apart_km(at_km: FloatArray, worlds: IntArray) -> FloatArray:
    """Positions with each world beside the others, farther off than two places on Earth can be.

    One search then serves many, and finds nothing across. A thousand worlds cost micrometres.
    """
    shifted = at_km.copy()
    shifted[:, 0] += worlds * (3 * EARTH_RADIUS_KM)
    return shifted
