"""A level that a person sets counts at once, ends by itself, and every text and product says whose word it is."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.errors import OrderRefused
from flows.gathered import WeatherSource
from flows.overriding import Wanted, override, tell_now
from flows.wiring import House
from notify.alert import IncidentLevel
from notify.texts import LONG_LIMIT, SHORT_LIMIT
from store.errors import AnswerUnclear
from tests.flows import world
from tests.flows.world import HOUR, MORNING, ZONE, elsewhere, fire


def wanted(**changes) -> Wanted:
    return Wanted(**{"subject": ZONE, "level": "red", "reason": "现场风大", "by": "张三", "hours": 6.0} | changes)


def wet_round(house: House) -> None:
    """Cool and wet: nothing to tell."""
    drill = world.dry_spring(house)
    world.danger(world.recorded(drill, weather=wet_weather(drill)))


def wet_weather(house: House, until: datetime = MORNING) -> WeatherSource:
    return world.recorded_weather(house, world.seen_weather(until, air=world.WET))


@pytest.fixture(scope="module")
def calm_home(tmp_path_factory) -> Path:
    return world.made_home(tmp_path_factory.mktemp("calm"), wet_round)


@pytest.fixture
def calm(copied, calm_home) -> House:
    """A drill in which a round had nothing to tell."""
    drill = copied(calm_home)
    return world.recorded(drill, weather=wet_weather(drill))


def later(house: House, hours: float) -> House:
    house.clock.now = MORNING + hours * HOUR
    return house


def test_a_level_set_up_is_told_at_once_and_marked_in_every_text_and_in_the_product(calm) -> None:
    kept = override(later(calm, 1), wanted())
    report = tell_now(calm, kept)
    told = world.alerts(calm).to_dicts()
    assert [(row["level"], row["revision"]) for row in told] == [("red", 1)]
    assert "人工调整" in told[0]["text_short"]
    assert "级别为人工调整（张三，现场风大，至4月10日14时）" in told[0]["text_long"]
    assert len(told[0]["text_short"]) <= SHORT_LIMIT
    assert len(told[0]["text_long"]) <= LONG_LIMIT
    product = next(one for one in report.outcome.products if one.kind == "danger_summary")
    summary = json.loads((calm.home.products / product.path).read_text(encoding="utf-8"))
    assert [line for line in summary["remarks"] if "人工调整" in line]
    assert [one.note for one in report.outcome.conclusions if one.kind == "danger"] == ["人工调整"]


def test_when_its_time_is_over_the_computed_level_counts_again(calm) -> None:
    tell_now(calm, override(later(calm, 1), wanted(hours=2.0)))
    for hours in (8, 16, 24):
        at = MORNING + hours * HOUR
        house = world.recorded(calm, weather=wet_weather(calm, at), at=at)
        world.danger(house, at)
    last = world.alerts(calm).to_dicts()[-1]
    assert (last["level"], last["reason"]) == ("none", "danger_ended")
    assert "人工调整" not in last["text_long"]


def test_a_level_set_down_needs_a_reviewer_of_another_name_and_then_counts_at_once(dry_held) -> None:
    house = later(dry_held, 1)
    for reviewer in (None, "张三", " "):
        with pytest.raises(AnswerUnclear, match="a reviewer of another name"):
            override(house, wanted(level="orange", reviewed_by=reviewer))
    kept = override(house, wanted(level="orange", reason="夜间降雨", reviewed_by="李四"))
    assert (kept.computed_level, kept.lowers) == ("red", True)
    tell_now(house, kept)
    assert world.alerts(house)["level"].to_list() == ["red", "orange"]
    assert "李四复核" in world.alerts(house)["text_long"][1]
    deeds = house.audit.links(world=house.world, subject=ZONE)
    assert [(link.action, link.actor) for link in deeds] == [("override", "张三")]


def test_an_incident_is_raised_by_a_word_and_not_lowered_by_one(drill) -> None:
    rows = world.recorded_hotspots(drill, [fire(north_km=12.0), elsewhere()])
    house = world.recorded(drill, hotspots=rows, weather=wet_weather(drill))
    world.hotspots(house)
    (found,) = house.incidents.all_incidents(world=house.world)
    assert IncidentLevel(found.level).rank < IncidentLevel.CRITICAL.rank
    later(house, 0.5)
    kept = override(house, wanted(subject=found.incident_id, level="critical"))
    tell_now(house, kept)
    (raised,) = house.incidents.all_incidents(world=house.world)
    assert raised.level == IncidentLevel.CRITICAL
    assert "人工调整" in raised.level_reasons[-1]
    assert "人工调整" in world.alerts(house)["text_short"].to_list()[-1]
    with pytest.raises(OrderRefused, match="not lowered by a word"):
        override(house, wanted(subject=found.incident_id, level="watch", reviewed_by="李四"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"level": "purple"}, "no level 'purple'"),
        ({"by": ""}, "say who"),
        ({"reason": " "}, "say who"),
        ({"hours": 49.0}, "within 48 hours"),
        ({"hours": 0.0}, "within 48 hours"),
    ],
)
def test_what_nobody_could_answer_for_is_refused(drill, changes, said) -> None:
    with pytest.raises(AnswerUnclear, match=said):
        override(drill, wanted(**changes))


def test_a_new_level_takes_the_place_of_the_one_before(calm) -> None:
    first = override(later(calm, 1), wanted(level="orange"))
    calm.clock.now += timedelta(minutes=1)
    second = override(calm, wanted())
    assert [one.seq for one in calm.overrides.in_force(at=calm.clock.now, world=calm.world)] == [second.seq]
    assert calm.overrides.all_overrides(world=calm.world)[0].lifted_by == "张三"
    assert first.seq != second.seq
