"""An office's own headings and times: what each stands for, and what stays refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feeds.errors import FeedMalformed
from feeds.office_headings import HEADINGS
from feeds.rejects import RejectBounds, RejectReason
from feeds.tables import WEATHER_OPTIONAL, WEATHER_REQUIRED, parse_weather_table
from tests.feeds.conftest import table

ASKED = [HEADINGS[name].asked_zh for name in WEATHER_REQUIRED]
ROW = ["54419", "40.36", "116.63", "76", "2026/4/4 13:00", "18.2", "21", "5.1", "315", "0"]


def pasted(headings: list[str], *rows: list[str], between: str = "\t") -> str:
    return "\n".join(between.join(each) for each in (headings, *rows))


def renamed(ours: str, theirs: str) -> list[str]:
    return [theirs if name == ours else asked for name, asked in zip(WEATHER_REQUIRED, ASKED, strict=True)]


@pytest.mark.parametrize("between", ["\t", ","], ids=["copied cells", "csv"])
def test_a_table_as_a_form_asks_for_it_is_the_same_as_one_in_our_names(bounds: RejectBounds, between: str) -> None:
    ours = [*ROW[:4], "2026-04-04T05:00Z", *ROW[5:]]
    given = parse_weather_table(table(pasted(ASKED, ROW, between=between)), bounds=bounds).frame
    assert given.equals(parse_weather_table(table(pasted(list(WEATHER_REQUIRED), ours)), bounds=bounds).frame)


def test_a_form_has_a_heading_for_every_column() -> None:
    assert HEADINGS.keys() == {*WEATHER_REQUIRED, *WEATHER_OPTIONAL}


@pytest.mark.parametrize(
    ("heading", "written"),
    [
        ("时间(北京时间)", "2026-04-04 13:00:00"),
        ("观测时间（北京时）", "2026年4月4日13时"),
        ("时次 (世界时)", "2026-04-04 05:00"),
        ("时间（北京时）", "2026-04-04T05:00Z"),
        ("valid_utc", "2026-04-04T13:00+08:00"),
    ],
)
def test_a_time_is_of_the_clock_that_its_heading_names_unless_it_says_its_own(
    bounds: RejectBounds, heading: str, written: str
) -> None:
    row = [*ROW[:4], written, *ROW[5:]]
    (found,) = parse_weather_table(table(pasted(renamed("valid_utc", heading), row)), bounds=bounds).frame["valid_utc"]
    assert found == datetime(2026, 4, 4, 5, tzinfo=UTC)


def test_a_time_without_a_clock_is_refused_as_ever(bounds: RejectBounds) -> None:
    with pytest.raises(FeedMalformed, match=RejectReason.BAD_TIME.value):
        parse_weather_table(table(pasted(renamed("valid_utc", "时间"), ROW)), bounds=bounds)


@pytest.mark.parametrize(
    ("ours", "theirs"), [("wind_speed_ms", "风速（公里/时）"), ("precipitation_mm", "24小时降水（毫米）")]
)
def test_another_unit_is_no_heading_of_ours_and_the_right_one_is_named(
    bounds: RejectBounds, ours: str, theirs: str
) -> None:
    with pytest.raises(FeedMalformed, match=rf"{ours}（{HEADINGS[ours].names[0]}） is missing"):
        parse_weather_table(table(pasted(renamed(ours, theirs), ROW)), bounds=bounds)


def test_two_headings_for_one_column_are_refused_by_name(bounds: RejectBounds) -> None:
    with pytest.raises(FeedMalformed, match="气温（℃）、air_temperature_degc all stand for air_temperature_degc"):
        parse_weather_table(table(pasted([*ASKED, "air_temperature_degc"], [*ROW, "18"])), bounds=bounds)
