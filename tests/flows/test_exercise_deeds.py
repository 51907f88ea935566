"""What people do in an exercise, and that the bundled script keeps the law of every process."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from desk.scenario import load_scenario
from desk.training import DEFAULT
from flows.documents.course import after_action_of, clocks_of, course_of
from flows.exercise_deeds import DeedKind, ScriptedDeed, do
from flows.processes.cases import all_cases
from flows.wiring import House
from models.field_check.stage import Stage
from models.incidents.incident import IncidentState
from models.processes.law import State
from notify.alert import Reason
from notify.course_clocks import late, step_clocks
from notify.documents.layout import words_of
from store.errors import NotInStore
from tests.flows import world
from tests.flows.world import DRILL, HOUR, MORNING


@pytest.fixture
def drill(tmp_path) -> House:
    """A fire on the line, told and sent."""
    drill = world.told_fire(tmp_path / "home")
    world.dispatch(drill)
    return drill


def script() -> list[ScriptedDeed]:
    """The deeds of the bundled exercise, as long after the first word as they are there."""
    scenario = load_scenario(DEFAULT)
    told = scenario.deeds[0].at.astimezone(UTC) - HOUR * 8 / 60
    return [
        ScriptedDeed(MORNING + (one.at.astimezone(UTC) - told), one.kind, one.value, one.by, one.note, one.fields)
        for one in scenario.deeds
    ]


def test_who_looks_on_reads_each_deed_in_words() -> None:
    said = [deed.words_zh for deed in script()]
    assert said[0] == "接收核查任务"
    assert "核查结论：林火（见明火）" in said
    assert "请求联动响应：蓟州区森防办" in said
    assert [words for words in said if any(letter.isascii() and letter.isalnum() for letter in words)] == []


def test_the_bundled_script_leads_from_the_receipt_to_the_closed_fire(drill) -> None:
    codes = [do(drill, deed) for deed in script()]
    [incident] = drill.incidents.all_incidents(world=DRILL)
    assert incident.state is IncidentState.ENDED
    assert drill.verification.stage(incident.incident_id, world=DRILL) is Stage.CLOSED
    told = [alert.reason for alert in drill.alerts.of_event(incident.incident_id, world=DRILL)]
    assert told == [
        Reason.INCIDENT_NEAR_BORDER,
        Reason.PUT_RIGHT,
        Reason.INCIDENT_VERIFIED,
        Reason.INCIDENT_OVER,
    ]
    assert [code for code in codes if code] == [
        alert.code for alert in drill.alerts.of_event(incident.incident_id, world=DRILL)[1:]
    ]
    assert [case.state for case in all_cases(drill)] == [State.FINAL, State.WITHDRAWN]


def test_the_review_of_the_script_tells_the_story_and_names_what_was_late(drill) -> None:
    for deed in script():
        if do(drill, deed):
            world.dispatch(drill, deed.at)
    [incident] = drill.incidents.all_incidents(world=DRILL)
    course = course_of(drill, incident.incident_id)
    tardy = [one.step_zh for one in late(step_clocks(course, clocks_of(drill)), course.ends_utc)]
    assert tardy == ["核查到场", "演联〔2024〕1对方接受或谢绝"]
    said = "".join(words_of(after_action_of(drill, incident.incident_id)))
    for word in ("核实为火情", "扑灭", "500余人", "专业队60人", "三河护林员（演练）迟17分钟", "蓟州区森防办迟7分钟"):
        assert word in said
    assert "应告0个单位" not in said


def test_nothing_is_done_about_an_event_that_nobody_was_told_of(tmp_path) -> None:
    quiet = world.recorded(world.build_house(tmp_path / "home"))
    with pytest.raises(NotInStore, match="no office was told"):
        do(quiet, replace(script()[0], kind=DeedKind.TASK))
