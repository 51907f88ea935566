"""Region, county, joint unit, distance and bearing for 100 000 points, beside one shapely look-up a point."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from bench.measurement import Measurement, median_seconds
from boundary_zones.catalogue import Catalogue, load_catalogue
from boundary_zones.places import locate

POINTS = 100_000
PEER_POINTS = 500


def run() -> list[Measurement]:
    """Million points per second; the peer runs on fewer points, at its own rate."""
    catalogue = load_catalogue()
    rng = np.random.default_rng(2027)
    lat_deg, lon_deg = rng.uniform(39.4, 41.8, POINTS), rng.uniform(114.9, 118.3, POINTS)
    ours_s = median_seconds(lambda: locate(catalogue, lat_deg, lon_deg))
    border = shapely.union_all([catalogue.lines.plane.to_plane(one.line) for one in catalogue.lines.stretches])
    few = slice(PEER_POINTS)
    peer_s = median_seconds(lambda: point_by_point(catalogue, border, lat_deg[few], lon_deg[few]), runs=3)
    return [
        Measurement(
            name="locate: points to county, joint unit, distance and bearing",
            unit="million points/s",
            ours=POINTS / ours_s / 1e6,
            peer_name="shapely, one point at a time",
            peer=PEER_POINTS / peer_s / 1e6,
            target=5.0,
            higher_is_better=True,
            bound_by="nearest-segment queries of GEOS, more than half of the time",
        ),
        Measurement(
            name="locate: wall time of 100 000 points",
            unit="s",
            ours=ours_s,
            peer_name=None,
            peer=None,
            target=1.0,
            higher_is_better=False,
            bound_by="nearest-segment queries of GEOS",
        ),
    ]


def point_by_point(
    catalogue: Catalogue, border: BaseGeometry, lat_deg: np.ndarray, lon_deg: np.ndarray
) -> list[tuple[int | None, float]]:
    """County and distance of each point, as a loop over shapely objects gives them."""
    counties = catalogue.county_map
    found = []
    for lat, lon in zip(lat_deg, lon_deg, strict=True):
        point = shapely.Point(lon, lat)
        gb = next(
            (int(gb) for gb, polygon in zip(counties.gb, counties.polygons, strict=True) if polygon.covers(point)), None
        )
        placed = shapely.Point(catalogue.lines.plane.xy_m(np.array([lat]), np.array([lon]))[0])
        found.append((gb, border.distance(placed) / 1000.0))
    return found


if __name__ == "__main__":
    for measurement in run():
        print(f"{measurement.name}: {measurement.ours:.3f} {measurement.unit}, ratio {measurement.ratio:.1f}")
