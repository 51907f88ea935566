"""Which county a point lies in: the polygons, and the reading of the GeoJSON that carries them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundary_zones.errors import CatalogueError
from boundary_zones.geodesy import Floats, LocalPlane, points_of, segments
from boundary_zones.zone import County

OUTSIDE = -1
"""Position of a point that lies in none of the counties."""

_M_PER_KM = 1000.0
_GZIP_MAGIC = b"\x1f\x8b"
_WGS84_NAMES = ("CRS84", "EPSG::4326", "EPSG:4326", "EPSG::4490", "EPSG:4490")


class CountyMap:
    """County polygons with their regions, for look-ups of many points at once.

    Args:
        counties: the counties, in any order; positions count in the order of their GB codes.
        polygons: GB code to polygon, longitude and latitude.
    """

    def __init__(self, counties: Mapping[int, County], polygons: Mapping[int, BaseGeometry]) -> None:
        self.counties = tuple(counties[gb] for gb in sorted(counties))
        self.gb = np.array([county.gb for county in self.counties], dtype=np.int64)
        self.polygons: NDArray[np.object_] = np.array([polygons[county.gb] for county in self.counties], dtype=object)
        self.region_ids = tuple(dict.fromkeys(county.region_id for county in self.counties))
        indices = [self.region_ids.index(county.region_id) for county in self.counties]
        # One entry more than counties: index OUTSIDE reads the last, which says "no region".
        self._region = np.array([*indices, OUTSIDE], dtype=np.intp)
        self._bounds = shapely.bounds(self.polygons)
        shapely.prepare(self.polygons)

    def position(self, lat_deg: Floats, lon_deg: Floats) -> NDArray[np.intp]:
        """Position of the county of each point, OUTSIDE for none. A point on a shared line gets the lower GB code.

        Each prepared polygon is asked about the points between its meridians: five times faster than a tree of points.
        """
        found = np.full(len(lat_deg), OUTSIDE, dtype=np.intp)
        order = np.argsort(lon_deg, kind="stable")
        lat, lon = lat_deg[order], lon_deg[order]
        first = np.searchsorted(lon, self._bounds[:, 0], side="left")
        last = np.searchsorted(lon, self._bounds[:, 2], side="right")
        for county in reversed(range(len(self.counties))):
            strip = slice(first[county], last[county])
            inside = shapely.intersects_xy(self.polygons[county], lon[strip], lat[strip])
            found[order[strip][inside]] = county
        return found

    def position_of(self, county_gb: pl.Series) -> NDArray[np.intp]:
        """Positions of counties that are known by their codes; OUTSIDE for null."""
        known = county_gb.is_not_null().to_numpy()
        found = np.searchsorted(self.gb, county_gb.fill_null(self.gb[0]).to_numpy())
        return np.where(known, found, OUTSIDE)

    def region(self, position: NDArray[np.intp]) -> NDArray[np.intp]:
        """Index into ``region_ids`` for county positions; OUTSIDE stays OUTSIDE."""
        return self._region[position]

    def names(self, position: NDArray[np.intp]) -> pl.DataFrame:
        """Columns ``county_gb`` and ``region`` for county positions, null for OUTSIDE."""
        table = pl.DataFrame(
            {"county_gb": self.gb, "region": [county.region_id for county in self.counties]},
            schema={"county_gb": pl.Int64, "region": pl.String},
        )
        index = pl.Series(np.where(position == OUTSIDE, len(self.counties), position)).cast(pl.UInt32)
        return pl.concat([table, table.clear(n=1)])[index]

    def touched(self, lat_deg: Floats, lon_deg: Floats, error_km: Floats, position: NDArray[np.intp]) -> pl.Series:
        """Codes of the counties that each point's circle of error touches, the one it lies in among them, in order."""
        point, across = self._near_edges(lat_deg, lon_deg, error_km)
        near = np.unique(point)
        inside = near[position[near] != OUTSIDE]
        pairs = pl.DataFrame(
            {
                "point": np.concatenate((point, inside)),
                "gb": self.gb[np.concatenate((across, position[inside]))],
            },
            schema={"point": pl.Int64, "gb": pl.Int64},
        )
        several = pairs.unique().sort("point", "gb").group_by("point", maintain_order=True).agg("gb")["gb"]
        alone = pl.Series("gb", [*([gb] for gb in self.gb.tolist()), []], dtype=pl.List(pl.Int64))
        row = np.where(position == OUTSIDE, len(self.gb), position)
        row[near] = len(alone) + np.arange(len(near))
        return pl.concat([alone, several])[row]

    def _near_edges(
        self, lat_deg: Floats, lon_deg: Floats, error_km: Floats
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Each point with the position of each county whose boundary its circle of error touches, piece by piece."""
        plane, tree, owner = self._edges
        points, pieces, begin = [], [], 0
        for step in points_of(plane.xy_m(lat_deg, lon_deg)):
            reach_m = error_km[begin : begin + len(step)] * _M_PER_KM
            point, piece = tree.query(step, predicate="dwithin", distance=reach_m)
            points.append(point + begin)
            pieces.append(piece)
            begin += len(step)
        return np.concatenate(points), owner[np.concatenate(pieces)]

    @cached_property
    def _edges(self) -> tuple[LocalPlane, shapely.STRtree, NDArray[np.intp]]:
        """A plane, a tree over the straight pieces of all boundaries in it, and the county of each piece."""
        west, south, east, north = shapely.total_bounds(self.polygons)
        plane = LocalPlane(round(float(south + north) / 2, 2), round(float(west + east) / 2, 2))
        pieces = [segments(plane.to_plane(polygon).boundary) for polygon in self.polygons]
        owner = np.repeat(np.arange(len(pieces), dtype=np.intp), [len(each) for each in pieces])
        return plane, shapely.STRtree(np.asarray(shapely.linestrings(np.concatenate(pieces)))), owner

    def polygon(self, gb: int) -> BaseGeometry:
        """The polygon of one county, longitude and latitude."""
        polygon: BaseGeometry = self.polygons[np.searchsorted(self.gb, gb)]
        return polygon


def parse_counties(body: bytes, *, source: str) -> dict[int, tuple[str | None, BaseGeometry]]:
    """Parse county polygons from GeoJSON, plain or gzip.

    Every feature needs the property ``gb`` (GB/T 2260 code, an integer) and a Polygon or MultiPolygon in WGS-84 or
    CGCS2000 longitude and latitude; ``name_zh`` is read when it is there, other properties are not.

    Args:
        body: the file.
        source: its name, for the messages.

    Returns:
        GB code to name and polygon.

    Raises:
        CatalogueError: not GeoJSON, another coordinate system, a code missing or twice, or a polygon that is not valid.
    """
    features = _features(body, source=source)
    found: dict[int, tuple[str | None, BaseGeometry]] = {}
    for row, feature in enumerate(features):
        field = f"features[{row}]"
        if not isinstance(feature, dict):
            raise CatalogueError(source, field, "is not a GeoJSON feature")
        properties = feature.get("properties") or {}
        gb = properties.get("gb")
        if not isinstance(gb, int) or isinstance(gb, bool):
            raise CatalogueError(source, f"{field}.properties.gb", f"must be a GB/T 2260 code, got {gb!r}")
        if gb in found:
            raise CatalogueError(source, f"{field}.properties.gb", f"{gb} stands twice: join its parts to one feature")
        found[gb] = (
            properties.get("name_zh"),
            _polygon(feature.get("geometry"), source=source, field=f"{field} ({gb})"),
        )
    return found


def _features(body: bytes, *, source: str) -> list[Any]:
    """Features of a GeoJSON collection in an accepted coordinate system."""
    try:
        text = gzip.decompress(body) if body.startswith(_GZIP_MAGIC) else body
        document = json.loads(text)
    except (OSError, EOFError, ValueError) as cause:
        raise CatalogueError(source, "", f"is not GeoJSON, plain or gzip: {cause}") from cause
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise CatalogueError(source, "features", "is missing: a GeoJSON FeatureCollection is needed")
    declared = document.get("crs")
    if declared is not None and not any(name in json.dumps(declared) for name in _WGS84_NAMES):
        raise CatalogueError(source, "crs", f"is {json.dumps(declared)}: WGS-84 or CGCS2000 degrees are needed")
    features: list[Any] = document["features"]
    return features


def _polygon(geometry: object, *, source: str, field: str) -> BaseGeometry:
    """A valid polygon in degrees."""
    try:
        polygon = shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.GEOSException as cause:
        raise CatalogueError(source, field, f"has no readable geometry: {cause}") from cause
    if not isinstance(polygon, shapely.Polygon | shapely.MultiPolygon) or polygon.is_empty:
        raise CatalogueError(source, field, "must be a Polygon or a MultiPolygon that is not empty")
    west, south, east, north = polygon.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise CatalogueError(source, field, f"has bounds {polygon.bounds}: longitude comes first, in degrees")
    if not polygon.is_valid:
        raise CatalogueError(source, field, f"is not a valid polygon: {shapely.is_valid_reason(polygon)}")
    return polygon
