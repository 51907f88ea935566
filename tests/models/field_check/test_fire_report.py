from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.field_check.fire_report import (
    FIELDS,
    FireClass,
    FireReport,
    ReportClocks,
    ReportKind,
    suggested_class,
)
from notify.verification_words import report_text

NOON = datetime(2027, 4, 10, 4, tzinfo=UTC)
CLOCKS = ReportClocks(15, 30, 2, 1)


def a_report(kind: ReportKind = ReportKind.FIRST, number: int = 1, **fields: str) -> FireReport:
    return FireReport("JJJ-HR-CD-2027-007", kind, number, NOON, "张三", fields)


def test_what_nobody_knows_reads_to_be_checked_never_blank_and_never_zero() -> None:
    text = report_text(a_report(place="喇叭沟门", cause="  "), due_zh="30分", suggested_zh="", exercise=False)
    assert "起火地点：喇叭沟门" in text
    assert "起因：待核" in text
    assert "受害森林面积：待核" in text
    assert not [line for line in text.splitlines() if line.endswith("：")]
    assert all(label in text for label in FIELDS.values())
    assert "建议等级：待核" in text


def test_an_exercise_begins_and_ends_as_one() -> None:
    text = report_text(a_report(), due_zh="", suggested_zh="", exercise=True)
    assert text.startswith("【演练】")
    assert text.endswith("【演练】")


def test_titles_count_the_follow_ups() -> None:
    assert a_report(ReportKind.FOLLOW_UP, 3).title_zh == "续报2"
    assert a_report(ReportKind.FINAL, 4).title_zh == "终报"


def test_a_field_that_the_form_lacks_and_a_wrong_number_are_refused() -> None:
    with pytest.raises(ValueError, match="no field 'suspect'"):
        a_report(suspect="王五")
    with pytest.raises(ValueError, match="首报 with the number 2"):
        a_report(number=2)


def test_clocks_run_from_verification_the_last_report_and_the_flames_out() -> None:
    assert CLOCKS.phone_due(NOON) == NOON + timedelta(minutes=15)
    assert [CLOCKS.due(kind, NOON) - NOON for kind in ReportKind] == [timedelta(hours=h) for h in (0.5, 2, 1)]
    with pytest.raises(ValueError, match="phone ≤ written"):
        ReportClocks(31, 30, 2, 1)


@pytest.mark.parametrize(
    ("area", "deaths", "injured", "found"),
    [
        (0.5, None, None, FireClass.ORDINARY),
        (0.0, None, None, FireClass.ORDINARY),
        (1.0, None, None, FireClass.LARGER),
        (99.9, 2, 9, FireClass.LARGER),
        (100.0, None, None, FireClass.MAJOR),
        (0.1, 10, None, FireClass.MAJOR),
        (0.1, None, 100, FireClass.EXTREME),
        (1000.0, 0, 0, FireClass.EXTREME),
    ],
)
def test_any_one_criterion_suffices_and_the_bound_belongs_to_the_higher(area, deaths, injured, found) -> None:
    suggested = suggested_class(area, deaths=deaths, serious_injuries=injured)
    assert suggested is not None
    assert suggested.fire_class is found
    assert suggested.words_zh.endswith("待核）")


def test_without_a_report_from_the_ground_there_is_no_grade() -> None:
    assert suggested_class() is None
    assert suggested_class(deaths=0) is None
    with pytest.raises(ValueError, match="is negative"):
        suggested_class(-1.0)


@given(st.floats(0, 5000), st.floats(0, 5000))
def test_a_larger_area_never_gives_a_lower_grade(first, second) -> None:
    low, high = (suggested_class(area) for area in sorted((first, second)))
    assert low is not None
    assert high is not None
    assert list(FireClass).index(low.fire_class) <= list(FireClass).index(high.fire_class)
