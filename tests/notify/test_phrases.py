"""Weather, time and place in a duty room's words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.weather.doubt import SHORT_ZH
from notify.phrases import (
    beaufort,
    blows_toward,
    clock_zh,
    date_zh,
    duration_zh,
    grade_zh,
    hour_minute_zh,
    lacking,
    length_of,
    listed,
    same_day,
    sector_zh,
    side_zh,
    until_zh,
)

LOWEST_MS = [
    0.0, 0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7, 37.0, 41.5, 46.2, 51.0, 56.1,
]  # fmt: skip
HIGHEST_MS = [
    0.2, 1.5, 3.3, 5.4, 7.9, 10.7, 13.8, 17.1, 20.7, 24.4, 28.4, 32.6, 36.9, 41.4, 46.1, 50.9, 56.0, 61.2,
]  # fmt: skip


@pytest.mark.parametrize("force", range(18))
def test_wind_force_follows_the_national_table_at_both_ends(force: int) -> None:
    assert beaufort(LOWEST_MS[force]) == force
    assert beaufort(HIGHEST_MS[force]) == force


def test_a_speed_between_two_rows_of_the_table_is_rounded_first() -> None:
    assert (beaufort(7.94), beaufort(7.96)) == (4, 5)


@pytest.mark.parametrize("speed_ms", [-0.1, float("nan")])
def test_a_speed_that_is_none_is_refused(speed_ms: float) -> None:
    with pytest.raises(ValueError, match="wind speed"):
        beaufort(speed_ms)


@pytest.mark.parametrize(
    ("direction_deg", "sector", "side"),
    [
        (0, "北", "偏北"),
        (22.4, "北", "偏北"),
        (22.5, "东北", "偏北"),
        (44.9, "东北", "偏北"),
        (45, "东北", "偏东"),
        (90, "东", "偏东"),
        (135, "东南", "偏南"),
        (180, "南", "偏南"),
        (225, "西南", "偏西"),
        (270, "西", "偏西"),
        (315, "西北", "偏北"),
        (337.5, "北", "偏北"),
        (360, "北", "偏北"),
    ],
)
def test_directions_are_those_from_which_the_wind_blows(direction_deg: float, sector: str, side: str) -> None:
    assert (sector_zh(direction_deg), side_zh(direction_deg)) == (sector, side)


@pytest.mark.parametrize("direction_deg", [-1, 361, float("nan")])
def test_a_direction_outside_the_circle_is_refused(direction_deg: float) -> None:
    with pytest.raises(ValueError, match="0…360"):
        sector_zh(direction_deg)


@pytest.mark.parametrize(
    ("direction_deg", "bearing_deg", "toward"),
    [
        (180, 0, True),
        (180, 45, True),
        (180, 46, False),
        (180, 315, True),
        (0, 0, False),
        (350, 160, True),
        (0, 180, True),
    ],
)
def test_wind_from_the_south_blows_toward_the_north(direction_deg: float, bearing_deg: float, toward: bool) -> None:
    assert blows_toward(direction_deg, bearing_deg) is toward


@given(st.floats(0, 360), st.floats(0, 360), st.integers(-3, 3))
def test_a_full_turn_changes_nothing(direction_deg: float, bearing_deg: float, turns: int) -> None:
    turned = blows_toward(direction_deg + 360 * turns, bearing_deg)
    off_edge = abs(abs((direction_deg + 180 - bearing_deg + 180) % 360 - 180) - 45) > 1e-6
    assert turned == blows_toward(direction_deg, bearing_deg) or not off_edge


def test_times_are_said_in_beijing_time_and_full_hours_without_minutes() -> None:
    noon = datetime(2027, 4, 10, 6, 20, tzinfo=UTC)
    assert clock_zh(noon) == "4月10日14时20分"
    assert clock_zh(noon, year=True) == "2027年4月10日14时20分"
    assert clock_zh(noon, minutes=False) == "4月10日14时"
    assert hour_minute_zh(noon) == "14时20分"
    assert clock_zh(datetime(2027, 4, 9, 23, 5, tzinfo=UTC)) == "4月10日07时05分"
    assert hour_minute_zh(datetime(2027, 4, 10, 11, 0, tzinfo=UTC)) == "19时"


def test_a_range_ends_at_24_hours_and_says_the_month_once() -> None:
    assert until_zh(date(2027, 4, 13), after=date(2027, 4, 10)) == "13日24时"
    assert until_zh(date(2027, 5, 1), after=date(2027, 4, 30)) == "5月1日24时"
    assert until_zh(date(2028, 1, 1), after=date(2027, 12, 31)) == "2028年1月1日24时"


def test_days_are_those_of_beijing() -> None:
    late = datetime(2027, 4, 9, 15, 59, tzinfo=UTC)
    assert not same_day(late, late + timedelta(minutes=1))
    assert same_day(late + timedelta(minutes=1), late + timedelta(hours=24))
    assert date_zh(date(2027, 4, 10), year=True) == "2027年4月10日"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "0分钟"), (40, "40分钟"), (60, "1小时"), (135, "2小时15分"), (59.6, "1小时"), (3000, "50小时")],
)
def test_lengths_of_time_are_said_in_hours_and_minutes(minutes: float, text: str) -> None:
    assert duration_zh(timedelta(minutes=minutes)) == text


def test_a_list_is_cut_between_names_and_says_how_many_there_are() -> None:
    names = ["怀柔", "丰宁", "滦平"]
    assert listed(names) == "怀柔、丰宁、滦平"
    assert listed(names, 3) == "怀柔、丰宁、滦平"
    assert listed(names, 2, unit="县区") == "怀柔、丰宁等3县区"


def test_a_rare_character_counts_as_the_two_units_it_is_sent_in() -> None:
    assert (length_of("怀柔A，"), length_of("𠮷")) == (4, 2)


def test_grades_are_said_in_words() -> None:
    assert [grade_zh(grade) for grade in range(1, 6)] == ["一级", "二级", "三级", "四级", "五级"]


def test_a_doubt_about_a_unit_is_told_as_a_doubt_and_never_as_a_missing_value() -> None:
    assert lacking(("网格高程", "风速单位存疑", "降水")) == "缺测：网格高程、降水；数据存疑：风速单位"
    assert lacking(("风速单位存疑",)) == "数据存疑：风速单位"
    assert lacking(("风速单位存疑",), by_name=False) == "数据存疑1项"
    assert lacking(("网格高程", "风速单位存疑"), by_name=False) == "缺测、存疑"
    assert lacking(("网格高程", "前期气象仅7天")) == "缺测：网格高程；前期气象仅7天"
    assert lacking(("网格高程", "前期气象仅7天"), by_name=False) == "缺测1项"
    assert lacking(("前期气象仅7天",), by_name=False) == "前期气象不足"
    assert lacking(("前期气象仅7天", "降水存疑"), by_name=False) == "数据存疑1项"
    assert lacking(()) == lacking((), by_name=False) == ""


def test_every_short_word_of_a_check_of_the_weather_is_told_as_a_doubt() -> None:
    assert all(lacking((short,)).startswith("数据存疑：") for short in SHORT_ZH.values())
