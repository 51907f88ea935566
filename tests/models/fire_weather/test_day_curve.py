"""The course of a day: what noon does not see."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import dataframely as dy
import numpy as np
import polars as pl
import pytest

from models.fire_weather.arrays import CellWeather
from models.fire_weather.day_curve import DayCurves, day_curves, highest_hours
from models.fire_weather.hourly_ffmc import hourly_ffmc
from models.frames import CodesFrame
from models.weather.interpolate import InterpolationParameters
from tests.models.weather_cases import SOUND, cell_names, cell_places

DAY = date(2015, 4, 15)
EVENING = datetime(2015, 4, 14, 8, tzinfo=UTC)  # 16:00 in Beijing, the day before
CELLS = cell_places(3).with_columns(elevation_m=pl.lit(100.0))


def hours(front_h: int | None = None, *, count: int = 31) -> pl.DataFrame:
    """A calm dry day at one point; from ``front_h`` (Beijing time) on a gale."""
    times = [EVENING + timedelta(hours=number) for number in range(1, count + 1)]
    local = [(time + timedelta(hours=8)).hour if (time + timedelta(hours=8)).date() == DAY else -1 for time in times]
    gale = [front_h is not None and hour >= front_h for hour in local]
    return pl.DataFrame(
        {
            "station_id": "a",
            "valid_utc": pl.Series(times, dtype=pl.Datetime("us", "UTC")),
            "model": "observed",
            "lat_deg": 40.565,
            "lon_deg": 116.015,
            "elevation_m": 100.0,
            "air_temperature_degc": 18.0,
            "relative_humidity_pct": 30.0,
            "wind_speed_ms": [12.0 if windy else 2.0 for windy in gale],
            "wind_gust_ms": pl.Series([None] * count, dtype=pl.Float64),
            "precipitation_mm": 0.0,
            "snow_depth_cm": pl.Series([None] * count, dtype=pl.Float64),
            "issued_utc": pl.Series([None] * count, dtype=pl.Datetime("us", "UTC")),
        }
    )


def codes(*, snow: bool = False) -> dy.DataFrame[CodesFrame]:
    rows = [
        {"cell_id": cell, "local_date": day, "ffmc": 85.0, "dmc": 30.0, "dc": 200.0, "isi": 5.0, "bui": 45.0}
        | {"fwi": 12.0, "dsr": 2.0, "snow": snow, "is_forecast": False, "degraded": False, **SOUND}
        for day in (DAY - timedelta(days=1), DAY)
        for cell in cell_names(3)
    ]
    return CodesFrame.validate(pl.DataFrame(rows, infer_schema_length=None), cast=True)


def curves(weather: pl.DataFrame, **flags: bool) -> DayCurves:
    return day_curves(weather, codes(**flags), CELLS, days=[DAY], parameters=InterpolationParameters())


def test_a_front_in_the_evening_is_the_peak_of_the_day() -> None:
    made = curves(hours(front_h=19))
    peak = made.peaks.row(0, named=True)
    assert peak["peak_utc"].astimezone(UTC).hour + 8 >= 19
    calm = curves(hours()).peaks.row(0, named=True)
    assert peak["fwi"] > 2 * calm["fwi"]
    assert highest_hours(made.hours).item(0, "valid_utc") == peak["peak_utc"]


def test_the_hours_are_those_of_van_wagner_from_the_daily_code_of_the_day_before() -> None:
    ffmc = np.array([85.0])
    weather = CellWeather.of([18.0], [30.0], [7.2], [0.0])
    for _ in range(8):  # 17:00 to 00:00
        ffmc = hourly_ffmc(weather, ffmc)
    made = curves(hours())
    assert made.hours["ffmc_median"][0] == pytest.approx(float(ffmc[0]), rel=1e-12)
    assert made.hours.height == 24
    assert made.hours["cell_count"].unique().to_list() == [3]


def test_an_unknown_hour_is_left_out_and_counted() -> None:
    made = curves(hours().filter(pl.col("valid_utc") != datetime(2015, 4, 15, 6, tzinfo=UTC)))
    assert made.hours.height == 23
    assert made.peaks["hours_missing_h"].to_list() == [1, 1, 1]


def test_under_snow_no_hour_is_dangerous() -> None:
    made = curves(hours(front_h=12), snow=True)
    assert made.peaks["fwi"].to_list() == [0.0] * 3
    assert made.hours["snow_share"].unique().to_list() == [1.0]


def test_without_the_codes_of_the_day_before_there_is_no_curve() -> None:
    later = codes().filter(pl.col("local_date") == DAY)
    made = day_curves(hours(), CodesFrame.validate(later), CELLS, days=[DAY], parameters=InterpolationParameters())
    assert made.hours.is_empty()
    assert made.peaks.is_empty()


def test_one_report_a_day_tells_no_peak() -> None:
    """At 15:00 alone: the fuel would be that of yesterday, rain or not."""
    alone = hours().filter(pl.col("valid_utc") == datetime(2015, 4, 15, 7, tzinfo=UTC))
    assert curves(alone).peaks.is_empty()


def test_reports_every_three_hours_tell_a_peak() -> None:
    assert curves(hours(19).gather_every(3, 2)).peaks.height == 3


def test_days_without_any_hour_have_no_curve() -> None:
    assert curves(hours(count=31).clear()).peaks.is_empty()
