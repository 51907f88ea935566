"""Danger of units, counties and townships by day, with an arrow where it rises or falls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import dataframely as dy
import polars as pl

from boundary_zones.zone import Zone
from desk.web.pages import age_zh
from desk.web.permissions import sees
from flows.standing import standing_danger
from flows.warning_colours import AreaDanger, area_danger
from flows.wiring import House
from models.area_danger import AreaDay
from models.frames import DangerFrame
from models.weather.doubt import SHORT_ZH
from notify.phrases import BEIJING, grade_zh, lacking
from store.accounts import Account

DAYS = 7
STALE_AFTER = timedelta(hours=26)
"""Two rounds a day: without one for this long the table says so, whoever marked it or did not."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one area."""

    grade: int | None
    words_zh: str
    arrow: str
    degraded: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One area."""

    name_zh: str
    kind: str
    """zone, county or township."""
    cells: tuple[Cell, ...]
    note_zh: str = ""


@dataclass(frozen=True, slots=True)
class DangerTable:
    """The table, and what must be said of it."""

    days: tuple[date, ...]
    rows: tuple[Row, ...]
    stale_zh: str
    """Empty while it is current."""
    notes_zh: tuple[str, ...]
    basis_zh: str


def danger_table(house: House, account: Account, *, now: datetime) -> DangerTable:
    """The table for the joint units of an account; empty and marked where there is no product."""
    summary = standing_danger(house)
    today = now.astimezone(BEIJING).date()
    days = tuple(today + timedelta(days=number) for number in range(DAYS))
    if summary is None:
        return DangerTable(days, (), "无数据：还没有火险产品", (), "")
    made = datetime.fromisoformat(summary["made_utc"])
    stale = _stale(summary, made, now)
    areas = _areas(house)
    rows = []
    for zone in house.catalogue.zones:
        if not sees(account, zone):
            continue
        found = {row["local_date"]: row for row in summary["zones"] if row["zone"] == zone.id}
        grades = {
            date.fromisoformat(day): (row["danger_grade"], row["degraded_share"] > 0) for day, row in found.items()
        }
        rows.append(Row(zone.name_zh, "zone", _cells(days, grades)))
        for county in zone.counties:
            rows.append(Row(county.name_zh, "county", _cells(days, _grades(areas.counties.get(county.gb, ())))))
            rows += _townships(house, county.gb, days, areas)
    return DangerTable(
        days, tuple(rows), stale, danger_notes(summary, house.catalogue.zones), str(summary["grade_basis"])
    )


def danger_notes(summary: Mapping[str, Any], zones: Sequence[Zone] = ()) -> tuple[str, ...]:
    """What looked wrong, in sentences, what was missing, and what a reader would wonder about.

    The short words of doubt among what was missing are for texts without room; here their sentences stand.
    """
    doubts = tuple(f"气象存疑：{said}" for said in summary.get("implausible", ()))
    missing = tuple(name for name in summary["missing"] if not doubts or name not in SHORT_ZH.values())
    return (*doubts, *(lacking([name]) for name in missing), *(_named(said, zones) for said in summary["remarks"]))


def _named(remark: str, zones: Sequence[Zone]) -> str:
    """A remark with the name of its joint unit in the place of the id that it begins with."""
    for zone in zones:
        if remark.startswith(f"{zone.id} "):
            return zone.name_zh + remark.removeprefix(f"{zone.id} ")
    return remark


def _stale(summary: Mapping[str, Any], made: datetime, now: datetime) -> str:
    age = now - made
    if summary["stale"] or age > STALE_AFTER:
        return f"过期：{age_zh(age)}前的结果，制作于{made.astimezone(BEIJING):%m-%d %H:%M}"
    return ""


def _townships(house: House, county_gb: int, days: Sequence[date], areas: AreaDanger) -> list[Row]:
    found = []
    for township in house.townships:
        if township.county_gb != county_gb or not township.stands(days[0]):
            continue
        own = areas.townships.get(township.gb)
        note = "" if township.confirmed_by else "名单未确认"
        if own is None:
            note = f"按县区{'，' + note if note else ''}"
        rows = own if own is not None else areas.counties.get(county_gb, ())
        found.append(Row(township.name_zh, "township", _cells(days, _grades(rows)), note))
    return found


def _grades(rows: Sequence[AreaDay]) -> dict[date, tuple[int | None, bool]]:
    return {row.local_date: (row.danger_grade, row.degraded) for row in rows}


def _cells(days: Sequence[date], grades: Mapping[date, tuple[int | None, bool]]) -> tuple[Cell, ...]:
    cells = []
    for day in days:
        grade, degraded = grades.get(day, (None, False))
        before = grades.get(day - timedelta(days=1), (None, False))[0]
        arrow = ""
        if grade is not None and before is not None and grade != before:
            arrow = "↑" if grade > before else "↓"
        cells.append(Cell(grade, grade_zh(grade) if grade is not None else "缺", arrow, degraded))
    return tuple(cells)


def _areas(house: House) -> AreaDanger:
    product = house.products.newest("danger_csv", world=house.world)
    path = house.home.products / product.path if product is not None else None
    if path is None or not path.is_file():
        return area_danger(house, None, ())
    if path not in _GRADED:
        if len(_GRADED) > 3:
            _GRADED.clear()
        _GRADED[path] = area_danger(house, cast("dy.DataFrame[DangerFrame]", _read(path)), ())
    return _GRADED[path]


def _read(path: Path) -> pl.DataFrame:
    """A product never changes: its path stands for its content. Its grade is the day's; what raised it is not asked."""
    columns = ["cell_id", "lat_deg", "lon_deg", "local_date", "danger_grade", "degraded"]
    read = pl.read_csv(path, columns=columns, try_parse_dates=True).unique(["cell_id", "local_date"])
    return read.with_columns(noon_grade=pl.col("danger_grade"), peak_utc=pl.lit(None, pl.Datetime("us", "UTC")))


_GRADED: dict[Path, AreaDanger] = {}
