"""Drafts of warnings and letters, as a danger round leaves them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from boundary_zones.townships import Township
from flows.recorded_feeds import NoWeather
from flows.wiring import House
from notify.alert import WarningColour
from notify.warning.document import DocumentState, WarningAction
from store.warning_documents import LETTER, WARNING, DocumentRow, OutsideWarning
from tests.flows import world
from tests.flows.world import DAY, DRILL, HOUR, MORNING, ZONE

PINGGU, JIZHOU = 110117, 120119


@pytest.fixture
def drill(dry_held) -> House:
    """A dry spring in which one danger round was held."""
    return dry_held


def rows(house: House, kind: str = WARNING, **fields: object) -> list[DocumentRow]:
    found = [row for row in house.warning_documents.all_documents(world=house.world) if row.kind == kind]
    return [row for row in found if all(getattr(row, name) == value for name, value in fields.items())]


def sign(house: House, row: DocumentRow, at: datetime = MORNING) -> None:
    house.warning_documents.move(row.number, DocumentState.SIGNED, by="李四", at=at, world=house.world)


def wet(house: House, at: datetime) -> House:
    return world.recorded(house, at=at, weather=world.recorded_weather(house, world.seen_weather(at, air=world.WET)))


def test_a_round_drafts_one_warning_for_each_county_of_the_unit_and_sends_none(drill) -> None:
    drafts = rows(drill)
    assert {row.county_gb for row in drafts} == {PINGGU, JIZHOU, 130822, 131082}
    assert {row.state for row in drafts} == {DocumentState.DRAFT}
    assert {row.action for row in drafts} == {WarningAction.ISSUE}
    assert all(row.number.startswith("YL-YJ-") for row in drafts)
    assert all(row.first_number == row.number and row.previous_number == "" for row in drafts)
    assert all(row.text_long.startswith("【演练】") and row.text_long.endswith("【演练】") for row in drafts)


def test_the_same_round_again_drafts_nothing_new(drill) -> None:
    before = rows(drill)
    world.danger(drill, MORNING + HOUR)
    assert rows(drill) == before


def test_a_round_that_only_looks_keeps_no_draft(dry) -> None:
    world.danger(dry, send=False)
    assert rows(dry) == []


def test_townships_stand_in_the_text_by_their_county_until_an_office_places_them(drill) -> None:
    [pinggu] = rows(drill, county_gb=PINGGU)
    assert "金海湖地区" in pinggu.text_long
    assert "*按所在县区推算，乡镇位置待办公室提供" in pinggu.text_long
    assert "乡镇清单未确认" in pinggu.text_long


def test_the_neighbours_colour_of_the_same_round_stands_beside(drill) -> None:
    [pinggu] = rows(drill, county_gb=PINGGU)
    assert "蓟州区红色（系统初判）" in pinggu.text_long


def test_a_township_that_an_office_placed_has_a_level_of_its_own(dry) -> None:
    lat, lon = world.LINE
    placed = Township(110117106, "夏各庄镇", "office.csv", date.min, lat_deg=lat, lon_deg=lon)
    world.danger(replace(dry, townships=(placed,)))
    assert dry.levels.newest("warning:110117106", world=DRILL) is not None
    [pinggu] = rows(dry, county_gb=PINGGU)
    assert "*按所在县区推算" not in pinggu.text_long


def test_a_draft_that_nobody_signed_goes_when_nothing_asks_for_it_any_more(drill) -> None:
    for later in (1, 2, 3):
        world.danger(wet(drill, MORNING + later * DAY), MORNING + later * DAY)
    assert {row.state for row in rows(drill)} == {DocumentState.REPLACED}
    assert all(row.action is WarningAction.ISSUE for row in rows(drill))


def test_a_signed_warning_is_ended_by_a_new_text_that_is_linked_to_the_first(drill) -> None:
    [first] = rows(drill, county_gb=PINGGU)
    sign(drill, first)
    for later in (8, 16, 24):
        world.danger(wet(drill, MORNING + later * HOUR), MORNING + later * HOUR)
    [end] = rows(drill, county_gb=PINGGU, state=DocumentState.DRAFT)
    assert end.action is WarningAction.END
    assert (end.first_number, end.previous_number) == (first.number, first.number)
    assert end.number != first.number
    assert first.number in end.text_long


def test_a_warning_does_not_lapse_because_the_weather_feed_is_out(drill) -> None:
    [first] = rows(drill, county_gb=PINGGU)
    sign(drill, first)
    late = first.ends_utc - 6 * HOUR
    world.danger(world.recorded(drill, at=late, weather=NoWeather()), late)
    [extension] = rows(drill, county_gb=PINGGU, state=DocumentState.DRAFT)
    assert extension.action is WarningAction.EXTEND
    assert extension.degraded
    assert "建议延续" in extension.text_long


def test_a_letter_goes_from_the_higher_colour_to_the_lower_and_asks(drill) -> None:
    assert rows(drill, LETTER) == []
    [pinggu] = rows(drill, county_gb=PINGGU)
    quiet = OutsideWarning(JIZHOU, WarningColour.BLUE, MORNING - DAY, MORNING + 9 * DAY, "蓟州通知", "王五", MORNING)
    drill.warning_documents.record_outside(quiet, world=DRILL)
    sign(drill, pinggu)
    world.danger(drill, MORNING + HOUR)
    [letter] = rows(drill, LETTER, county_gb=PINGGU)
    assert letter.receiver_gb == JIZHOU
    assert "关于平谷—蓟州段森林火险的工作提示" in letter.text_long
    assert "贵方蓟州区当前为蓝色（人工登记）" in letter.text_long
    assert "\n蓟州区森防办：\n" in letter.text_long
    assert "共同边界一带最大风力西南风5级（09时），最小相对湿度12%（09时）（气象表预报06时起报）。" in letter.text_long
    assert "商请" in letter.text_long
    assert "要求" not in letter.text_long
    world.danger(drill, MORNING + 2 * HOUR)
    assert rows(drill, LETTER, county_gb=PINGGU) == [letter]
    late = MORNING + 26 * HOUR
    world.danger(world.recorded(drill, at=late), late)
    [newer] = rows(drill, LETTER, county_gb=PINGGU, state=DocumentState.DRAFT)
    assert newer.decided_utc == late
    assert rows(drill, LETTER, state=DocumentState.REPLACED)[0].number == letter.number


def test_the_superiors_colour_stands_beside_and_the_higher_counts(dry) -> None:
    city = OutsideWarning(110000, WarningColour.RED, MORNING - DAY, MORNING + 9 * DAY, "市森防办第1期", "王五", MORNING)
    dry.warning_documents.record_outside(city, world=DRILL)
    at = MORNING
    world.danger(wet(dry, at), at)
    letters = rows(dry, LETTER)
    assert {row.county_gb for row in letters} == {PINGGU}
    assert {row.colour for row in letters} == {WarningColour.RED}


def test_drafts_of_an_exercise_have_numbers_of_their_own_and_are_not_seen_live(drill) -> None:
    assert drill.warning_documents.all_documents() == []


def test_a_zone_that_was_not_asked_for_is_not_drafted(drill) -> None:
    assert {row.zone for row in rows(drill)} == {ZONE}
    assert MORNING.tzinfo is UTC
