"""Known heat that is no forest fire (常年热源): works, kilns, power stations, solar parks; the register of an office.

The file is a table that an office keeps in a spreadsheet: CSV in UTF-8 with the columns of ``COLUMNS``, one line a
source. Who looked at a source and when stands in every line: a source that nobody has reviewed silences nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from boundary_zones.errors import HeatSourcesError

HEAT_SOURCES_FILE = "heat_sources.csv"
"""The list that comes with the product, in its data folder."""
REQUIRED = (
    "source_id",
    "name_zh",
    "kind",
    "lat_deg",
    "lon_deg",
    "radius_km",
    "reviewed_by",
    "reviewed_local_date",
    "origin",
)
OPTIONAL = ("valid_from_local_date", "valid_to_local_date", "note")
COLUMNS = (*REQUIRED, *OPTIONAL)
LARGEST_RADIUS_KM = 5.0
"""A source wider than this would hide fires of its surroundings: it has to be split."""


class HeatKind(StrEnum):
    """What gives the heat; the Chinese names stand in ``HEAT_KIND_ZH``."""

    STEEL = "steel"
    POWER = "power"
    SOLAR = "solar"
    CEMENT = "cement"
    COKING = "coking"
    KILN = "kiln"
    FLARE = "flare"
    LANDFILL = "landfill"
    GREENHOUSE = "greenhouse"
    OTHER = "other"


HEAT_KIND_ZH: Mapping[HeatKind, str] = {
    HeatKind.STEEL: "钢铁厂",
    HeatKind.POWER: "电厂",
    HeatKind.SOLAR: "光伏电站",
    HeatKind.CEMENT: "水泥厂",
    HeatKind.COKING: "焦化厂",
    HeatKind.KILN: "砖瓦窑",
    HeatKind.FLARE: "火炬",
    HeatKind.LANDFILL: "垃圾填埋场",
    HeatKind.GREENHOUSE: "温室大棚",
    HeatKind.OTHER: "工矿热源",
}
ONLY_BY_DAY = frozenset({HeatKind.SOLAR, HeatKind.GREENHOUSE})
"""Kinds that mirror the sun: at night they give no heat, and a hotspot there is none of theirs."""


@dataclass(frozen=True, slots=True)
class HeatSource:
    """One source of heat, and who vouches for it.

    Raises:
        ValueError: no place on Earth, a radius outside 0…5 km, nobody who reviewed it, or an end before the beginning.
    """

    source_id: str
    """Of the office that keeps the list, or ``RD-…`` of the hotspot that a reviewer took for one."""
    name_zh: str
    kind: HeatKind
    lat_deg: float
    """WGS-84, as all positions."""
    lon_deg: float
    radius_km: float
    """Of the circle that holds all of it."""
    reviewed_by: str
    reviewed_local_date: date
    origin: str
    """Where the entry comes from: an office's own list, a public one with its licence, a verified hotspot."""
    valid_from_local_date: date | None = None
    valid_to_local_date: date | None = None
    """The last day on which it counts."""
    note: str = ""

    def __post_init__(self) -> None:
        if not (-90 <= self.lat_deg <= 90 and -180 <= self.lon_deg <= 180):
            raise ValueError(f"{self.source_id}: {self.lat_deg} {self.lon_deg} is no place on Earth")
        if not 0 < self.radius_km <= LARGEST_RADIUS_KM:
            raise ValueError(f"{self.source_id}: radius_km must lie in 0…{LARGEST_RADIUS_KM:g}, got {self.radius_km}")
        for name in ("source_id", "name_zh", "reviewed_by", "origin"):
            if not getattr(self, name).strip():
                raise ValueError(f"{self.source_id}: {name} is empty")
        first, last = self.valid_from_local_date, self.valid_to_local_date
        if first is not None and last is not None and last < first:
            raise ValueError(f"{self.source_id}: valid_to_local_date {last} is before valid_from_local_date {first}")

    def counts_on(self, day: date) -> bool:
        """Whether it is valid on a local day."""
        first, last = self.valid_from_local_date, self.valid_to_local_date
        return (first is None or first <= day) and (last is None or day <= last)


def load_heat_sources(path: Path) -> tuple[HeatSource, ...]:
    """Read the register of an office.

    Args:
        path: CSV in UTF-8, with or without a byte order mark, columns of ``COLUMNS``.

    Raises:
        HeatSourcesError: not readable, or as ``parse_heat_sources``.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise HeatSourcesError(str(path), "", f"cannot be read: {cause}") from cause
    return parse_heat_sources(text, source=str(path))


def parse_heat_sources(text: str, *, source: str) -> tuple[HeatSource, ...]:
    """Parse a register.

    Args:
        text: CSV with a header.
        source: name of the file, for the messages.

    Raises:
        HeatSourcesError: a column that is missing or not known, a value that cannot be read, a source twice; names
            file, row and field.
    """
    reader = csv.DictReader(io.StringIO(text))
    header = tuple(reader.fieldnames or ())
    missing = [name for name in REQUIRED if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    if missing or unknown:
        problem = f"column {missing[0]} is missing" if missing else f"column {unknown[0]!r} is not known"
        raise HeatSourcesError(source, "header", f"{problem}; the columns are {', '.join(COLUMNS)}")
    found: dict[str, HeatSource] = {}
    for line, row in enumerate(reader, start=2):
        each = _source(row, source=source, line=line)
        if each.source_id in found:
            raise HeatSourcesError(source, f"row {line}, source_id", f"{each.source_id} stands twice")
        found[each.source_id] = each
    return tuple(found.values())


def heat_sources_csv(sources: Iterable[HeatSource]) -> str:
    """A register as its file holds it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(each, name)) for name in COLUMNS] for each in sources)
    return text.getvalue()


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _source(row: Mapping[str | None, str | None], *, source: str, line: int) -> HeatSource:
    def cell(name: str) -> str:
        return (row.get(name) or "").strip()

    def number(name: str) -> float:
        try:
            return float(cell(name))
        except ValueError as cause:
            raise HeatSourcesError(source, f"row {line}, {name}", f"{cell(name)!r} is no number") from cause

    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(cell(name)) if cell(name) else None
        except ValueError as cause:
            raise HeatSourcesError(
                source, f"row {line}, {name}", f"{cell(name)!r} is no day like 2027-04-10"
            ) from cause

    reviewed = day("reviewed_local_date")
    if None in row or reviewed is None:
        problem = "has more cells than the header" if None in row else "reviewed_local_date is empty"
        raise HeatSourcesError(source, f"row {line}", problem)
    try:
        return HeatSource(
            source_id=cell("source_id"),
            name_zh=cell("name_zh"),
            kind=HeatKind(cell("kind")),
            lat_deg=number("lat_deg"),
            lon_deg=number("lon_deg"),
            radius_km=number("radius_km"),
            reviewed_by=cell("reviewed_by"),
            reviewed_local_date=reviewed,
            origin=cell("origin"),
            valid_from_local_date=day("valid_from_local_date"),
            valid_to_local_date=day("valid_to_local_date"),
            note=cell("note"),
        )
    except HeatSourcesError:
        raise
    except ValueError as cause:
        raise HeatSourcesError(source, f"row {line}", str(cause)) from cause
