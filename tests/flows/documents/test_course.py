"""The review of a fire, from what the house kept."""

from __future__ import annotations

import pytest

from flows.documents.course import after_action_of, clocks_of, course_of
from flows.documents.writing import write_document
from flows.fire_reporting import draft_report
from flows.processes.cases import Opening, open_case, take_step
from flows.verifying import move_stage, verify
from flows.verifying import take_step as step_task
from flows.wiring import House
from models.field_check.feedback import FeedbackType
from models.field_check.fire_report import ReportKind
from models.field_check.stage import Stage
from models.processes.law import Process, State
from notify.course_clocks import answer_clocks, late, step_clocks
from notify.course_moments import moments
from notify.documents.forms.after_action import REQUIRED
from notify.documents.layout import words_of
from store.errors import NotInStore
from store.verification import Feedback
from tests.flows import world
from tests.flows.world import DRILL, HOUR, MORNING

MINUTE = HOUR / 60


@pytest.fixture
def drill(tmp_path) -> House:
    """A fire on the line, told and sent."""
    return world.told_fire(tmp_path / "home", sent_utc=MORNING)


@pytest.fixture
def number(drill) -> str:
    return world.the_incident(drill)


def live_through(drill: House, number: str) -> None:
    """From the answers of two offices to the closed fire, with forces from the other side."""
    [alert] = drill.alerts.of_event(number, world=DRILL)
    for office, minutes in (("120119", 5), ("131082", 25)):
        drill.ledger.acknowledge(alert.code, office=office, by="值班员", via="phone", now=MORNING + minutes * MINUTE)
    step_task(drill, number, "receive", by="三河李四", now=MORNING + 8 * MINUTE)
    step_task(drill, number, "arrive", by="三河李四", now=MORNING + 50 * MINUTE)
    fire = FeedbackType.FOREST_FIRE
    verify(drill, number, (fire, None), said=Feedback("", fire, "三河李四", MORNING + 55 * MINUTE))
    asked = {"office": "三河市森防办", "what": "专业队前置", "where": "大岭后"}
    opening = Opening(Process.RESPONSE, asked, number, asker="120119", asked="131082")
    case_no = open_case(drill, opening, by="蓟州王五", now=MORNING + HOUR).case_no
    for minutes, state, said in (
        (100, State.ACCEPTED, {"forces": "专业队30人", "commander": "赵六"}),
        (160, State.IN_PLACE, {"forces": "专业队30人", "where": "大岭后"}),
    ):
        take_step(drill, case_no, state, by="三河赵六", now=MORNING + minutes * MINUTE, fields=said)
    known = {"forces": "500余人", "cause": "正在核查"}
    draft_report(drill, number, ReportKind.FOLLOW_UP, fields=known, by="三河李四", now=MORNING + 3 * HOUR)
    for hours, stage in ((9, Stage.FLAMES_OUT), (10, Stage.MOPPING_UP), (30, Stage.CLOSED)):
        move_stage(drill, number, stage, by="三河李四", now=MORNING + hours * HOUR, note="验收合格")


def test_the_course_goes_from_the_first_look_to_the_end_in_order(drill, number) -> None:
    live_through(drill, number)
    lines = moments(course_of(drill, number))
    assert [line.at_utc for line in lines] == sorted(line.at_utc for line in lines)
    told = "\n".join(f"{line.stage_zh} {line.text}" for line in lines)
    places = [
        told.index(word)
        for word in (
            "首次观测到热点",
            "首报",
            "蓟州区森防办签收",
            "到达现场",
            "反馈：林火",
            "力量已到位",
            "明火已扑灭",
            "已销号",
        )
    ]
    assert places == sorted(places)


def test_every_clock_says_in_time_or_how_late(drill, number) -> None:
    live_through(drill, number)
    course, clocks = course_of(drill, number), clocks_of(drill)
    verdicts = {one.step_zh: one.verdict_zh(course.ends_utc) for one in step_clocks(course, clocks)}
    assert verdicts["核查接收"] == "按时"
    assert verdicts["核查到场"] == "迟20分钟"
    assert verdicts["核查首次反馈"] == "按时"
    assert verdicts["火情快报首报起草"] == "按时"
    assert verdicts["火情快报终报起草"].startswith("超时未完成")
    assert verdicts["演联〔2024〕1对方接受或谢绝"] == "迟10分钟"
    answers = {one.who_zh: one.verdict_zh(course.ends_utc) for one in answer_clocks(course, clocks.escalation)}
    assert (answers["蓟州区森防办"], answers["三河市森防办"]) == ("按时", "迟15分钟")


def test_the_review_has_every_part_and_names_what_was_late(drill, number) -> None:
    live_through(drill, number)
    document = after_action_of(drill, number)
    said = "\n".join(words_of(document))
    assert [word for word in REQUIRED if word not in said] == []
    assert "三河市森防办迟15分钟" in said
    assert "核查到场（时限30分钟）：三河李四迟20分钟" in said
    assert "500余人" in said
    assert "专业队30人（演联〔2024〕1）" in said
    assert document.first_lines[0] == "【演练】"


def test_nobody_across_the_line_is_blamed_or_ordered(drill, number) -> None:
    said = "\n".join(words_of(after_action_of(drill, number)))
    assert [word for word in ("失职", "未履行", "责令", "追责", "要求") if word in said] == []


def test_what_nobody_recorded_reads_as_unknown_in_the_review_of_a_fire_just_told(drill, number) -> None:
    document = after_action_of(drill, number)
    said = list(words_of(document))
    assert "明火扑灭时间没有记录，待核。" in "".join(said)
    assert said[said.index("起因") + 1] == "待核"
    assert said[said.index("受害森林面积") + 1] == "待核"
    assert "本事件没有会商记录。" in said


def test_a_task_on_the_event_is_the_mending(drill, number) -> None:
    said = {"what": "补设边界瞭望", "who": "平谷区森防办", "due": "2024-05-01T17:00+08:00"}
    open_case(drill, Opening(Process.TASK, said, number), by="张三", now=MORNING + HOUR)
    words = list(words_of(after_action_of(drill, number)))
    assert words[words.index("补设边界瞭望") + 1] == "平谷区森防办"


def test_the_same_review_is_the_same_two_files(drill, number) -> None:
    live_through(drill, number)
    first = write_document(drill, after_action_of(drill, number))
    before = (first.docx.read_bytes(), first.pdf.read_bytes())
    again = write_document(drill, after_action_of(drill, number))
    assert (again.docx.read_bytes(), again.pdf.read_bytes()) == before
    assert first.pdf.parent == drill.home.products / DRILL / "documents"


def test_a_fire_that_was_never_followed_has_no_review(drill) -> None:
    with pytest.raises(NotInStore):
        after_action_of(drill, "JJJ-HR-CD-2024-999")


def test_the_course_of_the_clocks_finds_late_steps_only_among_what_has_a_clock(drill, number) -> None:
    course = course_of(drill, number, ends=MORNING + 11 * MINUTE)
    tardy = late(step_clocks(course, clocks_of(drill)), course.ends_utc)
    assert [one.step_zh for one in tardy] == ["核查接收"]
