"""What operations, leaders and auditors see in Chromium, and a page that loses something (domain.md 6.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import shapely

from tests.desk.web.walk.conftest import WALK, Person, Room, serving

pytestmark = WALK


def test_operations_see_every_run_and_how_old_each_source_is(room: Room) -> None:
    operations = room.person("sun")
    operations.open("/runs")
    assert "热点运行" in operations.text
    assert "时延" in operations.text
    operations.shot("runs")


def test_an_auditor_sees_that_the_chain_holds(room: Room) -> None:
    auditor = room.person("wu")
    auditor.open("/audit")
    assert "审计链完整" in auditor.text


def test_two_leaders_release_a_warning(room: Room) -> None:
    rows = [
        row for row in room.house.warning_documents.all_documents(world=room.house.world) if row.county_gb == 110117
    ]
    draft = next(row for row in reversed(rows) if row.state == "draft")
    for login in ("li", "zhao"):
        leader = room.person(login)
        leader.open(f"/draft/{draft.number}")
        leader.press("签发（")
    assert room.house.warning_documents.load(draft.number, world=room.house.world).state == "released"
    room.person("zhao").shot("draft")


def test_a_page_that_loses_its_connection_turns_red(room: Room) -> None:
    rules = replace(room.house.rules, desk=replace(room.house.rules.desk, refresh_s=0.3))
    with serving(room.house.within(room.house.world, rules=rules)) as base:
        person = Person(room.chromium.new_context(), base, room.shot_name)
        person.log_in("zhang")
        person.page.wait_for_selector(".link.live")
        person.context.set_offline(True)
    person.page.wait_for_selector(".link.dead", timeout=30_000)
    assert "连接中断" in person.page.inner_text("#link")
    person.shot("connection-lost")
    person.context.close()


def test_without_scripts_the_page_is_whole_and_an_answer_is_given(room: Room) -> None:
    person = Person(room.chromium.new_context(java_script_enabled=False), room.base, room.shot_name)
    person.log_in("wang")
    code = room.newest_code
    person.press(f"签收 {code}")
    assert code in person.text
    person.context.close()
    rows = room.house.ledger_frames.deliveries(world=room.house.world).drop_nulls("acknowledged_utc")
    assert "120119" in set(rows["office"])


def test_an_outline_is_pasted_with_its_datum_and_stands_on_card_and_map(room: Room) -> None:
    officer, fire = room.home_officer, room.fire
    page = officer.page
    officer.open(f"/incident/{fire.incident_id}")
    officer.unfold("录入火场范围")
    lon, lat = fire.lon_deg, fire.lat_deg
    page.fill("#outline", shapely.to_geojson(shapely.box(lon - 0.004, lat - 0.003, lon + 0.004, lat + 0.003)))
    page.select_option("#perimeter [name=datum]", "wgs84")
    page.fill("#perimeter [name=seen]", room.local(hours=-0.1))
    page.fill("#perimeter [name=source]", "无人机")
    officer.is_content()
    officer.shot("perimeter-form")
    officer.press("录入火场范围")
    assert "按范围量算，不是过火面积" in officer.text
    officer.shot("perimeter")


def test_a_leader_is_asked_for_the_datum_before_a_place_is_put_right(room: Room) -> None:
    leader = room.person("li")
    leader.open(f"/incident/{room.fire.incident_id}")
    leader.unfold("改正热点坐标")
    place = leader.page.locator("details:has(summary:has-text('改正热点坐标'))")
    assert place.locator("[name=datum]").input_value() == ""
    assert f"{room.fire.lat_deg:.2f}" in place.locator("[name=hotspot]").inner_text()
    leader.is_content()
    leader.shot("place-form")


def test_a_stale_world_looks_stale(room: Room) -> None:
    late = room.house.clock() + timedelta(days=2)
    with serving(room.house.within(room.house.world, clock=lambda: late)) as base:
        officer = Person(room.chromium.new_context(), base, room.shot_name)
        officer.log_in("zhang")
        assert "数据缺测或过期" in officer.text
        assert "过期：" in officer.page.inner_text("#part-danger")
        officer.shot("stale")
        officer.context.close()
