"""When each fire report is due, by the clocks that ship (domain.md 2.7: 书面 30 min, 续报 2 h, 终报 扑灭后 1 h)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from flows.rules import shipped_rules
from flows.signed import load_signed
from models.field_check.fire_report import FireReport, ReportKind
from models.field_check.report_due import ReportDue, next_report
from models.field_check.stage import Stage

NOON = datetime(2027, 4, 10, 4, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CLOCKS = load_signed(shipped_rules()).report_clocks


class At(NamedTuple):
    """A stage and its time."""

    stage: Stage
    at_utc: datetime


VERIFIED = At(Stage.VERIFIED, NOON)


def reported(kind: ReportKind, number: int, at: datetime) -> FireReport:
    return FireReport("JJJ-HR-CD-2027-007", kind, number, at, "张三", {})


def test_the_telephone_is_due_a_quarter_of_an_hour_after_the_verification() -> None:
    assert CLOCKS.phone_due(NOON) == NOON + 15 * MINUTE


def test_the_first_report_is_due_half_an_hour_after_the_verification_however_the_fire_goes_on() -> None:
    due = ReportDue(ReportKind.FIRST, NOON + 30 * MINUTE)
    assert next_report(None, [VERIFIED], CLOCKS) == due
    assert next_report(None, [VERIFIED, At(Stage.CONTROLLED, NOON + 20 * MINUTE)], CLOCKS) == due
    assert next_report(None, [VERIFIED, At(Stage.FLAMES_OUT, NOON + 25 * MINUTE)], CLOCKS) == due


def test_a_follow_up_is_due_two_hours_after_the_report_before() -> None:
    last = reported(ReportKind.FOLLOW_UP, 2, NOON + HOUR)
    assert next_report(last, [VERIFIED], CLOCKS) == ReportDue(ReportKind.FOLLOW_UP, NOON + 3 * HOUR)


def test_the_final_report_is_due_an_hour_after_the_flames_are_out_also_when_mopping_up_has_begun() -> None:
    last = reported(ReportKind.FIRST, 1, NOON)
    course = [VERIFIED, At(Stage.FLAMES_OUT, NOON + HOUR)]
    due = ReportDue(ReportKind.FINAL, NOON + 2 * HOUR)
    assert next_report(last, course, CLOCKS) == due
    for stage in (Stage.MOPPING_UP, Stage.CLOSED):
        course.append(At(stage, NOON + 90 * MINUTE))
        assert next_report(last, course, CLOCKS) == due


def test_a_fire_that_breaks_out_again_owes_a_follow_up_and_its_end_counts_from_the_second_time_out() -> None:
    last = reported(ReportKind.FOLLOW_UP, 2, NOON + 2 * HOUR)
    course = [VERIFIED, At(Stage.FLAMES_OUT, NOON + HOUR), At(Stage.VERIFIED, NOON + 2 * HOUR)]
    assert next_report(last, course, CLOCKS) == ReportDue(ReportKind.FOLLOW_UP, NOON + 4 * HOUR)
    again = [*course, At(Stage.FLAMES_OUT, NOON + 3 * HOUR)]
    assert next_report(last, again, CLOCKS) == ReportDue(ReportKind.FINAL, NOON + 4 * HOUR)


def test_nothing_is_due_of_what_was_no_fire_or_has_its_final_report() -> None:
    assert next_report(None, [], CLOCKS) is None
    assert next_report(None, [At(Stage.CLOSED, NOON)], CLOCKS) is None
    first = reported(ReportKind.FIRST, 1, NOON)
    assert next_report(first, [VERIFIED, At(Stage.CLOSED, NOON + HOUR)], CLOCKS) is None
    assert next_report(reported(ReportKind.FINAL, 3, NOON), [VERIFIED, At(Stage.FLAMES_OUT, NOON)], CLOCKS) is None
