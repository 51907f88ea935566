from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fire_calendar.holidays import Stretch, announced_stretches, is_announced
from tests.models.fire_calendar.shipped import CALENDAR


@given(st.dates(date(2004, 1, 1), date(2040, 12, 31)))
def test_every_day_is_free_or_not_and_says_whether_the_year_was_announced(local_date: date) -> None:
    day = CALENDAR.rest_day(local_date)
    assert day.announced == is_announced(local_date.year)
    assert isinstance(day.rest, bool)


def test_a_make_up_working_saturday_is_no_day_of_rest() -> None:
    assert not CALENDAR.rest_day(date(2026, 10, 10)).rest


def test_in_a_year_that_is_not_announced_weekends_and_lawful_days_are_free() -> None:
    assert CALENDAR.rest_day(date(2031, 1, 25)).rest
    assert CALENDAR.rest_day(date(2031, 10, 1)).rest
    assert CALENDAR.rest_day(date(2031, 4, 5)).rest
    assert not CALENDAR.rest_day(date(2031, 10, 15)).rest


def test_a_stretch_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        Stretch(date(2026, 5, 2), date(2026, 5, 1))


def test_stretches_of_a_holiday_have_no_gaps() -> None:
    assert announced_stretches(2026, "Labour Day") == (Stretch(date(2026, 5, 1), date(2026, 5, 5)),)


def test_a_fire_counts_in_the_calendar_year_and_belongs_to_the_season_that_began_in_october() -> None:
    assert CALENDAR.statistics_year(date(2027, 3, 1)) == 2027
    assert CALENDAR.season_year(date(2027, 3, 1)) == 2026
    assert CALENDAR.season_year(date(2026, 10, 1)) == 2026
    assert CALENDAR.season_in_words(date(2026, 9, 30)) == "2025—2026年度"


@pytest.mark.shared
def test_days_of_rest_are_those_of_the_recorded_table(shared: Path) -> None:
    table = shared / "data" / "holidays" / "chinesecalendar_1.11.0_2004_2026.csv.gz"
    with gzip.open(table, "rt", encoding="utf-8") as file:
        rows = {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(file)}
    wrong = [day for day, kind in rows.items() if CALENDAR.rest_day(day).rest != (kind == "holiday")]
    assert len(rows) > 700
    assert wrong == []
