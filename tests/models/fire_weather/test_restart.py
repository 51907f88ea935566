"""A gap is held, filled or ended by a restart, and each of the three is seen in every later number."""

from __future__ import annotations

from datetime import date, timedelta

import dataframely as dy
import numpy as np
import polars as pl
import pytest

from models.fire_weather.overwinter import overwintered_dc
from models.fire_weather.parameters import FireWeatherParameters
from models.fire_weather.restart import RestartRules, unseen_precipitation_mm
from models.fire_weather.season import fire_weather_days, moisture_after, state_of
from models.frames import CellNoonFrame, CodesFrame
from tests.models.weather_cases import cell_places, cell_rows

PARAMETERS = FireWeatherParameters()
RULES = PARAMETERS.restart
LAST = date(2015, 3, 1)
CELLS = cell_places(2)


def after_gap(gap_d: int, *, days: int = 3, dc: float = 300.0) -> dy.DataFrame[CodesFrame]:
    """Codes of ``days`` dry days that begin ``gap_d`` days after the state."""
    start = state_of(CELLS, LAST, moisture=(90.0, 40.0, dc), spin_up_days=100)
    dry = cell_rows(2, days, first=LAST + timedelta(days=gap_d + 1)).with_columns(precipitation_mm=0.0)
    return fire_weather_days(start, CellNoonFrame.validate(dry), cells=CELLS, parameters=PARAMETERS)


def test_a_gap_within_the_bound_is_held_and_no_restart() -> None:
    codes = after_gap(RULES.hold_max_d)
    assert codes["restarted_local_date"].null_count() == codes.height
    last = codes.tail(2)
    assert last["gap_days"].to_list() == [RULES.hold_max_d] * 2
    assert last["spin_up_days"].to_list() == [103] * 2


def test_a_longer_gap_restarts_from_an_overwintered_dc_and_says_so() -> None:
    gap = RULES.hold_max_d + 1
    codes = after_gap(gap)
    resumed = LAST + timedelta(days=gap + 1)
    first = codes.filter(pl.col("local_date") == resumed)
    expected = overwintered_dc(300.0, gap * RULES.precipitation_mm_per_d[2])
    assert first["dc"].to_numpy() == pytest.approx(expected, abs=6)  # and the drying of the day
    assert first["restarted_local_date"].to_list() == [resumed] * 2
    assert first["spin_up_days"].to_list() == [1, 1]
    assert codes.tail(2)["restarted_local_date"].to_list() == [resumed] * 2


@pytest.mark.parametrize("gap_d", [13, 40, 120, 300])
def test_no_restart_begins_at_the_minimum_after_a_dry_autumn(gap_d: int) -> None:
    start = state_of(CELLS, date(2014, 11, 15), moisture=(90.0, 40.0, 400.0), spin_up_days=100)
    first = date(2014, 11, 16) + timedelta(days=min(gap_d, 150))
    weather = cell_rows(2, 1, first=first).with_columns(precipitation_mm=0.0)
    codes = fire_weather_days(start, CellNoonFrame.validate(weather), cells=CELLS, parameters=PARAMETERS)
    assert codes.tail(2)["dc"].min() > 300


def test_a_gap_is_forgotten_when_the_codes_have() -> None:
    by_day = after_gap(3, days=RULES.memory_d).group_by("local_date", maintain_order=True).first()
    assert by_day["gap_days"].to_list()[-2:] == [3, 0]
    assert by_day["last_gap_local_date"].to_list()[-2:] == [LAST + timedelta(days=3), None]


def test_a_restart_is_forgotten_when_the_codes_have() -> None:
    by_day = after_gap(20, days=RULES.memory_d + 1).group_by("local_date", maintain_order=True).first()
    assert by_day["restarted_local_date"].to_list()[-2:] == [LAST + timedelta(days=21), None]
    assert by_day["spin_up_days"].to_list()[-1] == RULES.memory_d + 1


def test_a_restart_survives_a_cut_of_the_series() -> None:
    whole = after_gap(20, days=4)
    cut = LAST + timedelta(days=22)
    dry = cell_rows(2, 4, first=LAST + timedelta(days=21)).with_columns(precipitation_mm=0.0)
    rest = fire_weather_days(
        moisture_after(whole, cut), CellNoonFrame.validate(dry), cells=CELLS, parameters=PARAMETERS
    )
    assert rest.equals(whole.filter(pl.col("local_date") > cut))


def test_an_old_forecast_that_stands_for_a_report_is_state_and_counted() -> None:
    weather = cell_rows(2, 4).with_columns(is_forecast=pl.col("local_date") != LAST)
    settled = LAST + timedelta(days=1)
    codes = fire_weather_days(
        None, CellNoonFrame.validate(weather), cells=CELLS, parameters=PARAMETERS, settled_until=settled
    )
    assert codes["filled_days"].to_list() == [0, 0, 1, 1, 1, 1, 1, 1]
    assert codes["is_forecast"].to_list() == [False] * 4 + [True] * 4
    assert moisture_after(codes, settled)["last_filled_local_date"].to_list() == [settled] * 2


def test_what_fell_unseen_is_the_mean_of_its_months() -> None:
    amounts = unseen_precipitation_mm(date(2015, 3, 3), np.array([0, 1, 2, 4]), RULES)
    march, february = RULES.precipitation_mm_per_d[2], RULES.precipitation_mm_per_d[1]
    assert amounts == pytest.approx([0.0, march, 2 * march, 2 * march + 2 * february])


def test_rules_that_cannot_be_are_refused() -> None:
    for wrong in ({"hold_max_d": -1}, {"carry_over_fraction": 1.5}, {"precipitation_mm_per_d": (1.0,)}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            RestartRules(**wrong)
