"""Hourly weather to noon: which report, whose rain, and what is told when it is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.frames import WeatherFrame
from models.weather.noon import NoonWeather, noon_weather

START = datetime(2015, 4, 1, tzinfo=UTC)
DAY = date(2015, 4, 2)
NOON = datetime(2015, 4, 2, 4, tzinfo=UTC)


def hours(
    count: int = 48, *, start: datetime = START, station: str = "54419", model: str = "observed", **values: Any
) -> pl.DataFrame:
    """Hourly rows with a temperature that names its hour."""
    times = [start + timedelta(hours=number) for number in range(count)]
    row: dict[str, Any] = {
        "station_id": station,
        "valid_utc": times,
        "model": model,
        "lat_deg": 40.36,
        "lon_deg": 116.63,
        "elevation_m": 75.7,
        "air_temperature_degc": [float(time.hour) for time in times],
        "relative_humidity_pct": 30.0,
        "wind_speed_ms": 5.0,
        "wind_direction_deg": 310.0,
        "wind_gust_ms": None,
        "precipitation_mm": 0.0,
        "snow_depth_cm": None,
        "issued_utc": None,
    }
    frame = pl.DataFrame(row | values, schema_overrides={"issued_utc": pl.Datetime(time_zone="UTC")})
    return frame.select(WeatherFrame.column_names())


def noon(*parts: pl.DataFrame) -> NoonWeather:
    return noon_weather(WeatherFrame.validate(pl.concat(parts, how="vertical_relaxed"), cast=True))


def at(frame: pl.DataFrame, when: datetime, **values: Any) -> pl.DataFrame:
    """The frame with other values at one hour."""
    hit = pl.col("valid_utc") == when
    return frame.with_columns(
        pl.when(hit).then(pl.lit(value, dtype=pl.Float64)).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    )


def test_noon_is_twelve_oclock_in_beijing_and_wind_becomes_kmh() -> None:
    found = noon(hours())
    assert found.noon["local_date"].to_list() == [date(2015, 4, 1), DAY]
    row = found.noon.row(1, named=True)
    assert row["air_temperature_degc"] == 4.0  # the report of 04 UTC
    assert row["wind_speed_kmh"] == pytest.approx(18.0)
    assert row["noon_offset_h"] == 0
    assert not row["is_forecast"]
    assert found.gaps.is_empty()


def test_rain_is_that_of_the_24_hours_that_end_at_noon() -> None:
    wet = at(hours(), NOON - timedelta(hours=24), precipitation_mm=100.0)  # ends at noon of the day before
    wet = at(wet, NOON - timedelta(hours=23), precipitation_mm=1.0)
    wet = at(wet, NOON, precipitation_mm=2.0)
    wet = at(wet, NOON + timedelta(hours=1), precipitation_mm=50.0)
    row = noon(wet).noon.row(1, named=True)
    assert row["precipitation_mm"] == 3.0
    assert row["rain_hours_missing_h"] == 0


def test_rain_in_tenths_sums_to_the_tenth() -> None:
    """Added up as they come, fifteen tenths are a hair under 1.5 mm or not, and the DMC steps there."""
    tenths = [0.1] * 15
    assert sum(tenths) != 1.5
    made = noon(hours(precipitation_mm=[0.0] * 6 + tenths + [0.0] * 27)).noon
    assert made.filter(pl.col("local_date") == DAY)["precipitation_mm"].item() == 1.5


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 12), min_size=48, max_size=48))
def test_neither_the_order_of_the_hours_nor_that_of_the_models_moves_the_rain(random: Any, tenths: list[int]) -> None:
    rain = [each / 10 for each in tenths]
    models = [
        hours(model=name, issued_utc=START, precipitation_mm=[each * factor for each in rain])
        for name, factor in (("a", 1.0), ("b", 1.1), ("c", 0.7))
    ]
    frame = pl.concat(models, how="vertical_relaxed")
    order = list(range(frame.height))
    random.shuffle(order)
    assert noon(frame).noon.equals(noon(frame[order]).noon)


def test_hours_without_a_rain_report_are_counted() -> None:
    holes = at(hours(), NOON - timedelta(hours=3), precipitation_mm=None)
    holes = holes.filter(pl.col("valid_utc") != NOON - timedelta(hours=5))
    rows = noon(holes).noon
    assert rows["rain_hours_missing_h"].to_list() == [19, 2]  # the first day's window begins before the table
    assert rows["precipitation_mm"].to_list() == [0.0, 0.0]


def test_no_rain_report_at_all_is_24_missing_hours() -> None:
    assert noon(hours(precipitation_mm=None)).noon["rain_hours_missing_h"].to_list() == [24, 24]


def test_a_gauge_that_is_stuck_is_no_report_and_makes_no_day_wet() -> None:
    rows = noon(hours(precipitation_mm=200.0)).noon  # 5 and 22 hours of it
    assert rows["rain_hours_missing_h"].to_list() == [19, 24]
    assert rows["precipitation_mm"].to_list() == [1000.0, 0.0]


def test_a_missing_noon_report_is_replaced_by_the_later_of_its_neighbours_and_marked() -> None:
    missing = hours().filter(pl.col("valid_utc") != NOON)
    row = noon(missing).noon.row(1, named=True)
    assert (row["air_temperature_degc"], row["noon_offset_h"]) == (5.0, 1)
    only_before = missing.filter(pl.col("valid_utc") != NOON + timedelta(hours=1))
    row = noon(only_before).noon.row(1, named=True)
    assert (row["air_temperature_degc"], row["noon_offset_h"]) == (3.0, -1)


def test_a_report_without_wind_is_no_report_for_noon() -> None:
    row = noon(at(hours(), NOON, wind_speed_ms=None)).noon.row(1, named=True)
    assert row["noon_offset_h"] == 1


def test_a_day_without_a_report_around_noon_is_a_gap_with_its_reason() -> None:
    around = pl.col("valid_utc").is_between(NOON - timedelta(hours=1), NOON + timedelta(hours=1))
    found = noon(hours().filter(~around))
    assert found.noon["local_date"].to_list() == [date(2015, 4, 1)]
    assert found.gaps.rows() == [("54419", DAY, "no_report")]


def test_a_field_that_is_missing_around_noon_is_named() -> None:
    dry = hours()
    for offset in (-1, 0, 1):
        dry = at(dry, NOON + timedelta(hours=offset), relative_humidity_pct=None)
    assert noon(dry).gaps.rows() == [("54419", DAY, "relative_humidity_pct")]


def test_fields_that_are_never_there_together_are_told_too() -> None:
    torn = at(hours(), NOON - timedelta(hours=1), wind_speed_ms=None)
    torn = at(torn, NOON, relative_humidity_pct=None)
    torn = at(torn, NOON + timedelta(hours=1), air_temperature_degc=None)
    assert noon(torn).gaps.rows() == [("54419", DAY, "no_complete_report")]


def test_a_station_that_is_silent_while_others_report_is_a_gap_and_not_dropped() -> None:
    found = noon(hours(), hours(12, station="54412", lat_deg=40.73))
    assert found.gaps.rows() == [("54412", DAY, "no_report")]
    assert found.noon.height + found.gaps.height == 4


def test_an_observation_wins_over_an_analysis_and_both_over_a_forecast() -> None:
    forecast = hours(model="ecmwf_ifs025", issued_utc=START, air_temperature_degc=30.0)
    analysis = hours(model="cma_grapes_global", air_temperature_degc=20.0)
    observed = hours(12, air_temperature_degc=10.0)
    rows = noon(forecast, analysis, observed).noon
    assert rows["air_temperature_degc"].to_list() == [10.0, 20.0]
    assert not rows["is_forecast"].any()
    assert noon(forecast).noon["is_forecast"].all()


def test_a_field_that_the_observation_lacks_comes_from_the_forecast_and_marks_the_day() -> None:
    row = noon(hours(wind_speed_ms=None), hours(model="ecmwf_ifs025", issued_utc=START, wind_speed_ms=10.0)).noon.row(1)
    assert row[noon(hours()).noon.columns.index("wind_speed_kmh")] == pytest.approx(36.0)
    assert row[-1]


def test_several_models_give_their_mean() -> None:
    one = hours(model="ecmwf_ifs025", issued_utc=START, air_temperature_degc=20.0, precipitation_mm=1.0)
    two = hours(model="cma_grapes_global", issued_utc=START, air_temperature_degc=24.0, precipitation_mm=0.0)
    row = noon(one, two).noon.row(1, named=True)
    assert row["air_temperature_degc"] == 22.0
    assert row["precipitation_mm"] == 12.0


def test_days_begin_and_end_with_the_noons_that_the_table_holds() -> None:
    assert noon(hours(3, start=NOON - timedelta(hours=1))).noon["local_date"].to_list() == [DAY]
    assert noon(hours(1, start=NOON)).noon["local_date"].to_list() == [DAY]
    none = noon(hours(4, start=NOON + timedelta(hours=1)))
    assert none.noon.is_empty()
    assert none.gaps.is_empty()


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(random: Any) -> None:
    frame = pl.concat([hours(), hours(station="54412", lat_deg=40.73)], how="vertical_relaxed")
    order = list(range(frame.height))
    random.shuffle(order)
    assert_frame_equal(noon(frame).noon, noon(frame[order]).noon)


def test_an_empty_table_has_no_noon_and_no_gap() -> None:
    found = noon(hours(0))
    assert found.noon.is_empty()
    assert found.gaps.is_empty()


def test_a_time_off_the_hour_is_refused_by_station() -> None:
    with pytest.raises(ValueError, match=r"54419.*not on the hour"):
        noon(hours(start=START + timedelta(minutes=10)))


def test_a_station_at_two_places_is_refused() -> None:
    with pytest.raises(ValueError, match="54419 has 2 positions"):
        noon(hours(24), hours(24, start=START + timedelta(hours=24), lat_deg=40.0))
