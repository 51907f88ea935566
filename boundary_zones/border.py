"""The border of a joint unit, and where a point stands to it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations

import dataframely as dy
import numpy as np
import polars as pl
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from boundary_zones.counties import CountyMap
from boundary_zones.geodesy import WGS84, Floats, LocalPlane, coordinates, points_of, segments
from boundary_zones.zone import County, MemberRole, Zone

_PROBE_M = 1.0
"""How far before the line the near side is looked up for a point that lies in neither region of the stretch."""
_NODE_CAPACITY = 4
"""Leaves of the segment tree: nearest-neighbour queries are twice as fast as with shapely's 10."""
WORTH_TWO_THREADS = 20_000
"""Points from which on the search is halved: the tree is asked outside of Python's lock."""
_STUB_FACTOR = 10.0
"""A shared line shorter than this many tolerances is the touch of two corners."""


class RelationFrame(dy.Schema):
    """Where points stand to a border, row by row as they were given."""

    signed_distance_km = dy.Float64()
    """Positive when the point lies in a home region of the joint unit, negative elsewhere."""
    distance_to_border_km = dy.Float64(min=0)
    bearing_to_border_deg = dy.Float64(min=0, max=360)
    """Geodesic azimuth from the point to the nearest point of the border."""
    border_lat_deg = dy.Float64(min=-90, max=90)
    border_lon_deg = dy.Float64(min=-180, max=180)
    neighbour_county_gb = dy.Int64()
    """The county across the nearest stretch, as seen from the point."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a joint unit's border that separates two counties of different regions."""

    zone: Zone
    first: County
    second: County
    is_home_line: bool
    """Whether one side is home and the other neighbour: around these stretches lie the cells."""
    line: shapely.MultiLineString
    """Longitude and latitude, WGS-84."""

    @property
    def length_km(self) -> float:
        """Geodesic length."""
        return float(WGS84.geometry_length(self.line)) / 1000.0


@dataclass(frozen=True, slots=True)
class NearestPoints:
    """For each point the nearest stretch (its index) and the nearest place on it."""

    stretch: NDArray[np.intp]
    lat_deg: Floats
    lon_deg: Floats


class BorderLines:
    """Stretches in a local plane, with a tree over their straight pieces.

    Args:
        stretches: one or more; where two lie on each other the earlier is meant to be given alone.
        plane: a plane whose centre is within some 500 km of all of them.
    """

    def __init__(self, stretches: Sequence[Stretch], plane: LocalPlane) -> None:
        self.stretches = tuple(stretches)
        self.plane = plane
        pieces = [segments(plane.to_plane(stretch.line)) for stretch in self.stretches]
        both_ends = np.concatenate(pieces)
        self._start = both_ends[:, 0]
        self._along = both_ends[:, 1] - both_ends[:, 0]
        self._stretch = np.repeat(np.arange(len(pieces), dtype=np.intp), [len(piece) for piece in pieces])
        self._tree = shapely.STRtree(np.asarray(shapely.linestrings(both_ends)), node_capacity=_NODE_CAPACITY)

    def nearest(self, xy_m: Floats) -> NearestPoints:
        """The nearest place on any stretch for points of the plane, shape ``(n, 2)``."""
        if len(xy_m) < WORTH_TWO_THREADS:
            piece = self._nearest_piece(xy_m)
        else:
            with ThreadPoolExecutor(2) as pool:
                piece = np.concatenate(list(pool.map(self._nearest_piece, np.array_split(xy_m, 2))))
        start, along = self._start[piece], self._along[piece]
        fraction = np.einsum("ij,ij->i", xy_m - start, along) / np.einsum("ij,ij->i", along, along)
        foot = start + np.clip(fraction, 0.0, 1.0)[:, None] * along
        lat, lon = self.plane.lat_lon_deg(foot)
        return NearestPoints(self._stretch[piece], lat, lon)

    def _nearest_piece(self, xy_m: Floats) -> NDArray[np.intp]:
        near = [self._tree.query_nearest(points, all_matches=False)[1] for points in points_of(xy_m)]
        return np.concatenate(near)


class ZoneBorder:
    """The border of one joint unit.

    Attributes:
        zone: the joint unit.
        lines: all stretches between members of different regions: distances are to these.
        home_lines: those between a home and a neighbour member: cells lie around these.
        counties: the polygons that say which side a point is on.
    """

    def __init__(self, zone: Zone, stretches: Sequence[Stretch], *, plane: LocalPlane, counties: CountyMap) -> None:
        self.zone = zone
        self.lines = BorderLines(stretches, plane)
        self.home_lines = BorderLines([stretch for stretch in stretches if stretch.is_home_line], plane)
        self.counties = counties

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """All stretches, in member order."""
        return self.lines.stretches

    @property
    def length_km(self) -> float:
        """Length of the home lines."""
        return sum(stretch.length_km for stretch in self.home_lines.stretches)


def shared_line(
    first: BaseGeometry, second: BaseGeometry, *, plane: LocalPlane, tolerance_m: float
) -> shapely.MultiLineString:
    """The part of the boundary of ``first`` that lies within ``tolerance_m`` of the boundary of ``second``.

    Args:
        first: a polygon, longitude and latitude; the line takes its vertices.
        second: another.
        plane: in which the tolerance is measured.
        tolerance_m: 1 for layers whose neighbours share vertices; more for layers drawn county by county.

    Returns:
        Longitude and latitude, joined to as few lines as possible; empty when the two do not touch along a line.
    """
    edge, other = (plane.to_plane(polygon).boundary for polygon in (first, second))
    reach = shapely.box(*edge.bounds).buffer(tolerance_m)
    band = other.intersection(reach).buffer(tolerance_m, quad_segs=2, cap_style="flat")
    parts = shapely.get_parts(edge.intersection(band))
    # An overlay also returns the points where the two only touch, and an empty line when they do not.
    lines = parts[(shapely.get_dimensions(parts) == 1) & ~shapely.is_empty(parts)]
    merged = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(list(lines))))
    kept = [line for line in merged if line.length > _STUB_FACTOR * tolerance_m]
    return shapely.MultiLineString([plane.to_lon_lat(line) for line in kept])


def zone_stretches(zone: Zone, counties: CountyMap, *, plane: LocalPlane, tolerance_m: float) -> tuple[Stretch, ...]:
    """Every stretch between two members of different regions, in member order; pairs that do not touch have none."""
    found = []
    for one, two in combinations(zone.members, 2):
        if one.county.region_id == two.county.region_id:
            continue
        polygons = counties.polygon(one.county.gb), counties.polygon(two.county.gb)
        line = shared_line(*polygons, plane=plane, tolerance_m=tolerance_m)
        is_home_line = {one.role, two.role} == {MemberRole.HOME, MemberRole.NEIGHBOUR}
        if not line.is_empty:
            found.append(Stretch(zone, one.county, two.county, is_home_line, line))
    return tuple(found)


def relation_to_border(border: ZoneBorder, lat_deg: ArrayLike, lon_deg: ArrayLike) -> dy.DataFrame[RelationFrame]:
    """Where points stand to the border of a joint unit.

    The nearest place is sought in a local plane, distance and bearing to it are geodesic on the WGS-84 ellipsoid.
    On the line itself the distance is 0 and the bearing means nothing.

    Args:
        border: of the joint unit.
        lat_deg: latitudes, WGS-84.
        lon_deg: longitudes, as many.

    Raises:
        ValueError: coordinates that are no place on Earth.
    """
    lat, lon = coordinates(lat_deg, lon_deg)
    position = border.counties.position(lat, lon)
    _, frame = relation_to_lines(border.lines, border.counties, lat=lat, lon=lon, position=position)
    return frame


def relation_to_lines(
    lines: BorderLines, counties: CountyMap, *, lat: Floats, lon: Floats, position: NDArray[np.intp]
) -> tuple[NDArray[np.intp], dy.DataFrame[RelationFrame]]:
    """``relation_to_border`` for lines of one or more joint units and points whose county is known.

    Args:
        lines: the stretches.
        counties: the polygons.
        lat: checked latitudes.
        lon: checked longitudes.
        position: of each point's county in ``counties``.

    Returns:
        Index of the nearest stretch, and the relation.
    """
    xy_m = lines.plane.xy_m(lat, lon)
    nearest = lines.nearest(xy_m)
    azimuth, _, distance_m = WGS84.inv(lon, lat, nearest.lon_deg, nearest.lat_deg)
    distance_km = np.asarray(distance_m, dtype=np.float64) / 1000.0
    region = counties.region(position)
    is_home = _home_table(lines.stretches, counties)[nearest.stretch, region]
    frame = pl.DataFrame(
        {
            "signed_distance_km": np.where(is_home, distance_km, -distance_km),
            "distance_to_border_km": distance_km,
            "bearing_to_border_deg": np.asarray(azimuth, dtype=np.float64) % 360.0,
            "border_lat_deg": nearest.lat_deg,
            "border_lon_deg": nearest.lon_deg,
            "neighbour_county_gb": _across(lines, counties, xy_m=xy_m, nearest=nearest, region=region),
        }
    )
    return nearest.stretch, RelationFrame.validate(frame)


def _home_table(stretches: Sequence[Stretch], counties: CountyMap) -> NDArray[np.bool_]:
    """Whether a region is home, shape ``(stretches, regions + 1)``; the last column is "no region"."""
    columns = [*counties.region_ids, None]
    return np.array([[region in stretch.zone.home_region_ids for region in columns] for stretch in stretches])


def _across(
    lines: BorderLines, counties: CountyMap, *, xy_m: Floats, nearest: NearestPoints, region: NDArray[np.intp]
) -> NDArray[np.int64]:
    """GB code of the county on the far side of the nearest stretch.

    The side of the stretch that has the point's region is the near one. A point of a third region, or of none, is near
    to the side that it would reach first: the region one step before the line, on the way from the point. Where that
    too is a third region (an end of the stretch) the far side is the stretch's second county.
    """
    regions = [[counties.region_ids.index(side.region_id) for side in (s.first, s.second)] for s in lines.stretches]
    sides = np.array(regions, dtype=np.intp)[nearest.stretch]
    codes = np.array([[s.first.gb, s.second.gb] for s in lines.stretches], dtype=np.int64)[nearest.stretch]
    near = region.copy()
    elsewhere = np.flatnonzero((near != sides[:, 0]) & (near != sides[:, 1]))
    if len(elsewhere):
        foot = lines.plane.xy_m(nearest.lat_deg[elsewhere], nearest.lon_deg[elsewhere])
        back = xy_m[elsewhere] - foot
        length = np.maximum(np.hypot(back[:, 0], back[:, 1]), _PROBE_M)
        probe = lines.plane.lat_lon_deg(foot + back / length[:, None] * _PROBE_M)
        near[elsewhere] = counties.region(counties.position(*probe))
    return np.where(near == sides[:, 1], codes[:, 0], codes[:, 1])


def least_distance_km(distance_km: ArrayLike, location_error_km: ArrayLike) -> Floats:
    """Distance less the location error, not below 0: 0 when the error circle touches the line.

    Raises:
        ValueError: a negative location error.
    """
    error = np.asarray(location_error_km, dtype=np.float64)
    if (error < 0).any():
        raise ValueError("location_error_km must not be negative")
    least: Floats = np.maximum(np.asarray(distance_km, dtype=np.float64) - error, 0.0)
    return least
