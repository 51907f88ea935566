"""The catalogue: joint units with their borders, cells and counties. The only file reader of the floor."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import dataframely as dy
import shapely
from shapely.geometry.base import BaseGeometry

from boundary_zones.border import BorderLines, Stretch, ZoneBorder, zone_stretches
from boundary_zones.cells import CellFrame, cells_within
from boundary_zones.counties import CountyMap, parse_counties
from boundary_zones.errors import CatalogueError, WhereError
from boundary_zones.geodesy import LocalPlane, assert_wgs84
from boundary_zones.zone import County, Prefecture, Region, Zone
from boundary_zones.zones_table import Extent, ZonesTable, parse_zones

SHIPPED = Path(__file__).parent / "data"
ZONES_FILE = "zones.toml"
GEOMETRY_FILE = "counties.geojson.gz"
CONTROL_FILE = "control_points.csv"


@dataclass(frozen=True)
class Catalogue:
    """Everything that is known about where. Made by ``load_catalogue`` once at start, and never changed.

    Attributes:
        regions: by id, in the order of the file.
        prefectures: by GB code.
        counties: by GB code: every county that a point of the watch area can lie in.
        zones: the joint units.
        extent: how far the product looks.
        county_map: look-up of the county of points.
        lines: the stretches of all joint units in one plane; a stretch of two units counts for the earlier.
        datum_offset_m: result of the self-test of the datum; None when no control point lies in the geometry.
        borders: by zone id.
        cell_frames: by zone id.
    """

    regions: Mapping[str, Region]
    prefectures: Mapping[int, Prefecture]
    counties: Mapping[int, County]
    zones: tuple[Zone, ...]
    extent: Extent
    county_map: CountyMap = field(repr=False)
    lines: BorderLines = field(repr=False)
    datum_offset_m: float | None
    borders: Mapping[str, ZoneBorder] = field(repr=False)
    cell_frames: Mapping[str, dy.DataFrame[CellFrame]] = field(repr=False)

    def zone(self, zone_id: str) -> Zone:
        """The joint unit with this id.

        Raises:
            KeyError: there is none; the message names those there are.
        """
        return self.border(zone_id).zone

    def border(self, zone_id: str) -> ZoneBorder:
        """Border of a joint unit.

        Raises:
            KeyError: no such unit; the message names those there are.
        """
        if zone_id not in self.borders:
            raise KeyError(f"no joint unit {zone_id!r}: there are {', '.join(self.borders)}")
        return self.borders[zone_id]

    def cells(self, zone_id: str) -> dy.DataFrame[CellFrame]:
        """Cells of a joint unit, sorted by id.

        Raises:
            KeyError: no such unit; the message names those there are.
        """
        self.border(zone_id)
        return self.cell_frames[zone_id]


def load_catalogue(folder: Path | None = None, *, geometry: Path | None = None) -> Catalogue:
    """Read joint units and geometry. It takes about a second: the caller keeps the result.

    Args:
        folder: holds zones.toml, and may hold counties.geojson.gz and control_points.csv of its own; what it does not
            hold is taken from the package. None: the shipped folder.
        geometry: a GeoJSON file (plain or gzip) to be used in the place of counties.geojson.gz; see data/PROVENANCE.md.

    Raises:
        CatalogueError: naming file and field.
        DatumError: the geometry lies more than 100 m from the control points.
    """
    home = folder if folder is not None else SHIPPED
    zones_path = home / ZONES_FILE
    geometry_path = geometry if geometry is not None else _own_or_shipped(home, GEOMETRY_FILE)
    control_path = _own_or_shipped(home, CONTROL_FILE)
    table = parse_zones(read_text(zones_path, error=CatalogueError), source=str(zones_path))
    polygons = parse_counties(_read_bytes(geometry_path, error=CatalogueError), source=str(geometry_path))
    control = parse_control(read_text(control_path, error=CatalogueError), source=str(control_path))
    return build_catalogue(table, polygons, control, zones_source=str(zones_path), geometry_source=str(geometry_path))


def read_text(path: Path, *, error: type[WhereError]) -> str:
    """Text of a UTF-8 file.

    Raises:
        WhereError: of the class ``error``: the file is not there, not readable or not UTF-8.
    """
    try:
        return _read_bytes(path, error=error).decode("utf-8")
    except UnicodeDecodeError as cause:
        raise error(str(path), "", f"is not UTF-8: {cause}") from cause


def _read_bytes(path: Path, *, error: type[WhereError]) -> bytes:
    try:
        return path.read_bytes()
    except OSError as cause:
        raise error(str(path), "", f"cannot be read: {cause.strerror}") from cause


def _own_or_shipped(folder: Path, name: str) -> Path:
    return folder / name if (folder / name).exists() else SHIPPED / name


def parse_control(text: str, *, source: str) -> shapely.MultiPoint:
    """Control points of the datum from a CSV with the columns ``lat_deg,lon_deg``.

    Raises:
        CatalogueError: a missing column, or a row that is no place on Earth.
    """
    reader = csv.DictReader(io.StringIO(text))
    points = []
    for row in reader:
        try:
            lat, lon = float(row["lat_deg"]), float(row["lon_deg"])
        except (KeyError, TypeError, ValueError) as cause:
            raise CatalogueError(source, f"line {reader.line_num}", "needs numbers in lat_deg and lon_deg") from cause
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            raise CatalogueError(source, f"line {reader.line_num}", f"{lat}, {lon} is no place on Earth")
        points.append((lon, lat))
    return shapely.MultiPoint(points)


def build_catalogue(
    table: ZonesTable,
    polygons: Mapping[int, tuple[str | None, BaseGeometry]],
    control: shapely.MultiPoint,
    *,
    zones_source: str,
    geometry_source: str,
) -> Catalogue:
    """Put the declared world and its geometry together.

    Args:
        table: of zones.toml.
        polygons: GB code to name and polygon.
        control: control points of the datum.
        zones_source: name of the file of ``table``.
        geometry_source: name of the file of ``polygons``.

    Raises:
        CatalogueError: a county without polygon, a name that differs, or a joint unit whose members do not touch.
        DatumError: the geometry lies more than 100 m from the control points.
    """
    county_map = CountyMap(table.counties, _matched(table.counties, polygons, source=geometry_source))
    datum_offset_m = _tested_datum(county_map, control, source=geometry_source)
    borders = {}
    for index, zone in enumerate(table.zones):
        border_field = f"zone[{index}].members"
        borders[zone.id] = _border(zone, county_map, table.extent, source=zones_source, field_name=border_field)
    stretches = [stretch for border in borders.values() for stretch in border.stretches]
    return Catalogue(
        regions=MappingProxyType(dict(table.regions)),
        prefectures=MappingProxyType(dict(table.prefectures)),
        counties=MappingProxyType(dict(table.counties)),
        zones=table.zones,
        extent=table.extent,
        county_map=county_map,
        lines=BorderLines(_first_of_each_pair(stretches), _plane([stretch.line for stretch in stretches])),
        datum_offset_m=datum_offset_m,
        borders=MappingProxyType(borders),
        cell_frames=MappingProxyType(
            {zone_id: cells_within(border, within_km=table.extent.cells_km) for zone_id, border in borders.items()}
        ),
    )


def _matched(
    counties: Mapping[int, County], polygons: Mapping[int, tuple[str | None, BaseGeometry]], *, source: str
) -> dict[int, BaseGeometry]:
    """The polygon of every declared county; what the file holds beyond them is left out."""
    for county in counties.values():
        if county.gb not in polygons:
            raise CatalogueError(source, "features", f"hold no county {county.gb} {county.name_zh}")
        name = polygons[county.gb][0]
        if name is not None and name != county.name_zh:
            problem = f"is {name!r} here and {county.name_zh!r} in {ZONES_FILE}: one of the two codes is wrong"
            raise CatalogueError(source, f"name_zh of {county.gb}", problem)
    return {gb: polygons[gb][1] for gb in counties}


def _tested_datum(county_map: CountyMap, control: shapely.MultiPoint, *, source: str) -> float | None:
    """Offset of the geometry from those control points that lie in its bounding box."""
    lines = shapely.GeometryCollection(list(county_map.polygons))
    inside = control.intersection(shapely.box(*lines.bounds))
    return None if inside.is_empty else assert_wgs84(lines, inside, source=source)


def _border(zone: Zone, county_map: CountyMap, extent: Extent, *, source: str, field_name: str) -> ZoneBorder:
    """Border of one joint unit; every member is part of it."""
    plane = _plane([county_map.polygon(county.gb) for county in zone.counties])
    stretches = zone_stretches(zone, county_map, plane=plane, tolerance_m=extent.touch_tolerance_m)
    touching = {county.gb for stretch in stretches for county in (stretch.first, stretch.second)}
    apart = [f"{county.gb} {county.name_zh}" for county in zone.counties if county.gb not in touching]
    if apart:
        problem = f"{zone.id}: {', '.join(apart)} touch no member of another region"
        raise CatalogueError(source, field_name, problem)
    if not any(stretch.is_home_line for stretch in stretches):
        raise CatalogueError(source, field_name, f"{zone.id}: no home member touches a neighbour member")
    return ZoneBorder(zone, stretches, plane=plane, counties=county_map)


def _plane(geometries: Sequence[BaseGeometry]) -> LocalPlane:
    """A plane around the middle of the bounding box, to whole hundredths of a degree."""
    west, south, east, north = shapely.total_bounds(geometries)
    return LocalPlane(round(float(south + north) / 2, 2), round(float(west + east) / 2, 2))


def _first_of_each_pair(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches without those between two counties that an earlier joint unit has already."""
    firsts: dict[frozenset[int], Stretch] = {}
    for stretch in stretches:
        firsts.setdefault(frozenset({stretch.first.gb, stretch.second.gb}), stretch)
    return list(firsts.values())
