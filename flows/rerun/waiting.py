"""Reruns that somebody ordered in Prefect and that have not begun: who waits for what, and how one is called off."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from flows.best_effort import attempt
from flows.carry_out import Report, skip
from flows.embedded import NOTHING_LEAVES, prefect_address
from flows.errors import OrderRefused
from flows.order import FlowName, Order
from flows.rerun.again import run_to_repeat
from flows.watching import prefect_trouble
from flows.wiring import House
from notify.alert import LIVE
from store.errors import NotInStore
from store.rerun_orders import called_off_zh
from store.run_rows import Run, Trigger

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun

FLOW = "rerun-round"
MOST = 200
ANSWERS_WITHIN_S = 20.0
TRIES = 3
LOG = logging.getLogger("firewatch.rerun")
T = TypeVar("T")


class QueueUnseen(OrderRefused):
    """Nobody can say which reruns wait: no server of Prefect is known here, or it does not answer."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One rerun that was ordered and has not begun."""

    order_id: str
    """Its number at Prefect."""
    name: str
    """As Prefect's page shows it."""
    flow: str
    zones: tuple[str, ...]
    who: str
    reason: str
    ordered_utc: datetime
    starts_utc: datetime
    """Not before."""
    as_of_utc: datetime
    """Of the run that it repeats."""
    run_id: str | None
    """The run that it repeats; None where there is none to repeat now."""
    world: str


@dataclass(frozen=True, slots=True)
class CalledOff:
    """A rerun that never begins, with its run row."""

    waiting: Waiting
    report: Report
    told_prefect: bool
    """False: Prefect did not take it; the rerun ends by itself where it is started."""


def waiting_reruns(house: House) -> list[Waiting]:
    """The reruns of this world that wait at the Prefect server, the next to start first.

    Raises:
        QueueUnseen: no server is known here, or it does not answer.
    """
    runs, known = _asked(house, address_of(house), _queue)
    if not known or runs is None:
        raise QueueUnseen("调度服务未应答，看不到排队的重跑；请告知运行维护值班（firewatch doctor）")
    return [one for one in (_waiting(house, run) for run in runs) if one.world == house.world]


def address_of(house: House) -> str:
    """Where the Prefect server of this house answers.

    Raises:
        QueueUnseen: nobody said it here, and no ``firewatch serve`` of this home did.
    """
    address = prefect_address(house.home.root, os.environ)
    if address is None:
        LOG.warning("no Prefect server is known here: set PREFECT_API_URL, or start firewatch serve on this home")
        raise QueueUnseen("本页未接入调度服务，看不到排队的重跑；请告知运行维护值班（firewatch doctor）")
    return address


def of_unit(waiting: list[Waiting], flow: str, zone: str) -> list[Waiting]:
    """Those that would repeat a flow for a joint unit."""
    return [one for one in waiting if one.flow == flow and zone in one.zones]


def call_off(house: House, waiting: Waiting, *, by: str, reason: str) -> CalledOff:
    """Cancel a rerun before it begins: its run row says by whom and why, and Prefect does not start it.

    Raises:
        AnswerUnclear: nobody or no reason is named.
        RerunBegan: it began in the meantime, and goes on.
        StoreConflict: somebody called it off before.
    """
    now = house.clock()
    with house.database.begin():
        house.rerun_orders.cancel(waiting.order_id, by=by, reason=reason, now=now, of=waiting.who)
        report = skip(house, _order(waiting), called_off_zh(by, reason, now))
    tell = partial(_cancelled, order_id=waiting.order_id, message=f"{by}：{reason}")
    _, told = _asked(house, prefect_address(house.home.root, os.environ), tell)
    return CalledOff(waiting, report, told)


def _order(waiting: Waiting) -> Order:
    return Order(
        flow=FlowName(waiting.flow),
        as_of=waiting.as_of_utc,
        reason=waiting.reason,
        who=waiting.who,
        trigger=Trigger.MANUAL,
        zones=waiting.zones,
        live=False,
        world=waiting.world,
        rerun_of=waiting.run_id,
    )


async def _queue(client: PrefectClient) -> list[FlowRun]:
    from prefect.client.schemas.filters import (
        FlowFilter,
        FlowFilterName,
        FlowRunFilter,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType
    from prefect.client.schemas.sorting import FlowRunSort

    not_begun = FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING])
    return await client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[FLOW])),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=not_begun)),
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
        limit=MOST,
    )


async def _cancelled(client: PrefectClient, *, order_id: str, message: str) -> None:
    from prefect.states import Cancelled

    await client.set_flow_run_state(UUID(order_id), Cancelled(message=message))


def _asked(
    house: House, address: str | None, question: Callable[[PrefectClient], Awaitable[T]]
) -> tuple[T | None, bool]:
    """What a Prefect server answers within some seconds and True; None and False where it does not."""
    if address is None or (trouble := prefect_trouble(address)) is not None:
        LOG.warning("Prefect does not answer: %s", "no address is known" if address is None else trouble)
        return None, False
    return attempt("ask Prefect about reruns that wait", lambda: _answer(house, address, question), log=LOG)


def _answer(house: House, address: str, question: Callable[[PrefectClient], Awaitable[T]]) -> T:
    # Prefect reads these once, when it is first imported.
    for name, value in {**NOTHING_LEAVES, "PREFECT_HOME": str(house.home.root / "prefect")}.items():
        os.environ.setdefault(name, value)
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

    async def ask() -> T:
        async with get_client() as client:
            return await question(client)

    with temporary_settings({PREFECT_API_URL: address, PREFECT_CLIENT_MAX_RETRIES: TRIES}):
        return asyncio.run(asyncio.wait_for(ask(), ANSWERS_WITHIN_S))


def _waiting(house: House, run: FlowRun) -> Waiting:
    asked = run.parameters
    ordered = run.created or house.clock()
    before = _to_repeat(house, asked, ordered)
    zones = tuple(asked.get("zones") or (before.parameters["zones"] if before else ())) or house.zone_ids
    starts = run.expected_start_time or ordered
    return Waiting(
        order_id=str(run.id),
        name=run.name,
        flow=before.flow if before else str(asked.get("what", FlowName.DANGER_WATCH)),
        zones=zones,
        who=str(asked.get("who", "")),
        reason=str(asked.get("reason", "")),
        ordered_utc=ordered,
        starts_utc=starts,
        as_of_utc=before.as_of_utc if before else starts,
        run_id=before.run_id if before else None,
        world=before.world if before else LIVE,
    )


def _to_repeat(house: House, asked: Mapping[str, Any], ordered: datetime) -> Run | None:
    """The run that an order would repeat, were it to begin now; by a time it is one of the live world."""
    try:
        if asked.get("run_id"):
            return house.runs.load(asked["run_id"])
        at = datetime.fromisoformat(asked["as_of"]) if asked.get("as_of") else ordered
        return run_to_repeat(house.within(LIVE), FlowName(asked.get("what", FlowName.DANGER_WATCH)), at)
    except (NotInStore, OrderRefused):
        return None
