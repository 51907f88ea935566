"""Forecasts against what came: on made-up errors that are known, and on a recorded forecast with its later truth."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dataframely as dy
import numpy as np
import polars as pl
import pytest

from models.danger import DangerParameters, danger
from models.danger_grade import GradeBounds, danger_grade
from models.fire_weather.arrays import CellWeather, Moisture
from models.fire_weather.day import fire_weather_day
from models.fire_weather.parameters import FireWeatherParameters
from models.fire_weather.season import fire_weather_days
from models.frames import CellNoonFrame, ForecastScoreFrame, IssuedForecastFrame
from models.verification import QUANTITIES, forecast_scores, issued_forecast, known_noons, skill_by_lead
from tests.models.weather_cases import cell_places, cell_rows

DAY = date(2018, 5, 12)
ISSUED = datetime(2018, 5, 10, 23, tzinfo=UTC)


def issued(temperature: list[float], grade: list[int], *, lead: int = 1) -> dy.DataFrame[IssuedForecastFrame]:
    count = len(temperature)
    rows = {
        "zone": ["HR-CD"] * count,
        "cell_id": [f"c{number}" for number in range(count)],
        "issued_utc": [ISSUED - timedelta(days=lead)] * count,
        "local_date": [DAY] * count,
        "lead_d": [lead] * count,
        "air_temperature_degc": temperature,
        "relative_humidity_pct": [30.0] * count,
        "wind_speed_kmh": [10.0] * count,
        "fwi": [20.0] * count,
        "danger_grade": grade,
        "degraded": [False] * count,
    }
    return IssuedForecastFrame.validate(pl.DataFrame(rows), cast=True)


def truth(count: int, **values: float) -> pl.DataFrame:
    plain = {"air_temperature_degc": 20.0, "relative_humidity_pct": 30.0, "wind_speed_kmh": 10.0, "fwi": 20.0}
    cells = pl.Series("cell_id", [f"c{number}" for number in range(count)], dtype=pl.String)
    same = {"local_date": DAY, **plain, "danger_grade": 2, **values}
    return cells.to_frame().with_columns(pl.lit(value).alias(name) for name, value in same.items())


def test_errors_are_forecast_less_truth_and_hits_are_counted() -> None:
    scores = forecast_scores(issued([21.0, 23.0], [2, 3]), truth(2))
    skill = {row["quantity"]: row for row in skill_by_lead(scores).to_dicts()}
    assert skill["air_temperature_degc"]["mean_error"] == pytest.approx(2.0)
    assert skill["air_temperature_degc"]["mean_absolute_error"] == pytest.approx(2.0)
    assert skill["air_temperature_degc"]["rmse"] == pytest.approx(np.sqrt(5.0))
    assert skill["danger_grade"]["hit_share"] == 0.5
    assert skill["fwi"]["hit_share"] is None
    assert list(skill) == list(QUANTITIES)


def test_leads_are_told_apart_and_cells_without_truth_are_not_scored() -> None:
    both = [forecast_scores(issued([20.0, 20.0], [2, 2], lead=lead), truth(1)) for lead in (1, 3)]
    skill = skill_by_lead(pl.concat(both)).filter(pl.col("quantity") == "fwi")
    assert skill["lead_d"].to_list() == [1, 3]
    assert skill["cells"].to_list() == [1, 1]


def test_nothing_that_came_is_nothing_scored() -> None:
    assert forecast_scores(issued([20.0], [2]), truth(0)).is_empty()
    assert skill_by_lead(ForecastScoreFrame.create_empty()).is_empty()


def test_one_cell_stands_for_its_square_and_every_day_is_kept() -> None:
    noon = CellNoonFrame.validate(cell_rows(40, 3, first=DAY))
    cells = cell_places(40)
    codes = fire_weather_days(None, noon, cells=cells, parameters=FireWeatherParameters())
    made = danger(
        codes,
        cells,
        issued_utc=datetime(2018, 5, 12, 1, tzinfo=UTC),
        bounds=GradeBounds(),
        parameters=DangerParameters(),
    )
    kept = issued_forecast(made, noon)
    assert kept["cell_id"].n_unique() == 4
    assert kept.height == 12
    assert kept["lead_d"].unique().sort().to_list() == [0, 1, 2]


def test_what_still_holds_a_forecast_or_lies_ahead_is_no_truth() -> None:
    noon = CellNoonFrame.validate(cell_rows(2, 3, first=DAY).with_columns(is_forecast=pl.col("local_date") > DAY))
    codes = fire_weather_days(None, noon, cells=cell_places(2), parameters=FireWeatherParameters())
    days = [DAY + timedelta(days=number) for number in range(3)]
    came = known_noons(noon, codes, days=days, now_utc=datetime(2018, 5, 20, tzinfo=UTC))
    assert came["local_date"].unique().to_list() == [DAY]
    early = known_noons(noon, codes, days=days, now_utc=datetime(2018, 5, 12, 3, 59, tzinfo=UTC))
    assert early.is_empty()


def caiyun(path: Path, *, kmh: bool = True) -> pl.DataFrame:
    """Noon rows of a recorded table of the 26 grid points, from numbers as they stand there."""
    table = pl.read_csv(path, try_parse_dates=True).with_columns(pl.col("time").dt.replace_time_zone("UTC"))
    noon = table.filter(pl.col("time").dt.hour() == 4)
    return noon.select(
        pl.col("station_id").alias("cell_id"),
        pl.col("time").dt.date().alias("local_date"),
        pl.col("temperature").alias("air_temperature_degc"),
        pl.col("humidity").cast(pl.Float64).alias("relative_humidity_pct"),
        pl.col("wind_speed").alias("wind_speed_kmh"),
    )


def with_fwi(noon: pl.DataFrame) -> pl.DataFrame:
    """The FWI of one day from the same state everywhere: what the weather alone changes."""
    weather = CellWeather.of(*(noon[name] for name in noon.columns[2:5]), np.zeros(noon.height))
    state = Moisture(*(np.full(noon.height, code) for code in (85.0, 30.0, 250.0)))
    codes = fire_weather_day(weather, state, lat_deg=40.3, month=5)
    grade = danger_grade(codes.fwi, GradeBounds())
    return noon.with_columns(pl.Series("fwi", codes.fwi), pl.Series("danger_grade", grade))


@pytest.mark.shared
def test_a_recorded_forecast_is_scored_against_its_later_truth(shared: Path) -> None:
    folder = shared / "data" / "weather" / "kdd2018"
    ahead = with_fwi(caiyun(folder / "bj_caiyun_forecast.csv.gz"))
    came = with_fwi(caiyun(folder / "bj_grid_hourly_20180411_20180523.csv.gz"))
    lead = (pl.col("local_date") - date(2018, 5, 11)).dt.total_days()
    frame = ahead.with_columns(
        pl.lit("HR-CD").alias("zone"),
        pl.lit(ISSUED).alias("issued_utc"),
        lead.alias("lead_d"),
        pl.lit(False).alias("degraded"),
    )
    scores = forecast_scores(
        IssuedForecastFrame.validate(frame.select(IssuedForecastFrame.column_names()), cast=True), came
    )
    skill = skill_by_lead(scores)
    assert skill["lead_d"].unique().sort().to_list() == [0, 1, 2]
    error = {(row["quantity"], row["lead_d"]): row["mean_absolute_error"] for row in skill.to_dicts()}
    warmth = [error["air_temperature_degc", lead] for lead in range(3)]
    assert warmth == pytest.approx([0.0, 10.86, 3.04], abs=0.01)  # noon of the first day was issued as it was seen
    assert error["relative_humidity_pct", 2] == pytest.approx(3.35, abs=0.01)
    assert error["wind_speed_kmh", 1] == pytest.approx(1.84, abs=0.01)
    assert error["fwi", 1] > error["fwi", 0] == 0.0
