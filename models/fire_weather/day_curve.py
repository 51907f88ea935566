"""The course of a day: hourly FFMC, ISI and FWI, and the hour of its peak.

Van Wagner 1977 carries the fine fuel from hour to hour. It starts from the daily FFMC of the day before, which is meant
for 16:00, so an error of one day does not reach the next; the BUI is that of the day. A front that passes in the
evening shows here and not in the index of noon.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import dataframely as dy
import numpy as np
import polars as pl

from models.fire_weather.arrays import CellWeather, FloatArray
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.fwi import fire_weather_index
from models.fire_weather.hourly_ffmc import hourly_ffmc
from models.fire_weather.isi import initial_spread_index
from models.frames import CellPeakFrame, CodesFrame, HourCurveFrame
from models.weather.hourly_cells import CellHour, hours_at_cells
from models.weather.interpolate import InterpolationParameters

_BEIJING = ZoneInfo("Asia/Shanghai")
START_H = 16
"""Local hour that the daily FFMC stands for."""
HOURS_OF_A_DAY = 24


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
    single = cells.unique("cell_id", maintain_order=True).drop("zone")
    curves: list[pl.DataFrame] = [HourCurveFrame.create_empty()]
    peaks: list[pl.DataFrame] = [CellPeakFrame.create_empty()]
    for day in days:
        placed = _with_codes(single, codes, day)
        if placed.is_empty():
            continue
        hours = _hours(day)
        course = _course(hours_at_cells(weather, placed, hours, parameters=parameters), placed)
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


def _hours(day: date) -> list[datetime]:
    """From the hour after the daily code's of the day before to the last of the day, in UTC."""
    start = datetime.combine(day - timedelta(days=1), time(START_H), _BEIJING).astimezone(UTC)
    count = HOURS_OF_A_DAY - START_H - 1 + HOURS_OF_A_DAY
    return [start + timedelta(hours=number) for number in range(1, count + 1)]


def _with_codes(cells: pl.DataFrame, codes: pl.DataFrame, day: date) -> pl.DataFrame:
    before = codes.filter(pl.col("local_date") == day - timedelta(days=1)).select("cell_id", "ffmc")
    today = codes.filter((pl.col("local_date") == day) & pl.col("fwi").is_not_null())
    flags = today.select("cell_id", "bui", "snow", "degraded", "spin_up_days")
    return cells.join(before, on="cell_id", maintain_order="left").join(flags, on="cell_id", maintain_order="left")


def _course(hours: Iterable[CellHour], cells: pl.DataFrame) -> _Course:
    ffmc, bui, snow = cells["ffmc"].to_numpy().copy(), cells["bui"].to_numpy(), cells["snow"].to_numpy()
    kept: list[tuple[datetime, FloatArray, FloatArray, FloatArray]] = []
    for hour in hours:
        isi, fwi = (np.full(ffmc.shape, np.nan) for _ in range(2))
        known = np.flatnonzero(~(np.isnan(hour.weather.air_temperature_degc) | np.isnan(hour.weather.wind_speed_kmh)))
        if known.size:
            ffmc[known], isi[known] = _step(hour.weather[known], ffmc[known])
            fwi[known] = fire_weather_index(isi[known], bui[known])
        isi[snow], fwi[snow] = 0.0, 0.0
        kept.append((hour.valid_utc, ffmc.copy(), isi, fwi))
    day = kept[-HOURS_OF_A_DAY:]
    return _Course([row[0] for row in day], *(np.array([row[place] for row in day]) for place in (1, 2, 3)))


def _step(weather: CellWeather, ffmc: FloatArray) -> tuple[FloatArray, FloatArray]:
    after = hourly_ffmc(weather, ffmc)
    return after, initial_spread_index(after, weather.wind_speed_kmh, constant=FfmcConstant.EXACT)


def _peaks(course: _Course, cells: pl.DataFrame, day: date) -> pl.DataFrame:
    known = ~np.isnan(course.fwi)
    some = np.flatnonzero(known.any(axis=0))
    hour = np.argmax(np.where(known, course.fwi, -1.0)[:, some], axis=0)
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
