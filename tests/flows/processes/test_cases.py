"""Cases of the processes in a house: by themselves, by people, and what they wait for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from flows.consulting import Meeting, draft_consultation
from flows.processes.cases import Opening, all_cases, case_of, open_case, take_step, waiting
from flows.releasing import needed, send_back, sign
from flows.verifying import move_stage, verify
from flows.wiring import House
from flows.world_time import newest_moment
from models.field_check.feedback import FeedbackType
from models.field_check.stage import Stage
from models.processes.law import Process, State
from store.audit import AuditAction
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.verification import Feedback
from tests.flows import world
from tests.flows.world import DRILL, HOUR, MORNING

ASKED = {"office": "蓟州区森防办", "what": "专业队前置", "where": "大岭后"}


@pytest.fixture
def drill(tmp_path) -> House:
    """A fire on the line that all were told of, and the message left."""
    return world.told_fire(tmp_path / "home", sent_utc=MORNING)


@pytest.fixture
def number(drill) -> str:
    return world.the_incident(drill)


def requested(house: House, number: str, at: datetime = MORNING) -> str:
    opening = Opening(Process.RESPONSE, ASKED, number, asker="110117", asked="120119")
    return open_case(house, opening, by="平谷张三", now=at).case_no


def test_an_incident_that_was_told_is_a_notice_that_was_sent(drill, number) -> None:
    [notice] = all_cases(drill)
    assert (notice.case_no, notice.process, notice.state) == (f"通-{number}", Process.NOTICE, State.SENT)
    assert [step.state for step in notice.steps] == [State.DRAFT, State.SENT]
    [due] = waiting(drill, now=MORNING)
    assert (due.event_id, due.waits_for_zh) == (number, "对方签收")


def test_an_answer_a_finding_and_the_end_carry_the_notice_on(drill, number) -> None:
    [alert] = drill.alerts.of_event(number, world=DRILL)
    drill.ledger.acknowledge(alert.code, office="120119", by="蓟州李四", via="phone", now=MORNING + HOUR / 12)
    fire = FeedbackType.FOREST_FIRE
    verify(drill, number, (fire, None), said=Feedback("", fire, "蓟州李四", MORNING + HOUR / 6))
    case = case_of(drill, f"通-{number}")
    assert [step.state for step in case.steps][2:] == [State.RECEIVED, State.FEEDBACK]
    assert (case.steps[2].fields["office"], case.said("finding")) == ("蓟州区森防办", "林火")
    for hours, stage in ((3, Stage.FLAMES_OUT), (4, Stage.MOPPING_UP), (9, Stage.CLOSED)):
        move_stage(drill, number, stage, by="张三", now=MORNING + hours * HOUR, note="验收合格")
    case = case_of(drill, f"通-{number}")
    assert (case.state, case.open) == (State.FINAL, False)
    assert waiting(drill, now=MORNING + 10 * HOUR) == ()


def test_what_the_other_side_says_on_the_telephone_is_noted_in_the_notice(drill, number) -> None:
    said = {"office": "蓟州区森防办", "finding": "我方界内无火", "contact": "李四"}
    take_step(drill, f"通-{number}", State.FEEDBACK, by="平谷张三", now=MORNING + HOUR / 4, fields=said)
    case = case_of(drill, f"通-{number}")
    assert case.state is State.FEEDBACK
    assert case.said("contact") == "李四"
    with pytest.raises(StoreConflict, match="may follow"):
        take_step(drill, f"通-{number}", State.SIGNED, by="张三", now=MORNING + HOUR)


def test_a_response_hangs_on_the_event_and_is_on_record(drill, number) -> None:
    case_no = requested(drill, number)
    assert case_no == "演联〔2024〕1"
    told = {"forces": "30人", "commander": "王五"}
    take_step(drill, case_no, State.ACCEPTED, by="蓟州李四", now=MORNING + HOUR / 2, fields=told)
    [_, case] = all_cases(drill, event_id=number)
    assert (case.zone, case.asker, case.asked, case.state) == (world.ZONE, "110117", "120119", State.ACCEPTED)
    deeds = [link for link in drill.audit.links(world=DRILL) if link.action == AuditAction.PROCESS]
    assert [deed.actor for deed in deeds] == ["平谷张三", "蓟州李四"]


def test_a_request_without_an_answer_stands_first_in_the_queue(drill, number) -> None:
    case_no = requested(drill, number)
    rows = waiting(drill, now=MORNING + HOUR)
    assert {row.case_no: row.standing_zh(MORNING + HOUR) for row in rows}[case_no] == "超时"


def test_a_step_without_a_name_a_reason_or_a_case_is_refused(drill, number) -> None:
    case_no = requested(drill, number)
    with pytest.raises(AnswerUnclear, match="say who"):
        take_step(drill, case_no, State.CALLED_OFF, by=" ", now=MORNING)
    with pytest.raises(AnswerUnclear, match="reason"):
        take_step(drill, case_no, State.DECLINED, by="李四", now=MORNING)
    with pytest.raises(NotInStore, match="process list"):
        take_step(drill, "联〔2024〕99", State.DONE, by="李四", now=MORNING)
    with pytest.raises(NotInStore, match="no notice"):
        case_of(drill, "通-JJJ-HR-CD-2024-999")
    assert case_of(drill, case_no).state is State.REQUESTED


def test_a_case_needs_a_known_place_office_and_beginning(drill, number) -> None:
    with pytest.raises(AnswerUnclear, match="an event or a joint unit"):
        open_case(drill, Opening(Process.SUPPLIES, {}), by="张三", now=MORNING)
    with pytest.raises(AnswerUnclear, match="no office '999999'"):
        open_case(drill, Opening(Process.RESPONSE, ASKED, number, asked="999999"), by="张三", now=MORNING)
    with pytest.raises(StoreConflict, match="begins with the alert itself"):
        open_case(drill, Opening(Process.NOTICE, {}, number), by="张三", now=MORNING)
    with pytest.raises(StoreConflict, match="firewatch consult"):
        open_case(drill, Opening(Process.CONSULTATION, {}, number), by="张三", now=MORNING)
    with pytest.raises(AnswerUnclear, match="item"):
        open_case(drill, Opening(Process.SUPPLIES, {"office": "蓟州"}, number), by="张三", now=MORNING)
    assert [case.process for case in all_cases(drill)] == [Process.NOTICE]


def test_an_invitation_is_a_consultation_that_its_signatures_send(drill, number) -> None:
    meeting = Meeting("边界火情会商", MORNING + 5 * HOUR, MORNING + 3 * HOUR, "123456", event_id=number)
    row = draft_consultation(drill, world.ZONE, meeting, by="平谷张三", now=MORNING)
    case = case_of(drill, row.number)
    assert (case.state, case.event_id, case.said("subject")) == (State.CALLED, number, "边界火情会商")
    for name in [f"值班长{each}" for each in range(needed(drill, row))]:
        sign(drill, row.number, by=name, now=MORNING + HOUR / 2)
    assert case_of(drill, row.number).state is State.INVITED
    steps = [
        (State.PACK, {"document": "会商材料包"}),
        (State.OPINIONS, {"office": "蓟州区森防办", "opinion": "风力加大，建议前置"}),
        (State.OPINIONS, {"office": "三河市森防办", "opinion": "同意"}),
        (State.MINUTES, {"conclusion": "24小时内烧出风险高"}),
        (State.TASKS, {"tasks": "督〔2024〕1"}),
    ]
    for place, (state, fields) in enumerate(steps):
        take_step(drill, row.number, state, by="张三", now=MORNING + (5 + place) * HOUR, fields=fields)
    assert not case_of(drill, row.number).open


def test_a_fire_of_two_joint_units_invites_the_offices_of_both(drill, number) -> None:
    fire = drill.incidents.resolve(number, world=drill.world)
    drill.incidents.save([replace(fire, other_zones=("HR-CD",))], world=drill.world)
    meeting = Meeting("边界火情会商", MORNING + 5 * HOUR, MORNING + 3 * HOUR, "123456", event_id=number)
    row = draft_consultation(drill, world.ZONE, meeting, by="平谷张三", now=MORNING)
    for name in [f"值班长{each}" for each in range(needed(drill, row))]:
        alert = sign(drill, row.number, by=name, now=MORNING + HOUR / 2).alert
    assert alert is not None
    rows = drill.ledger_frames.deliveries(world=drill.world)
    asked = set(rows.filter(rows["alert_id"] == alert.alert_id)["office"])
    ways = {one.office for one in drill.contacts.recipients}
    for zone in (world.ZONE, "HR-CD"):
        assert {str(county.gb) for county in drill.catalogue.zone(zone).counties} & ways <= asked


def test_an_invitation_that_was_put_aside_is_called_off(drill) -> None:
    meeting = Meeting("形势会商", MORNING + 5 * HOUR, MORNING + 3 * HOUR, "123456")
    row = draft_consultation(drill, world.ZONE, meeting, by="平谷张三", now=MORNING)
    send_back(drill, row.number, by="李四", reason="改期", now=MORNING)
    assert case_of(drill, row.number).state is State.CALLED_OFF
    with pytest.raises(NotInStore, match="no consultation"):
        case_of(drill, "会商邀请〔2024〕9")


def test_cases_of_another_world_are_not_seen(drill, number) -> None:
    requested(drill, number)
    assert all_cases(replace(drill, world="exercise-other")) == ()


def test_no_clock_of_a_drill_runs_on_until_today(drill, number) -> None:
    assert newest_moment(drill) == MORNING
    requested(drill, number, MORNING + HOUR)
    assert newest_moment(drill) == MORNING + HOUR
    assert newest_moment(drill.within("live", clock=lambda: MORNING + 9 * HOUR)) == MORNING + 9 * HOUR
