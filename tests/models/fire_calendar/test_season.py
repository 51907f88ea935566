from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundary_zones.catalogue import SHIPPED
from boundary_zones.zones_table import parse_zones
from models.fire_calendar.month_day import MonthDay, month_day, stretch_begin
from models.fire_calendar.season import SeasonKind, SeasonPeriod, areas_of, county_season
from tests.models.fire_calendar.shipped import CALENDAR, FENGNING, HUAILAI, HUAIROU, JIZHOU, YANQING

COUNTIES = sorted(parse_zones((SHIPPED / "zones.toml").read_text(encoding="utf-8"), source="zones.toml").counties)
DAYS = st.dates(date(2004, 1, 1), date(2027, 12, 31))


@given(st.sampled_from(COUNTIES), DAYS)
def test_every_day_of_every_county_has_an_answer(county_gb: int, local_date: date) -> None:
    season = CALENDAR.fire_period(county_gb, local_date)
    assert season.known
    assert season.words_zh
    assert (season.kind is None) == (not season.in_season)
    assert not {period.kind for period in season.awaited} & {period.kind for period in season.periods}


@given(st.sampled_from(COUNTIES), DAYS)
def test_a_county_is_in_season_whenever_its_region_is(county_gb: int, local_date: date) -> None:
    region = CALENDAR.fire_period(areas_of(county_gb)[0], local_date)
    county = CALENDAR.fire_period(county_gb, local_date)
    assert set(region.periods) <= set(county.periods)


@pytest.mark.parametrize("day", [1, 15, 31])
def test_in_october_tianjin_and_hebei_are_in_season_and_beijing_is_not(day: int) -> None:
    october = date(2026, 10, day)
    assert not CALENDAR.fire_period(HUAIROU, october).in_season
    assert CALENDAR.fire_period(JIZHOU, october).in_season
    assert CALENDAR.fire_period(FENGNING, october).in_season
    assert CALENDAR.fire_period(HUAIROU, october).words_zh == "非防火期"


def test_on_the_first_of_november_beijing_joins() -> None:
    assert CALENDAR.fire_period(HUAIROU, date(2026, 11, 1)).words_zh == "防火期"


def test_after_the_fifteenth_of_april_beijing_has_left_its_high_danger_period_and_hebei_has_not() -> None:
    day = date(2026, 4, 16)
    assert not CALENDAR.fire_period(HUAIROU, day).high_danger
    assert CALENDAR.fire_period(HUAILAI, day).high_danger


def test_a_district_may_lengthen_what_its_city_sets() -> None:
    assert CALENDAR.fire_period(YANQING, date(2025, 4, 30)).high_danger
    assert not CALENDAR.fire_period(HUAIROU, date(2025, 4, 30)).high_danger


def test_an_order_of_a_past_year_is_awaited_and_does_not_hold() -> None:
    season = CALENDAR.fire_period(YANQING, date(2027, 4, 20))
    assert not season.high_danger
    assert [period.valid_to for period in season.awaited] == [date(2025, 12, 31)]


def test_the_ban_of_beijing_is_the_strictest_of_three_periods_at_once() -> None:
    season = CALENDAR.fire_period(HUAIROU, date(2026, 4, 5))
    assert season.kind is SeasonKind.BAN
    assert season.banned
    assert season.words_zh == "防火期、高火险期、防火戒严期"
    assert not season.confirmed


def test_a_county_of_another_province_has_no_calendar_and_says_so() -> None:
    season = CALENDAR.fire_period(150000, date(2026, 4, 5))
    assert not season.known
    assert not season.confirmed
    assert season.words_zh == "防火期未录入"


def test_every_period_carries_its_source_and_waits_for_an_office() -> None:
    assert all(period.source and period.article for period in CALENDAR.periods)
    assert CALENDAR.unconfirmed == CALENDAR.periods


def test_a_rule_that_ends_before_it_begins_is_refused() -> None:
    first = MonthDay(1, 1)
    with pytest.raises(ValueError, match="valid_to 2024-01-01 is before 2025-01-01"):
        SeasonPeriod(110000, SeasonKind.BAN, first, first, "禁火期", "s", "a", date(2025, 1, 1), date(2024, 1, 1))


def test_without_any_period_nothing_is_known() -> None:
    assert not county_season((), HUAIROU, date(2026, 4, 5)).known


month_days = st.builds(MonthDay, st.integers(1, 12), st.integers(1, 28))


@given(month_days, month_days, DAYS)
def test_a_stretch_holds_a_day_exactly_when_walking_from_its_begin_meets_it(begin, end, local_date) -> None:
    first = stretch_begin(begin, end, local_date)
    walked = begin.in_year(local_date.year)
    walked = walked if walked <= local_date else begin.in_year(local_date.year - 1)
    last = end.in_year(walked.year + (end < begin))
    assert (first is not None) == (walked <= local_date <= last)
    assert first in {None, walked}


@pytest.mark.parametrize("text", ["3-15", "03-32", "13-01", "02-29", "03/15", ""])
def test_a_day_of_the_year_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|month|02-29"):
        month_day(text)


def test_a_day_of_the_year_reads_as_it_was_written() -> None:
    assert str(month_day("03-15")) == "03-15"
    assert month_day("05-31").in_year(2027) + timedelta(days=1) == date(2027, 6, 1)
