"""The place of a hotspot put right: the old one is kept, the fire is judged anew, and who was told hears of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from boundary_zones.datum import Datum
from flows.errors import OrderRefused
from flows.order import FlowName
from flows.phone_report import Call, report_fire, tell_now
from flows.place_correcting import RightPlace, put_place_right
from flows.rerun.again import Asked, rerun
from flows.wiring import House
from models.incidents.incident import Incident
from store.audit import AuditAction
from store.errors import AnswerUnclear
from tests.flows import world
from tests.flows.world import LINE, MORNING

CALL = Call(*LINE, MORNING - 0.5 * world.HOUR, "金海湖护林员王某", "平谷张三", Datum.WGS84)
RIGHT = RightPlace(40.16, 117.08, "来电把纬度读错", "平谷李四", Datum.WGS84)


def called_in(house: House) -> None:
    drill = world.recorded(house)
    kept, _place = report_fire(drill, CALL)
    tell_now(drill, kept)
    world.dispatch(drill)


@pytest.fixture(scope="module")
def told_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a fire was called in, to be copied."""
    return world.made_home(tmp_path_factory.mktemp("told"), called_in)


@pytest.fixture
def told(copied, told_home) -> House:
    """A fire that was called in at a place on the line, and told."""
    return copied(told_home)


def fire(house: House) -> Incident:
    [incident] = house.incidents.open_incidents(world=house.world)
    return incident


def hotspot(house: House) -> str:
    [found] = fire(house).hotspot_ids
    return found


def test_a_fire_that_is_elsewhere_is_moved_and_all_who_were_told_hear_where_it_is(told) -> None:
    before, first = fire(told), world.alerts(told)
    done = put_place_right(told, before.incident_id, hotspot(told), RIGHT)
    after = fire(told)
    assert after.incident_id == before.incident_id
    assert (round(after.lat_deg, 4), round(after.lon_deg, 4)) == (40.16, 117.08)
    assert before.least_distance_km == 0 < after.least_distance_km
    assert done.told is not None
    newest = told.alerts.of_event(before.incident_id, world=told.world)[-1]
    assert newest == done.told.alert
    assert "更正" in newest.text_short
    assert "应为平谷，距" in newest.text_short
    offices = {
        (row["region"], row["office"])
        for row in told.ledger_frames.deliveries(first["alert_id"][0], world=told.world).iter_rows(named=True)
    }
    assert {(row.region, row.office) for row in done.told.rows} <= offices
    assert {row.region for row in done.told.rows} == {"beijing", "tianjin", "hebei"}


def test_the_old_place_and_who_moved_it_stay_on_record(told) -> None:
    put_place_right(told, fire(told).incident_id, hotspot(told), RIGHT)
    [kept] = told.place_corrections.of(fire(told).hotspot_ids, world=told.world)
    assert (kept.former_lat_deg, kept.former_lon_deg) == LINE
    assert (kept.lat_deg, kept.corrected_by, kept.reason) == (40.16, "平谷李四", "来电把纬度读错")
    [report] = told.hand_reports.all_reports(world=told.world)
    assert (report.lat_deg, report.lon_deg) == LINE
    deeds = [link for link in told.audit.links(world=told.world) if link.subject == hotspot(told)]
    assert [link.action for link in deeds] == [AuditAction.HAND, AuditAction.CORRECT]


def test_a_later_correction_counts_and_a_rerun_of_before_sees_the_place_of_then(told) -> None:
    [first] = told.runs.last_runs(FlowName.HOTSPOT_WATCH, world=told.world, limit=None)
    number = fire(told).incident_id
    put_place_right(told, number, hotspot(told), RIGHT)
    put_place_right(told, number, hotspot(told), replace(RIGHT, lat_deg=40.17))
    assert round(fire(told).lat_deg, 4) == 40.17
    assert rerun(told, first.run_id, Asked("复核", "张三")).diff.conclusions == ()


def test_a_correction_that_changes_nothing_that_was_said_sends_nothing(told) -> None:
    done = put_place_right(
        told, fire(told).incident_id, hotspot(told), replace(RIGHT, lat_deg=LINE[0], lon_deg=LINE[1])
    )
    assert done.told is None
    assert world.alerts(told).height == 1


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"datum": None}, OrderRefused, "未说明坐标系"),
        ({"lat_deg": 30.0}, OrderRefused, "不在监测范围内"),
        ({"lat_deg": 117.08, "lon_deg": 40.16}, OrderRefused, "写反"),
        ({"reason": " "}, AnswerUnclear, "原因"),
    ],
)
def test_a_place_that_cannot_be_is_refused_and_nothing_is_kept(told, changes, error, said) -> None:
    with pytest.raises(error, match=said):
        put_place_right(told, fire(told).incident_id, hotspot(told), replace(RIGHT, **changes))
    assert told.place_corrections.of(fire(told).hotspot_ids, world=told.world) == []
    with pytest.raises(OrderRefused, match="里没有热点"):
        put_place_right(told, fire(told).incident_id, "hand-nothing", RIGHT)
