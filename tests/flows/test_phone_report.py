"""A fire reported by telephone: its datum is asked, its place is checked, and every text says it was typed in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from boundary_zones.datum import Datum
from flows.errors import OrderRefused
from flows.phone_report import Call, report_fire, tell_now
from store.errors import AnswerUnclear, StoreConflict
from tests.flows import world
from tests.flows.world import LINE, MORNING

CALL = Call(*LINE, MORNING - 0.5 * world.HOUR, "金海湖护林员王某", "张三", Datum.WGS84)


def test_a_call_becomes_an_incident_that_is_told_at_once_and_marked(drill) -> None:
    kept, place = report_fire(drill, CALL)
    assert place.neighbour_zh == "蓟州"
    report = tell_now(drill, kept)
    (found,) = drill.incidents.all_incidents(world=drill.world)
    assert found.hotspot_ids == {kept.hotspot_id}
    (told,) = world.alerts(drill).to_dicts()
    assert "人工录入" in told["text_short"]
    assert "含人工录入的电话报告（金海湖护林员王某报，张三录）" in told["text_long"]
    assert report.outcome.alerts == (told["code"],)
    assert [link.action for link in drill.audit.links(world=drill.world)] == ["hand"]


def test_numbers_of_a_web_map_are_brought_to_the_ground(drill) -> None:
    kept, place = report_fire(drill, replace(CALL, datum=Datum.GCJ02))
    assert (kept.given_lat_deg, kept.given_lon_deg, kept.datum) == (*LINE, "gcj02")
    assert place.reading.shift_m > 500
    assert (kept.lat_deg, kept.lon_deg) != LINE


def test_without_a_datum_nothing_is_kept_and_each_reading_is_shown(drill) -> None:
    with pytest.raises(OrderRefused, match="未说明坐标系") as refused:
        report_fire(drill, replace(CALL, datum=None))
    assert all(f"{one.written}：北纬" in str(refused.value) for one in Datum)
    assert drill.hand_reports.all_reports(world=drill.world) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lat_deg": LINE[1], "lon_deg": LINE[0]}, "写反"),
        ({"lat_deg": 30.0}, "不在监测范围内"),
        ({"county_zh": "怀来"}, "来电说在怀来"),
        ({"seen_utc": MORNING + world.HOUR}, "还没有到"),
    ],
    ids=["swapped", "far away", "another county", "tomorrow"],
)
def test_a_place_or_time_that_cannot_be_is_refused(drill, changes, said) -> None:
    with pytest.raises(OrderRefused, match=said):
        report_fire(drill, replace(CALL, **changes))


def test_a_call_names_who_called_and_who_wrote_and_is_kept_once(drill) -> None:
    with pytest.raises(AnswerUnclear, match="who called"):
        report_fire(drill, replace(CALL, caller=" "))
    report_fire(drill, CALL)
    with pytest.raises(StoreConflict):
        report_fire(drill, CALL)
    assert len(drill.hand_reports.all_reports(world=drill.world)) == 1
