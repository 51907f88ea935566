from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fire_calendar.holidays import Stretch
from models.fire_calendar.key_dates import KeyDate, Window, festival, key_days
from tests.models.fire_calendar.shipped import CALENDAR

RULES = CALENDAR.key_date_rules
DAYS = st.dates(date(2004, 1, 1), date(2027, 12, 31))


def kinds(local_date: date) -> list[KeyDate]:
    return [day.key_date for day in CALENDAR.key_dates(local_date)]


@given(DAYS)
def test_every_day_has_an_answer_and_lies_inside_what_it_names(local_date: date) -> None:
    for day in CALENDAR.key_dates(local_date):
        assert day.begin <= local_date <= day.end
        assert day.words_zh.startswith(day.key_date.name_zh)


@given(DAYS)
def test_the_lunar_windows_are_those_key_dates_that_move_with_the_moon(local_date: date) -> None:
    lunar = CALENDAR.lunar_windows(local_date)
    assert {day.key_date for day in lunar} == {kind for kind in kinds(local_date) if kind.lunar}
    assert all(day.announced for day in lunar)


@pytest.mark.parametrize(
    ("year", "spring", "qingming", "zhongyuan", "hanyi"),
    [
        (2022, date(2022, 2, 1), date(2022, 4, 5), date(2022, 8, 12), date(2022, 10, 25)),
        (2026, date(2026, 2, 17), date(2026, 4, 5), date(2026, 8, 27), date(2026, 11, 9)),
        (2027, date(2027, 2, 6), date(2027, 4, 5), date(2027, 8, 16), date(2027, 10, 29)),
    ],
)
def test_festivals_fall_on_the_days_of_the_almanac(year, spring, qingming, zhongyuan, hanyi) -> None:
    assert festival(KeyDate.SPRING_FESTIVAL, year) == spring
    assert festival(KeyDate.QINGMING, year) == qingming
    assert festival(KeyDate.ZHONGYUAN, year) == zhongyuan
    assert festival(KeyDate.HANYI, year) == hanyi


def test_qingming_reaches_from_three_days_before_to_three_days_after() -> None:
    day = date(2026, 4, 5)
    around = [day + timedelta(days=offset) for offset in range(-5, 6)]
    assert [KeyDate.QINGMING in kinds(each) for each in around] == [False] * 2 + [True] * 7 + [False] * 2
    offsets = [one.offset_d for each in around for one in CALENDAR.lunar_windows(each)]
    assert offsets == list(range(-3, 4))


def test_spring_festival_reaches_from_its_eve_to_the_lantern_festival() -> None:
    begin, end = date(2026, 2, 16), date(2026, 3, 3)
    assert KeyDate.SPRING_FESTIVAL in kinds(begin)
    assert KeyDate.SPRING_FESTIVAL in kinds(end)
    assert KeyDate.SPRING_FESTIVAL not in kinds(begin - timedelta(days=1))
    assert KeyDate.SPRING_FESTIVAL not in kinds(end + timedelta(days=1))


def test_labour_day_and_national_day_are_the_announced_free_days() -> None:
    assert [KeyDate.LABOUR_DAY in kinds(date(2026, 5, day)) for day in range(1, 7)] == [True] * 5 + [False]
    assert KeyDate.NATIONAL_DAY in kinds(date(2026, 10, 7))
    assert KeyDate.NATIONAL_DAY not in kinds(date(2026, 10, 8))


def test_new_years_day_may_begin_in_the_old_year() -> None:
    assert KeyDate.NEW_YEAR in kinds(date(2023, 12, 31))
    assert KeyDate.NEW_YEAR in kinds(date(2024, 1, 1))


def test_a_holiday_of_a_year_that_is_not_announced_is_asked_from_the_rules_and_marked() -> None:
    [day] = [one for one in CALENDAR.key_dates(date(2031, 10, 3)) if one.key_date is KeyDate.NATIONAL_DAY]
    assert not day.announced
    assert day.words_zh == "国庆（日期待公布）"


def test_a_year_that_an_office_typed_in_is_announced() -> None:
    typed = dict(RULES.typed) | {KeyDate.LABOUR_DAY: (Stretch(date(2031, 4, 30), date(2031, 5, 4)),)}
    rules = replace(RULES, typed=typed)
    assert [one.announced for one in key_days(rules, date(2031, 4, 30)) if one.key_date is KeyDate.LABOUR_DAY] == [True]
    assert KeyDate.LABOUR_DAY not in {one.key_date for one in key_days(rules, date(2031, 5, 5))}


def test_the_sessions_are_set_dates_and_usual_days_stand_in_for_a_year_without() -> None:
    [known] = [one for one in CALENDAR.key_dates(date(2025, 3, 5)) if one.key_date is KeyDate.TWO_SESSIONS]
    [usual] = [one for one in CALENDAR.key_dates(date(2027, 3, 5)) if one.key_date is KeyDate.TWO_SESSIONS]
    assert (known.announced, usual.announced) == (True, False)
    assert KeyDate.TWO_SESSIONS not in kinds(date(2025, 3, 13))


def test_a_major_event_is_a_key_date_once_it_is_typed_in() -> None:
    event = Stretch(date(2026, 7, 1), date(2026, 7, 3))
    rules = replace(RULES, typed=dict(RULES.typed) | {KeyDate.MAJOR_EVENT: (event,)})
    assert [one.key_date for one in key_days(rules, date(2026, 7, 2))] == [KeyDate.MAJOR_EVENT]
    assert key_days(rules, date(2026, 7, 4)) == ()


def test_windows_belong_to_festivals_and_every_festival_has_one() -> None:
    with pytest.raises(ValueError, match="qingming has no window"):
        replace(RULES, windows={kind: one for kind, one in RULES.windows.items() if kind is not KeyDate.QINGMING})
    with pytest.raises(ValueError, match="labour_day has dates of its own"):
        replace(RULES, windows={**RULES.windows, KeyDate.LABOUR_DAY: Window(0, 0)})
    with pytest.raises(ValueError, match="has no days for a year that is not announced"):
        replace(RULES, stand_ins={})
    with pytest.raises(ValueError, match="0 or more days"):
        Window(-1, 3)


def test_only_what_moves_with_the_moon_is_a_festival() -> None:
    with pytest.raises(ValueError, match="does not move with the moon"):
        festival(KeyDate.LABOUR_DAY, 2026)
