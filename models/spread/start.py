"""What burns at the start of a projection: the hull of the hotspots, as wide as their location error."""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import FloatArray

_FINE = 720
"""Directions in which the hull is felt for."""


def starting_rings(hotspots_m: FloatArray, radius_m: FloatArray, points: int) -> tuple[FloatArray, FloatArray]:
    """Rings around hotspots, counter-clockwise: the convex hull, pushed outward by each member's radius.

    Between hotspots everything burns: nobody can see where in the gaps of a look the front stands, and too early an
    arrival is the smaller mistake. Half of the points are spread by direction, so that a head opens as from a point,
    and half by the length of the hull, so that no long side is left with its ends alone.

    Args:
        hotspots_m: ``(n, 2)``, metres east and north.
        radius_m: one a member.
        points: of each ring.

    Returns:
        ``x`` and ``y``, each ``(members, points)``.
    """
    circle = 2 * np.pi * (np.arange(points) + 0.5) / points
    radius = radius_m[:, None]
    if len(hotspots_m) == 1:
        (east, north) = hotspots_m[0]
        return east + radius * np.cos(circle), north + radius * np.sin(circle)
    fine = 2 * np.pi * np.arange(_FINE + 1) / _FINE
    corner = hotspots_m[np.argmax(hotspots_m @ np.stack([np.cos(fine), np.sin(fine)]), axis=0)]
    length = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(corner, axis=0), axis=1)))
    around = fine / (2 * np.pi)
    along = length / length[-1] if length[-1] > 0 else around
    place = (np.arange(points) + 0.5) / points
    mixed = (around + along) / 2
    east, north = (np.interp(place, mixed, corner[:, axis]) for axis in (0, 1))
    angle = np.interp(place, mixed, fine)
    return east + radius * np.cos(angle), north + radius * np.sin(angle)
