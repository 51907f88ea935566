"""Danger and ignition of all Beijing–Tianjin–Hebei: 230 000 cells of 0.01°, ten days, all indices and the probability.

Made-up hourly forecasts of two models at 210 points go to noon, to the cells, to codes, the course of each day and its
worst hour, grades and the probability with its interval. Cells are taken in bands of latitude, so that memory does not
grow with the region; each band's rows are written away, as a round would. Time and memory are those of a fresh process;
a second one does a fifth of the cells, and the time a cell of the two shows whether growth is linear. No peer does all
of this.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dataframely as dy
import numpy as np
import polars as pl

from bench.measurement import Measurement, at_most, in_a_fresh_process, peak_memory_mb
from boundary_zones.cells import cell_ids
from flows.estimators import standing_estimator
from flows.rules import shipped_rules
from flows.signed import SignedRules, load_signed
from models.danger import danger, with_peaks
from models.fire_weather.day_curve import day_curves
from models.fire_weather.season import codes_from, fire_weather_days
from models.frames import CellNoonFrame, CodesFrame, DangerFrame, NoonFrame, WeatherFrame
from models.ignition.at_cells import day_weather_at_cells
from models.ignition.attach import judged, with_ignition
from models.ignition.calendar_days import calendar_days
from models.ignition.day_weather import DayWeatherFrame, day_weather
from models.ignition.estimator import Estimator
from models.ignition.table import ignition_features
from models.weather.interpolate import weather_at_cells
from models.weather.noon import noon_weather

CELLS, DAYS, BAND = 230_000, 10, 23_000
ISSUED = datetime(2015, 4, 1, 23, 7, tzinfo=UTC)
TARGET_S, TARGET_MB, TARGET_LINEAR = 60.0, 2048.0, 1.25


def run() -> list[Measurement]:
    """Measure; about a minute on two cores."""
    part_s, _ = in_a_fresh_process(_timed, CELLS // 5)
    whole_s, peak_mb = in_a_fresh_process(_timed, CELLS)
    name = f"danger and ignition of the region: {CELLS} cells x {DAYS} days"
    linear = whole_s / CELLS / (part_s / (CELLS // 5))
    growth = f"{name}: time a cell over that of a fifth of the cells"
    work, memory = (
        "the course of each day: hours to cells, fine fuel by the hour",
        "one band of cells and the libraries",
    )
    return [
        at_most(name, "s", whole_s, target=TARGET_S, bound_by=work),
        at_most(f"{name}, peak memory", "MB", peak_mb, target=TARGET_MB, bound_by=memory),
        at_most(growth, "1", linear, target=TARGET_LINEAR, bound_by="bands: each costs the same"),
    ]


def _timed(cells: int) -> tuple[float, float]:
    rules, places, weather = load_signed(shipped_rules()), region(cells), forecast()
    estimator = standing_estimator(Path("/nonexistent"), None)
    start = time.perf_counter()
    rows = region_round(weather, places, rules, estimator)
    taken = time.perf_counter() - start
    if rows != cells * DAYS:
        raise AssertionError(f"{rows} rows for {cells} cells and {DAYS} days")
    return taken, peak_memory_mb()


def region(cells: int) -> pl.DataFrame:
    """Cells in rows of 400 from 38 N 114 E on, with made-up heights and counties."""
    number = np.arange(cells)
    lat, lon = 38.005 + 0.01 * (number // 400), 114.005 + 0.01 * (number % 400)
    return pl.DataFrame(
        {
            "zone": "JJJ",
            "cell_id": cell_ids(lat, lon),
            "lat_deg": lat,
            "lon_deg": lon,
            "county_gb": np.where(number % 2, 110116, 130826),
            "elevation_m": (number % 1500).astype(np.float64),
        }
    )


def forecast() -> dy.DataFrame[WeatherFrame]:
    """Hourly forecasts of two models at 210 points for ten days and the one before."""
    random = np.random.default_rng(20150402)
    hours = [datetime(2015, 4, 1, 4, tzinfo=UTC) + timedelta(hours=number) for number in range(24 * DAYS + 24)]
    points = [(38.0 + 0.4 * row, 114.0 + 0.3 * column) for row in range(15) for column in range(14)]
    places = pl.DataFrame(points, schema=["lat_deg", "lon_deg"], orient="row").with_row_index("number")
    grid = places.join(pl.DataFrame({"model": ["a", "b"]}), how="cross").join(
        pl.DataFrame({"valid_utc": hours}), how="cross"
    )
    wave = np.sin((grid["valid_utc"].dt.hour().to_numpy() - 1) / 24 * 2 * np.pi)
    count = grid.height
    frame = grid.with_columns(
        pl.format("point-{}", "number").alias("station_id"),
        (pl.col("number") * 5.0).alias("elevation_m"),
        pl.Series("air_temperature_degc", 14 + 8 * wave + random.normal(0, 2, count)),
        pl.Series("relative_humidity_pct", random.uniform(10, 80, count)),
        pl.Series("wind_speed_ms", random.gamma(2, 2, count)),
        pl.Series("wind_gust_ms", random.gamma(4, 3, count)),
        pl.Series("precipitation_mm", np.where(random.random(count) < 0.02, 2.0, 0.0)),
        pl.lit(ISSUED).alias("issued_utc"),
        *(pl.lit(None, pl.Float64).alias(name) for name in ("wind_direction_deg", "snow_depth_cm")),
    )
    return WeatherFrame.validate(frame.select(WeatherFrame.column_names()), cast=True)


@dataclass(frozen=True)
class Brought:
    """Weather at points, in the three forms that a round makes of it once."""

    hours: dy.DataFrame[WeatherFrame] | None
    """None: danger by noon alone."""
    noon: dy.DataFrame[NoonFrame]
    days: dy.DataFrame[DayWeatherFrame]


def region_round(
    weather: dy.DataFrame[WeatherFrame], places: pl.DataFrame, rules: SignedRules, estimator: Estimator
) -> int:
    """Compute and write every band; returns the rows written."""
    brought = Brought(weather, noon_weather(weather).noon, day_weather(weather, parameters=rules.day_weather))
    rows = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, cells in enumerate(places.iter_slices(BAND)):
            frame = band(brought, cells, rules=rules, estimator=estimator)
            frame.write_parquet(Path(folder) / f"band-{number}.parquet")
            rows += frame.height
    return rows


def band(
    weather: Brought, cells: pl.DataFrame, *, rules: SignedRules, estimator: Estimator
) -> dy.DataFrame[DangerFrame]:
    """Danger by noon, by the hours where there are any, and ignition of one band of cells."""
    at_cells: dy.DataFrame[CellNoonFrame] = weather_at_cells(weather.noon, cells, parameters=rules.interpolation)
    codes = fire_weather_days(None, at_cells, cells=cells, parameters=rules.fire_weather)
    ahead: dy.DataFrame[CodesFrame] = codes_from(codes, ISSUED.date() + timedelta(days=1))
    days = ahead["local_date"].unique().sort()
    found = danger(ahead, cells, issued_utc=ISSUED, bounds=rules.grades, parameters=rules.danger)
    if weather.hours is not None:
        curves = day_curves(weather.hours, codes, cells, days=days.to_list(), parameters=rules.interpolation)
        found = with_peaks(found, curves.peaks, bounds=rules.day_grades)
    calendar = calendar_days(rules.calendar, [110116, 130826], days)
    extremes = day_weather_at_cells(weather.days, at_cells, cells)
    table = ignition_features(ahead, cells, calendar=calendar, extremes=extremes)
    return with_ignition(found, judged(table, estimator))


if __name__ == "__main__":
    for measurement in run():
        print(f"{measurement.name}: {measurement.ours:.3g} {measurement.unit}, ratio {measurement.ratio:.2f}")
