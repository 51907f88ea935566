"""The outline of a county in few points, for messages that must stay short."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

from boundary_zones.catalogue import Catalogue

_TOLERANCES_DEG = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
_DIGITS = 4
"""About 10 m."""
_RINGS_KEPT = 256
Ring = tuple[tuple[float, float], ...]
"""``(lat_deg, lon_deg)``, the last as the first."""


def county_outlines(catalogue: Catalogue, gb: int, *, most_points: int = 100) -> list[Ring]:
    """Closed rings, one for each part of the county, none of which crosses itself.

    Args:
        catalogue: of counties.
        gb: GB/T 2260 code.
        most_points: of each ring.
    """
    return [_ring(part, most_points) for part in _parts(catalogue.county_map.polygon(gb))]


def _parts(geometry: BaseGeometry) -> Iterator[shapely.Polygon]:
    for part in shapely.get_parts(geometry):
        yield shapely.Polygon(_polygon(part).exterior)


@lru_cache(maxsize=_RINGS_KEPT)
def _ring(polygon: shapely.Polygon, most_points: int) -> Ring:
    """Simplified once by a process: every message of a joint unit asks for the same outlines."""
    for tolerance_deg in _TOLERANCES_DEG:
        rounded = _points(polygon.simplify(tolerance_deg, preserve_topology=True))
        if len(rounded) <= most_points and shapely.Polygon(rounded).is_valid:
            return rounded
    return _points(polygon.convex_hull.simplify(_TOLERANCES_DEG[-1]))


def _points(geometry: BaseGeometry) -> Ring:
    return tuple((round(lat, _DIGITS), round(lon, _DIGITS)) for lon, lat in _polygon(geometry).exterior.coords)


def _polygon(geometry: object) -> shapely.Polygon:
    assert isinstance(geometry, shapely.Polygon)
    return geometry
