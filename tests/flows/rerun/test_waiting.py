"""Reruns that wait at a real Prefect server: seen, called off, and never both begun and cancelled."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from flows.order import FlowName
from flows.rerun.waiting import QueueUnseen, Waiting, call_off, of_unit, waiting_reruns
from flows.wiring import House, using
from notify.alert import LIVE
from store.audit import AuditAction
from store.rerun_orders import RerunBegan
from store.run_rows import Run, RunEnd, RunOutcome, Trigger
from tests.flows.world import MORNING, ZONE

REASON = "选错了运行"
pytestmark = [
    pytest.mark.flow,
    pytest.mark.usefixtures("at_the_server"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def at_the_server(in_prefect, monkeypatch) -> None:
    from prefect.settings import PREFECT_API_URL

    monkeypatch.setenv("PREFECT_API_URL", PREFECT_API_URL.value())


async def _ordered(house: House, **asked: Any) -> str:
    from prefect.client.orchestration import get_client
    from prefect.states import Scheduled

    from flows.rerun_round import rerun_round

    parameters = {"who": "张三", "reason": "复核", "zones": [ZONE], **asked}
    parameters.setdefault("run_id", house.runs.last_runs(world=house.world)[0].run_id)
    async with get_client() as client:
        some_day = Scheduled(scheduled_time=house.clock() + timedelta(days=9999))
        run = await client.create_flow_run(rerun_round, parameters=parameters, state=some_day)
    return str(run.id)


def ordered(house: House, **asked: Any) -> Waiting:
    order_id = asyncio.run(_ordered(house, **asked))
    [found] = [one for one in waiting_reruns(house) if one.order_id == order_id]
    return found


async def _started(order_id: str) -> tuple[str, str]:
    """Start a rerun as a worker does, whatever its state: what became of it, and what it says."""
    from prefect.client.orchestration import get_client
    from prefect.flow_engine import run_flow_async
    from prefect.states import Scheduled

    from flows.rerun_round import rerun_round

    async with get_client() as client:
        await client.set_flow_run_state(UUID(order_id), Scheduled(), force=True)
        run = await client.read_flow_run(UUID(order_id))
        state = await run_flow_async(rerun_round, flow_run=run, parameters=run.parameters, return_type="state")
    return str(state.type.value), str(state.message)


def started(house: House, order_id: str) -> tuple[str, str]:
    with using(house):
        return asyncio.run(_started(order_id))


async def _state(order_id: str) -> str:
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        state = (await client.read_flow_run(UUID(order_id))).state
    assert state is not None
    return str(state.type.value)


def reruns(house: House) -> list[Any]:
    return [one for one in house.runs.last_runs(world=house.world, limit=None) if one.rerun_of]


def test_a_rerun_that_waits_is_called_off_and_its_row_says_by_whom_and_why(dry_held) -> None:
    waiting = ordered(dry_held)
    assert (waiting.who, waiting.reason, waiting.zones) == ("张三", "复核", (ZONE,))
    assert of_unit([waiting], FlowName.DANGER_WATCH, ZONE) == [waiting]
    assert waiting.order_id not in {one.order_id for one in waiting_reruns(dry_held.within(LIVE))}
    done = call_off(dry_held, waiting, by="李四", reason=REASON)
    assert done.told_prefect
    assert asyncio.run(_state(waiting.order_id)) == "CANCELLED"
    [row] = reruns(dry_held)
    assert (row.run_id, row.rerun_of) == (done.report.run_id, waiting.run_id)
    assert (row.outcome, row.who, row.reason) == (RunOutcome.SKIPPED, "张三", "复核")
    assert row.end.note == "重跑尚未开始，已由李四于4月10日07时07分取消，原因：选错了运行"
    assert waiting.order_id not in {one.order_id for one in waiting_reruns(dry_held)}
    [deed] = [one for one in dry_held.audit.links() if one.action == AuditAction.RERUN]
    assert (deed.actor, deed.subject) == ("李四", waiting.order_id)


def test_one_that_a_worker_took_in_the_same_second_ends_without_a_run(dry_held) -> None:
    waiting = ordered(dry_held)
    call_off(dry_held, waiting, by="李四", reason=REASON)
    became, said = started(dry_held, waiting.order_id)
    assert became == "CANCELLED"
    assert "已由李四于4月10日07时07分取消" in said
    assert [one.outcome for one in reruns(dry_held)] == [RunOutcome.SKIPPED]


def test_one_that_began_in_the_same_second_goes_on_and_who_is_late_is_told(dry_held) -> None:
    waiting = ordered(dry_held)
    assert started(dry_held, waiting.order_id)[0] == "COMPLETED"
    with pytest.raises(RerunBegan, match="张三的重跑已于4月10日07时07分开始，没有取消"):
        call_off(dry_held, waiting, by="李四", reason=REASON)
    assert [one.outcome for one in reruns(dry_held)] == [RunOutcome.DONE]
    assert asyncio.run(_state(waiting.order_id)) == "COMPLETED"


def test_an_order_by_time_waits_for_the_run_that_it_would_repeat(dry_held) -> None:
    live = dry_held.within(LIVE)
    parameters = {"zones": [ZONE]}
    row = Run("R1", FlowName.DANGER_WATCH, MORNING, MORNING, Trigger.MANUAL, parameters=parameters, state={"seq": 1})
    live.runs.begin_run(row)
    live.runs.end_run("R1", RunEnd(RunOutcome.DONE, MORNING))
    by_time = ordered(live, run_id="", as_of=MORNING.isoformat(), zones=[])
    assert (by_time.run_id, by_time.zones, by_time.as_of_utc) == ("R1", (ZONE,), MORNING)
    assert by_time.order_id not in {one.order_id for one in waiting_reruns(dry_held)}
    unknown = ordered(live, run_id="R0", zones=[])
    assert (unknown.run_id, unknown.zones) == (None, live.zone_ids)


def test_a_house_without_a_server_says_so_in_an_officers_words_and_to_the_log_in_an_operators(
    dry_held, monkeypatch, caplog
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with pytest.raises(QueueUnseen, match="未接入调度服务，看不到排队的重跑"):
        waiting_reruns(dry_held)
    assert "set PREFECT_API_URL" in caplog.text
