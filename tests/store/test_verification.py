"""What was found on the ground, as it is kept: every word of a person with its audit row, or neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.field_check.feedback import FeedbackDetail, FeedbackType
from models.field_check.stage import Stage
from models.field_check.task import Step, Task, TaskState, answered, received
from notify.alert import LIVE
from store.audit import Audit, AuditAction, Deed
from store.errors import AnswerUnclear, NotInStore
from store.verification import Feedback, StageRow, Verification

NOON = datetime(2027, 4, 10, 4, tzinfo=UTC)
ONE, TWO = "JJJ-HR-CD-2027-001", "JJJ-HR-CD-2027-002"
FIRE, FARM, LATER = FeedbackType.FOREST_FIRE, FeedbackType.FARM_FIRE, FeedbackType.CHECKING
DRILL = "exercise-1"


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


@pytest.fixture
def kept(database) -> Verification:
    """Two published tasks."""
    found = Verification(database)
    found.publish(Task(TWO, 130826, minutes(5)))
    found.publish(Task(ONE, 110116, NOON))
    return found


def deeds(kept: Verification, subject: str = ONE, world: str = LIVE) -> list[str]:
    return [link.action for link in Audit(kept.database).links(subject=subject, world=world)]


def answer(kept: Verification, kind: FeedbackType = FIRE, *, by: str = "张三", at: float = 20.0) -> None:
    task = answered(kept.task(ONE), kind, Step(by, minutes(at)))
    said = Feedback(ONE, kind, by, minutes(at), detail=None, via="phone", note="见明火")
    stage = StageRow(ONE, Stage.VERIFIED, by, minutes(at), kind.name_zh) if kind is FIRE else None
    kept.answer(task, said, stage)


def test_a_task_is_published_once_and_listed_in_the_order_of_publication(kept) -> None:
    assert kept.publish(Task(ONE, 110116, minutes(30))) is False
    assert [(task.incident_id, task.published_utc) for task in kept.tasks()] == [(ONE, NOON), (TWO, minutes(5))]


def test_a_task_comes_back_with_every_step_as_it_was_kept(kept) -> None:
    task = received(kept.task(ONE), Step("怀柔李四", minutes(3)))
    kept.change(task, Deed("怀柔李四", AuditAction.VERIFY, ONE, minutes(3), {"step": "receive"}))
    assert kept.task(ONE) == task
    assert kept.task(ONE).state is TaskState.ACTIVE
    assert deeds(kept) == [AuditAction.VERIFY]


def test_what_was_never_published_is_not_changed_and_leaves_no_trace(kept) -> None:
    unknown = Task("JJJ-HR-CD-2027-099", None, NOON)
    with pytest.raises(NotInStore, match="no verification task"):
        kept.change(unknown, Deed("张三", AuditAction.VERIFY, unknown.incident_id, NOON, {}))
    with pytest.raises(NotInStore, match="2027-099"):
        kept.task(unknown.incident_id)
    assert deeds(kept, unknown.incident_id) == []


def test_an_answer_keeps_task_words_stage_and_audit_together(kept) -> None:
    answer(kept)
    [said] = kept.answers(ONE)
    assert (said.result, said.by, said.via, said.note) == (FIRE, "张三", "phone", "见明火")
    assert kept.task(ONE).state is TaskState.DONE
    assert kept.stage(ONE) is Stage.VERIFIED
    assert deeds(kept) == [AuditAction.VERIFY]


def test_an_answer_of_nobody_or_about_nothing_keeps_nothing(kept) -> None:
    task = answered(kept.task(ONE), FIRE, Step("张三", NOON))
    with pytest.raises(AnswerUnclear, match="who answers"):
        kept.answer(task, Feedback(ONE, FIRE, "  ", NOON), None)
    strange = replace(task, incident_id="JJJ-HR-CD-2027-099")
    with pytest.raises(NotInStore):
        kept.answer(strange, Feedback(strange.incident_id, FIRE, "张三", NOON), None)
    assert kept.answers() == []
    assert kept.task(ONE).state is TaskState.PUBLISHED


def test_the_newest_final_answer_is_the_result_and_what_is_not_final_is_none(kept) -> None:
    answer(kept, LATER, at=10)
    assert kept.results() == {}
    answer(kept, FARM, at=20)
    answer(kept, FIRE, by="李四", at=30)
    assert kept.results() == {ONE: FIRE}
    assert [said.result for said in kept.answers()] == [LATER, FARM, FIRE]


def test_a_sub_type_is_kept_with_its_type(kept) -> None:
    straw = FeedbackDetail.STRAW
    task = answered(kept.task(ONE), FARM, Step("张三", NOON))
    kept.answer(task, Feedback(ONE, FARM, "张三", NOON, detail=straw), None)
    assert kept.answers(ONE)[0].detail is straw


def test_stages_are_kept_in_order_each_with_a_name(kept) -> None:
    assert kept.stage(ONE) is Stage.SUSPECTED
    for number, stage in enumerate((Stage.VERIFIED, Stage.CONTROLLED, Stage.FLAMES_OUT)):
        kept.set_stage(StageRow(ONE, stage, "张三", minutes(number), "现场"))
    assert [row.stage for row in kept.stages(ONE)] == [Stage.VERIFIED, Stage.CONTROLLED, Stage.FLAMES_OUT]
    assert kept.stage(ONE) is Stage.FLAMES_OUT
    with pytest.raises(AnswerUnclear, match="who says so"):
        kept.set_stage(StageRow(ONE, Stage.MOPPING_UP, "", minutes(9)))
    assert deeds(kept) == [AuditAction.CLOSE] * 3


def test_what_an_exercise_found_is_not_seen_in_the_live_world(kept) -> None:
    kept.publish(Task(ONE, 110116, NOON), world=DRILL)
    task = answered(kept.task(ONE, world=DRILL), FIRE, Step("张三", NOON))
    stage = StageRow(ONE, Stage.VERIFIED, "张三", NOON)
    kept.answer(task, Feedback(ONE, FIRE, "张三", NOON), stage, world=DRILL)
    assert kept.stage(ONE, world=DRILL) is Stage.VERIFIED
    assert kept.stage(ONE) is Stage.SUSPECTED
    assert kept.answers() == []
    assert kept.task(ONE).state is TaskState.PUBLISHED
