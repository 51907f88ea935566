"""Townships (乡镇) along the lines: names and codes as data, places only where an office gave them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field

from boundary_zones.catalogue import SHIPPED, read_text
from boundary_zones.errors import CatalogueError
from boundary_zones.geodesy import WGS84
from boundary_zones.toml_tables import Table, parse_table

_FARTHEST_KM = 20.0
"""A township farther away than this says nothing of a place."""
_AT_KM = 1.0
_SECTORS_ZH = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")
TOWNSHIPS_FILE = "townships.toml"
_Gb = Annotated[int, Field(ge=110_000_000, le=829_999_999)]
_COLUMNS = ("gb", "name_zh", "lat_deg", "lon_deg")


class _TownshipRow(Table):
    gb: _Gb
    name_zh: Annotated[str, Field(min_length=2)]
    valid_from: date
    valid_to: date | None = None


class _Document(Table):
    source: Annotated[str, Field(min_length=1)]
    confirmed_by: str
    township: list[_TownshipRow]


@dataclass(frozen=True, slots=True)
class Township:
    """A township-level division. Without a place it stands for nothing smaller than its county."""

    gb: int
    """Nine digits; the first six are the county's."""
    name_zh: str
    source: str
    valid_from: date
    valid_to: date | None = None
    confirmed_by: str = ""
    lat_deg: float | None = None
    """Of its seat or middle, WGS-84, from an office's table; never guessed."""
    lon_deg: float | None = None

    @property
    def county_gb(self) -> int:
        """The county that it belongs to."""
        return self.gb // 1000

    @property
    def placed(self) -> bool:
        """Whether an office said where it lies."""
        return self.lat_deg is not None and self.lon_deg is not None

    def stands(self, local_date: date) -> bool:
        """Whether the code was not given up by a day. Days before the list was drawn up are not doubted."""
        return self.valid_to is None or local_date <= self.valid_to


def load_townships(office_table: Path | None = None) -> tuple[Township, ...]:
    """The shipped candidates, with the places and the townships of an office's table over them.

    Args:
        office_table: CSV ``gb,name_zh,lat_deg,lon_deg``; None: nobody has given one.

    Raises:
        CatalogueError: a file that cannot be read, a code twice, or a row that is wrong; file and row are named.
    """
    path = SHIPPED / TOWNSHIPS_FILE
    shipped = parse_townships(read_text(path, error=CatalogueError), source=str(path))
    if office_table is None:
        return shipped
    text = read_text(office_table, error=CatalogueError)
    return merged(shipped, parse_office_table(text, source=str(office_table)))


def parse_townships(text: str, *, source: str) -> tuple[Township, ...]:
    """Parse townships.toml.

    Raises:
        CatalogueError: an unknown key, a wrong type, or a code twice.
    """
    document = parse_table(text, _Document, source=source, error=CatalogueError)
    found: dict[int, Township] = {}
    for index, row in enumerate(document.township):
        if row.gb in found:
            raise CatalogueError(source, f"township[{index}].gb", f"{row.gb} stands twice")
        found[row.gb] = Township(
            row.gb, row.name_zh, document.source, row.valid_from, row.valid_to, document.confirmed_by
        )
    return tuple(found.values())


def parse_office_table(text: str, *, source: str) -> tuple[Township, ...]:
    """Parse an office's CSV ``gb,name_zh,lat_deg,lon_deg``; places are WGS-84 or CGCS2000.

    Raises:
        CatalogueError: a missing column, a code twice, or a row that is no place on Earth.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise CatalogueError(source, "header", f"column {missing[0]} is missing; it needs {','.join(_COLUMNS)}")
    found: dict[int, Township] = {}
    for row in reader:
        township = _office_row(row, source=source, line=reader.line_num)
        if township.gb in found:
            raise CatalogueError(source, f"line {reader.line_num}", f"gb {township.gb} stands twice")
        found[township.gb] = township
    return tuple(found.values())


def merged(shipped: Iterable[Township], office: Iterable[Township]) -> tuple[Township, ...]:
    """What the office gave in the place of the shipped row of the same code, then what only it has; by code."""
    rows = {township.gb: township for township in shipped} | {township.gb: township for township in office}
    return tuple(rows[gb] for gb in sorted(rows))


def _office_row(row: dict[str, str], *, source: str, line: int) -> Township:
    try:
        gb, lat, lon = int(row["gb"]), float(row["lat_deg"]), float(row["lon_deg"])
    except (TypeError, ValueError) as cause:
        raise CatalogueError(source, f"line {line}", "needs numbers in gb, lat_deg and lon_deg") from cause
    name = (row["name_zh"] or "").strip()
    if not (110_000_000 <= gb <= 829_999_999 and name and abs(lat) <= 90 and abs(lon) <= 180):
        raise CatalogueError(source, f"line {line}", f"gb {gb}, {name!r}, {lat}, {lon} is no township with a place")
    return Township(gb, name, source, date.min, confirmed_by=source, lat_deg=lat, lon_deg=lon)


def near_in_words(townships: Iterable[Township], lat_deg: float, lon_deg: float) -> str:
    """Where a point lies to the nearest township that an office placed: 喇叭沟门满族乡东北约3公里; empty without one.

    Args:
        townships: those that stand.
        lat_deg: latitude, WGS-84.
        lon_deg: longitude.
    """
    placed = [one for one in townships if one.lat_deg is not None and one.lon_deg is not None]
    if not placed:
        return ""
    lat, lon = [one.lat_deg for one in placed], [one.lon_deg for one in placed]
    count = len(placed)
    azimuth, _, distance_m = WGS84.inv(lon, lat, [lon_deg] * count, [lat_deg] * count)
    nearest = int(np.argmin(distance_m))
    distance_km = float(distance_m[nearest]) / 1000.0
    if distance_km > _FARTHEST_KM:
        return ""
    name = placed[nearest].name_zh
    if distance_km < _AT_KM:
        return f"{name}附近"
    sector = _SECTORS_ZH[round(float(azimuth[nearest]) % 360 / 45) % 8]
    return f"{name}{sector}约{distance_km:.0f}公里"
