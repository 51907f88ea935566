from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.field_check.feedback import FeedbackType
from models.field_check.stage import NEXT_STAGES, Stage, next_stage, stage_after
from models.field_check.task import (
    NEXT_STATES,
    Clock,
    Step,
    Task,
    TaskState,
    VerificationClocks,
    answered,
    arrived,
    cancelled,
    expired,
    late_steps,
    next_state,
    received,
    refused,
)

NOON = datetime(2027, 4, 10, 4, tzinfo=UTC)
CLOCKS = VerificationClocks(10, 30, 60, 24)
NEW = Task("JJJ-HR-CD-2027-007", 110116, NOON)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def by(minutes: float) -> Step:
    return Step("张三", at(minutes))


def test_a_task_runs_from_published_to_done_with_who_and_when() -> None:
    task = answered(arrived(received(NEW, by(5)), by(20)), FeedbackType.CHECKING, by(30))
    assert (task.state, task.finished) == (TaskState.ACTIVE, None)
    done = answered(task, FeedbackType.FARM_FIRE, by(50))
    assert (done.state, done.result) == (TaskState.DONE, FeedbackType.FARM_FIRE)
    assert (done.received, done.arrived, done.first_feedback, done.finished) == (by(5), by(20), by(30), by(50))
    assert late_steps(done, CLOCKS, at(10_000)) == ()


def test_the_very_minute_is_in_time_and_the_next_is_late() -> None:
    assert late_steps(NEW, CLOCKS, at(10)) == ()
    [late] = late_steps(NEW, CLOCKS, at(11))
    assert (late.clock, late.due_utc, late.came) == (Clock.RECEIVE, at(10), None)
    assert late.by(at(11)) == timedelta(minutes=1)


def test_a_late_answer_is_taken_and_counted() -> None:
    task = expired(NEW, CLOCKS, at(24 * 60 + 1))
    assert task.state is TaskState.EXPIRED
    done = answered(task, FeedbackType.NOT_FOUND, by(25 * 60))
    assert done.state is TaskState.DONE
    assert [late.clock for late in late_steps(done, CLOCKS, at(30 * 60))] == list(Clock)


def test_a_later_step_stands_for_an_earlier_one_that_nobody_noted() -> None:
    done = answered(NEW, FeedbackType.FARM_FIRE, by(9))
    assert late_steps(done, CLOCKS, at(100)) == ()


def test_a_second_look_may_find_otherwise_and_the_first_end_counts_for_the_clock() -> None:
    found = answered(answered(NEW, FeedbackType.NOT_FOUND, by(40)), FeedbackType.FOREST_FIRE, by(3000))
    assert (found.result, found.finished) == (FeedbackType.FOREST_FIRE, by(40))


def test_refusing_and_cancelling_need_a_reason_and_a_cancelled_task_is_over() -> None:
    assert refused(NEW, "不在辖区").state is TaskState.REFUSED
    with pytest.raises(ValueError, match="拒绝理由"):
        refused(NEW, " ")
    with pytest.raises(ValueError, match="取消理由"):
        cancelled(NEW, "")
    over = cancelled(NEW, "重复")
    assert late_steps(over, CLOCKS, at(10_000)) == ()
    with pytest.raises(ValueError, match="已取消 cannot become"):
        answered(over, FeedbackType.FARM_FIRE, by(1))


def test_the_first_receipt_stays() -> None:
    assert received(received(NEW, by(5)), by(8)).received == by(5)


@given(st.sampled_from(TaskState), st.sampled_from(TaskState))
def test_a_task_changes_only_as_the_law_of_its_life_allows(state, wanted) -> None:
    if wanted in NEXT_STATES[state]:
        assert next_state(state, wanted) is wanted
    else:
        with pytest.raises(ValueError, match="cannot become"):
            next_state(state, wanted)


@given(st.lists(st.tuples(st.sampled_from(FeedbackType), st.integers(0, 3000)), max_size=6))
def test_whatever_is_answered_the_newest_result_stands_and_times_never_vanish(answers) -> None:
    task = NEW
    for result, minute in sorted(answers, key=lambda one: one[1]):
        before, task = task, answered(task, result, by(minute))
        assert task.result is result
        assert task.first_feedback == (before.first_feedback or by(minute))
        assert (task.state is TaskState.DONE) == result.final


def test_clocks_that_do_not_grow_are_refused() -> None:
    with pytest.raises(ValueError, match="clocks must grow"):
        VerificationClocks(10, 5, 60, 24)


@given(st.sampled_from(Stage), st.sampled_from(Stage))
def test_a_fire_changes_stage_only_as_the_law_allows(stage, wanted) -> None:
    if wanted in NEXT_STAGES[stage]:
        assert next_stage(stage, wanted) is wanted
    else:
        with pytest.raises(ValueError, match="cannot become"):
            next_stage(stage, wanted)


def test_under_control_is_not_out_and_out_is_not_accepted() -> None:
    assert Stage.CLOSED not in NEXT_STAGES[Stage.CONTROLLED]
    assert Stage.CLOSED not in NEXT_STAGES[Stage.FLAMES_OUT]
    assert Stage.VERIFIED in NEXT_STAGES[Stage.MOPPING_UP]


def test_a_verdict_moves_the_stage_and_a_wrong_closing_can_always_be_put_right() -> None:
    assert stage_after(Stage.SUSPECTED, FeedbackType.FOREST_FIRE) is Stage.VERIFIED
    assert stage_after(Stage.VERIFIED, FeedbackType.SHRUB_FIRE) is Stage.VERIFIED
    assert stage_after(Stage.SUSPECTED, FeedbackType.INDUSTRIAL_HEAT) is Stage.CLOSED
    assert stage_after(Stage.SUSPECTED, FeedbackType.NOT_FOUND) is Stage.SUSPECTED
    assert stage_after(Stage.CLOSED, FeedbackType.FOREST_FIRE) is Stage.VERIFIED
    with pytest.raises(ValueError, match="已控制 cannot become 已销号"):
        stage_after(Stage.CONTROLLED, FeedbackType.FARM_FIRE)
