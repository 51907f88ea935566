"""Codes of consecutive days: the state that is carried, the gaps that are counted."""

from __future__ import annotations

import time
from datetime import date, timedelta

import dataframely as dy
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.fire_weather.arrays import OutOfRange
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.parameters import FireWeatherParameters
from models.fire_weather.season import fire_weather_days, moisture_after
from models.frames import CellNoonFrame, CodesFrame, MoistureFrame
from tests.models.weather_cases import cell_names, cell_places, cell_rows

PARAMETERS = FireWeatherParameters()
FIRST = date(2015, 3, 1)


def days_of(
    weather: pl.DataFrame, *, start: pl.DataFrame | None = None, cells: int = 3, until: date | None = None
) -> dy.DataFrame[CodesFrame]:
    return fire_weather_days(
        None if start is None else MoistureFrame.validate(start),
        CellNoonFrame.validate(weather),
        cells=cell_places(cells),
        until_local_date=until,
        parameters=PARAMETERS,
    )


def without(weather: pl.DataFrame, day: date, cell: str | None = None) -> pl.DataFrame:
    there = pl.col("local_date") == day
    return weather.filter(~(there if cell is None else there & (pl.col("cell_id") == cell)))


def test_a_first_run_starts_from_the_standard_values_with_no_spin_up() -> None:
    codes = days_of(cell_rows(3, 2).with_columns(precipitation_mm=0.0))
    assert codes["spin_up_days"].to_list() == [1, 1, 1, 2, 2, 2]
    assert codes["gap_days"].sum() == 0
    assert codes["local_date"].unique().sort().to_list() == [FIRST, FIRST + timedelta(days=1)]
    assert not codes["degraded"].any()
    assert codes["dc"].min() >= 15.0


def test_the_start_values_and_the_constant_are_parameters() -> None:
    dry = FireWeatherParameters(FfmcConstant.PRINTED_1985, start_ffmc=60.0, start_dmc=30.0, start_dc=400.0)
    weather = CellNoonFrame.validate(cell_rows(3, 1).with_columns(precipitation_mm=0.0))
    codes = fire_weather_days(None, weather, cells=cell_places(3), parameters=dry)
    assert codes["dc"].min() >= 400.0
    with pytest.raises(OutOfRange, match="ffmc"):
        FireWeatherParameters(start_ffmc=102.0)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 11), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 2)), max_size=8))
def test_carrying_the_state_on_from_any_day_is_one_run(cut: int, holes: list[tuple[int, int]]) -> None:
    weather = cell_rows(3, 12)
    for day, cell in holes:
        if day > 0:  # the first day of the weather is where new cells start
            weather = without(weather, FIRST + timedelta(days=day), cell_names(3)[cell])
    last = FIRST + timedelta(days=11)
    whole = days_of(weather, until=last)
    stop = FIRST + timedelta(days=cut - 1)
    first = days_of(weather.filter(pl.col("local_date") <= stop), until=stop)
    second = days_of(weather, start=moisture_after(first, stop), until=last)
    assert_frame_equal(pl.concat([first, second]), whole, check_exact=True)


def rained(*amounts_mm: float) -> pl.DataFrame:
    """Weather of one cell with these amounts, a day each."""
    return cell_rows(1, len(amounts_mm)).with_columns(precipitation_mm=pl.Series(amounts_mm, dtype=pl.Float64))


def test_the_dry_days_count_from_the_last_day_with_a_millimetre() -> None:
    codes = days_of(rained(0.0, 1.0, 0.9, 0.0, 5.0, 0.0), cells=1)
    assert codes["days_since_rain_d"].to_list() == [None, 0, 1, 2, 0, 1]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.4, 1.0, 12.0]), min_size=2, max_size=40),
    st.lists(st.integers(1, 39), max_size=6, unique=True),
    st.sets(st.integers(1, 39), max_size=12),
)
def test_a_dry_spell_outlives_every_window_of_weather(amounts: list[float], cuts: list[int], holes: set[int]) -> None:
    weather, last = rained(*amounts), FIRST + timedelta(days=len(amounts) - 1)
    weather = weather.filter(~pl.col("local_date").is_in([FIRST + timedelta(days=day) for day in holes]))
    whole = days_of(weather, cells=1, until=last)
    parts, state = [], None
    for cut in [*sorted(cut for cut in cuts if cut < len(amounts)), len(amounts)]:
        stop = FIRST + timedelta(days=cut - 1)
        begin = FIRST if state is None else state["local_date"][0] + timedelta(days=1)
        parts.append(
            days_of(weather.filter(pl.col("local_date").is_between(begin, stop)), start=state, cells=1, until=stop)
        )
        state = moisture_after(parts[-1], stop)
    assert_frame_equal(pl.concat(parts), whole, check_exact=True)


def test_how_long_it_has_been_dry_is_unknown_after_a_gap_too_long_to_bridge() -> None:
    short, long = PARAMETERS.restart.hold_max_d, PARAMETERS.restart.hold_max_d + 1
    for gap, expected in ((short, short + 1), (long, None)):
        weather = rained(1.0, *[0.0] * (gap + 1))
        ends = weather.filter(pl.col("local_date").is_in([FIRST, FIRST + timedelta(days=gap + 1)]))
        assert days_of(ends, cells=1)["days_since_rain_d"][-1] == expected


def test_a_day_without_weather_holds_the_codes_and_is_counted() -> None:
    hole = FIRST + timedelta(days=2)
    codes = days_of(without(cell_rows(3, 5), hole, cell_names(3)[1]))
    one = codes.filter(pl.col("cell_id") == cell_names(3)[1]).sort("local_date")
    assert one["gap_days"].to_list() == [0, 0, 1, 1, 1]
    assert one["spin_up_days"].to_list() == [1, 2, 2, 3, 4]
    assert one["degraded"].to_list() == [False, False, True, False, False]
    for name in ("ffmc", "dmc", "dc", "bui"):
        assert one[name][2] == one[name][1]
    assert one.select("isi", "fwi", "dsr").row(2) == (None, None, None)
    others = codes.filter(pl.col("cell_id") != cell_names(3)[1])
    assert not others["degraded"].any()
    assert others["fwi"].null_count() == 0


def test_days_between_the_state_and_the_weather_are_gaps_and_no_restart() -> None:
    early = days_of(cell_rows(3, 20))
    state = moisture_after(early, FIRST + timedelta(days=19))
    later = cell_rows(3, 2, first=FIRST + timedelta(days=23))
    codes = days_of(later, start=state)
    assert codes["local_date"].min() == FIRST + timedelta(days=20)
    last = codes.filter(pl.col("local_date") == FIRST + timedelta(days=24))
    assert last["gap_days"].to_list() == [3, 3, 3]
    assert last["spin_up_days"].to_list() == [22, 22, 22]
    held = codes.filter(pl.col("local_date") == FIRST + timedelta(days=22))
    assert held["dc"].to_list() == state["dc"].to_list()


def test_a_wish_beyond_the_weather_is_a_gap_and_not_a_shorter_answer() -> None:
    codes = days_of(cell_rows(3, 2), until=FIRST + timedelta(days=3))
    assert codes.height == 12
    assert codes.filter(pl.col("local_date") > FIRST + timedelta(days=1))["fwi"].null_count() == 6


def test_weather_that_the_state_contains_is_not_used_twice() -> None:
    weather = cell_rows(3, 6)
    state = moisture_after(days_of(weather), FIRST + timedelta(days=3))
    again = days_of(weather, start=state)
    assert again["local_date"].unique().sort().to_list() == [FIRST + timedelta(days=4), FIRST + timedelta(days=5)]


def test_cells_may_stand_at_different_days() -> None:
    weather = cell_rows(3, 6)
    whole = days_of(weather)
    states = [
        moisture_after(whole, FIRST + timedelta(days=day)).filter(pl.col("cell_id") == cell)
        for day, cell in zip((1, 3), cell_names(3)[:2], strict=True)
    ]
    codes = days_of(weather, start=pl.concat(states))
    expected = whole.filter(
        ((pl.col("cell_id") == cell_names(3)[0]) & (pl.col("local_date") > FIRST + timedelta(days=1)))
        | ((pl.col("cell_id") == cell_names(3)[1]) & (pl.col("local_date") > FIRST + timedelta(days=3)))
        | (pl.col("cell_id") == cell_names(3)[2])
    )
    assert_frame_equal(codes, expected, check_exact=True)


def test_codes_that_contain_a_forecast_are_marked_from_then_on_and_are_no_state() -> None:
    forecast_from = FIRST + timedelta(days=2)
    weather = cell_rows(3, 4).with_columns(is_forecast=pl.col("local_date") == forecast_from)
    codes = days_of(weather)
    assert codes.filter(pl.col("is_forecast"))["local_date"].unique().sort().to_list() == [
        forecast_from,
        forecast_from + timedelta(days=1),
    ]
    assert moisture_after(codes, forecast_from + timedelta(days=1)).is_empty()
    assert moisture_after(codes, FIRST + timedelta(days=1)).height == 3


def test_degraded_weather_makes_degraded_codes() -> None:
    weather = cell_rows(3, 2).with_columns(degraded=pl.col("cell_id") == cell_names(3)[0])
    codes = days_of(weather)
    assert codes.filter(pl.col("degraded"))["cell_id"].unique().to_list() == [cell_names(3)[0]]


def test_a_cell_of_two_zones_is_computed_once() -> None:
    cells = pl.concat([cell_places(3), cell_places(3).with_columns(zone=pl.lit("YQ-HL"))])
    codes = fire_weather_days(None, CellNoonFrame.validate(cell_rows(3, 2)), cells=cells, parameters=PARAMETERS)
    assert codes.height == 6


def test_a_run_that_is_up_to_date_gives_no_rows() -> None:
    weather = cell_rows(3, 3)
    state = moisture_after(days_of(weather), FIRST + timedelta(days=2))
    assert days_of(weather, start=state).is_empty()


def test_unknown_cells_and_double_states_are_refused() -> None:
    with pytest.raises(ValueError, match="not among the cells"):
        days_of(cell_rows(4, 2), cells=3)
    state = moisture_after(days_of(cell_rows(4, 2), cells=4), FIRST)
    with pytest.raises(ValueError, match="not among the cells"):
        days_of(cell_rows(3, 3), start=state, cells=3)
    two = pl.concat([state.head(1), state.head(1).with_columns(local_date=FIRST + timedelta(days=1))])
    with pytest.raises(ValueError, match="2 states"):
        days_of(cell_rows(3, 3), start=two)


def test_no_weather_at_all_is_said_and_not_computed_around() -> None:
    none = cell_rows(3, 1).clear()
    with pytest.raises(ValueError, match="no weather"):
        days_of(none)
    with pytest.raises(ValueError, match="neither a state nor any weather"):
        days_of(none, until=FIRST)
    state = moisture_after(days_of(cell_rows(3, 1)), FIRST)
    held = days_of(none, start=state, until=FIRST + timedelta(days=2))
    assert held["gap_days"].to_list() == [1, 1, 1, 2, 2, 2]


def test_ten_days_of_ten_thousand_cells_are_no_work_to_speak_of() -> None:
    weather = CellNoonFrame.validate(cell_rows(10_000, 10))
    cells = cell_places(10_000)
    fire_weather_days(None, weather.filter(pl.col("local_date") == FIRST), cells=cells, parameters=PARAMETERS)
    began = time.process_time()
    codes = fire_weather_days(None, weather, cells=cells, parameters=PARAMETERS)
    assert time.process_time() - began < 5.0
    assert codes.height == 100_000
    assert np.isfinite(codes["fwi"].to_numpy()).all()
    CodesFrame.validate(codes)
