"""A gap is filled from the archive: the rounds that nobody held, once, and nothing leaves the house."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.backfilling import Span, backfill, gaps
from flows.errors import OrderRefused
from flows.order import FlowName
from flows.wiring import House
from notify.alert import LIVE
from store.errors import NotInStore
from tests.flows import world
from tests.flows.world import MORNING, TODAY

DAY = world.DAY
FLOW = FlowName.DANGER_WATCH


@pytest.fixture
def back(house) -> House:
    """A live house on the evening of a day in which it was down: hot and dry, and nobody told."""
    at = MORNING + timedelta(hours=12)
    weather = world.recorded_weather(house, world.seen_weather(MORNING))
    live = world.recorded(house, world=LIVE, at=at, weather=weather)
    live.moisture.save(world.moisture(live, zones=house.zone_ids), made_by_run="start", world=LIVE)
    return live


def span(**changes) -> Span:
    return Span(**{"begin": MORNING - DAY, "end": MORNING + DAY, "reason": "停机", "who": "张三"} | changes)


def test_the_rounds_of_a_gap_are_held_once_and_tell_nobody(back) -> None:
    missing = gaps(back, FLOW, MORNING, MORNING + timedelta(hours=10))
    reports = backfill(back, FLOW, span(begin=MORNING, end=MORNING + timedelta(hours=10)), late=False)
    assert [report.order.as_of for report in reports] == missing != []
    assert reports[0].outcome.products
    assert world.alerts(back).is_empty()
    assert back.warning_documents.all_documents() == []
    assert back.levels.history(f"danger:{world.ZONE}") == []
    assert gaps(back, FLOW, MORNING, MORNING + timedelta(hours=10)) == []
    row = back.runs.load(reports[0].run_id)
    assert (row.reason, row.who, row.parameters["send"]) == ("补跑：停机", "张三", False)


def test_a_backfill_keeps_the_moisture_of_days_that_have_none_and_no_other(back) -> None:
    before = back.moisture.versions(TODAY - 3 * DAY)
    with pytest.raises(NotInStore):
        back.moisture.load(TODAY - DAY)
    backfill(back, FLOW, span(begin=MORNING, end=MORNING + timedelta(minutes=30)), late=False)
    assert back.moisture.load(TODAY - DAY).height > 0
    assert back.moisture.versions(TODAY - 3 * DAY) == before


def test_a_backfill_cannot_be_told_to_send() -> None:
    with pytest.raises(OrderRefused, match="never sends"):
        world.order(FLOW, backfill=True)


@pytest.mark.parametrize("changes", [{"end": MORNING - 2 * DAY}, {"reason": " "}, {"who": ""}])
def test_a_span_that_is_empty_or_without_a_reason_or_a_name_is_refused(changes) -> None:
    with pytest.raises(OrderRefused):
        span(**changes)
