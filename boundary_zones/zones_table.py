"""What stands in zones.toml: regions, prefectures, counties and joint units, checked against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from boundary_zones.errors import CatalogueError
from boundary_zones.toml_tables import Table, parse_table
from boundary_zones.zone import County, Member, MemberRole, Prefecture, Region, Zone

_Positive = Annotated[float, Field(gt=0)]
_Gb = Annotated[int, Field(ge=110000, le=829999)]
_Text = Annotated[str, Field(min_length=1)]


class Extent(Table):
    """Distances that say how far the product looks."""

    cells_km: _Positive
    """Cells lie within this distance of the home line."""
    watch_km: _Positive
    """Hotspots are followed within this distance of any stretch."""
    counties_km: _Positive
    """The geometry file holds every county within this distance of any stretch."""
    touch_tolerance_m: _Positive
    """Two counties touch where their boundaries lie this near to each other."""


class _RegionRow(Table):
    id: _Text
    gb: _Gb
    name_zh: _Text
    short_zh: Annotated[str, Field(min_length=1, max_length=1)]


class _PrefectureRow(Table):
    gb: _Gb
    name_zh: _Text


class _CountyRow(Table):
    gb: _Gb
    name_zh: _Text
    short_zh: _Text
    name_en: _Text


class _MemberRow(Table):
    gb: _Gb
    role: Annotated[MemberRole, Field(strict=False)]


class _ZoneRow(Table):
    id: Annotated[str, Field(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$")]
    name_zh: _Text
    name_en: _Text
    hazard: _Text
    members: list[_MemberRow]
    superiors: list[_Gb]


class _Document(Table):
    extent: Extent
    region: list[_RegionRow]
    prefecture: list[_PrefectureRow]
    county: list[_CountyRow]
    zone: Annotated[list[_ZoneRow], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class ZonesTable:
    """The declared world, without geometry."""

    extent: Extent
    regions: Mapping[str, Region]
    prefectures: Mapping[int, Prefecture]
    counties: Mapping[int, County]
    zones: tuple[Zone, ...]


def parse_zones(text: str, *, source: str) -> ZonesTable:
    """Parse zones.toml.

    A county and a prefecture belong to the region whose GB code shares their first two digits.

    Args:
        text: TOML.
        source: name of the file, for the messages.

    Raises:
        CatalogueError: an unknown key, a code or id that stands twice, or one that is used and not declared.
    """
    document = parse_table(text, _Document, source=source, error=CatalogueError)
    check = _Check(source)
    for table in ("region", "prefecture", "county"):
        check.unique([row.gb for row in getattr(document, table)], table, "gb")
    check.unique([row.id for row in document.region], "region", "id")
    check.unique([row.id for row in document.zone], "zone", "id")
    regions = {row.id: Region(**row.model_dump()) for row in document.region}
    region_ids = {region.gb: region.id for region in regions.values()}
    prefectures = {}
    for index, place in enumerate(document.prefecture):
        region_id = check.region(region_ids, place.gb, f"prefecture[{index}].gb")
        prefectures[place.gb] = Prefecture(place.gb, place.name_zh, region_id)
    counties = {}
    for index, row in enumerate(document.county):
        region_id = check.region(region_ids, row.gb, f"county[{index}].gb")
        counties[row.gb] = County(**row.model_dump(), region_id=region_id)
    known = {*region_ids, *prefectures}
    zones = [check.zone(row, f"zone[{index}]", counties, superiors=known) for index, row in enumerate(document.zone)]
    return ZonesTable(document.extent, regions, prefectures, counties, tuple(zones))


@dataclass(frozen=True, slots=True)
class _Check:
    """Checks between the tables of one file."""

    source: str

    def unique(self, values: Sequence[object], table: str, field: str) -> None:
        """No value stands twice."""
        for index, value in enumerate(values):
            if value in values[:index]:
                raise CatalogueError(self.source, f"{table}[{index}].{field}", f"{value} stands twice")

    def region(self, region_ids: Mapping[int, str], gb: int, field: str) -> str:
        """Id of the region that a code belongs to."""
        region_gb = gb // 10000 * 10000
        if region_gb not in region_ids:
            raise CatalogueError(self.source, field, f"{gb} lies in {region_gb}, which no [[region]] declares")
        return region_ids[region_gb]

    def zone(self, row: _ZoneRow, field: str, counties: Mapping[int, County], *, superiors: set[int]) -> Zone:
        """A joint unit of declared counties."""
        for index, member in enumerate(row.members):
            if member.gb not in counties:
                raise CatalogueError(self.source, f"{field}.members[{index}].gb", f"no [[county]] declares {member.gb}")
        for index, gb in enumerate(row.superiors):
            if gb not in superiors:
                problem = f"no [[region]] and no [[prefecture]] declares {gb}"
                raise CatalogueError(self.source, f"{field}.superiors[{index}]", problem)
        members = tuple(Member(counties[member.gb], member.role) for member in row.members)
        names = row.model_dump(include={"id", "name_zh", "name_en", "hazard"})
        try:
            return Zone(**names, members=members, superiors=tuple(row.superiors))
        except ValueError as cause:
            raise CatalogueError(self.source, f"{field}.members", str(cause)) from cause
