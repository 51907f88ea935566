"""Flows whose runs fail and are good again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.alert import AlertKind, Draft, Reason, Silence
from notify.decide import Decision, Scope
from notify.run_alarm import RunMemory, RunRound, decide_run, run_event_prefix, run_memory_of
from tests.notify.samples import MORNING

OPERATIONS = Scope(zone=None, regions=())


def run_of(ok: bool, memory: RunMemory, at: datetime = MORNING) -> Decision[RunMemory]:
    found = RunRound("danger_watch", ok, "" if ok else "OSError: no space")
    return decide_run(found, memory, scope=OPERATIONS, now=at)


def played(*runs: bool) -> list[Draft | Silence]:
    memory, found = RunMemory(), []
    for index, ok in enumerate(runs):
        decision = run_of(ok, memory, MORNING + timedelta(minutes=10 * index))
        found.append(decision.outcome)
        memory = decision.memory
    return found


def test_operations_hear_of_the_first_failed_run() -> None:
    (alert,) = played(False)
    assert isinstance(alert, Draft)
    assert (alert.kind, alert.reason, alert.revision) == (AlertKind.SYSTEM, Reason.RUN_FAILED, 1)
    assert (alert.level, alert.previous_level, alert.degraded) == ("out", "none", True)
    assert (alert.zone, alert.regions) == (None, ())
    assert alert.event_id == "run:danger_watch:20270410T070700Z"


def test_a_flow_that_goes_on_failing_is_told_once_and_every_failure_is_kept() -> None:
    told = played(False, False, False)
    assert [outcome.reason for outcome in told[1:]] == [Reason.UNCHANGED] * 2
    assert all(isinstance(outcome, Silence) and outcome.note == "OSError: no space" for outcome in told[1:])
    assert {outcome.event_id for outcome in told} == {"run:danger_watch:20270410T070700Z"}


def test_failures_are_counted_until_the_flow_is_good_again() -> None:
    memory = RunMemory()
    for minute in range(3):
        memory = run_of(False, memory, MORNING + timedelta(minutes=minute)).memory
    assert (memory.failed_runs, memory.failing_since_utc) == (3, MORNING)
    assert run_of(True, memory, MORNING + timedelta(hours=1)).memory == RunMemory()


def test_a_flow_that_is_good_again_is_told_once_as_the_same_event() -> None:
    told = played(False, False, True, True)
    failed, recovered = told[0], told[2]
    assert isinstance(recovered, Draft)
    assert (recovered.reason, recovered.level, recovered.previous_level) == (Reason.RUN_RECOVERED, "none", "out")
    assert (recovered.event_id, recovered.revision, recovered.degraded) == (failed.event_id, 2, False)
    assert told[3].reason is Reason.UNCHANGED


def test_a_flow_that_never_failed_is_silent_under_the_name_of_its_flow() -> None:
    (silence,) = played(True)
    assert isinstance(silence, Silence)
    assert (silence.event_id, silence.level) == ("run:danger_watch", "none")


def test_a_second_failure_is_another_event() -> None:
    told = [outcome for outcome in played(False, True, False) if isinstance(outcome, Draft)]
    assert [outcome.revision for outcome in told] == [1, 2, 1]
    assert told[0].event_id == told[1].event_id != told[2].event_id
    assert all(outcome.event_id.startswith(run_event_prefix("danger_watch")) for outcome in told)


def test_a_memory_lost_after_the_commit_neither_tells_twice_nor_forgets_the_recovery() -> None:
    (failed,) = played(False)
    assert isinstance(failed, Draft)
    memory = run_memory_of(failed.alert("运0410-01", text_short="短", text_long="长"))
    assert memory == RunMemory(1, MORNING, failed.event_id, 1)
    assert isinstance(run_of(False, memory, MORNING + timedelta(hours=1)).outcome, Silence)
    recovered = run_of(True, memory, MORNING + timedelta(hours=1)).outcome
    assert isinstance(recovered, Draft)
    assert recovered.revision == 2
    assert run_memory_of(recovered.alert("运0410-02", text_short="短", text_long="长")) == RunMemory()


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        run_of(False, RunMemory(), MORNING.replace(tzinfo=None))


@given(st.lists(st.booleans(), max_size=60))
def test_failed_and_recovered_take_turns(runs: list[bool]) -> None:
    told = [outcome.reason for outcome in played(*runs) if isinstance(outcome, Draft)]
    assert told == [Reason.RUN_FAILED, Reason.RUN_RECOVERED] * (len(told) // 2) + [Reason.RUN_FAILED] * (len(told) % 2)
