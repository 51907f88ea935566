from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import dataframely as dy
import numpy as np
import polars as pl
import pytest

from models.frames import CellNoonFrame, WeatherFrame
from models.ignition.at_cells import day_weather_at_cells
from models.ignition.day_weather import DayWeatherParameters, day_weather

DAY = date(2015, 4, 15)
NOON = datetime(2015, 4, 15, 4, tzinfo=UTC)


def hours(*rows: dict[str, Any]) -> dy.DataFrame[WeatherFrame]:
    plain = {
        "station_id": "a",
        "valid_utc": NOON,
        "model": "observed",
        "lat_deg": 40.4,
        "lon_deg": 116.6,
        "air_temperature_degc": 20.0,
        "relative_humidity_pct": 30.0,
        "wind_speed_ms": 3.0,
    }
    frame = pl.DataFrame([{**plain, **row} for row in rows], infer_schema_length=None)
    absent = [name for name in WeatherFrame.column_names() if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None).alias(name) for name in absent)
    return WeatherFrame.validate(frame.select(WeatherFrame.column_names()), cast=True)


def test_the_worst_hours_of_a_day_are_kept_apart_from_noon() -> None:
    evening = {"valid_utc": NOON + timedelta(hours=7), "wind_speed_ms": 9.0, "relative_humidity_pct": 20.0}
    row = day_weather(hours({}, evening), parameters=DayWeatherParameters()).row(0, named=True)
    assert row["local_date"] == DAY
    assert row["vpd_max_kpa"] > row["vpd_noon_kpa"] > 1.5
    assert row["relative_humidity_min_pct"] == 20.0
    assert row["gust_max_ms"] == pytest.approx(9.0 * 1.7)
    assert row["gust_estimated"]


def test_a_reported_gust_wins_over_the_estimate_and_is_never_below_the_mean_wind() -> None:
    row = day_weather(hours({"wind_gust_ms": 8.0}), parameters=DayWeatherParameters()).row(0, named=True)
    assert (row["gust_max_ms"], row["gust_estimated"]) == (8.0, False)
    row = day_weather(hours({"wind_gust_ms": 1.0}), parameters=DayWeatherParameters()).row(0, named=True)
    assert row["gust_max_ms"] == 3.0


def test_a_day_begins_at_midnight_in_beijing() -> None:
    late = {"valid_utc": datetime(2015, 4, 14, 17, tzinfo=UTC)}
    assert day_weather(hours(late), parameters=DayWeatherParameters())["local_date"].to_list() == [DAY]


def test_an_observation_wins_over_a_forecast_of_the_same_hour() -> None:
    forecast = {"model": "table", "issued_utc": NOON - timedelta(hours=6), "air_temperature_degc": 35.0}
    row = day_weather(hours({}, forecast), parameters=DayWeatherParameters()).row(0, named=True)
    assert row["vpd_max_kpa"] == pytest.approx(0.7 * 2.334, rel=0.01)


def test_hours_without_humidity_make_no_day() -> None:
    assert day_weather(hours({"relative_humidity_pct": None}), parameters=DayWeatherParameters()).is_empty()


def noon_at(*cells: str) -> dy.DataFrame[CellNoonFrame]:
    frame = pl.DataFrame(
        {
            "cell_id": list(cells),
            "local_date": [DAY] * len(cells),
            "air_temperature_degc": 20.0,
            "relative_humidity_pct": 30.0,
            "wind_speed_kmh": 10.8,
            "precipitation_mm": 0.0,
            "is_forecast": False,
            "degraded": False,
        }
    )
    absent = [name for name in CellNoonFrame.column_names() if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None).alias(name) for name in absent)
    return CellNoonFrame.validate(frame.select(CellNoonFrame.column_names()), cast=True)


def test_a_cell_at_the_station_has_the_extremes_of_the_station() -> None:
    evening = {"valid_utc": NOON + timedelta(hours=7), "relative_humidity_pct": 15.0, "wind_gust_ms": 12.0}
    days = day_weather(hours({}, evening), parameters=DayWeatherParameters())
    cells = pl.DataFrame({"cell_id": ["x"], "lat_deg": [40.4], "lon_deg": [116.6]})
    row = day_weather_at_cells(days, noon_at("x"), cells).row(0, named=True)
    assert row["vpd_max_kpa"] == pytest.approx(days["vpd_max_kpa"][0])
    assert row["relative_humidity_min_pct"] == pytest.approx(15.0)
    assert row["gust_max_ms"] == 12.0


def test_extremes_do_not_depend_on_the_order_of_cells_or_rows() -> None:
    rows = [{"station_id": name, "lat_deg": 40.0 + n, "wind_gust_ms": 5.0 + n} for n, name in enumerate("abc")]
    cells = pl.DataFrame({"cell_id": ["x", "y"], "lat_deg": [40.4, 41.2], "lon_deg": [116.6, 116.9]})
    one = day_weather_at_cells(day_weather(hours(*rows), parameters=DayWeatherParameters()), noon_at("x", "y"), cells)
    other = day_weather_at_cells(
        day_weather(hours(*rows[::-1]), parameters=DayWeatherParameters()), noon_at("y", "x"), cells.reverse()
    )
    joined = one.join(other, on="cell_id", suffix="_other")
    np.testing.assert_allclose(joined["gust_max_ms"], joined["gust_max_ms_other"], rtol=1e-12)


def test_a_gust_factor_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="no less than the mean wind"):
        DayWeatherParameters(gust_factor=0.9)
