from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from models.backtest.burning import Box, days_covered, with_persistence
from models.incidents.heat import places_of_heat
from tests.models.incidents.synthetic import HEAT_RULES, KM_PER_DEG_LAT, frame, hotspot

FIRST = datetime(2017, 4, 1, 5, 30, tzinfo=UTC)


def marked(*rows: tuple[int, float]) -> pl.DataFrame:
    """A hotspot for each day and distance north of one place, in that order."""
    made = [
        hotspot(acquired_utc=FIRST + timedelta(days=day), lat_deg=40.30 + north_km / KM_PER_DEG_LAT)
        for day, north_km in rows
    ]
    return with_persistence(frame(made), HEAT_RULES)


def test_a_place_that_is_hot_on_three_days_over_a_month_is_heat_on_all_of_them() -> None:
    assert marked((0, 0), (15, 0.5), (40, 1.0), (10, 30))["persistent"].to_list() == [True, True, True, False]


def test_three_days_in_a_row_are_a_fire_and_not_heat() -> None:
    assert not marked((0, 0), (1, 0), (2, 0))["persistent"].any()


def test_the_same_fortnight_of_three_years_is_burning_and_not_heat() -> None:
    assert not marked((0, 0), (365, 0), (740, 0))["persistent"].any()


def test_what_lies_within_reach_counts_and_what_lies_beyond_does_not() -> None:
    told = marked((0, 0), (20, 1.4), (40, -1.4), (41, 5.0))
    assert told["persistent"].to_list() == [True, False, False, False]


def test_the_back_test_finds_the_heat_that_the_proof_of_a_recording_finds() -> None:
    told = marked(*((7 * week, 3.0 * (week % 4)) for week in range(24)), (3, 50), (5, 50))
    proven = places_of_heat(told, told, HEAT_RULES, in_hindsight=True)["hotspot_id"]
    assert 0 < proven.len() < told.height
    assert set(told.filter("persistent")["hotspot_id"]) == set(proven)


def test_the_local_day_is_that_of_beijing() -> None:
    night = frame([hotspot(acquired_utc=FIRST.replace(hour=17))])
    assert with_persistence(night, HEAT_RULES)["local_date"].to_list() == [date(2017, 4, 2)]


@pytest.mark.parametrize(
    ("snapshot", "day"),
    [
        (datetime(2022, 3, 1, 9, tzinfo=UTC), date(2022, 3, 1)),
        (datetime(2022, 3, 1, 8, tzinfo=UTC), date(2022, 2, 28)),
        (datetime(2022, 3, 2, 5, tzinfo=UTC), date(2022, 3, 1)),
    ],
)
def test_an_answer_covers_the_last_afternoon_that_it_could_know_of(snapshot: datetime, day: date) -> None:
    table = pl.DataFrame({"snapshot_utc": [snapshot], "covers_study_box": [True]})
    assert days_covered(table) == {day}


def test_an_answer_that_did_not_see_the_box_covers_nothing() -> None:
    table = pl.DataFrame({"snapshot_utc": [FIRST], "covers_study_box": [False]})
    assert days_covered(table) == frozenset()


def test_a_box_that_is_turned_round_is_refused() -> None:
    with pytest.raises(ValueError, match="west, south, east, north"):
        Box(west_deg=119.0)
