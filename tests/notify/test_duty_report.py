"""A report of the day is asked for once, whatever runs again."""

from __future__ import annotations

from datetime import date

import pytest

from notify.alert import AlertKind, Draft, Reason, ReportLevel, Silence, rank_of
from notify.decision import Scope
from notify.duty_report import ReportMemory, asked_event, decide_report, report_memory_of, summed_event
from tests.notify.samples import MORNING

SCOPE = Scope(None, ("beijing",), "live")
EVENT = asked_event(110116, date(2027, 4, 10))


def decided(memory: ReportMemory, level: ReportLevel = ReportLevel.DUE):
    return decide_report(EVENT, memory, scope=SCOPE, level=level, degraded=False, now=MORNING)


def test_it_is_told_once_and_then_there_is_silence() -> None:
    first = decided(ReportMemory())
    assert isinstance(first.outcome, Draft)
    assert (first.outcome.kind, first.outcome.reason) == (AlertKind.REPORT, Reason.DAY_REPORT)
    again = decided(first.memory)
    assert isinstance(again.outcome, Silence)
    assert again.outcome.reason is Reason.UNCHANGED


def test_a_memory_that_a_crash_lost_is_made_anew_from_the_alert() -> None:
    draft = decided(ReportMemory()).outcome
    assert isinstance(draft, Draft)
    alert = draft.alert("值0410-01", text_short="短", text_long="长")
    assert report_memory_of(alert) == ReportMemory(told=True)


def test_an_owed_answer_stands_above_one_that_nobody_owes() -> None:
    assert rank_of(ReportLevel.DUE) > rank_of(ReportLevel.NONE)


def test_events_of_one_day_are_apart() -> None:
    assert len({EVENT, summed_event("beijing", date(2027, 4, 10)), asked_event(110116, date(2027, 4, 11))}) == 3


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        decide_report(
            EVENT, ReportMemory(), scope=SCOPE, level=ReportLevel.DUE, degraded=False, now=MORNING.replace(tzinfo=None)
        )
