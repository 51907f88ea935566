"""Snow: nothing is lost, nothing dries under it, and the fine fuel starts anew when it is gone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import dataframely as dy
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fire_weather.parameters import FireWeatherParameters
from models.fire_weather.season import fire_weather_days, moisture_after, state_of
from models.fire_weather.snow import SnowRules, SnowWeather, snow_day
from models.frames import CellNoonFrame, CodesFrame
from tests.models.weather_cases import NO_SNOW_TOLD, cell_names, cell_places

FIRST = date(2026, 2, 1)
RULES = SnowRules()
CELLS = cell_places(1)


def noon(*days: dict[str, Any]) -> dy.DataFrame[CellNoonFrame]:
    """A cell's days from ``FIRST`` on: dry, windy and just above freezing where nothing else is said."""
    plain = {
        "cell_id": cell_names(1)[0],
        "air_temperature_degc": 4.0,
        "relative_humidity_pct": 30.0,
        "wind_speed_kmh": 25.0,
        "precipitation_mm": 0.0,
        "is_forecast": False,
        "degraded": False,
        **NO_SNOW_TOLD,
    }
    rows = [plain | {"local_date": FIRST + timedelta(days=number)} | day for number, day in enumerate(days)]
    return CellNoonFrame.validate(pl.DataFrame(rows, infer_schema_length=None), cast=True)


def codes_of(*days: dict[str, Any], dmc: float = 20.0, dc: float = 200.0) -> dy.DataFrame[CodesFrame]:
    start = state_of(CELLS, FIRST - timedelta(days=1), moisture=(90.0, dmc, dc), spin_up_days=100)
    return fire_weather_days(start, noon(*days), cells=CELLS, parameters=FireWeatherParameters())


SNOW = {"snow_depth_cm": 6.0}
BARE = {"snow_depth_cm": 0.0}


def test_under_snow_the_danger_is_nothing_and_says_why() -> None:
    codes = codes_of(SNOW, SNOW)
    assert codes["snow"].to_list() == [True, True]
    assert codes["fwi"].to_list() == [0.0, 0.0]
    assert codes["ffmc"].to_list() == [0.0, 0.0]
    assert codes["dc"].to_list() == [200.0, 200.0]
    assert codes["dmc"].to_list() == [20.0, 20.0]


def test_a_dusting_is_no_cover() -> None:
    assert not codes_of({"snow_depth_cm": 0.9})["snow"].any()


def test_where_nobody_reports_the_depth_the_danger_is_told() -> None:
    codes = codes_of({})
    assert not codes["snow"].any()
    assert codes["fwi"][0] > 5


def test_snow_enters_the_deep_codes_when_it_melts_and_not_when_it_falls() -> None:
    falling = {"precipitation_mm": 20.0, "air_temperature_in_rain_degc": -3.0, **SNOW}
    codes = codes_of(falling, SNOW, BARE)
    assert codes["dc"].to_list()[:2] == [200.0, 200.0]
    assert codes["snow_water_mm"].to_list() == [20.0, 20.0, 0.0]
    rained = codes_of({"precipitation_mm": 20.0, **BARE})
    assert codes["dc"][2] == pytest.approx(rained["dc"][0])
    assert codes["dmc"][2] == pytest.approx(rained["dmc"][0])


def test_without_a_depth_fallen_snow_waits_for_a_noon_above_freezing() -> None:
    falling = {"precipitation_mm": 10.0, "air_temperature_degc": -5.0}
    codes = codes_of(falling, {"air_temperature_degc": -1.0}, {"air_temperature_degc": 1.0})
    assert codes["snow_water_mm"].to_list() == [10.0, 10.0, 0.0]
    assert codes["dc"][1] == 200.0
    assert codes["dc"][2] < 190.0


def test_rain_on_snow_waits_in_it() -> None:
    assert codes_of({"precipitation_mm": 8.0, "air_temperature_in_rain_degc": 6.0, **SNOW})["snow_water_mm"][0] == 8.0


def test_three_days_after_the_melt_the_fine_fuel_starts_anew() -> None:
    wet_air = {"relative_humidity_pct": 90.0, "wind_speed_kmh": 2.0, **BARE}
    codes = codes_of(SNOW, wet_air, wet_air, wet_air, wet_air)
    assert codes["snow_free_days"].to_list() == [0, 1, 2, None, None]
    from_standard = fire_weather_days(
        state_of(CELLS, FIRST + timedelta(days=2), moisture=(85.0, 20.0, 200.0), spin_up_days=100),
        noon({}, {}, {}, wet_air).filter(pl.col("local_date") > FIRST + timedelta(days=2)),
        cells=CELLS,
        parameters=FireWeatherParameters(),
    )
    assert codes["ffmc"][2] < 60
    assert codes["ffmc"][3] == pytest.approx(from_standard["ffmc"][0])


def test_the_restart_never_makes_dry_fuel_wetter() -> None:
    gale = {"air_temperature_degc": 25.0, "relative_humidity_pct": 10.0, "wind_speed_kmh": 60.0, **BARE}
    codes = codes_of(SNOW, gale, gale, gale)
    assert codes["ffmc"][3] >= codes["ffmc"][2] - 0.1 > 85


def test_snow_is_carried_over_a_cut_of_the_series() -> None:
    days = [{"precipitation_mm": 12.0, **SNOW}, SNOW, BARE, BARE, BARE]
    whole = codes_of(*days)
    start = moisture_after(codes_of(*days[:2]), FIRST + timedelta(days=1))
    rest = fire_weather_days(start, noon(*days), cells=CELLS, parameters=FireWeatherParameters())
    assert rest["fwi"].to_list() == whole["fwi"].to_list()[2:]
    assert rest["dc"].to_list() == whole["dc"].to_list()[2:]


@given(
    st.lists(
        st.tuples(
            st.one_of(st.just(np.nan), st.floats(0, 50)),
            st.one_of(st.just(np.nan), st.floats(-20, 20)),
            st.floats(-20, 20),
            st.floats(0, 60),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_no_water_is_lost_or_made(days: list[tuple[float, float, float, float]]) -> None:
    lying, reached, fallen = np.zeros(1), 0.0, 0.0
    for depth, falling, temperature, rain in days:
        snow = SnowWeather(np.array([depth]), np.array([falling]))
        there = {"noon_degc": np.array([temperature]), "precipitation_mm": np.array([rain])}
        day = snow_day(snow, snow_water_before_mm=lying, rules=RULES, **there)
        lying, reached, fallen = day.snow_water_mm, reached + float(day.wetting_mm[0]), fallen + rain
        assert not (day.covered[0] and day.wetting_mm[0] > 0)
    assert reached + float(lying[0]) == pytest.approx(fallen)


def test_rules_that_cannot_be_are_refused() -> None:
    for wrong in ({"covered_from_cm": 0.0}, {"restart_after_d": 0}, {"held_ffmc": 102.0}):
        with pytest.raises(ValueError, match=next(iter(wrong)).removeprefix("held_")):
            SnowRules(**wrong)
