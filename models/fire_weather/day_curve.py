"""The course of a day: hourly FFMC, ISI and FWI, and the hour of its peak.

Van Wagner 1977 carries the fine fuel from hour to hour. It starts from the daily FFMC of the day before, which is meant
for 16:00, so an error of one day does not reach the next; the BUI is that of the day. A front that passes in the
evening shows here and not in the index of noon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl

from models.fire_weather.arrays import CellWeather, FloatArray
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.fwi import fire_weather_index
from models.fire_weather.hourly_ffmc import hourly_ffmc
from models.fire_weather.isi import initial_spread_index
from models.frames import CellPeakFrame, CodesFrame, HourCurveFrame
from models.weather.hourly_cells import HourlyCells
from models.weather.interpolate import InterpolationParameters

_BEIJING = ZoneInfo("Asia/Shanghai")
START_H = 16
"""Local hour that the daily FFMC stands for."""
HOURS_OF_A_DAY = 24
LEAST_SHARE = 0.25
"""Of the hours since the daily code: with reports every three hours a peak can be told, with one a day it cannot."""


@dataclass(frozen=True, slots=True)
class DayCurves:
    """The hours of some days."""

    hours: dy.DataFrame[HourCurveFrame]
    """Per joint unit and hour."""
    peaks: dy.DataFrame[CellPeakFrame]
    """Per cell and day."""


def day_curves(
    weather: pl.DataFrame,
    codes: dy.DataFrame[CodesFrame],
    cells: pl.DataFrame,
    *,
    days: Sequence[date],
    parameters: InterpolationParameters,
) -> DayCurves:
    """The curves of ``days``.

    Args:
        weather: rows of a WeatherFrame, from 17:00 of the day before the first day on.
        codes: of these days and of each day before; cells without both are left out.
        cells: ``zone, cell_id, lat_deg, lon_deg, elevation_m``; a cell may belong to two units.
        days: local days.
        parameters: weights and lapse rates.
    """
    single = cells.unique("cell_id", maintain_order=True).drop("zone").with_row_index("row")
    near = weather.filter(pl.col("valid_utc") >= _hours(min(days))[0]) if days else weather.clear()
    if near.is_empty() or single.is_empty():
        return DayCurves(HourCurveFrame.create_empty(), CellPeakFrame.create_empty())
    at_cells = HourlyCells.of(near, single, parameters=parameters)
    curves: list[pl.DataFrame] = [HourCurveFrame.create_empty()]
    peaks: list[pl.DataFrame] = [CellPeakFrame.create_empty()]
    by_day = codes.partition_by("local_date", as_dict=True)
    for day in days:
        placed = _with_codes(single, by_day, day)
        if placed.is_empty():
            continue
        course = _course(at_cells, _hours(day), placed)
        peaks.append(_peaks(course, placed, day))
        curves += [_curve(course, placed, cells, zone, day) for zone in cells["zone"].unique(maintain_order=True)]
    return DayCurves(
        HourCurveFrame.validate(pl.concat(curves).sort("zone", "valid_utc")), CellPeakFrame.validate(pl.concat(peaks))
    )


@dataclass(frozen=True, slots=True)
class _Course:
    """The 24 hours of a day; arrays of shape (hours, cells), NaN where an hour is unknown."""

    valid_utc: list[datetime]
    ffmc: FloatArray
    isi: FloatArray
    fwi: FloatArray
    carried: npt.NDArray[np.bool_]
    """Whether enough hours before were known for the fine fuel to be that of the hour."""


def _hours(day: date) -> list[datetime]:
    """From the hour after the daily code's of the day before to the last of the day, in UTC."""
    start = datetime.combine(day - timedelta(days=1), time(START_H), _BEIJING).astimezone(UTC)
    count = HOURS_OF_A_DAY - START_H - 1 + HOURS_OF_A_DAY
    return [start + timedelta(hours=number) for number in range(1, count + 1)]


def _with_codes(cells: pl.DataFrame, codes: Mapping[tuple[Any, ...], pl.DataFrame], day: date) -> pl.DataFrame:
    if (day,) not in codes or (day - timedelta(days=1),) not in codes:
        return cells.clear()
    before = codes[(day - timedelta(days=1),)].select("cell_id", "ffmc")
    flags = codes[(day,)].drop_nulls("fwi").select("cell_id", "bui", "snow", "degraded", "spin_up_days")
    return cells.join(before, on="cell_id", maintain_order="left").join(flags, on="cell_id", maintain_order="left")


def _course(at_cells: HourlyCells, hours: Sequence[datetime], cells: pl.DataFrame) -> _Course:
    row = cells["row"].to_numpy()
    ffmc, bui, snow = cells["ffmc"].to_numpy().copy(), cells["bui"].to_numpy(), cells["snow"].to_numpy()
    told = np.zeros((len(hours), row.size), dtype=bool)
    codes = {name: np.full((len(hours), row.size), np.nan) for name in ("ffmc", "isi", "fwi")}
    for place, hour in enumerate(hours):
        weather = at_cells.at(hour)[row]
        known = np.flatnonzero(~(np.isnan(weather.air_temperature_degc) | np.isnan(weather.wind_speed_kmh)))
        if known.size:
            ffmc[known], codes["isi"][place, known] = _step(weather[known], ffmc[known])
            codes["fwi"][place, known] = fire_weather_index(codes["isi"][place, known], bui[known])
            told[place, known] = True
        codes["ffmc"][place] = ffmc
    codes["isi"][:, snow], codes["fwi"][:, snow] = 0.0, 0.0
    carried = told.cumsum(axis=0) >= LEAST_SHARE * np.arange(1, len(hours) + 1)[:, np.newaxis]
    day = slice(len(hours) - HOURS_OF_A_DAY, None)
    isi, fwi = codes["isi"][day], codes["fwi"][day]
    return _Course(list(hours[day]), ffmc=codes["ffmc"][day], isi=isi, fwi=fwi, carried=carried[day])


def _step(weather: CellWeather, ffmc: FloatArray) -> tuple[FloatArray, FloatArray]:
    after = hourly_ffmc(weather, ffmc)
    return after, initial_spread_index(after, weather.wind_speed_kmh, constant=FfmcConstant.EXACT)


def _peaks(course: _Course, cells: pl.DataFrame, day: date) -> pl.DataFrame:
    """The peak of the day at each cell that has one: the hour of the highest FWI, the earlier of two."""
    known = ~np.isnan(course.fwi)
    told = known & course.carried
    some = np.flatnonzero(told.any(axis=0))
    hour = np.argmax(np.where(told, course.fwi, -1.0)[:, some], axis=0)
    at = {name: getattr(course, name)[hour, some] for name in ("ffmc", "isi", "fwi")}
    frame = cells[some].select("cell_id", "snow", "degraded", "spin_up_days")
    return frame.with_columns(
        pl.lit(day).alias("local_date"),
        pl.Series("peak_utc", [course.valid_utc[place] for place in hour], dtype=pl.Datetime("us", "UTC")),
        *(pl.Series(name, values) for name, values in at.items()),
        pl.Series("hours_missing_h", (~known).sum(axis=0)[some]),
    ).select(pl.col(name).cast(kind.dtype) for name, kind in CellPeakFrame.columns().items())


def _curve(course: _Course, cells: pl.DataFrame, units: pl.DataFrame, zone: str, day: date) -> pl.DataFrame:
    own = cells["cell_id"].is_in(units.filter(pl.col("zone") == zone)["cell_id"].to_list()).arg_true().to_numpy()
    rows = []
    for place, valid_utc in enumerate(course.valid_utc):
        fwi = course.fwi[place, own]
        known = own[~np.isnan(fwi)]
        if known.size:
            fwi, isi = course.fwi[place, known], course.isi[place, known]
            median, high = np.quantile(fwi, (0.5, 0.95))
            ffmc_median, isi_median = np.median(course.ffmc[place, known]), np.median(isi)
            rows.append((zone, valid_utc, day, known.size, ffmc_median, isi_median, median, high))
    names = [name for name in HourCurveFrame.column_names() if name not in ("snow_share", "degraded_share")]
    shares = [cells[own][name].mean() or 0.0 for name in ("snow", "degraded")]
    return (
        pl.DataFrame(rows, schema=names, orient="row")
        .with_columns(pl.lit(shares[0]).alias("snow_share"), pl.lit(shares[1]).alias("degraded_share"))
        .select(pl.col(name).cast(kind.dtype) for name, kind in HourCurveFrame.columns().items())
    )


def highest_hours(curve: dy.DataFrame[HourCurveFrame]) -> pl.DataFrame:
    """Per joint unit and day the hour of the highest ``fwi_p95``, the earlier of two: ``zone, local_date, …``."""
    best = curve.sort("fwi_p95", "valid_utc", descending=[True, False])
    return best.unique(["zone", "local_date"], keep="first", maintain_order=True).sort("zone", "local_date")
