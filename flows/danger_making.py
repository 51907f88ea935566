"""What a danger round computes, from the weather that it holds to the danger of every unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import dataframely as dy
import numpy as np
import polars as pl

from flows.danger_notes import ZoneDay, danger_notes, day_words, local_words, peak_words
from flows.gathered import Gathered
from flows.ignition import ignition_ahead
from flows.order import Order
from flows.signed import SignedRules
from flows.wiring import House
from flows.wrong_weather import looks_wrong
from models.danger import danger, with_peaks, zone_danger
from models.fire_weather.day_curve import DayCurves, day_curves, highest_hours
from models.fire_weather.season import codes_from, fire_weather_days
from models.frames import CellNoonFrame, CodesFrame, DangerFrame, MoistureFrame, WeatherFrame, ZoneDangerFrame
from models.weather.interpolate import weather_at_cells
from models.weather.noon import noon_weather
from notify.phrases import BEIJING, date_zh

_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Made:
    """What a round computed.

    Attributes:
        weather: at the cells, of all days.
        notes: Chinese: what the grades rest on less than they should.
        remarks: Chinese: what explains a grade although nothing is wrong.
        findings: Chinese: what looks wrong in the weather, each a sentence.
        files: further product files: for each kind its name and content.
        peaks: the hour of the highest danger, per unit and day.
        bases: Chinese: what a grade rests on beside noon, per unit and day.
        gap_days: points × days without noon weather.
    """

    danger: dy.DataFrame[DangerFrame]
    zones: dy.DataFrame[ZoneDangerFrame]
    codes: dy.DataFrame[CodesFrame]
    weather: dy.DataFrame[CellNoonFrame]
    notes: tuple[str, ...]
    remarks: tuple[str, ...]
    findings: tuple[str, ...]
    files: Mapping[str, tuple[str, bytes]]
    peaks: Sequence[Mapping[str, Any]]
    bases: Mapping[ZoneDay, str]
    gap_days: int


def made_danger(
    house: House,
    order: Order,
    *,
    cells: pl.DataFrame,
    state: dy.DataFrame[MoistureFrame] | None,
    gathered: Gathered[WeatherFrame],
) -> Made | None:
    """The danger of ``cells`` from the day of the order on; None where no point has the weather of any noon."""
    rules = house.rules
    noon = noon_weather(gathered.frame)
    if noon.noon.is_empty():
        return None
    single = cells.unique("cell_id", maintain_order=True)
    heights = house.elevation.of(single, as_of=order.as_of, live=order.live)
    height_m = np.full(single.height, np.nan) if heights.elevation_m is None else heights.elevation_m
    placed = single.with_columns(pl.Series("elevation_m", height_m).fill_nan(None))
    weather = weather_at_cells(noon.noon, placed, parameters=rules.interpolation)
    settled = _today(order.as_of) - timedelta(days=rules.rounds.rewind_d)
    codes = fire_weather_days(state, weather, cells=single, parameters=rules.fire_weather, settled_until=settled)
    ahead = codes_from(codes, _today(order.as_of))
    curves = _curves(cells, placed, codes, gathered, rules=rules, days=ahead["local_date"].unique().sort().to_list())
    found = danger(ahead, cells, issued_utc=order.as_of, bounds=rules.grades, parameters=rules.danger)
    found = with_peaks(found, curves.peaks, bounds=rules.day_grades)
    found = ignition_ahead(house, found, ahead, noon=weather, hours=gathered.frame, cells=placed)
    zones, highest = zone_danger(found, area_share=rules.danger.area_share), highest_hours(curves.hours)
    bases = day_words(
        peak_words(zones, highest), local_words(found, house.local_bounds, area_share=rules.danger.area_share)
    )
    notes = danger_notes(found, ahead, cells, spin_up_required_d=rules.danger.spin_up_required_d)
    wrong = looks_wrong(gathered, as_of=order.as_of, rules=rules.plausibility)
    return Made(
        danger=found,
        zones=zones,
        codes=codes,
        weather=weather,
        notes=(*([heights.note] if heights.note else ()), *notes.lacking, *(finding.short for finding in wrong)),
        remarks=tuple(_of_unit(*told) for each in (notes.remarks, bases) for told in each.items()),
        findings=tuple(finding.message for finding in wrong),
        files=_files(curves, until=_today(order.as_of) + timedelta(days=rules.rounds.hourly_d)),
        peaks=_peaks(highest),
        bases=bases,
        gap_days=noon.gaps.height,
    )


def _of_unit(day: ZoneDay, said: str) -> str:
    """A remark begins with the id of its unit: whoever compares or shows units finds it by that."""
    return f"{day[0]} {date_zh(day[1])}：{said}"


def _curves(
    cells: pl.DataFrame,
    placed: pl.DataFrame,
    codes: dy.DataFrame[CodesFrame],
    gathered: Gathered[WeatherFrame],
    *,
    rules: SignedRules,
    days: Sequence[date],
) -> DayCurves:
    """The hours of all days that are graded: a grade of noon beside one of the peak would look like a fall."""
    units = cells.select("zone", "cell_id").join(placed.drop("zone"), on="cell_id", maintain_order="left")
    return day_curves(gathered.frame, codes, units, days=days, parameters=rules.interpolation)


def _files(curves: DayCurves, *, until: date) -> dict[str, tuple[str, bytes]]:
    """The curves of the next days, as far as one is worth drawing."""
    if curves.hours.is_empty():
        return {}
    near = pl.col("local_date") < until
    tables = {
        "danger_hours": ("danger_hours.csv", curves.hours.filter(near)),
        "danger_peaks": ("danger_peaks.csv", curves.peaks.filter(near)),
    }
    return {
        kind: (name, table.write_csv(datetime_format=_INSTANT, float_precision=4).encode())
        for kind, (name, table) in tables.items()
    }


def _peaks(highest: pl.DataFrame) -> list[dict[str, Any]]:
    best = highest.with_columns(pl.col("valid_utc").dt.strftime(_INSTANT), pl.col("local_date").cast(pl.String))
    return best.select("zone", "local_date", "valid_utc", "fwi_median", "fwi_p95", "ffmc_median").to_dicts()


def _today(instant: datetime) -> Any:
    return instant.astimezone(BEIJING).date()
