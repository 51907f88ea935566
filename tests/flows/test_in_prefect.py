"""The flows through Prefect's engine: parameters, artifacts, states, and a run that starts too late."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from flows.order import FlowName
from flows.recorded_feeds import NoHotspots, NoWeather
from flows.wiring import House, using
from notify.alert import LIVE
from store.run_rows import RunOutcome, Trigger
from tests.flows import world
from tests.flows.world import MORNING, ZONE, elsewhere, fire

pytestmark = [
    pytest.mark.flow,
    pytest.mark.usefixtures("in_prefect"),
    # Prefect leaves its clients' sockets to the garbage collector when an event loop ends.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def run(house: House, coroutine: Coroutine[Any, Any, Any]) -> Any:
    with using(house):
        return asyncio.run(coroutine)


def watches() -> dict[FlowName, Any]:
    from flows.danger_watch import danger_watch
    from flows.dispatch_round import dispatch_round
    from flows.hotspot_watch import hotspot_watch

    return {
        FlowName.DANGER_WATCH: danger_watch,
        FlowName.HOTSPOT_WATCH: hotspot_watch,
        FlowName.DISPATCH_ROUND: dispatch_round,
    }


@pytest.fixture
def burning(house) -> House:
    """The live world after a dry spring, with a fire on the line, on recorded feeds."""
    rows = world.recorded_hotspots(house, [fire(), elsewhere()])
    live = world.recorded(house, world=LIVE, hotspots=rows)
    live.moisture.save(world.moisture(live), made_by_run="start", world=LIVE)
    return live


def artifacts(run_id: str) -> dict[str, Any]:
    """Data of every artifact of a run, by its key."""

    async def read() -> dict[str, Any]:
        from prefect.client.orchestration import get_client

        async with get_client() as client:
            return {found.key: found.data for found in await client.read_artifacts() if found.description == run_id}

    return asyncio.run(read())


def test_a_fire_goes_from_the_flow_to_the_inbox_and_its_page_is_published(burning) -> None:
    flows = watches()
    told = run(burning, flows[FlowName.HOTSPOT_WATCH](reason="试验", as_of=MORNING, send=True))
    assert told["outcome"] == "done"
    assert told["alerts"] == ["平0410-01"]
    sent = run(burning, flows[FlowName.DISPATCH_ROUND](reason="试验", as_of=MORNING))
    assert sent["outcome"] == "done"
    assert len(world.messages(burning)) == 9
    found = artifacts(told["run_id"])
    assert set(found) == {"hotspot-watch-report", "hotspot-watch-table"}
    page = found["hotspot-watch-report"]
    for said in (told["run_id"], "2024-04-10 07:07 北京时间", "原因 试验", "缺测：无", "通报 平0410-01", "发送"):
        assert said in page
    assert "JJJ-PG-JZ-2024-001" in found["hotspot-watch-table"]


def test_a_danger_round_publishes_its_grades_and_its_products(burning) -> None:
    told = run(burning, watches()[FlowName.DANGER_WATCH](reason="试验", zones=[ZONE], as_of=MORNING, send=True))
    assert told["outcome"] == "done"
    found = artifacts(told["run_id"])
    assert "danger.csv" in found["danger-watch-report"]
    assert found["danger-watch-table"].count('"danger_grade": "5"') == 2


def test_a_run_by_hand_tells_nobody_unless_told_to(burning) -> None:
    told = run(burning, watches()[FlowName.HOTSPOT_WATCH](reason="试验", as_of=MORNING))
    assert told["alerts"] == ["预览"]
    assert world.alerts(burning).is_empty()
    (row,) = burning.runs.last_runs()
    assert (row.trigger, row.parameters["send"], row.parameters["live"]) == (Trigger.MANUAL, False, False)
    assert "不发送" in artifacts(told["run_id"])["hotspot-watch-report"]


def test_without_a_feed_the_flow_run_does_not_look_well_and_says_no_data(burning) -> None:
    blind = world.recorded(burning, world=LIVE, hotspots=NoHotspots(), weather=NoWeather())
    for flow, name in ((FlowName.HOTSPOT_WATCH, "热点表"), (FlowName.DANGER_WATCH, "气象表")):
        state = run(blind, watches()[flow](reason="试验", as_of=MORNING, send=True, return_state=True))
        assert (state.name, state.is_failed()) == ("FeedOut", True)
        assert "无数据" in state.message
        assert name in state.message
        (row,) = blind.runs.last_runs(flow, limit=1)
        assert row.outcome is RunOutcome.FEED_OUT


def test_an_exercise_leaves_no_artifact_among_those_of_real_runs(house) -> None:
    drill = world.recorded(house)
    told = run(drill, watches()[FlowName.HOTSPOT_WATCH](reason="演练", as_of=MORNING, send=True))
    assert artifacts(told["run_id"]) == {}
    (row,) = drill.runs.last_runs(world=drill.world)
    assert row.trigger is Trigger.EXERCISE


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "x"},
        {"reason": "试验", "as_of": MORNING.replace(tzinfo=None)},
        {"reason": "试验", "zones": [1]},
        {"reason": "试验", "send": "perhaps"},
    ],
    ids=["a reason too short", "a time without offset", "a number for a unit", "no yes or no"],
)
def test_parameters_that_do_not_fit_are_refused_before_anything_is_recorded(burning, wrong) -> None:
    from prefect.exceptions import ParameterTypeError

    with pytest.raises(ParameterTypeError):
        run(burning, watches()[FlowName.DANGER_WATCH](**wrong))
    assert burning.runs.last_runs() == []


def test_a_unit_that_does_not_exist_fails_the_run_and_names_those_there_are(burning) -> None:
    state = run(
        burning, watches()[FlowName.HOTSPOT_WATCH](reason="试验", zones=["XX"], as_of=MORNING, return_state=True)
    )
    assert state.is_failed()
    assert "no joint unit XX: there are HR-CD, YQ-HL, PG-JZ" in state.message


@pytest.fixture
def by_the_scheduler(monkeypatch) -> None:
    """Mark the run that is under way as the scheduler's own: no client may do that."""

    class Context:
        @staticmethod
        def get() -> SimpleNamespace:
            return SimpleNamespace(flow_run=SimpleNamespace(auto_scheduled=True))

    monkeypatch.setattr("flows.in_prefect.FlowRunContext", Context)


async def planned_run(flow: Any, parameters: dict[str, Any], at: datetime) -> Any:
    """Run ``flow`` as planned for ``at``."""
    from prefect.client.orchestration import get_client
    from prefect.flow_engine import run_flow_async
    from prefect.states import Scheduled

    async with get_client() as client:
        planned = await client.create_flow_run(flow, parameters=parameters, state=Scheduled(scheduled_time=at))
    return await run_flow_async(flow, flow_run=planned, parameters=parameters)


@pytest.mark.parametrize(
    ("late", "outcome"), [(timedelta(minutes=31), "skipped"), (timedelta(minutes=29), "done")], ids=["late", "in time"]
)
def test_a_scheduled_run_stands_at_its_time_and_is_skipped_when_it_starts_too_late(
    burning, by_the_scheduler, late, outcome
) -> None:
    at = MORNING - late
    parameters = {"reason": "按计划运行", "send": True}
    rows = world.recorded_hotspots(burning, [fire(at=at), elsewhere(at=at)])
    late_house = world.recorded(burning, world=LIVE, hotspots=rows)
    told = run(late_house, planned_run(watches()[FlowName.HOTSPOT_WATCH], parameters, at))
    assert told["outcome"] == outcome
    (row,) = late_house.runs.last_runs()
    assert (row.as_of_utc, row.trigger, row.outcome) == (at, Trigger.SCHEDULED, RunOutcome(outcome))
    assert world.alerts(late_house).is_empty() == (outcome == "skipped")
    if outcome == "skipped":
        assert row.end is not None
        assert row.end.note == "启动过晚，由下一次运行代替"
        assert "启动过晚" in artifacts(told["run_id"])["hotspot-watch-report"]


def test_what_a_round_raises_fails_the_flow_run(burning, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a case that nobody thought of")

    monkeypatch.setattr("flows.carry_out.ROUNDS", {FlowName.HOTSPOT_WATCH: broken})
    state = run(burning, watches()[FlowName.HOTSPOT_WATCH](reason="试验", as_of=MORNING, return_state=True))
    assert state.is_failed()
    assert burning.runs.last_runs("hotspot_watch")[0].outcome is RunOutcome.FAILED
