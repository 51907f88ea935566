"""Daily records to noon values."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import dataframely as dy
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.frames import DailyRecordFrame
from models.weather.daily import DailyParameters, noon_weather_from_daily
from models.weather.humidity import relative_humidity_from_dew_point_pct

PARAMETERS = DailyParameters()
HALF = DailyParameters(noon_temperature_share=0.5, noon_vapour_share=1.0, noon_wind_factor=1.0)


def record(**values: Any) -> dy.DataFrame[DailyRecordFrame]:
    row: dict[str, Any] = {
        "station_id": "54511",
        "local_date": date(2017, 5, 11),
        "lat_deg": 39.80,
        "lon_deg": 116.47,
        "elevation_m": 31.3,
        "air_temperature_mean_degc": 22.0,
        "air_temperature_max_degc": 30.0,
        "air_temperature_min_degc": 14.0,
        "relative_humidity_mean_pct": 35.0,
        "relative_humidity_min_pct": 12.0,
        "wind_speed_mean_ms": 3.0,
        "wind_speed_max_ms": 9.0,
        "wind_gust_max_ms": 16.0,
        "precipitation_mm": 0.0,
    }
    return DailyRecordFrame.validate(pl.DataFrame([row | values]), cast=True)


def test_noon_lies_at_its_share_of_the_range_of_the_day() -> None:
    row = noon_weather_from_daily(record(), parameters=PARAMETERS).noon.row(0, named=True)
    assert row["air_temperature_degc"] == pytest.approx(14 + 0.85 * 16)
    assert row["wind_speed_kmh"] == pytest.approx(3.0 * 1.35 * 3.6)
    assert 12.0 < row["relative_humidity_pct"] < 35.0
    assert row["rain_hours_missing_h"] == 0
    assert row["noon_offset_h"] == 0
    assert not row["is_forecast"]


def test_without_daily_means_humidity_comes_from_the_driest_moment() -> None:
    row = noon_weather_from_daily(record(relative_humidity_mean_pct=None), parameters=PARAMETERS).noon.row(
        0, named=True
    )
    full = noon_weather_from_daily(record(), parameters=DailyParameters(noon_vapour_share=1.0)).noon.row(0, named=True)
    assert row["relative_humidity_pct"] == full["relative_humidity_pct"]


def test_the_noon_wind_is_never_above_the_largest_mean_of_the_day() -> None:
    row = noon_weather_from_daily(record(wind_speed_max_ms=3.5), parameters=PARAMETERS).noon.row(0, named=True)
    assert row["wind_speed_kmh"] == pytest.approx(3.5 * 3.6)
    unknown = noon_weather_from_daily(record(wind_speed_max_ms=None), parameters=PARAMETERS).noon.row(0, named=True)
    assert unknown["wind_speed_kmh"] == pytest.approx(3.0 * 1.35 * 3.6)


@pytest.mark.parametrize(
    "field",
    ["air_temperature_max_degc", "air_temperature_min_degc", "relative_humidity_min_pct", "wind_speed_mean_ms"],
)
def test_a_record_without_a_needed_figure_is_a_gap_that_names_it(field: str) -> None:
    found = noon_weather_from_daily(record(**{field: None}), parameters=PARAMETERS)
    assert found.noon.is_empty()
    assert found.gaps.rows() == [("54511", date(2017, 5, 11), field)]


def test_missing_rain_is_24_missing_hours_and_not_a_dry_day_unseen() -> None:
    row = noon_weather_from_daily(record(precipitation_mm=None), parameters=PARAMETERS).noon.row(0, named=True)
    assert (row["precipitation_mm"], row["rain_hours_missing_h"]) == (0.0, 24)


@settings(max_examples=25, deadline=None)
@given(st.floats(-30, 25), st.floats(0, 30), st.floats(0, 100), st.floats(0, 100))
def test_noon_stays_physical(coldest: float, span: float, driest: float, more: float) -> None:
    values = {
        "air_temperature_min_degc": coldest,
        "air_temperature_max_degc": coldest + span,
        "air_temperature_mean_degc": coldest + span / 2,
        "relative_humidity_min_pct": driest,
        "relative_humidity_mean_pct": min(100.0, driest + more),
    }
    row = noon_weather_from_daily(record(**values), parameters=PARAMETERS).noon.row(0, named=True)
    assert 0.0 <= row["relative_humidity_pct"] <= 100.0
    assert coldest <= row["air_temperature_degc"] <= coldest + span + 1e-9


@pytest.mark.parametrize(
    "wrong", [{"noon_temperature_share": 1.1}, {"noon_vapour_share": -0.1}, {"noon_wind_factor": 0.0}]
)
def test_impossible_shares_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        DailyParameters(**wrong)


@pytest.mark.shared
def test_the_rule_meets_the_recorded_hours_of_a_mountain_foot_station(shared: Path) -> None:
    path = shared / "data" / "weather" / "uci_prsa" / "PRSA_Data_Huairou_20130301-20160229.csv.gz"
    table = pl.read_csv(gzip.decompress(path.read_bytes()), null_values="NA", infer_schema_length=None)
    table = table.drop_nulls(["TEMP", "DEWP", "WSPM"])
    humidity = relative_humidity_from_dew_point_pct(table["TEMP"].to_numpy(), table["DEWP"].to_numpy())
    table = table.with_columns(pl.Series("RH", humidity), pl.date("year", "month", "day").alias("local_date"))
    noon = pl.col("hour") == 12
    days = table.group_by("local_date").agg(
        pl.len().alias("hours"),
        air_temperature_mean_degc=pl.col("TEMP").mean(),
        air_temperature_max_degc=pl.col("TEMP").max(),
        air_temperature_min_degc=pl.col("TEMP").min(),
        relative_humidity_mean_pct=pl.col("RH").mean(),
        relative_humidity_min_pct=pl.col("RH").min(),
        wind_speed_mean_ms=pl.col("WSPM").mean(),
        wind_speed_max_ms=pl.col("WSPM").max(),
        precipitation_mm=pl.col("RAIN").sum(),
        noon_temperature=pl.col("TEMP").filter(noon).first(),
        noon_humidity=pl.col("RH").filter(noon).first(),
        noon_wind=pl.col("WSPM").filter(noon).first() * 3.6,
    )
    days = days.filter(pl.col("hours") == 24).with_columns(
        station_id=pl.lit("huairou"), lat_deg=40.36, lon_deg=116.63, elevation_m=75.7, wind_gust_max_ms=None
    )
    records = DailyRecordFrame.validate(days.select(DailyRecordFrame.column_names()), cast=True)
    found = noon_weather_from_daily(records, parameters=PARAMETERS).noon.join(days, on="local_date")
    assert found.height > 900
    for ours, theirs, bias, error in (
        ("air_temperature_degc", "noon_temperature", 0.5, 1.2),
        ("relative_humidity_pct", "noon_humidity", 2.0, 6.0),
        ("wind_speed_kmh", "noon_wind", 2.0, 3.5),
    ):
        difference = (found[ours] - found[theirs]).to_numpy()
        assert abs(difference.mean()) < bias, ours
        assert np.abs(difference).mean() < error, ours
