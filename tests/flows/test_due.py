"""Whether a round is due, with a real store and a driven clock: lost rounds, downtime, looks that count for nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.auditing import overdue_rounds
from flows.carry_out import carry_out
from flows.due import lateness, next_planned, waits, zone_tier
from flows.order import FlowName
from flows.recorded_feeds import NoHotspots
from flows.run_alarm import EFFECT_ZH
from flows.wiring import House
from models.fire_calendar.watch_tier import WatchTier
from notify.alert import LIVE
from store.run_rows import Trigger
from tests.flows import world
from tests.flows.world import MORNING, ZONE

MINUTE = timedelta(minutes=1)
PLANNED = datetime(2024, 4, 9, 23, 8, tzinfo=UTC)
"""07:08 Beijing time in the high-danger period: a round every five minutes."""


@pytest.fixture
def live(house) -> House:
    return world.recorded(house, world=LIVE)


def held(house: House, at: datetime, **changes) -> None:
    house.clock.now = at
    world.hotspots(house, at, **{"live": True, "trigger": Trigger.SCHEDULED} | changes)


def late(house: House, at: datetime) -> list[FlowName]:
    return [each.flow for each in lateness(house, now=at) if each.overdue is not None]


def test_a_house_that_never_ran_is_due_and_a_round_serves_its_plan(live) -> None:
    assert waits(live, FlowName.HOTSPOT_WATCH, now=PLANNED) == PLANNED
    held(live, PLANNED)
    assert waits(live, FlowName.HOTSPOT_WATCH, now=PLANNED + 4 * MINUTE) is None
    assert next_planned(live, FlowName.HOTSPOT_WATCH, now=PLANNED) == PLANNED + 5 * MINUTE
    assert waits(live, FlowName.HOTSPOT_WATCH, now=PLANNED + 5 * MINUTE) == PLANNED + 5 * MINUTE


@pytest.mark.parametrize(
    "changes",
    [{"send": False}, {"live": False}, {"zones": (ZONE,)}],
    ids=["a look", "from the archive", "of one joint unit"],
)
def test_a_run_that_is_no_whole_round_serves_nothing(live, changes) -> None:
    held(live, PLANNED, **changes)
    assert waits(live, FlowName.HOTSPOT_WATCH, now=PLANNED) == PLANNED


def test_a_round_without_any_feed_is_tried_again_at_the_next_tick_and_is_not_overdue(live) -> None:
    blind = world.recorded(live, world=LIVE, hotspots=NoHotspots())
    held(blind, PLANNED)
    assert waits(blind, FlowName.HOTSPOT_WATCH, now=PLANNED + MINUTE) == PLANNED
    assert late(blind, PLANNED + 19 * MINUTE) == []
    assert late(blind, PLANNED + 20 * MINUTE) == [FlowName.HOTSPOT_WATCH]


def test_after_six_hours_one_round_catches_up(live) -> None:
    held(live, PLANNED)
    back = PLANNED + timedelta(hours=6)
    assert waits(live, FlowName.HOTSPOT_WATCH, now=back) == back
    held(live, back)
    assert waits(live, FlowName.HOTSPOT_WATCH, now=back + MINUTE) is None


def test_a_house_that_was_opened_just_now_owes_no_round_of_before(live) -> None:
    world.dispatch(live, MORNING)
    assert late(live, MORNING + 15 * MINUTE) == []
    assert late(live, MORNING + 16 * MINUTE) == [FlowName.HOTSPOT_WATCH]


def test_a_training_that_was_not_held_by_the_day_after_is_late_until_one_is(live) -> None:
    held(live, PLANNED)
    planned = datetime(2024, 5, 1, 19, 41, tzinfo=UTC)
    assert FlowName.MONTHLY_TRAINING not in late(live, planned + timedelta(hours=23))
    assert FlowName.MONTHLY_TRAINING in late(live, planned + timedelta(days=1))
    assert FlowName.MONTHLY_TRAINING in late(live, planned + timedelta(days=45))
    live.clock.now = planned + timedelta(days=2)
    asked = world.order(FlowName.MONTHLY_TRAINING, live.clock.now, world=LIVE, live=True, trigger=Trigger.MANUAL)
    carry_out(live, asked)
    assert FlowName.MONTHLY_TRAINING not in late(live, planned + timedelta(days=2))


def test_the_auditor_tells_of_a_late_training_and_the_heartbeat_does_not_wait_for_it(live) -> None:
    held(live, PLANNED)
    told = {one.key: one for one in overdue_rounds(live, now=datetime(2024, 5, 3, 4, tzinfo=UTC))}
    training = told["overdue:monthly_training"]
    assert not training.urgent
    assert "训练未运行" in training.said_zh
    assert EFFECT_ZH[FlowName.MONTHLY_TRAINING] in training.means_zh
    assert told["overdue:hotspot_watch"].urgent


def test_a_joint_unit_has_the_closest_watch_of_its_members(live) -> None:
    assert zone_tier(live, ZONE, MORNING) is WatchTier.HIGH_DANGER
    assert zone_tier(live, ZONE, datetime(2024, 10, 15, 4, tzinfo=UTC)) is WatchTier.FIRE_PERIOD
    assert zone_tier(live, ZONE, datetime(2024, 7, 1, 4, tzinfo=UTC)) is WatchTier.OFF_SEASON
