"""Fire weather: the seven codes over 10 000 cells and a year, and one danger round over the joint units.

The peer is xclim's ``fire_weather_ufunc`` on the same numbers, in the same process and run, one thread each, float64,
both from 85/6/15 and with the constant of 1985, the only one that xclim has. They take turns, so that a busy machine
slows all. Ours writes into the arrays of the turn before, as one does who goes through many years; xclim has no such
choice. xclim is measured twice, because its speed depends on how its input lies in memory: station by station, the
order of its own core dimension, and day by day, which is faster. The run fails if any code differs by more than 1e-9.
Compilation is not counted.

The danger round is what a watch computes once it holds its inputs: ten days of hourly forecasts of two models at 36
points to noon, to the cells of three units, to codes, grades and the danger of each unit. Memory is the peak of a fresh
process that does one.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dataframely as dy
import numpy as np
import polars as pl

from bench.measurement import Measurement, at_most, in_a_fresh_process, median_seconds, peak_memory_mb
from boundary_zones.catalogue import load_catalogue
from models.danger import DangerParameters, danger, zone_danger
from models.danger_grade import GradeBounds
from models.fire_weather.arrays import CellWeather, Codes, Moisture
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.day import fire_weather_series
from models.fire_weather.parameters import FireWeatherParameters
from models.fire_weather.season import codes_from, fire_weather_days
from models.frames import WeatherFrame, ZoneDangerFrame
from models.weather.interpolate import InterpolationParameters, weather_at_cells
from models.weather.noon import noon_weather

CELLS, DAYS = 10_000, 365
FIRST = date(2015, 1, 1)
LAT_DEG = 40.5
TURNS = 7
RTOL = 1e-9
CODES = ("FFMC", "DMC", "DC", "ISI", "BUI", "FWI", "DSR")
ROUND_DAYS, ROUND_ISSUED = 10, datetime(2015, 4, 1, 23, 7, tzinfo=UTC)
RAM_TARGET_MB = 600.0


def run() -> list[Measurement]:
    """Measure; about a minute on two cores."""
    return [*_codes(), _round(), _memory()]


def made_up_year(*, seed: int = 20150401) -> CellWeather:
    """Weather of shape (days, cells) with a yearly course and rain on every seventh day or so."""
    random = np.random.default_rng(seed)
    shape = (DAYS, CELLS)
    day = np.arange(DAYS)[:, np.newaxis]
    return CellWeather.of(
        12 - 15 * np.cos(2 * np.pi * (day - 15) / 365) + random.normal(0, 5, shape),
        np.clip(random.normal(50, 20, shape), 5, 99.9),
        random.gamma(2, 6, shape),
        np.where(random.random(shape) < 0.15, random.gamma(0.8, 8, shape), 0.0),
    )


def _codes() -> list[Measurement]:
    year = made_up_year()
    kept = _ours(year)
    jobs: dict[str, Callable[[], Any]] = {
        "ours": lambda: _ours(year, out=kept),
        "station by station": _xclim(year, dimensions=("cell", "time")),
        "day by day": _xclim(year, dimensions=("time", "cell")),
    }
    for peer in list(jobs)[1:]:
        _assert_same(jobs["ours"](), jobs[peer]())
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(TURNS):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            taken[name].append(time.perf_counter() - start)
    rate = {name: CELLS * DAYS / 1e6 / statistics.median(seconds) for name, seconds in taken.items()}
    return [
        _row(
            "station by station",
            rate,
            target=3.0,
            why="numpy passes through the cache: 21 exp and log, 95 sums and products",
        ),
        _row(
            "day by day",
            rate,
            target=3.0,
            why="not reached: numpy's passes alone take over a third of xclim's time, see docs/decisions/0014",
        ),
    ]


def _row(order: str, rate: dict[str, float], *, target: float, why: str) -> Measurement:
    return Measurement(
        name=f"fire weather: 7 codes, {CELLS} cells x {DAYS} days, peer's arrays {order}",
        unit="million cell-days/s",
        ours=rate["ours"],
        peer_name="xclim 0.62 fire_weather_ufunc, float64, one thread",
        peer=rate[order],
        target=target,
        higher_is_better=True,
        bound_by=why,
    )


def _ours(year: CellWeather, *, out: Codes | None = None) -> Codes:
    start = Moisture(np.full(CELLS, 85.0), np.full(CELLS, 6.0), np.full(CELLS, 15.0))
    months = [(FIRST + timedelta(days=number)).month for number in range(DAYS)]
    return fire_weather_series(year, start, lat_deg=LAT_DEG, months=months, constant=FfmcConstant.PRINTED_1985, out=out)


def _xclim(year: CellWeather, *, dimensions: tuple[str, str]) -> Callable[[], Any]:
    """The peer, ready to run on arrays that lie in memory in the order of ``dimensions``."""
    import xarray as xr
    from xclim.indices.fire import fire_weather_ufunc

    times = np.datetime64(FIRST, "ns") + np.arange(DAYS) * np.timedelta64(1, "D")
    turned = dimensions[0] == "cell"
    temperature, humidity, wind, rain = (
        xr.DataArray(np.ascontiguousarray(column.T) if turned else column, dims=dimensions, coords={"time": times})
        for column in year
    )
    start = {
        name: xr.DataArray(np.full(CELLS, value), dims="cell")
        for name, value in (("ffmc0", 85.0), ("dmc0", 6.0), ("dc0", 15.0), ("lat", LAT_DEG))
    }
    return lambda: fire_weather_ufunc(
        tas=temperature, hurs=humidity, sfcWind=wind, pr=rain, indexes=list(CODES), **start
    )


def _assert_same(ours: Codes, theirs: Any) -> None:
    for name, code in zip(CODES, ours, strict=True):
        peer = theirs[name].transpose("time", "cell").to_numpy()
        np.testing.assert_allclose(code, peer, rtol=RTOL, atol=RTOL, err_msg=name)


def made_up_forecast() -> dy.DataFrame[WeatherFrame]:
    """Hourly forecasts of two models at 36 points around the units, for the round and the day before."""
    random = np.random.default_rng(20150402)
    first = datetime(2015, 4, 1, 4, tzinfo=UTC)
    hours = [first + timedelta(hours=number) for number in range(24 * ROUND_DAYS + 1)]
    points = [(40.0 + 0.25 * row, 115.4 + 0.4 * column) for row in range(6) for column in range(6)]
    places = pl.DataFrame(points, schema=["lat_deg", "lon_deg"], orient="row").with_row_index("number")
    grid = places.join(pl.DataFrame({"model": ["ecmwf_ifs025", "cma_grapes_global"]}), how="cross")
    grid = grid.join(pl.DataFrame({"valid_utc": hours}), how="cross")
    hour = grid["valid_utc"].dt.hour().to_numpy()
    frame = grid.with_columns(
        pl.format("point-{}", "number").alias("station_id"),
        (pl.col("number") * 30.0).alias("elevation_m"),
        pl.Series(
            "air_temperature_degc", 14 + 8 * np.sin((hour - 1) / 24 * 2 * np.pi) + random.normal(0, 2, len(hour))
        ),
        pl.Series("relative_humidity_pct", random.uniform(10, 80, len(hour))),
        pl.Series("wind_speed_ms", random.gamma(2, 2, len(hour))),
        pl.Series("precipitation_mm", np.where(random.random(len(hour)) < 0.02, 2.0, 0.0)),
        pl.lit(ROUND_ISSUED).alias("issued_utc"),
        *(pl.lit(None, pl.Float64).alias(name) for name in ("wind_direction_deg", "wind_gust_ms", "snow_depth_cm")),
    )
    return WeatherFrame.validate(frame.select(WeatherFrame.column_names()), cast=True)


def cells_of_the_zones() -> pl.DataFrame:
    """All cells of the three units, with a made-up height."""
    catalogue = load_catalogue()
    cells = pl.concat([catalogue.cells(zone.id) for zone in catalogue.zones])
    return cells.with_columns((pl.col("lat_deg") * 1000 % 900).alias("elevation_m"))


def danger_round(forecast: dy.DataFrame[WeatherFrame], cells: pl.DataFrame) -> dy.DataFrame[ZoneDangerFrame]:
    """From hourly weather at points to the danger of each unit on each day."""
    noon = noon_weather(forecast).noon
    weather = weather_at_cells(noon, cells, parameters=InterpolationParameters())
    codes = fire_weather_days(None, weather, cells=cells, parameters=FireWeatherParameters())
    ahead = codes_from(codes, ROUND_ISSUED.date() + timedelta(days=1))  # 23 UTC is the next day in Beijing
    graded = danger(ahead, cells, issued_utc=ROUND_ISSUED, bounds=GradeBounds(), parameters=DangerParameters())
    return zone_danger(graded, area_share=DangerParameters().area_share)


def _round() -> Measurement:
    forecast, cells = made_up_forecast(), cells_of_the_zones()
    zones = danger_round(forecast, cells)
    if zones.height != ROUND_DAYS * cells["zone"].n_unique():
        raise AssertionError(f"the round gave {zones.height} rows for {cells['zone'].n_unique()} units")
    return Measurement(
        name=f"danger round: {cells['zone'].n_unique()} units, {cells.height} cells x {ROUND_DAYS} days, without I/O",
        unit="s",
        ours=median_seconds(lambda: danger_round(forecast, cells)),
        peer_name=None,
        peer=None,
        target=2.0,
        higher_is_better=False,
        bound_by="the declared schemas: every frame is checked at its door",
    )


def _memory() -> Measurement:
    return at_most(
        "danger round: peak memory of a process that does one",
        "MB",
        in_a_fresh_process(_peak_mb),
        target=RAM_TARGET_MB,
        bound_by="Python with polars, shapely and scikit-learn before the first row",
    )


def _peak_mb() -> float:
    danger_round(made_up_forecast(), cells_of_the_zones())
    return peak_memory_mb()


if __name__ == "__main__":
    for measurement in run():
        print(f"{measurement.name}: {measurement.ours:.3g} {measurement.unit}, ratio {measurement.ratio:.2f}")
