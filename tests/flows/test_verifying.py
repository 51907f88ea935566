"""From an answer to everything that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from flows.daily_report import count_day
from flows.fire_reporting import draft_report
from flows.heat_proposing import review_heat
from flows.labels import hotspots_of_no_fire, verified_labels
from flows.overdue_clocks import overdue_clocks
from flows.verifying import Verified, move_stage, take_step, verify
from flows.wiring import House
from models.field_check.feedback import FeedbackType
from models.field_check.fire_report import ReportKind
from models.field_check.stage import Stage
from models.field_check.task import TaskState
from models.incidents.event import Change
from models.incidents.incident import IncidentState
from notify.alert import LIVE
from notify.phrases import BEIJING
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.heat_proposals import ProposalState
from store.verification import Feedback
from tests.flows import world
from tests.flows.world import DRILL, HOUR, MORNING

LATER = MORNING + HOUR / 4
MINUTE = HOUR / 60


@pytest.fixture
def drill(tmp_path) -> House:
    """A fire on the line that all were told of."""
    return world.told_fire(tmp_path / "home")


@pytest.fixture
def number(drill) -> str:
    return world.the_incident(drill)


def found(house: House, number: str, kind: FeedbackType, at: datetime = LATER, by: str = "张三") -> Verified:
    return verify(house, number, (kind, None), said=Feedback("", kind, by, at))


def test_an_incident_that_was_told_has_a_task_from_that_moment(drill, number) -> None:
    [task] = drill.verification.tasks(world=DRILL)
    assert (task.incident_id, task.published_utc, task.state) == (number, MORNING, TaskState.PUBLISHED)
    world.hotspots(drill, MORNING + HOUR)
    assert drill.verification.tasks(world=DRILL) == [task]


def test_a_forest_fire_becomes_verified_and_opens_the_report_with_unknowns_marked(drill, number) -> None:
    done = found(drill, number, FeedbackType.FOREST_FIRE)
    assert done.stage is Stage.VERIFIED
    assert done.task.state is TaskState.DONE
    assert done.report is not None
    assert done.report.value("damaged_forest_area") == done.report.value("cause") == "待核"
    assert "公里" in done.report.value("border")
    assert drill.incidents.load(number, world=DRILL).state is IncidentState.ACTIVE


def test_a_farm_fire_closes_the_incident_with_a_text_to_copy(drill, number) -> None:
    done = found(drill, number, FeedbackType.FARM_FIRE)
    assert done.stage is Stage.CLOSED
    assert drill.incidents.load(number, world=DRILL).state is IncidentState.ENDED
    assert done.closed_texts is not None
    assert "农用火" in done.closed_texts.short
    assert done.closed_texts.short.startswith("【演练】")
    ends = [one for one in drill.incident_events.of(number, world=DRILL) if one.change is Change.END]
    assert "张三销号" in ends[0].note


def test_not_found_leaves_the_incident_open_and_a_second_look_may_find_fire(drill, number) -> None:
    assert found(drill, number, FeedbackType.NOT_FOUND).stage is Stage.SUSPECTED
    assert drill.incidents.load(number, world=DRILL).state is IncidentState.ACTIVE
    assert found(drill, number, FeedbackType.FOREST_FIRE, LATER + HOUR).stage is Stage.VERIFIED
    assert [one.result for one in drill.verification.answers(number, world=DRILL)] == [
        FeedbackType.NOT_FOUND,
        FeedbackType.FOREST_FIRE,
    ]


def test_what_was_closed_as_none_can_be_found_to_be_a_fire(drill, number) -> None:
    found(drill, number, FeedbackType.FARM_FIRE)
    assert found(drill, number, FeedbackType.FOREST_FIRE, LATER + HOUR).stage is Stage.VERIFIED


def test_works_propose_known_heat_and_only_another_person_accepts_it(drill, number) -> None:
    done = found(drill, number, FeedbackType.INDUSTRIAL_HEAT)
    assert done.proposal is not None
    with pytest.raises(AnswerUnclear, match="a reviewer other than 张三"):
        review_heat(drill, number, {"name_zh": "某厂"}, accept=True, by="张三", now=LATER)
    with pytest.raises(AnswerUnclear, match="name_zh is empty"):
        review_heat(drill, number, {}, accept=True, by="李四", now=LATER)
    accepted = review_heat(drill, number, {"name_zh": "某厂", "kind": "cement"}, accept=True, by="李四", now=LATER)
    assert accepted.state is ProposalState.ACCEPTED
    [source] = drill.heat_sources.all(world=DRILL)
    assert (source.reviewed_by, source.name_zh, source.source_id) == ("李四", "某厂", done.proposal.source_id)
    with pytest.raises(StoreConflict, match="has decided already"):
        review_heat(drill, number, {}, accept=False, by="王五", now=LATER)


def test_a_declined_proposal_silences_nothing(drill, number) -> None:
    found(drill, number, FeedbackType.INDUSTRIAL_HEAT)
    review_heat(drill, number, {"note": "厂已停产"}, accept=False, by="李四", now=LATER)
    assert drill.heat_sources.all(world=DRILL) == ()


def test_nobody_and_nothing_are_refused(drill, number) -> None:
    with pytest.raises(AnswerUnclear, match="say who answers"):
        found(drill, number, FeedbackType.FARM_FIRE, by=" ")
    with pytest.raises(NotInStore):
        found(drill, "YL-PG-JZ-2024-999", FeedbackType.FARM_FIRE)
    with pytest.raises(AnswerUnclear, match="say who"):
        take_step(drill, number, "receive", by="", now=LATER)


def test_a_verified_fire_is_closed_only_over_its_stages(drill, number) -> None:
    found(drill, number, FeedbackType.FOREST_FIRE)
    for stage in (Stage.CONTROLLED, Stage.FLAMES_OUT, Stage.MOPPING_UP):
        move_stage(drill, number, stage, by="张三", now=LATER, note="前指报告")
        if stage is Stage.CONTROLLED:
            with pytest.raises(StoreConflict, match="已控制 cannot become 已销号"):
                move_stage(drill, number, Stage.CLOSED, by="张三", now=LATER, note="验收")
    done = move_stage(drill, number, Stage.CLOSED, by="张三", now=LATER, note="验收合格")
    assert done.incident.state is IncidentState.ENDED
    with pytest.raises(AnswerUnclear, match="who closes it and why"):
        move_stage(drill, number, Stage.VERIFIED, by="张三", now=LATER, note="")


def test_reports_follow_each_other_and_the_final_one_waits_for_the_flames(drill, number) -> None:
    with pytest.raises(StoreConflict, match="verify it as a fire first"):
        draft_report(drill, number, ReportKind.FOLLOW_UP, fields={}, by="张三", now=LATER)
    found(drill, number, FeedbackType.FOREST_FIRE)
    again = draft_report(drill, number, ReportKind.FIRST, fields={"cause": "烧纸"}, by="张三", now=LATER)
    follow = draft_report(drill, number, ReportKind.FOLLOW_UP, fields={"forces": "60人"}, by="张三", now=LATER)
    assert (again.number, follow.number, follow.value("cause")) == (1, 2, "烧纸")
    with pytest.raises(StoreConflict, match="终报 comes after 明火已扑灭"):
        draft_report(drill, number, ReportKind.FINAL, fields={}, by="张三", now=LATER)
    with pytest.raises(StoreConflict, match="draft the next 续报"):
        draft_report(drill, number, ReportKind.FIRST, fields={}, by="张三", now=LATER)
    move_stage(drill, number, Stage.FLAMES_OUT, by="张三", now=LATER, note="前指报告")
    assert draft_report(drill, number, ReportKind.FINAL, fields={}, by="张三", now=LATER).title_zh == "终报"


def test_a_task_that_nobody_answers_expires_and_a_late_answer_still_counts(drill, number) -> None:
    world.hotspots(drill, MORNING + 25 * HOUR)
    assert drill.verification.task(number, world=DRILL).state is TaskState.EXPIRED
    assert found(drill, number, FeedbackType.FARM_FIRE, MORNING + 26 * HOUR).task.state is TaskState.DONE


def test_exercises_count_in_no_statistics_and_give_no_labels(drill, number) -> None:
    found(drill, number, FeedbackType.FOREST_FIRE)
    count, facts = count_day(drill, MORNING.astimezone(BEIJING).date(), now=MORNING + 24 * HOUR)
    assert count.total.pushed == 0
    assert facts.notices == 0
    assert "无数据" in facts.missing_zh[0]
    assert verified_labels(drill).is_empty()


def test_verified_outcomes_of_the_live_world_become_labels(tmp_path) -> None:
    house = world.build_house(tmp_path / "home")
    live = world.recorded(house, world=LIVE, hotspots=world.recorded_hotspots(house, [world.fire(), world.elsewhere()]))
    world.hotspots(live)
    [incident] = live.incidents.open_incidents()
    found(live, incident.incident_id, FeedbackType.FARM_FIRE)
    [row] = verified_labels(live).to_dicts()
    assert (row["incident_id"], row["label"], row["result"]) == (incident.incident_id, 0, "farm_fire")
    assert hotspots_of_no_fire(live) == incident.hotspot_ids
    count, facts = count_day(live, MORNING.astimezone(BEIJING).date(), now=MORNING + 24 * HOUR)
    assert (count.total.pushed, count.total.confirmed, facts.near) == (1, 1, 1)
    assert replace(facts, near=0).near == 0


def test_a_fire_report_that_is_late_is_named_to_operations_until_it_is_there(drill, number) -> None:
    found(drill, number, FeedbackType.FOREST_FIRE)

    def late(at: datetime) -> list[str]:
        return [one.said_zh for one in overdue_clocks(drill, now=at) if "火情快报" in one.said_zh]

    assert late(LATER + 2 * HOUR) == []
    [said] = late(LATER + 2 * HOUR + MINUTE)
    assert said.endswith(f"{number}火情快报续报超时1分")
    draft_report(drill, number, ReportKind.FOLLOW_UP, fields={"forces": "60人"}, by="张三", now=LATER + 2 * HOUR)
    assert late(LATER + 2 * HOUR + MINUTE) == []
    move_stage(drill, number, Stage.FLAMES_OUT, by="张三", now=LATER + 3 * HOUR, note="前指报告")
    move_stage(drill, number, Stage.MOPPING_UP, by="张三", now=LATER + 3.5 * HOUR, note="前指报告")
    [said] = late(LATER + 4 * HOUR + MINUTE)
    assert said.endswith(f"{number}火情快报终报超时1分")
    move_stage(drill, number, Stage.CLOSED, by="张三", now=LATER + 5 * HOUR, note="验收合格")
    assert drill.incidents.load(number, world=DRILL).state is IncidentState.ENDED
    [said] = late(LATER + 100 * HOUR)
    assert said.endswith(f"{number}火情快报终报超时5760分"), "closed, and still asked for"
    draft_report(drill, number, ReportKind.FINAL, fields={"cause": "烧纸"}, by="张三", now=LATER + 100 * HOUR)
    assert late(LATER + 100 * HOUR) == []
