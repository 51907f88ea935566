"""A tabletop: injects and answers in the order of time, recorded by the desk's own commands, judged by the clocks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk.errors import InputError
from desk.tabletop.play import Played, play
from desk.tabletop.script import Act, Answer, Inject, Tabletop, Task, bundled_tabletops, load_tabletop
from desk.tabletop.sheet import LATE_ZH, MISSING_ZH, REFUSED_ZH, evaluated, markdown
from flows.wiring import House
from models.processes.law import Process
from tests.flows import world
from tests.flows.world import HOUR, MORNING, ZONE, elsewhere, fire

MINUTE = timedelta(minutes=1)
NAME = "tabletop-three-borders"


@dataclass
class NoRounds:
    """An exercise without rounds of its own."""

    end: datetime = MORNING + 3 * HOUR
    zones: tuple[str, ...] = (ZONE,)

    def danger_rounds(self) -> tuple[datetime, ...]:
        return ()

    def hotspot_rounds(self) -> tuple[datetime, ...]:
        return ()


def told_fire(house: House) -> None:
    """A fire on the line that all were told of."""
    drill = world.recorded(house, hotspots=world.recorded_hotspots(house, [fire(), elsewhere()]))
    world.hotspots(drill)
    world.dispatch(drill)


@pytest.fixture(scope="module")
def burning_home(tmp_path_factory) -> Path:
    return world.made_home(tmp_path_factory.mktemp("burning"), told_fire)


@pytest.fixture
def burning(burning_home, home) -> Iterator[House]:
    """A drill in which a fire on the line was told, for this test alone."""
    shutil.copytree(burning_home, home)
    opened = world.build_house(home)
    yield world.recorded(opened, hotspots=world.recorded_hotspots(opened, [fire(), elsewhere()]))
    opened.close()


def task(key: str, act: Act, office: str, within_min: float = 15.0) -> Task:
    return Task(key=key, act=act, office=office, within_min=within_min, what_zh=f"做{act}")


def script(*tasks: Task, answers: tuple[Answer, ...] = ()) -> Tabletop:
    inject = Inject(key="D1", at=MORNING + 2 * MINUTE, zone=ZONE, to=("110117",), text_zh="请处置。", tasks=tasks)
    words = dict.fromkeys(("title_zh", "title_en", "summary_zh", "lead_zh", "base", "name"), "试验")
    return Tabletop(**words, invented=("all",), injects=(inject,), answers=answers)


def played(house: House, wanted: Tabletop) -> Played:
    return play(house, NoRounds(), wanted, clock=house.clock, say=lambda _: None)  # type: ignore[arg-type]  # as a scenario


def test_answers_are_recorded_by_the_desk_and_judged_by_their_time(burning) -> None:
    asked = {"asked": "120119", "what": "专业队前置", "where": "大岭后"}
    wanted = script(
        task("1", Act.RECEIVE, "110117"),
        task("2", Act.FEEDBACK, "120119", 30.0),
        task("3", Act.REQUEST, "110117", 10.0),
        task("4", Act.ACCEPT, "120119", 60.0),
        task("5", Act.RECEIVE, "131082"),
        answers=(
            Answer(task="1", after_min=5, by="平谷甲"),
            Answer(task="2", after_min=12, by="蓟州乙", said={"finding": "未见火"}),
            Answer(task="3", after_min=25, by="平谷甲", said=asked),
            Answer(task="4", after_min=40, by="蓟州丙", said={"forces": "30人", "commander": "丙"}),
        ),
    )
    sheet = evaluated(burning, wanted, played(burning, wanted))
    verdicts = {line.key: line.verdict_zh for line in sheet.lines}
    assert verdicts == {"1": "按时", "2": "按时", "3": LATE_ZH, "4": "按时", "5": MISSING_ZH}
    marks = {mark.process: mark for mark in sheet.marks}
    assert (marks[Process.NOTICE].tasks, marks[Process.NOTICE].in_time, marks[Process.NOTICE].missing) == (3, 2, 1)
    assert (marks[Process.RESPONSE].late, marks[Process.RESPONSE].grade_zh) == (1, "不合格")
    assert marks[Process.RESPONSE].clocks_kept == 1
    assert [number.startswith("演联") for number in sheet.cases if "联" in number] == [True]
    assert all(number.startswith("YL-") for number in sheet.fires.values())
    assert world.told_at_once(burning).drop_nulls("acknowledged_utc")["office"].unique().to_list() == ["110117"]
    text = markdown(sheet, wanted, ["07:09 导调"])
    assert "3 平谷区森防办：做request，超时，超15分" in text
    assert text.startswith("# 【演练】")


def test_a_step_that_the_desk_does_not_take_is_no_answer(burning) -> None:
    wanted = script(
        task("1", Act.OPINIONS, "120119"),
        task("2", Act.FEEDBACK, "120119"),
        answers=(
            Answer(task="1", after_min=1, by="蓟州乙", said={"opinion": "同意"}),
            Answer(task="2", after_min=2, by="蓟州乙"),
        ),
    )
    lines = {line.key: line for line in evaluated(burning, wanted, played(burning, wanted)).lines}
    assert [lines[key].verdict_zh for key in "12"] == [REFUSED_ZH, REFUSED_ZH]
    assert "was never begun" in lines["1"].note
    assert "我方情况" in lines["2"].note


def test_the_bundled_tabletop_is_over_three_borders_and_all_three_processes() -> None:
    found = load_tabletop(NAME)
    assert {inject.zone for inject in found.injects} == {"HR-CD", "YQ-HL", "PG-JZ"}
    acts = [each.act for inject in found.injects for each in inject.tasks]
    assert {act.process for act in acts} == {Process.NOTICE, Process.CONSULTATION, Process.RESPONSE}
    assert NAME in bundled_tabletops()
    times = [at for at, _, _ in found.beats()]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ('[[answers]]\ntask = "D9.9"\nafter_min = 1\nby = "甲"\n', "no task D9.9"),
        ('[[answers]]\ntask = "D1.1"\nafter_min = 1\nby = "甲"\n' * 2, "answered twice"),
        ('[[answers]]\ntask = "D1.1"\nafter_min = -1\nby = "甲"\n', "greater than or equal to 0"),
    ],
    ids=["no such task", "twice", "before it was asked"],
)
def test_answers_of_the_day_that_cannot_be_are_refused(tmp_path: Path, answers: str, said: str) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(answers, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        load_tabletop(NAME, path)
