"""What a person does at the desk, whose it is, and what the log says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import shapely

from boundary_zones.heat_sources import HeatKind, HeatSource
from desk.web.app import desk_app
from desk.web.board.queue import Duty, Item
from flows.wiring import House
from models.incidents.incident import Incident, IncidentState
from notify.phrases import BEIJING
from store.audit import AuditAction
from tests.desk.web.conftest import NIGHT, Browser

OFFICERS = {"beijing": "zhang", "tianjin": "wang", "hebei": "qian"}
OFFICES = {"beijing": "110117", "tianjin": "120119", "hebei": "130822"}


@pytest.fixture
def browser(live) -> Browser:
    return Browser(desk_app(live, clock=lambda: NIGHT))


@pytest.fixture
def fire(live) -> Incident:
    (found,) = live.incidents.open_incidents(world="live")
    return found


def inside(browser: Browser, login: str) -> Browser:
    other = Browser(browser.app)
    other.log_in(login)
    return other


def alert_code(house: House, fire: Incident) -> str:
    return house.alerts.of_event(fire.incident_id, world="live")[-1].code


def actions(house: House) -> list[str]:
    return [link.action for link in house.audit.links()]


def test_the_page_says_who_where_and_what_is_asked(browser, fire) -> None:
    browser.log_in("zhang")
    text = browser.get("/").text
    for word in (fire.incident_id, "待签收", "现行预警", "数据时效", "通知与叫应", "火险等级", "平谷张三"):
        assert word in text
    assert "签收 平" in text


def test_a_fire_stands_before_a_text_about_danger_that_has_waited_longer() -> None:
    danger = Item(Duty.ANSWER, "红色预警", "", "/alert/平0410-01", due_utc=NIGHT - timedelta(hours=1))
    fire = Item(Duty.ANSWER, "疑似火情", "", "/incident/1", due_utc=NIGHT + timedelta(minutes=5), burns=True)
    followed = replace(fire, duty=Duty.FOLLOW)
    assert sorted([followed, danger, fire], key=lambda one: one.place) == [fire, danger, followed]


def test_one_press_answers_for_the_own_office_and_is_not_asked_again(browser, live, fire) -> None:
    zhang = inside(browser, "zhang")
    code = alert_code(live, fire)
    assert zhang.send(f"/alert/{code}/answer").status_code == 303
    rows = live.ledger_frames.deliveries(live.alerts.with_code(code).alert_id, world="live")
    assert set(rows.drop_nulls("acknowledged_utc")["office"]) == {"110117"}
    assert f"签收 {code}" not in zhang.get("/").text
    assert "平谷张三" in [link.actor for link in live.audit.links() if link.action == AuditAction.ACKNOWLEDGE]


def test_a_telephone_answer_is_noted_with_both_names(browser, live, fire) -> None:
    code = alert_code(live, fire)
    done = inside(browser, "zhang").send(f"/alert/{code}/phoned", office="tianjin/120119", by="蓟州刘")
    assert done.status_code == 303
    said = next(link.actor for link in live.audit.links() if link.action == AuditAction.ACKNOWLEDGE)
    assert said == "蓟州刘（平谷张三电话记录）"


def test_only_where_it_burns_is_it_verified(browser, live, fire) -> None:
    path = f"/incident/{fire.incident_id}"
    home = fire.region
    assert home is not None
    for region in sorted(OFFICERS.keys() - {home}):
        refused = inside(browser, OFFICERS[region]).send(f"{path}/verify", found="forest_fire")
        assert refused.status_code == 403, region
    assert AuditAction.REFUSED in actions(live)
    own = inside(browser, OFFICERS[home])
    assert own.send(f"{path}/task", step="receive", person="护林员老王").status_code == 303
    assert own.send(f"{path}/verify", found="forest_fire", note="明火").status_code == 303
    text = own.get(path).text
    assert "已核实" in text
    assert "火情快报（首报" in text
    assert "待核" in text
    assert "已核实" in live.alerts.of_event(fire.incident_id, world="live")[-1].text_short


def test_a_fire_goes_through_its_stages_to_the_end(browser, live, fire) -> None:
    own = inside(browser, OFFICERS[fire.region or "beijing"])
    path = f"/incident/{fire.incident_id}"
    own.send(f"{path}/verify", found="林火")
    assert own.send(f"{path}/report", kind="follow_up", cause="电线短路").status_code == 303
    assert "电线短路" in own.get(path).text
    assert own.send(f"{path}/stage", to="closed", reason="验收").status_code in {303, 409}
    for to in ("controlled", "flames_out", "mopping_up", "closed"):
        own.send(f"{path}/stage", to=to, reason="现场指挥部")
    assert live.incidents.load(fire.incident_id, world="live").state is IncidentState.ENDED


def test_a_false_alarm_is_closed_with_its_type_and_told(browser, live, fire) -> None:
    own = inside(browser, OFFICERS[fire.region or "beijing"])
    own.send(f"/incident/{fire.incident_id}/verify", found="straw", note="路边")
    assert live.incidents.load(fire.incident_id, world="live").state is IncidentState.ENDED
    assert live.alerts.of_event(fire.incident_id, world="live")[-1].kind == "cancel"


def test_a_consultation_is_drafted_with_the_number_of_its_fire_and_refused_with_none_that_is_there(
    browser, live, fire
) -> None:
    form = {"zone": fire.zone, "subject": "边界火情会商", "at": "2027-04-13T10:00", "meeting_no": "123456"}
    own = inside(browser, "zhang")
    assert own.send("/consult", on="/drafts", event="JJJ-XX-2024-999", **form).status_code == 404
    done = own.send("/consult", on="/drafts", event=fire.incident_id, **form)
    assert done.status_code == 303
    [row] = [one for one in live.warning_documents.all_documents() if one.content.get("form") == "consultation"]
    assert row.content["event_id"] == fire.incident_id


def test_an_officer_signs_nothing_and_two_leaders_send_a_red_warning(browser, live) -> None:
    drafts = [row for row in live.warning_documents.all_documents() if row.county_gb == 110117 and row.state == "draft"]
    number = drafts[-1].number
    page = f"/draft/{number}"
    assert inside(browser, "zhang").send(f"{page}/sign").status_code == 403
    assert inside(browser, "qian").send(f"{page}/sign").status_code == 403
    first = inside(browser, "li")
    assert first.send(f"{page}/sign", on=page).status_code == 303
    assert first.send(f"{page}/sign", on="/").status_code == 409
    assert live.warning_documents.load(number).state == "draft"
    inside(browser, "zhao").send(f"{page}/sign", on=page)
    assert live.warning_documents.load(number).state == "released"


def test_a_leader_takes_back_and_puts_right_what_is_of_the_own_region(browser, live, fire) -> None:
    code = alert_code(live, fire)
    own = {"beijing": "li", "hebei": "qian"}.get(fire.region or "")
    other = "qian" if own == "li" else "li"
    assert inside(browser, other).send(f"/alert/{code}/correct", wrong="位置有误", right="应为别处").status_code == 403
    assert inside(browser, "zhang").send(f"/alert/{code}/cancel", reason="误发").status_code == 403
    if own is not None:
        leader = inside(browser, own)
        assert leader.send(f"/alert/{code}/correct", wrong="位置有误", right="应为黄松峪乡").status_code == 303
        assert leader.send(f"/alert/{code}/cancel", reason="误发").status_code == 303
        assert live.alerts.of_event(fire.incident_id)[-1].kind == "cancel"


@pytest.mark.parametrize("login", ["sun", "wu", "zheng"])
def test_who_only_looks_changes_nothing(browser, live, fire, login: str) -> None:
    code, before = alert_code(live, fire), live.alerts.of_event(fire.incident_id)
    looker = inside(browser, login)
    assert looker.get("/").status_code == 200
    for path, fields in (
        (f"/alert/{code}/answer", {}),
        (f"/incident/{fire.incident_id}/verify", {"found": "other"}),
        (f"/incident/{fire.incident_id}/merge", {"into": "x", "reason": "y"}),
        ("/consult", {}),
        ("/handover", {}),
        ("/cases", {}),
    ):
        assert looker.send(path, **fields).status_code == 403, path
    assert live.alerts.of_event(fire.incident_id) == before


def test_each_role_sees_its_own_pages(browser) -> None:
    assert inside(browser, "wu").get("/audit").status_code == 200
    assert inside(browser, "sun").get("/runs").status_code == 200
    for login, path in (("zhang", "/audit"), ("zhang", "/runs"), ("zheng", "/log"), ("sun", "/audit")):
        assert inside(browser, login).get(path).status_code == 403, (login, path)


def test_a_shift_is_handed_over_by_two_persons(browser, live, fire) -> None:
    zhang, li = inside(browser, "zhang"), inside(browser, "li")
    assert zhang.send("/handover", on="/handover", note="盯住金海湖").status_code == 303
    assert "待接班人" in zhang.get("/handover").text
    assert zhang.send("/handover/1/take", read="yes").status_code == 422
    assert li.send("/handover/1/take").status_code == 422
    assert li.send("/handover/1/take", on="/handover", read="yes").status_code == 303
    text = li.get("/handover/1").text
    for word in ("平谷张三", "平谷李四", "盯住金海湖", "疑似"):
        assert word in text
    assert "平谷李四" in zhang.get("/").text
    assert inside(browser, "wang").get("/handover/1").status_code == 404


def test_the_log_names_who_did_what(browser, live, fire) -> None:
    zhang = inside(browser, "zhang")
    zhang.send(f"/alert/{alert_code(live, fire)}/answer")
    text = zhang.get("/log").text
    assert "平谷张三" in text
    assert "签收" in text


def test_a_request_for_help_is_a_case_that_the_other_side_answers(browser, live, fire) -> None:
    zhang = inside(browser, "zhang")
    fields = {"office": "蓟州区森防办", "what": "专业队前置", "where": "金海湖"}
    begun = zhang.send("/cases", process="response", event=fire.incident_id, asked="120119", **fields)
    assert begun.status_code == 303
    page = begun.headers["location"]
    wang = inside(browser, "wang")
    assert (
        wang.send(f"{page}/step", on=page, state="accepted", forces="专业队30人", commander="王五").status_code == 303
    )
    assert "专业队30人" in zhang.get(page).text
    assert "联动响应" in zhang.get("/cases").text


def test_the_papers_of_a_fire_are_there_for_those_who_see_it(browser, live, fire) -> None:
    zhang = inside(browser, "zhang")
    made = zhang.get(f"/paper/field-check.docx?about={fire.incident_id}")
    assert (made.status_code, made.content[:2]) == (200, b"PK")
    assert made.headers["content-disposition"].startswith("attachment")
    assert zhang.get("/papers").status_code == 200
    assert zhang.get("/paper/nothing.docx").status_code == 404
    assert zhang.get("/paper/notice.exe").status_code == 404
    assert inside(browser, "zheng").get(f"/paper/notice.pdf?about={fire.incident_id}").status_code == 403


def test_a_suppressed_incident_is_lifted_by_either_side(browser, live, fire) -> None:
    held = replace(fire, incident_id="JJJ-PG-JZ-2024-099", suppressed=True, hotspot_ids=frozenset(), reason="常年热源")
    live.incidents.save([held])
    wang = inside(browser, "wang")
    page = wang.get("/suppressed").text
    assert held.incident_id in page
    assert page.count("未提供土地利用图，耕地农事用火不作判别") == 1
    assert held.incident_id not in wang.get("/part/queue").text
    assert wang.send(f"/incident/{held.incident_id}/lift", reason="现场有烟").status_code == 303
    assert not live.incidents.load(held.incident_id).suppressed
    (link,) = live.audit.links(subject=held.incident_id)
    assert "现场有烟" in link.payload


def test_known_heat_is_taken_out_of_the_register_by_a_leader_of_its_region_only(browser, live, fire) -> None:
    source = HeatSource("RD-1", "砖厂", HeatKind.KILN, 40.2, 117.1, 0.5, "平谷李四", NIGHT.date(), "核查")
    live.heat_sources.save(source, world="live")
    path = "/heat/RD-1/release"
    assert inside(browser, "zhang").send(path, reason="已停产").status_code == 403
    leader = inside(browser, "li")
    assert "砖厂" in leader.get("/suppressed").text
    assert leader.send(path).status_code == 422
    assert leader.post(path, data={"reason": "已停产"}).status_code == 403
    assert leader.send(path, reason="已停产").status_code == 303
    [released] = live.heat_sources.all(world="live")
    assert not released.counts_on(NIGHT.astimezone(BEIJING).date())
    assert "平谷李四撤销：已停产" in released.note
    assert "砖厂" not in leader.get("/suppressed").text
    assert live.audit.links()[-1].subject == "RD-1"
    assert leader.send(path, reason="已停产").status_code == 409
    assert leader.send("/heat/RD-2/release", reason="已停产").status_code == 404


def test_two_incidents_that_are_one_fire_are_merged(browser, live, fire) -> None:
    other = replace(fire, incident_id="JJJ-PG-JZ-2024-098", hotspot_ids=frozenset({"x"}), hotspot_no="")
    live.incidents.save([other])
    own = inside(browser, OFFICERS[fire.region or "beijing"])
    done = own.send(f"/incident/{other.incident_id}/merge", into=fire.incident_id, reason="同一火场")
    assert done.headers["location"].endswith(fire.incident_id)
    assert live.incidents.load(other.incident_id).merged_into == fire.incident_id
    assert own.send(f"/incident/{fire.incident_id}/merge", into=fire.incident_id, reason="x").status_code == 409


def outline_around(fire: Incident) -> dict[str, str]:
    """A square around a fire, as a form of the page sends it."""
    lon, lat = fire.lon_deg, fire.lat_deg
    text = shapely.to_geojson(shapely.box(lon - 0.003, lat - 0.003, lon + 0.003, lat + 0.003))
    return {"outline": text, "datum": "wgs84", "seen": "2024-04-10T07:05", "source": "无人机", "note": "北线明火"}


def test_an_outline_is_entered_by_the_region_of_the_fire_and_stands_on_card_and_map(browser, live, fire) -> None:
    path, form = f"/incident/{fire.incident_id}/perimeter", outline_around(fire)
    officer = inside(browser, "zhang")
    unasked = officer.send(path, **(form | {"datum": ""}))
    assert unasked.status_code == 409
    assert "未说明坐标系" in unasked.text
    broken = officer.send(path, **(form | {"outline": "<kml><Polygon/></kml>"}))
    assert broken.status_code == 422
    assert "没有外边界" in broken.text
    elsewhere = next(login for region, login in OFFICERS.items() if region != fire.region)
    assert inside(browser, elsewhere).send(path, **form).status_code == 403
    assert live.perimeters.of(fire.incident_id) == []
    done = officer.send(path, **form)
    assert (done.status_code, done.headers["location"]) == (303, f"/incident/{fire.incident_id}#perimeter")
    card = officer.get(f"/incident/{fire.incident_id}").text
    for words in (
        "火场范围34公顷",
        "34公顷（按范围量算，不是过火面积）",
        "压界",
        "无人机，4月10日07时05分",
        "平谷张三 07时12分",
    ):
        assert words in card
    [shown] = [
        one for one in officer.get("/map/live.json").json()["features"] if one["properties"]["kind"] == "perimeter"
    ]
    assert shown["geometry"]["type"] == "Polygon"
    assert shown["properties"]["words"] == "火场范围34公顷 无人机 07时05分"
    assert live.audit.links()[-1].actor == "平谷张三"


def test_a_leader_puts_a_wrong_place_right_and_the_card_says_from_where_to_where(browser, live, fire) -> None:
    path = f"/incident/{fire.incident_id}/place"
    [hotspot] = fire.hotspot_ids
    form = {"hotspot": hotspot, "lat": "40.16", "lon": "117.08", "datum": "wgs84", "reason": "经纬度抄错"}
    assert inside(browser, "zhang").send(path, **form).status_code == 403
    leader = inside(browser, "li")
    assert leader.send(path, **(form | {"datum": ""})).status_code == 409
    told = live.alerts.of_event(fire.incident_id, world="live")
    done = leader.send(path, **form)
    assert (done.status_code, done.headers["location"]) == (303, f"/incident/{fire.incident_id}")
    card = leader.get(f"/incident/{fire.incident_id}").text
    assert f"改正热点坐标：{fire.lat_deg:.4f},{fire.lon_deg:.4f} 改为 40.1600,117.0800（经纬度抄错）" in card
    newest = live.alerts.of_event(fire.incident_id, world="live")
    assert len(newest) > len(told)
    assert "应为平谷，距" in newest[-1].text_short
