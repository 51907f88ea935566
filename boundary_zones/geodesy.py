"""Coordinates: checks, a plane near a border, GCJ-02, and the self-test of the datum.

Everything inside the house is WGS-84, which agrees with CGCS2000 to decimetres. GCJ-02, the shifted datum of Chinese
web maps, occurs in links out and in the self-test only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, TypeVar

import numpy as np
import polars as pl
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

from boundary_zones.errors import DatumError

Floats: TypeAlias = NDArray[np.float64]
GeometryT = TypeVar("GeometryT", bound=BaseGeometry)

WGS84 = Geod(ellps="WGS84")
DATUM_LIMIT_M = 100.0
KM_PER_DEG = 111.2
"""Mean length of a degree of latitude on the WGS-84 ellipsoid; between 0 and 60° N it is within 0.6 % of that."""
_LONGEST_PIECE_DEG = 0.02
POINTS_AT_ONCE = 512
"""Below the 700 new objects after which Python looks for what nobody holds any more."""


def coordinates(lat_deg: ArrayLike, lon_deg: ArrayLike) -> tuple[Floats, Floats]:
    """Latitudes and longitudes as two float arrays of one length.

    Raises:
        ValueError: different lengths, not finite, or out of range; the message names the first such row.
    """
    lat = np.atleast_1d(np.asarray(lat_deg, dtype=np.float64))
    lon = np.atleast_1d(np.asarray(lon_deg, dtype=np.float64))
    if lat.ndim != 1 or lat.shape != lon.shape:
        raise ValueError(f"lat_deg and lon_deg must be two columns of one length, got shapes {lat.shape}, {lon.shape}")
    inside = (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
    if not inside.all():
        row = int(np.argmin(inside))
        raise ValueError(f"row {row}: lat_deg {lat[row]}, lon_deg {lon[row]} is no place on Earth")
    return lat, lon


def apart_km(lat_deg: float, lon_deg: float) -> pl.Expr:
    """Kilometres from a place to the ``lat_deg`` and ``lon_deg`` of each row, with the meridians held parallel.

    Within 1 % at 100 km: enough to find the nearest or to bound a reach, not for a distance that is told to anybody.
    """
    north = pl.col("lat_deg") - lat_deg
    east = (pl.col("lon_deg") - lon_deg) * float(np.cos(np.radians(lat_deg)))
    return (north**2 + east**2).sqrt() * KM_PER_DEG


@dataclass(frozen=True)
class LocalPlane:
    """Lambert's azimuthal equal-area plane around a centre, in metres.

    At a distance ``c`` (in Earth radii) from the centre lengths are true to within ``c²/8`` (Snyder 1987, p. 182-190):
    0.003 % at 100 km, 0.08 % at 500 km.
    """

    lat_deg: float
    lon_deg: float

    @cached_property
    def _transformer(self) -> Transformer:
        plane = f"+proj=laea +lat_0={self.lat_deg} +lon_0={self.lon_deg} +datum=WGS84 +units=m +type=crs"
        return Transformer.from_crs("EPSG:4326", plane, always_xy=True)

    def xy_m(self, lat_deg: Floats, lon_deg: Floats) -> Floats:
        """Points in the plane, shape ``(n, 2)``: metres east and north of the centre."""
        x_m, y_m = self._transformer.transform(lon_deg, lat_deg)
        return np.column_stack([x_m, y_m])

    def lat_lon_deg(self, xy_m: Floats) -> tuple[Floats, Floats]:
        """Latitudes and longitudes of points in the plane, shape ``(n, 2)``."""
        lon, lat = self._transformer.transform(xy_m[:, 0], xy_m[:, 1], direction="INVERSE")
        return np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)

    def to_plane(self, geometry: GeometryT) -> GeometryT:
        """A longitude-latitude geometry in the plane.

        A piece that is straight in degrees is bent in the plane; pieces longer than 0.02° are cut, which leaves 0.1 m.
        """
        cut = shapely.segmentize(geometry, _LONGEST_PIECE_DEG)
        return shapely.transform(cut, lambda points: self.xy_m(points[:, 1], points[:, 0]))

    def to_lon_lat(self, geometry: GeometryT) -> GeometryT:
        """A geometry of the plane in longitude and latitude."""
        return shapely.transform(geometry, lambda points: np.column_stack(self.lat_lon_deg(points)[::-1]))


# The public formula of GCJ-02 on the Krasovsky 1940 ellipsoid, as eviltransform and coordTransform have it.
_AXIS_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_CHINA_LAT_DEG = (0.8293, 55.8271)
_CHINA_LON_DEG = (72.004, 137.8347)
_INVERSE_ROUNDS = 6
"""Each round of the inverse is 10⁻³ times nearer: six leave less than 10⁻⁹ degree."""


def _waves(phase: Floats, *terms: tuple[float, float]) -> Floats:
    """Sum of ``amplitude * sin(factor * pi * phase)``, times 2/3."""
    total = np.zeros_like(phase)
    for amplitude, factor in terms:
        total += amplitude * np.sin(factor * np.pi * phase)
    return total * (2.0 / 3.0)


def _gcj02_shift_deg(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Shift in degrees from WGS-84 to GCJ-02; zero outside the rectangle in which the formula holds."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = _waves(x, (20.0, 6.0), (20.0, 2.0))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += _waves(y, (20.0, 1.0), (40.0, 1.0 / 3.0), (160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += _waves(x, (20.0, 1.0), (40.0, 1.0 / 3.0), (150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0))
    latitude = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY_SQUARED) / magic**1.5
    parallel_m = _AXIS_M / np.sqrt(magic) * np.cos(latitude)
    inside = (
        (lat > _CHINA_LAT_DEG[0]) & (lat < _CHINA_LAT_DEG[1]) & (lon > _CHINA_LON_DEG[0]) & (lon < _CHINA_LON_DEG[1])
    )
    north_deg = np.where(inside, np.degrees(north / meridian_m), 0.0)
    return north_deg, np.where(inside, np.degrees(east / parallel_m), 0.0)


def gcj02_from_wgs84(lat_deg: ArrayLike, lon_deg: ArrayLike) -> tuple[Floats, Floats]:
    """GCJ-02 latitude and longitude of WGS-84 points, for links to Chinese web maps.

    Outside the rectangle of China the two are the same. Source: the public formula (no specification is published).
    """
    lat, lon = coordinates(lat_deg, lon_deg)
    north, east = _gcj02_shift_deg(lat, lon)
    return lat + north, lon + east


def wgs84_from_gcj02(lat_deg: ArrayLike, lon_deg: ArrayLike) -> tuple[Floats, Floats]:
    """WGS-84 latitude and longitude of GCJ-02 points, by fixed-point iteration; the way back is good to 10⁻⁸ degree."""
    lat_gcj02, lon_gcj02 = coordinates(lat_deg, lon_deg)
    lat, lon = lat_gcj02, lon_gcj02
    for _ in range(_INVERSE_ROUNDS):
        north, east = _gcj02_shift_deg(lat, lon)
        lat, lon = lat_gcj02 - north, lon_gcj02 - east
    return lat, lon


def points_of(xy_m: Floats) -> Iterator[NDArray[np.object_]]:
    """Points of a plane as shapely has them, some hundreds at a time and in order; no points are one empty step.

    Every point is an object: a hundred thousand alive at once set off Python's collector, which then walks over all
    that the process holds, and takes longer than making them.
    """
    for begin in range(0, max(len(xy_m), 1), POINTS_AT_ONCE):
        step = xy_m[begin : begin + POINTS_AT_ONCE]
        yield np.asarray(shapely.points(step[:, 0], step[:, 1]))


def segments(lines: BaseGeometry | NDArray[np.object_]) -> Floats:
    """Straight pieces of lines, or of the rings of polygons, shape ``(n, 2, 2)``: piece, start or end, x or y."""
    parts = shapely.get_parts(lines)
    polygonal = shapely.get_dimensions(parts) == 2
    parts[polygonal] = shapely.boundary(parts[polygonal])
    points, line = shapely.get_coordinates(shapely.get_parts(parts), return_index=True)
    joined = line[1:] == line[:-1]
    return np.stack([points[:-1][joined], points[1:][joined]], axis=1)


def datum_offset_m(lines: BaseGeometry, control: BaseGeometry) -> float:
    """Median distance in metres from the control points to the nearest of ``lines``.

    Args:
        lines: boundaries to be judged, longitude and latitude; of polygons their rings.
        control: points known to lie on those boundaries in WGS-84; of a line its vertices.

    Raises:
        ValueError: ``control`` or ``lines`` is empty.
    """
    points = shapely.get_coordinates(control)
    if len(points) == 0 or lines.is_empty:
        raise ValueError("the datum cannot be judged without control points and lines")
    centre_lon, centre_lat = points.mean(axis=0)
    plane = LocalPlane(float(centre_lat), float(centre_lon))
    tree = shapely.STRtree(np.asarray(shapely.linestrings(segments(plane.to_plane(lines)))))
    placed = shapely.points(plane.xy_m(points[:, 1], points[:, 0]))
    _, distance_m = tree.query_nearest(placed, return_distance=True, all_matches=False)
    return float(np.median(distance_m))


def assert_wgs84(lines: BaseGeometry, control: BaseGeometry, *, source: str, limit_m: float = DATUM_LIMIT_M) -> float:
    """The self-test of the datum: the offset in metres when it is within ``limit_m``.

    Args:
        lines: see ``datum_offset_m``.
        control: see ``datum_offset_m``.
        source: name of the file that the lines come from, for the message.
        limit_m: bound on the median. GCJ-02 geometry of this area gives 260 m and more.

    Raises:
        DatumError: it is not.
    """
    offset_m = datum_offset_m(lines, control)
    if offset_m > limit_m:
        problem = (
            f"lies a median {offset_m:.0f} m from the control points, bound {limit_m:.0f} m: "
            "it is probably GCJ-02; supply the geometry in WGS-84 or CGCS2000"
        )
        raise DatumError(source, "", problem)
    return offset_m
