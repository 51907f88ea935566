"""Weather for the tests of the codes: what hypothesis draws, and a synthetic year."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from hypothesis import strategies as st

from models.fire_weather.arrays import CellWeather, FloatArray
from models.frames import SnowWeather

temperatures = st.floats(-40, 45)
humidities = st.one_of(st.floats(0, 100), st.sampled_from([0.0, 100.0]))
winds = st.floats(0, 120)
rains = st.one_of(st.just(0.0), st.floats(0, 150), st.sampled_from([0.5, 1.5, 2.8]))
ffmcs = st.one_of(st.floats(0, 101), st.sampled_from([0.0, 101.0]))
dmcs = st.one_of(st.floats(0, 400), st.sampled_from([0.0, 33.0, 65.0]))
dcs = st.one_of(st.floats(0, 1500), st.just(0.0))
months = st.integers(1, 12)
latitudes = st.one_of(st.floats(-60, 60), st.sampled_from([-30.0, -20.0, -10.0, 10.0, 20.0, 30.0]))


NO_SNOW_TOLD = dict.fromkeys(SnowWeather.column_names())
SOUND = {
    "spin_up_days": 100,
    "gap_days": 0,
    "last_gap_local_date": None,
    "filled_days": 0,
    "last_filled_local_date": None,
    "restarted_local_date": None,
    "gap_run_d": 0,
    "snow_water_mm": 0.0,
    "snow_free_days": None,
    "days_since_rain_d": 9,
}
"""The flags of codes that nothing is wrong with."""


def synthetic_year(cells: int, days: int, *, seed: int = 20150401) -> tuple[CellWeather, list[int]]:
    """Weather of shape (days, cells) with a yearly course, and the months; from 1 January."""
    random = np.random.default_rng(seed)
    shape = (days, cells)
    day = np.arange(days)[:, np.newaxis]
    temperature = 12 - 15 * np.cos(2 * np.pi * (day - 15) / 365) + random.normal(0, 5, shape)
    humidity = np.clip(random.normal(50, 22, shape), 0, 100)
    rain = np.where(random.random(shape) < 0.2, random.gamma(0.8, 8, shape), 0.0)
    weather = CellWeather.of(temperature, humidity, random.gamma(2, 6, shape), rain)
    return weather, [(date(2015, 1, 1) + timedelta(days=number)).month for number in range(days)]


def one(temperature: float, humidity: float, wind: float, rain: float) -> CellWeather:
    """Weather of one cell."""
    return CellWeather.of([temperature], [humidity], [wind], [rain])


def cell_rows(cells: int, days: int, *, first: date = date(2015, 3, 1), seed: int = 1) -> pl.DataFrame:
    """Rows of a ``CellNoonFrame``."""
    weather, _ = synthetic_year(cells, days, seed=seed)
    flat: list[FloatArray] = [column.ravel() for column in weather]
    return pl.DataFrame(
        {
            "cell_id": cell_names(cells) * days,
            "local_date": [first + timedelta(days=day) for day in range(days) for _ in range(cells)],
            "air_temperature_degc": flat[0],
            "relative_humidity_pct": flat[1],
            "wind_speed_kmh": flat[2],
            "precipitation_mm": flat[3],
            "is_forecast": False,
            "degraded": False,
        }
    ).with_columns(pl.lit(None, pl.Float64).alias(name) for name in NO_SNOW_TOLD)


def cell_names(cells: int) -> list[str]:
    """Names like those of real cells, in their order."""
    return [f"4056N{11600 + number:05d}E" for number in range(cells)]


def cell_places(cells: int) -> pl.DataFrame:
    """``zone, cell_id, lat_deg, lon_deg`` of the same cells."""
    lon = [116.005 + 0.01 * number for number in range(cells)]
    return pl.DataFrame({"zone": "HR-CD", "cell_id": cell_names(cells), "lat_deg": 40.565, "lon_deg": lon})
