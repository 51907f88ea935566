"""Chromium walks through the ten tasks of a duty officer (domain.md 6.2), on a desk and on a phone."""

from __future__ import annotations

import re

from tests.desk.web.walk.conftest import WALK, Room

pytestmark = WALK


def test_1_what_where_how_far_how_sure_what_is_asked_and_by_when_stand_on_the_first_screen(room: Room) -> None:
    officer = room.home_officer
    first = officer.page.inner_text(".item >> nth=0")
    assert re.search(r"紧急.*疑似.*界.*蔓延.*签收.*(还剩|超时)", first, re.DOTALL)
    officer.page.wait_for_selector(".fire")
    officer.page.wait_for_selector(".windword")
    officer.page.wait_for_selector("img[alt=地形]")
    assert "级" in officer.page.inner_text(".windword")
    officer.shot("duty")


def test_2_one_press_answers_and_the_sender_sees_who_and_when(room: Room) -> None:
    officer = room.home_officer
    officer.open("/")
    code = room.newest_code
    officer.press(f"签收 {code}")
    officer.open("/")
    assert f"签收 {code}" not in officer.text
    sender = room.person("zhao")
    sender.open(f"/incident/{room.fire.incident_id}")
    assert re.search(r"森防办.*\d\d:\d\d", sender.page.inner_text(".acts"), re.DOTALL)


def test_3_the_same_event_is_whole_and_large_on_this_screen(room: Room) -> None:
    officer = room.home_officer
    officer.open(f"/incident/{room.fire.incident_id}")
    officer.is_content()
    assert officer.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 16
    officer.shot("incident")
    officer.page.emulate_media(media="print")
    assert not officer.page.is_visible("nav.bar")
    officer.page.emulate_media(media="screen")


def test_4_the_task_goes_to_a_named_ranger_and_a_forest_fire_opens_its_form(room: Room) -> None:
    officer = room.home_officer
    page = officer.page
    officer.open(f"/incident/{room.fire.incident_id}")
    page.fill("[name=person]", "护林员老王")
    officer.press("已接收")
    page.fill("[name=person]", "护林员老王")
    officer.press("已到场")
    assert officer.text.count("护林员老王") >= 2
    page.check("input[value=forest_fire]")
    officer.press("记录结论")
    assert page.is_visible("#report")


def test_5_the_first_report_is_filled_in_unknown_is_said_and_it_is_copied(room: Room) -> None:
    officer = room.home_officer
    officer.open(f"/incident/{room.fire.incident_id}")
    form = officer.page.inner_text("#report")
    assert "待核" in form
    assert "首报" in form
    officer.page.click("[data-copy=t-short]")
    officer.page.wait_for_selector("text=/已复制|Ctrl/")
    with officer.page.expect_download() as word:
        officer.page.click("a[href^='/paper/notice.docx']")
    assert word.value.suggested_filename.endswith(".docx")


def test_6_the_neighbour_is_told_and_what_they_said_by_telephone_is_noted(room: Room) -> None:
    officer = room.home_officer
    officer.open(f"/incident/{room.fire.incident_id}")
    assert "电话稿" in officer.text
    officer.page.fill("[name=by]", "蓟州刘")
    officer.press("已电话告知")
    officer.open("/deliveries")
    officer.shot("deliveries")
    officer.open("/log")
    assert "蓟州刘" in officer.text or "签收" in officer.text


def test_7_a_false_alarm_is_closed_with_a_reason_and_opened_again(room: Room) -> None:
    """Heat that an office calls industrial is proposed for the register, which another person reviews."""
    house = room.house
    other = world_fire(room)
    officer = room.person("zhang")
    officer.open(f"/incident/{other}")
    officer.page.check("input[value=industrial_heat]")
    officer.press("记录结论")
    assert "已销号" in officer.text
    leader = room.person("li")
    leader.open(f"/incident/{other}")
    leader.page.fill("form[action$='/review'] [name=name]", "砖厂")
    leader.press("不纳入")
    assert house.heat_sources.all(world=house.world) == ()
    officer.open("/suppressed")
    assert "已抑制" in officer.text


def world_fire(room: Room) -> str:
    """Another heat on Pinggu's ground, reported by telephone on the desk."""
    officer = room.person("zhang")
    officer.open("/by-hand")
    page = officer.page
    for name, value in (
        ("lat", "40.2"),
        ("lon", "117.1"),
        ("seen", room.local(hours=-0.2)),
        ("caller", "平谷刘店村王"),
    ):
        page.fill(f"form[action='/by-hand/fire'] [name={name}]", value)
    officer.press("录入并通报")
    assert "请问清" in officer.text
    assert "GCJ-02" in officer.text
    page.go_back()
    page.select_option("[name=datum]", "cgcs2000")
    officer.press("录入并通报")
    return str(page.url.rpartition("/")[2])


def test_8_a_correction_reaches_exactly_those_who_had_the_wrong_one(room: Room) -> None:
    leader = room.person({"beijing": "li", "hebei": "qian"}.get(room.fire.region or "beijing", "li"))
    code = room.newest_code
    leader.open(f"/alert/{code}")
    leader.unfold("更正")
    leader.page.fill("[name=wrong]", "位置有误")
    leader.page.fill("[name=right]", "应为金海湖镇")
    leader.press("发出更正")
    assert room.newest_code != code
    assert "更正" in leader.text


def test_9_the_neighbours_colours_names_and_masked_numbers_stand_at_the_top(room: Room) -> None:
    officer = room.home_officer
    officer.open("/")
    assert "相邻" in officer.text
    officer.page.click("details.watches summary")
    watches = officer.page.inner_text("details.watches")
    assert "森防办" in watches
    assert re.search(r"\d{11}", watches) is None


def test_10_the_shift_is_handed_over_with_both_names_and_the_day_is_reported(room: Room) -> None:
    officer, colleague = room.person("zhang"), room.person("li")
    officer.open("/handover")
    officer.page.fill("[name=note]", "盯住省界")
    officer.press("交班签字")
    assert "已签" in officer.text
    colleague.open("/handover")
    colleague.page.check("[name=read]")
    colleague.press("接班签字")
    assert "平谷张三" in colleague.text
    assert "平谷李四" in colleague.text
    colleague.shot("handover")
    officer.open("/daily")
    assert "热点" in officer.text
    officer.open("/log")
    assert "签收" in officer.text
