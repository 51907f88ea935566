"""What a danger round computes, from the weather that it holds to the danger of every unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import dataframely as dy
import numpy as np
import polars as pl

from flows.danger_notes import danger_notes
from flows.gathered import Gathered
from flows.ignition import ignition_ahead
from flows.order import Order
from flows.wiring import House
from models.danger import danger, zone_danger
from models.fire_weather.day_curve import DayCurves, day_curves, highest_hours
from models.fire_weather.season import codes_from, fire_weather_days
from models.frames import CellNoonFrame, CodesFrame, DangerFrame, MoistureFrame, WeatherFrame, ZoneDangerFrame
from models.weather.interpolate import weather_at_cells
from models.weather.noon import noon_weather
from models.weather.plausibility import WeatherContext, implausible
from notify.phrases import BEIJING

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
    found = danger(ahead, cells, issued_utc=order.as_of, bounds=rules.grades, parameters=rules.danger)
    found = ignition_ahead(house, found, ahead, noon=weather, hours=gathered.frame, cells=placed)
    notes = danger_notes(found, ahead, cells, spin_up_required_d=rules.danger.spin_up_required_d)
    wrong = implausible(WeatherContext(_seen(gathered.frame, order), rules.plausibility, gathered.blanked))
    curves = _curves(house, order, cells, placed, codes, gathered)
    return Made(
        danger=found,
        zones=zone_danger(found, area_share=rules.danger.area_share),
        codes=codes,
        weather=weather,
        notes=(*([heights.note] if heights.note else ()), *notes.lacking, *(finding.short for finding in wrong)),
        remarks=notes.remarks,
        findings=tuple(finding.message for finding in wrong),
        files=_files(curves),
        peaks=_peaks(curves),
        gap_days=noon.gaps.height,
    )


def _curves(
    house: House,
    order: Order,
    cells: pl.DataFrame,
    placed: pl.DataFrame,
    codes: dy.DataFrame[CodesFrame],
    gathered: Gathered[WeatherFrame],
) -> DayCurves:
    """The hours of today and of the next days, as far as a curve is worth drawing."""
    units = cells.select("zone", "cell_id").join(placed.drop("zone"), on="cell_id", maintain_order="left")
    days = [_today(order.as_of) + timedelta(days=number) for number in range(house.rules.rounds.hourly_d)]
    return day_curves(gathered.frame, codes, units, days=days, parameters=house.rules.interpolation)


def _files(curves: DayCurves) -> dict[str, tuple[str, bytes]]:
    if curves.hours.is_empty():
        return {}
    tables = {
        "danger_hours": ("danger_hours.csv", curves.hours),
        "danger_peaks": ("danger_peaks.csv", curves.peaks),
    }
    return {
        kind: (name, table.write_csv(datetime_format=_INSTANT, float_precision=4).encode())
        for kind, (name, table) in tables.items()
    }


def _peaks(curves: DayCurves) -> list[dict[str, Any]]:
    best = highest_hours(curves.hours).with_columns(
        pl.col("valid_utc").dt.strftime(_INSTANT), pl.col("local_date").cast(pl.String)
    )
    return best.select("zone", "local_date", "valid_utc", "fwi_median", "fwi_p95", "ffmc_median").to_dicts()


def _seen(frame: pl.DataFrame, order: Order) -> pl.DataFrame:
    """Hours that have come: a forecast may well be unlike the season."""
    return frame.filter(pl.col("valid_utc") <= order.as_of)


def _today(instant: datetime) -> Any:
    return instant.astimezone(BEIJING).date()
