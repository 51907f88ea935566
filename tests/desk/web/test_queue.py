"""The queue of the duty desk: what stands of a fire, and until when."""

from __future__ import annotations

from datetime import datetime

import pytest

from desk.web.board.queue import Duty, facts_of, queue_of
from flows.fire_reporting import draft_report
from flows.verifying import move_stage, verify
from flows.wiring import House
from models.field_check.feedback import FeedbackType
from models.field_check.fire_report import ReportKind
from models.field_check.stage import Stage
from store.accounts import Account, DutyRole
from store.verification import Feedback
from tests.flows import world
from tests.flows.world import HOUR, MORNING

OPERATIONS = Account("sun", "孙八", DutyRole.OPERATIONS, "", "", MORNING)
DAYS_LATER = MORNING + 100 * HOUR


@pytest.fixture
def drill(tmp_path) -> House:
    """A fire on the line that all were told of, and that burns."""
    house = world.told_fire(tmp_path / "home")
    found(house, FeedbackType.FOREST_FIRE, MORNING)
    return house


def found(house: House, kind: FeedbackType, at: datetime) -> None:
    verify(house, world.the_incident(house), (kind, None), said=Feedback("", kind, "张三", at))


def standing(house: House, at: datetime) -> list[tuple[Duty, str]]:
    queue = queue_of(house, OPERATIONS, facts_of(house, OPERATIONS, now=at), now=at)
    return [(one.duty, one.what_due_zh) for one in queue if one.burns]


def test_a_fire_that_was_closed_stands_until_its_final_report_is_there(drill) -> None:
    number = world.the_incident(drill)
    for hours, stage in ((1, Stage.FLAMES_OUT), (2, Stage.MOPPING_UP), (3, Stage.CLOSED)):
        move_stage(drill, number, stage, by="张三", now=MORNING + hours * HOUR, note="前指报告")
    assert standing(drill, MORNING + 4 * HOUR) == standing(drill, DAYS_LATER) == [(Duty.REPORT, "终报")]
    draft_report(drill, number, ReportKind.FINAL, fields={"cause": "烧纸"}, by="张三", now=MORNING + 4 * HOUR)
    assert standing(drill, MORNING + 4 * HOUR) == [(Duty.DONE, "")]
    assert standing(drill, DAYS_LATER) == []


def test_a_fire_that_was_none_after_all_owes_no_report(drill) -> None:
    found(drill, FeedbackType.FARM_FIRE, MORNING + HOUR)
    assert standing(drill, MORNING + 2 * HOUR) == [(Duty.DONE, "")]
    assert standing(drill, DAYS_LATER) == []
