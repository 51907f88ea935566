"""Time driven by a step, and incidents that do not depend on how finely it steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.order import FlowName
from flows.recorded_feeds import NoHotspots, NoWeather
from flows.replaying import IDLE, Arrivals, DrivenClock, Played, Span, replay
from flows.wiring import House
from tests.flows import world
from tests.flows.world import DAY, HOUR, elsewhere, fire

BEGIN = datetime(2024, 4, 9, 22, 0, tzinfo=UTC)
STEP = timedelta(minutes=10)


def played(house: House, name: str, rows: list[dict], *, hours: float, step: timedelta = STEP) -> Played:
    span = Span(BEGIN, BEGIN + hours * HOUR, step)
    seen = world.recorded(
        house,
        world=name,
        weather=NoWeather(),
        hotspots=world.recorded_hotspots(house, rows) if rows else NoHotspots(),
        at=BEGIN,
    )
    assert isinstance(seen.clock, DrivenClock)
    arrivals = Arrivals([row["available_utc"] for row in rows])
    return replay(seen, span, clock=seen.clock, arrivals=arrivals, who="tester")


def test_steps_reach_from_one_end_to_the_other() -> None:
    assert [at.minute for at in Span(BEGIN, BEGIN + HOUR, timedelta(minutes=20)).steps()] == [0, 20, 40, 0]
    assert len([*Span(BEGIN, BEGIN + HOUR, timedelta(minutes=25)).steps()]) == 3


@pytest.mark.parametrize(
    ("end", "step", "says"),
    [(BEGIN, STEP, "is empty"), (BEGIN - HOUR, STEP, "is empty"), (BEGIN + HOUR, timedelta(0), "must be positive")],
)
def test_a_span_without_time_is_refused(end, step, says) -> None:
    with pytest.raises(ValueError, match=says):
        Span(BEGIN, end, step)


def test_danger_is_computed_at_the_times_of_the_schedule_within_the_span() -> None:
    at = [f"{at:%dT%H:%M}" for at in Span(BEGIN, BEGIN + DAY, HOUR).danger_times()]
    assert at == ["09T23:07", "10T07:07"]
    assert Span(BEGIN, BEGIN + HOUR, HOUR).danger_times() == []


def test_a_step_at_which_nothing_can_have_changed_is_passed_over_and_counted(house) -> None:
    row = fire(at=BEGIN + 6 * HOUR, hours_ago=2.0)
    done = played(house, "replay-a", [row, elsewhere(at=BEGIN)], hours=8)
    looks = [report.order.as_of for report in done.of(FlowName.HOTSPOT_WATCH)]
    assert done.steps == 49
    assert len(looks) + done.passed_over == done.steps
    assert looks[0] == BEGIN
    assert row["available_utc"] in looks
    gaps = [later - earlier for earlier, later in pairwise(looks)]
    assert max(gaps) <= IDLE


def test_what_a_round_commits_is_sent_at_the_same_step(house) -> None:
    done = played(house, "replay-b", [fire(at=BEGIN + 3 * HOUR), elsewhere(at=BEGIN)], hours=4)
    (look,) = [report for report in done.of(FlowName.HOTSPOT_WATCH) if report.outcome.alerts]
    sent = [report for report in done.of(FlowName.DISPATCH_ROUND) if report.outcome.counts["sent"]]
    assert [report.order.as_of for report in sent] == [look.order.as_of]
    rows = house.ledger_frames.deliveries(world="replay-b")
    assert set(rows["sent_utc"]) == {look.order.as_of}


@pytest.mark.parametrize("jitter", [0.0, 0.999])
def test_a_send_that_failed_is_tried_again_when_it_falls_due(house, monkeypatch, jitter) -> None:
    from notify.channels import send
    from notify.delivery_states import Outcome, OutcomeClass

    tries = []

    def twice_refused(address, parcel, **options):
        tries.append(parcel.key)
        if tries.count(parcel.key) <= 2:
            return Outcome(OutcomeClass.REJECT_TEMPORARY, "later")
        return send(address, parcel, **options)

    monkeypatch.setattr("flows.dispatching.send", twice_refused)
    monkeypatch.setattr("flows.dispatching.random.random", lambda: jitter)
    played(house, "replay-c", [fire(at=BEGIN + 3 * HOUR), elsewhere(at=BEGIN)], hours=4)
    rows = house.ledger_frames.deliveries(world="replay-c")
    assert set(rows["state"]) == {"sent"}
    assert set(rows["attempts"]) == {3}


def incidents(house: House, name: str) -> set[frozenset[str]]:
    return {each.hotspot_ids for each in house.incidents.all_incidents(world=name)}


FIRES = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 30), st.integers(1, 12)), min_size=1, max_size=6, unique=True
)
_count = iter(range(10_000))


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(fires=FIRES, step_h=st.sampled_from([0.5, 1.0, 4.0]))
def test_rounds_at_each_step_find_the_fires_of_one_round_at_the_end(house, fires, step_h) -> None:
    """Fires come a little late and out of order; they lie so far apart that no later one bridges two earlier ones."""
    rows = [
        fire(at=BEGIN + 16 * HOUR, hours_ago=16 - late / 4, north_km=4.0 * place, available_utc=BEGIN + after * HOUR)
        for place, late, after in fires
    ]
    rows = list({row["hotspot_id"]: row for row in rows}.values())
    rows = [row for row in rows if row["available_utc"] >= row["acquired_utc"]] or rows[:1]
    number = next(_count)
    stepped, once = f"replay-s{number}", f"replay-o{number}"
    played(house, stepped, rows, hours=16, step=timedelta(hours=step_h))
    last = world.recorded(house, world=once, weather=NoWeather(), hotspots=world.recorded_hotspots(house, rows))
    world.hotspots(last, BEGIN + 16 * HOUR)
    assert incidents(house, stepped) == incidents(house, once)
    told = {name: house.ledger_frames.alerts(world=name) for name in (stepped, once)}
    fires_told = {
        name: {row["event_id"] for row in rows.to_dicts() if row["kind"] == "incident"} for name, rows in told.items()
    }
    assert len(fires_told[stepped]) == len(fires_told[once])
