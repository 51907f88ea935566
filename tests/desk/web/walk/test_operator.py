"""Chromium walks through the ten tasks of who reruns and judges (domain.md 6.3), on a desk and on a phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.order import FlowName
from flows.wiring import House
from notify.alert import LIVE
from store.holds import Holds
from tests.desk.web.walk.conftest import WALK, Person, Room, serving

pytestmark = WALK
ELSEWHERE = "HR-CD"
"""In the small world nobody was told anything of this unit; in the exercise a lower bound makes its danger extreme."""


@pytest.fixture
def operator(room: Room) -> Person:
    return room.person("li")


def preview(person: Person, run_id: str, *, zone: str) -> None:
    person.open(f"/rerun?run={run_id}")
    person.page.check(f"input[name=zones][value={zone}]")
    person.page.fill("form[action='/rerun'] [name=reason]", "复核阈值")
    person.press("重跑并显示差异")


def told(room: Room) -> int:
    return len(room.house.alerts.since(room.now - timedelta(days=9), world=room.house.world))


def test_1_and_3_a_rerun_needs_a_reason_shows_its_difference_and_what_is_unchanged_sends_nothing(
    room: Room, operator: Person
) -> None:
    before = told(room)
    operator.open("/rerun")
    assert operator.page.get_attribute("[name=reason]", "required") is not None
    preview(operator, room.danger_run.run_id, zone="PG-JZ")
    assert "原运行" in operator.text
    assert "逐字节相同" in operator.text
    assert "不发送任何消息" in operator.text
    operator.shot("rerun")
    assert told(room) == before


def test_2_what_crosses_the_line_is_shown_first_and_sent_by_two_who_sign_what_they_read(room: Room) -> None:
    before, run_id = told(room), room.danger_run.run_id
    with serving(with_lower_bounds(room)) as base, room.guest(base, "li") as first, room.guest(base, "zhao") as second:
        preview(first, run_id, zone=ELSEWHERE)
        assert "尚未发送" in first.text
        assert "还需2人签字" in first.text
        first.shot("rerun-unsent")
        first.press("签发（平谷李四）")
        assert told(room) == before
        preview(second, run_id, zone=ELSEWHERE)
        assert "已签：平谷李四" in second.text
        second.press("签发（北京赵六）")
        assert told(room) == before + 1
        assert "平谷李四（带班领导）、北京赵六（带班领导）" in second.text


def with_lower_bounds(room: Room) -> House:
    """As if an office had signed a lower bound since the run."""
    rules = room.house.rules
    bounds = replace(rules.day_grades, grade_4_fwi=26.0, grade_5_fwi=28.0)
    return room.house.within(room.house.world, rules=replace(rules, day_grades=bounds), cap_key=room.house.cap_key)


def test_4_a_telephone_report_says_its_datum_and_a_pasted_table_makes_a_run(room: Room, operator: Person) -> None:
    operator.open("/by-hand")
    form = "form[action='/by-hand/weather']"
    operator.page.fill(f"{form} [name=table]", room.typed_table())
    operator.page.check(f"{form} input[value=PG-JZ]")
    operator.page.fill(f"{form} [name=reason]", "自动站缺报")
    with operator.page.expect_navigation():
        operator.page.click(f"{form} button")
    assert "运行记录" in operator.text
    assert "自动站缺报" in operator.text
    operator.open("/by-hand")
    operator.shot("by-hand")


def test_5_a_level_goes_up_freely_and_down_only_with_a_reviewer(room: Room, operator: Person) -> None:
    def asked(level: str, reviewer: str = "") -> None:
        operator.open("/levels?about=YQ-HL")
        if not operator.page.is_visible("[name=level]"):
            operator.unfold("调整级别")
        form = operator.page.locator("form[action='/levels/set']")
        form.locator("[name=level]").select_option(level)
        form.locator("[name=reason]").fill("现场干燥")
        if reviewer:
            form.locator("[name=reviewer]").fill(reviewer)
            form.locator("[name=reviewer_password]").fill("pa55-for-the-tests")
        operator.press("调整并通报")

    asked("orange")
    assert "橙色" in operator.page.inner_text("table >> nth=0")
    asked("blue")
    assert "未办理" in operator.text
    asked("yellow", "zhao")
    assert "北京赵六" in operator.page.inner_text("table >> nth=0")
    operator.shot("levels")


def test_5_a_silence_has_a_name_and_an_end_and_another_offices_warning_is_noted(room: Room, operator: Person) -> None:
    operator.open("/levels?about=YQ-HL")
    operator.unfold("静默一个事件或单元")
    operator.page.fill("form[action='/silences'] [name=reason]", "计划烧除")
    operator.press("静默")
    row = operator.page.inner_text("table >> nth=1")
    assert "平谷李四" in row
    assert room.local(hours=3)[5:].replace("T", " ") in row
    room.house.clock.now += timedelta(minutes=1)  # type: ignore[attr-defined]  # a driven clock
    operator.press("解除静默")
    assert "平谷李四" not in operator.page.inner_text("table >> nth=1")
    operator.unfold("登记上级、相邻单位的预警")
    form = operator.page.locator("form[action='/outside']")
    form.locator("[name=area]").select_option("110000")
    form.locator("[name=colour]").select_option("orange")
    form.locator("[name=begins]").fill(room.local(hours=-1))
    form.locator("[name=ends]").fill(room.local(hours=41))
    form.locator("[name=source]").fill("市森防办通知第12期")
    operator.press("登记")
    operator.open("/")
    assert "上级：北京市 橙色" in operator.page.inner_text("#part-top")


def test_6_a_what_if_is_marked_and_changes_nothing(room: Room, operator: Person) -> None:
    runs, before = len(room.house.runs.last_runs(world=room.house.world, limit=None)), told(room)
    operator.open("/by-hand")
    form = "form[action='/what-if']"
    operator.page.check(f"{form} input[value=PG-JZ]")
    operator.page.fill(f"{form} [name=reason]", "会商")
    operator.press("推演")
    assert "【推演】风力+2级、相对湿度-10%" in operator.text
    assert "不能发送" in operator.text
    operator.shot("what-if")
    assert (len(room.house.runs.last_runs(world=room.house.world, limit=None)), told(room)) == (runs, before)


def test_7_an_exercise_is_stamped_from_head_to_foot(room: Room) -> None:
    drill = room.house.within("exercise-walk") if room.house.world == LIVE else room.house
    with serving(drill) as base, room.guest(base, "zhang") as guest:
        assert guest.page.locator("p.drill").count() == 2
        assert "【演练】" in guest.page.inner_text("body")


def test_8_who_reruns_a_unit_is_named_to_the_next(room: Room, operator: Person) -> None:
    lasts = timedelta(minutes=5)
    held = Holds(room.house.database).held(
        FlowName.DANGER_WATCH,
        ["PG-JZ"],
        who="平谷张三",
        reason="核对",
        now=room.now,
        lasts=lasts,
        world=room.house.world,
    )
    with held:
        operator.open("/rerun")
        assert "正由平谷张三重跑" in operator.text
        operator.shot("cancel")
        preview(operator, room.danger_run.run_id, zone="PG-JZ")
        assert "正由平谷张三重跑" in operator.text
        assert "核对" in operator.text


def test_9_the_material_of_a_meeting_is_drafted_for_wps(room: Room, operator: Person) -> None:
    operator.open("/drafts")
    operator.unfold("起草会商邀请")
    operator.page.fill("[name=subject]", "火险会商")
    operator.page.fill("[name=at]", room.local(hours=27))
    operator.page.fill("[name=meeting_no]", "8001")
    operator.page.fill("[name=agenda]", "火险形势\n火源管控")
    operator.press("起草")
    for kind in ("pack", "minutes", "invitation"):
        with operator.page.expect_download() as word:
            operator.page.click(f"a[href^='/paper/{kind}.docx']")
        assert word.value.suggested_filename.endswith(".docx")


def test_10_a_run_is_one_sheet_with_who_what_and_who_answered(room: Room, operator: Person) -> None:
    operator.open(f"/run/{room.danger_run.run_id}")
    for word in ("操作人", "输入", "规则", "程序", "通知与签收", "森防办"):
        assert word in operator.text
    operator.shot("run")
