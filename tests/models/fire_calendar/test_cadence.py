"""When rounds are planned: over a whole year every change comes on its day, and what was missed is held once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cadence_rules import season_rules
from flows.rules import load_rules, shipped_rules
from models.fire_calendar.cadence import BEIJING, Cadence, DayPlan, due, overdue
from models.fire_calendar.watch_tier import WatchTier, by_tier, closest_tier, county_tier, warned
from tests.models.fire_calendar.shipped import CALENDAR, FENGNING, HUAILAI, HUAIROU, JIZHOU, YANQING

PINGGU = 110117
COUNTIES = (HUAIROU, YANQING, PINGGU, JIZHOU, FENGNING, HUAILAI)
HOTSPOTS = season_rules(load_rules(shipped_rules())).cadences["hotspot_watch"]
DANGER = season_rules(load_rules(shipped_rules())).cadences["danger_watch"]
OFF, FIRE, HIGH, KEY = WatchTier.OFF_SEASON, WatchTier.FIRE_PERIOD, WatchTier.HIGH_DANGER, WatchTier.KEY_DATE
MINUTE = timedelta(minutes=1)


def tier(day: date) -> WatchTier:
    return closest_tier(CALENDAR, COUNTIES, day)


def days(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=number) for number in range(365)]


def changes(of: Callable[[date], object], year: int) -> list[tuple[str, object]]:
    """Days of a year on which something is not as the day before, and what it is from then on."""
    found = [(day, of(day), of(day - timedelta(days=1))) for day in days(year)]
    return [(f"{day:%m-%d}", now) for day, now, before in found if now != before]


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def test_every_change_of_a_year_comes_on_its_day() -> None:
    assert changes(tier, 2026) == [
        ("01-01", KEY),  # 元旦 01-01…01-03
        ("01-04", HIGH),  # 北京高火险期 01-01…04-15
        ("02-16", KEY),  # 春节 02-17, 除夕 to 元宵 03-02, and 两会 03-03…03-15
        ("03-16", HIGH),
        ("04-02", KEY),  # 清明 04-05
        ("04-09", HIGH),  # 河北高火险期 03-01…05-31
        ("05-01", KEY),  # 劳动节 05-01…05-05
        ("05-06", HIGH),
        ("06-01", OFF),
        ("08-24", KEY),  # 中元节 08-27
        ("09-01", OFF),
        ("10-01", KEY),  # 国庆 10-01…10-07
        ("10-08", FIRE),  # 天津、河北防火期 from 10-01
        ("11-06", KEY),  # 寒衣节 11-09
        ("11-16", FIRE),
    ]


@pytest.mark.parametrize(
    ("county", "spring", "autumn"),
    [
        (HUAIROU, [("04-16", FIRE), ("05-01", KEY), ("05-06", FIRE)], [("10-08", OFF), ("11-01", FIRE)]),
        (JIZHOU, [("05-01", KEY), ("05-06", FIRE)], [("10-08", FIRE)]),
        (FENGNING, [("05-01", KEY), ("05-06", HIGH)], [("10-08", FIRE)]),
    ],
    ids=["怀柔", "蓟州", "丰宁"],
)
def test_each_side_of_a_line_changes_on_its_own_days(county: int, spring: object, autumn: object) -> None:
    found = changes(lambda day: county_tier(CALENDAR, county, day), 2026)
    assert [one for one in found if "04-10" <= one[0] <= "05-31"] == spring
    assert [one for one in found if "10-02" <= one[0] <= "11-05"] == autumn


def test_the_rounds_of_a_day_follow_each_change() -> None:
    def rounds(day: date) -> tuple[int, int]:
        return len(HOTSPOTS.planned(tier, day)), len(DANGER.planned(tier, day))

    kinds = {OFF: (72, 2), FIRE: (144, 2), HIGH: (288, 4), KEY: (288, 4)}
    assert [rounds(day) for day in days(2026)] == [kinds[tier(day)] for day in days(2026)]
    changed = [day for day, _ in changes(rounds, 2026)]
    assert changed == ["01-01", "06-01", "08-24", "09-01", "10-01", "10-08", "11-06", "11-16"]


@pytest.mark.parametrize(
    ("county", "tiers"),
    [(HUAIROU, OFF), (YANQING, OFF), (PINGGU, OFF), (JIZHOU, FIRE), (FENGNING, FIRE), (HUAILAI, FIRE)],
)
def test_in_october_tianjin_and_hebei_are_in_season_and_beijing_is_not(county: int, tiers: WatchTier) -> None:
    assert county_tier(CALENDAR, county, date(2027, 10, 15)) is tiers
    assert county_tier(CALENDAR, county, date(2027, 11, 10)) is FIRE


def test_one_side_in_season_is_enough_for_both() -> None:
    assert closest_tier(CALENDAR, (HUAIROU, FENGNING), date(2027, 10, 15)) is FIRE
    assert closest_tier(CALENDAR, (HUAIROU,), date(2027, 10, 15)) is OFF


def test_a_county_without_any_period_on_record_is_watched_as_in_season() -> None:
    assert county_tier(CALENDAR, 220102, date(2027, 7, 1)) is FIRE


def test_driven_over_a_change_of_season_every_planned_round_is_held_once_and_at_its_time() -> None:
    served, held, at, end = None, [], beijing("2027-05-30T00:03"), beijing("2027-06-03T00:03")
    while at < end:
        planned = due(HOTSPOTS, tier, served=served, now=at)
        if planned is not None:
            held.append(planned)
            served = at
        at += 5 * MINUTE
    assert len(held) == len(set(held)) == 2 * 288 + 2 * 72
    assert all(later > earlier for earlier, later in pairwise(held))


def test_six_hours_of_downtime_are_caught_up_with_once() -> None:
    morning = beijing("2027-07-10T06:03")
    back = beijing("2027-07-10T12:08")
    assert due(HOTSPOTS, tier, served=morning, now=back) == beijing("2027-07-10T12:03")
    assert due(HOTSPOTS, tier, served=back, now=back + 5 * MINUTE) is None
    assert due(DANGER, tier, served=beijing("2027-07-09T15:07"), now=back) == beijing("2027-07-10T07:07")
    assert due(DANGER, tier, served=back, now=back + 60 * MINUTE) is None
    assert due(DANGER, tier, served=back, now=beijing("2027-07-10T15:07")) == beijing("2027-07-10T15:07")


def test_a_round_that_was_lost_is_due_at_the_next_tick() -> None:
    assert due(HOTSPOTS, tier, served=beijing("2027-07-10T12:03"), now=beijing("2027-07-10T12:28")) is not None
    assert due(HOTSPOTS, tier, served=beijing("2027-07-10T12:23"), now=beijing("2027-07-10T12:28")) is None


def test_a_house_that_never_held_a_round_is_due_at_once() -> None:
    assert due(DANGER, tier, served=None, now=beijing("2027-07-10T03:07")) == beijing("2027-07-09T15:07")


@pytest.mark.parametrize(("now", "late"), [("12:57", None), ("12:58", "12:43"), ("13:18", "13:03")])
def test_a_round_is_overdue_when_neither_it_nor_a_later_one_was_held_in_time(now: str, late: str | None) -> None:
    found = overdue(HOTSPOTS, tier, held=beijing("2027-07-10T12:23"), now=beijing(f"2027-07-10T{now}"))
    assert found == (beijing(f"2027-07-10T{late}") if late else None)


def test_the_night_between_two_danger_rounds_is_no_delay() -> None:
    held = beijing("2027-07-10T15:07")
    assert overdue(DANGER, tier, held=held, now=beijing("2027-07-11T08:21")) is None
    assert overdue(DANGER, tier, held=held, now=beijing("2027-07-11T08:22")) == beijing("2027-07-11T07:07")


def test_the_first_closer_day_begins_at_midnight_and_makes_no_earlier_round_late() -> None:
    held = beijing("2027-09-30T23:43")
    assert tier(date(2027, 9, 30)) is OFF
    assert overdue(HOTSPOTS, tier, held=held, now=beijing("2027-10-01T00:17")) is None
    assert overdue(HOTSPOTS, tier, held=held, now=beijing("2027-10-01T00:18")) == beijing("2027-10-01T00:03")


def test_a_standing_warning_is_watched_as_closely_as_the_table_says() -> None:
    assert warned(FIRE, standing=False) is FIRE
    assert warned(FIRE, standing=True) is WatchTier.WARNING
    assert len(HOTSPOTS.planned(lambda _: WatchTier.WARNING, date(2027, 7, 1))) == 288


@given(st.integers(0, 3 * 365 * 24 * 60), st.integers(0, 3000))
def test_after_a_round_nothing_is_due_before_the_next_planned_time(at_min: int, minutes: int) -> None:
    now = beijing("2026-01-01") + at_min * MINUTE
    planned = DANGER.next_planned(tier, now)
    assert planned is not None
    assert due(DANGER, tier, served=now, now=planned - timedelta(seconds=1)) is None
    assert due(DANGER, tier, served=now, now=planned) == planned
    later = now + minutes * MINUTE
    if overdue(DANGER, tier, held=now, now=later) is not None:
        assert due(DANGER, tier, served=now, now=later) is not None, "what is overdue is due"


def test_a_table_says_for_a_tier_that_it_does_not_name_what_it_says_for_the_next_looser_one() -> None:
    table = {OFF: 1, HIGH: 2}
    assert [by_tier(table, each) for each in WatchTier] == [1, 1, 2, 2, 2]
    with pytest.raises(KeyError):
        by_tier({HIGH: 2}, FIRE)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: DayPlan(()),
        lambda: DayPlan((time(7, 7), time(7, 7))),
        lambda: DayPlan((time(7, 30),)),
        lambda: DayPlan.every(10, from_minute=0),
        lambda: DayPlan.every(7, from_minute=1),
        lambda: DayPlan.every(10, from_minute=10),
        lambda: Cadence({HIGH: DayPlan((time(7, 7),))}, 15.0),
        lambda: Cadence({OFF: DayPlan((time(7, 7),))}, 0.0),
    ],
    ids=["none", "twice", "half hour", "full hour", "no divisor", "from", "no off season", "no grace"],
)
def test_a_plan_that_nobody_could_keep_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"plan|hour|positive"):
        wrong()


def test_every_tier_has_a_name() -> None:
    assert [each.name_zh for each in WatchTier] == ["非防火期", "防火期", "高火险期", "重要节点", "预警生效"]
