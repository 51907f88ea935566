"""What stands, who was told, who answered."""

from __future__ import annotations

import pytest
import time_machine

from desk.exits import Exit
from flows.recorded_feeds import NoHotspots
from notify.alert import LIVE
from tests.flows import world
from tests.flows.world import HOUR, MORNING, ZONE

DANGER, FIRE = "平0410-01", "平0410-02"


def test_an_empty_house_has_no_data_and_does_not_say_that_all_is_quiet(firewatch) -> None:
    said = firewatch("status")
    assert said.code == Exit.DONE
    assert "火险（无数据）：无数据" in said.out
    assert "数据源：无数据" in said.out
    assert firewatch("status", "--json").document == {"danger": None, "feeds": [], "runs": []}
    assert firewatch("incidents", "--json").document == []
    assert "事件：无" in firewatch("incidents").out


def test_status_shows_danger_feeds_and_runs(firewatch, told) -> None:
    document = firewatch("status", "--json").document
    assert {row["zone"] for row in document["danger"]["zones"]} == {ZONE}
    assert {feed["feed"] for feed in document["feeds"]} == {"weather_table", "hotspot_table"}
    assert {feed["state"] for feed in document["feeds"]} == {"正常"}
    assert sorted(run["flow"] for run in document["runs"]) == ["danger_watch", "dispatch_round", "hotspot_watch"]
    said = firewatch("status").out
    for words in ("火险（现行）", "平谷–蓟州", "级", "热点表", "完成"):
        assert words in said
    for machine in ("PG-JZ", "hotspot_table", "done", "degraded"):
        assert machine not in said


def test_status_says_which_feed_is_out(firewatch, told) -> None:
    world.hotspots(world.recorded(told, world=LIVE, hotspots=NoHotspots()), MORNING + HOUR)
    (out,) = [feed for feed in firewatch("status", "--json").document["feeds"] if feed["state"] == "无数据"]
    assert out["feed"] == "hotspot_table"
    assert "no hotspot table was given" in out["last_error"]


def test_alerts_and_deliveries_are_shown_with_their_codes(firewatch, told) -> None:
    said = firewatch("alerts").out
    assert DANGER in said
    assert FIRE in said
    rows = [row for row in firewatch("deliveries", "--json").document if not row["step"]]
    assert len(rows) == 18
    assert {row["state"] for row in rows} == {"sent"}
    assert firewatch("deliveries").out.count(FIRE) == 9


def test_an_event_is_shown_office_by_office_in_three_regions_with_who_answered(firewatch, told) -> None:
    firewatch("ack", FIRE, "--office", "120119", "--by", "李四", "--via", "phone")
    with time_machine.travel(MORNING + HOUR, tick=False):
        said = firewatch("deliveries", "--event", FIRE, "--json")
        table = firewatch("deliveries", "--event", FIRE).out
    (newest,) = said.document["alerts"]
    assert (said.code, said.document["verdict"], newest["missing"]) == (Exit.DONE, "complete", [])
    assert {row["region"] for row in newest["offices"]} == {"beijing", "tianjin", "hebei"}
    assert all(row["obliged"] and row["sent"] and not row["late"] for row in newest["offices"])
    assert [row["office"] for row in newest["offices"] if row["acknowledged"]] == ["120119"]
    assert f"三地核对 {FIRE} 第1次：齐全" in table
    unknown = firewatch("deliveries", "--event", "平0410-99")
    assert (unknown.code, "nothing is owed" in unknown.err) == (Exit.BAD_INPUT, True)


def test_silences_are_shown_with_their_reasons_when_they_are_asked_for(firewatch, told) -> None:
    world.hotspots(told, MORNING + HOUR)
    with time_machine.travel(MORNING + 2 * HOUR):
        document = firewatch("alerts", "--silences", "--json").document
        assert "未通报的决定" in firewatch("alerts", "--silences").out
    assert {each["code"] for each in document["alerts"]} == {DANGER, FIRE}
    assert {each["reason"] for each in document["silences"]} >= {"unchanged"}


def test_incidents_name_their_world_and_an_exercise_can_be_looked_at_alone(firewatch, told) -> None:
    rows = world.recorded_hotspots(told, [world.fire(), world.elsewhere()])
    world.hotspots(world.recorded(told, hotspots=rows))
    found = {each["world"]: each["incident_id"] for each in firewatch("incidents", "--json").document}
    assert found == {LIVE: "JJJ-PG-JZ-2024-001", world.DRILL: "YL-PG-JZ-2024-001"}
    drill = firewatch("incidents", "--world", world.DRILL, "--json").document
    assert [each["incident_id"] for each in drill] == ["YL-PG-JZ-2024-001"]
    live = firewatch("alerts", "--world", "live", "--json").document
    assert {each["exercise"] for each in live} == {False}
    assert firewatch("status", "--world", world.DRILL, "--json").document["danger"] is None


def test_a_world_that_nothing_was_held_in_is_refused_with_those_there_are(firewatch, told) -> None:
    done = firewatch("incidents", "--world", "exercise-nobody-held")
    assert done.code == Exit.BAD_INPUT
    assert "there are all, live" in done.err


def test_an_office_answers_and_its_answer_is_shown(firewatch, told) -> None:
    done = firewatch("ack", FIRE, "--office", "120119", "--by", "张三", "--via", "phone", "--json")
    assert done.code == Exit.DONE
    (answer,) = done.document
    assert (answer["office"], answer["acknowledged_by"]) == ("120119", "张三")
    rows = {row["office"]: row for row in firewatch("deliveries", "--json").document if row["acknowledged_utc"]}
    assert set(rows) == {"120119"}
    assert rows["120119"]["acknowledged_utc"] == answer["acknowledged_utc"]


def test_a_call_is_noted_with_the_name_of_who_noted_it(firewatch, told) -> None:
    arguments = ("--office", "120119", "--by", "张三", "--via", "phone", "--noted-by", "李四", "--json")
    (answer,) = firewatch("ack", FIRE, *arguments).document
    assert answer["acknowledged_by"] == "张三（李四记录）"


def test_the_first_answer_of_an_office_stays(firewatch, told) -> None:
    firewatch("ack", FIRE, "--office", "蓟州区森防办", "--by", "张三")
    (again,) = firewatch("ack", FIRE, "--office", "tianjin/120119", "--by", "李四", "--json").document
    assert again["acknowledged_by"] == "张三"


def test_an_answer_of_nobody_in_particular_is_refused_with_the_offices_there_are(firewatch, told) -> None:
    done = firewatch("ack", FIRE, "--by", "张三")
    assert done.code == Exit.BAD_INPUT
    assert "tianjin/120119 (蓟州区森防办)" in done.err
    assert all(row["acknowledged_utc"] is None for row in firewatch("deliveries", "--json").document)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("平0410-99", "--by", "张三"), "no alert has the code '平0410-99'"),
        ((FIRE, "--by", " ", "--office", "120119"), "say who answers"),
        ((FIRE, "--by", "张三", "--office", "130732"), "did not go to office '130732'"),
    ],
    ids=["an unknown code", "nobody", "an office that was not told"],
)
def test_an_answer_that_fits_nothing_ends_with_two(firewatch, told, arguments, says) -> None:
    done = firewatch("ack", *arguments)
    assert done.code == Exit.BAD_INPUT
    assert says in done.err


def test_a_table_says_for_a_person_who_answered(firewatch, told) -> None:
    said = firewatch("ack", FIRE, "--office", "110117", "--by", "王五").out
    assert f"{FIRE} 已签收" in said
    assert "平谷区森防办" in said
