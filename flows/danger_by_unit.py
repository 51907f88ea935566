"""Danger of each joint unit as a task of its own (分单元并行), for a house of many units and several machines.

The same round as :mod:`flows.danger_watch`, fanned out. Which task runner spreads the tasks is named ``module:Class``:
threads of this process by default; Dask and Ray where their packages are installed, see docs/scaling.md.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Failed
from pydantic import Field

from flows.carry_out import carry_out
from flows.errors import ConfigurationError
from flows.order import FlowName
from flows.parameters import EVERY_ZONE, AsOf, Reason, Send, Zones, ordered
from flows.wiring import house_in_use
from store.run_rows import RunOutcome, Trigger

THREADS = "prefect.task_runners:ThreadPoolTaskRunner"
Runner = Annotated[str, Field(title="并行方式 task runner", pattern=r"^[\w.]+:\w+$")]


@task(cache_policy=NO_CACHE, task_run_name="danger-{zone}")
def unit_round(zone: str, *, as_of: datetime | None, at: datetime, reason: str, send: bool) -> dict[str, str]:
    """The danger round of one joint unit, with a house of its own.

    Args:
        zone: its id.
        as_of: empty: feeds are asked; a time: the archive is read.
        at: time of the whole, the same for every unit.
        reason: why.
        send: whether anybody is told.
    """
    with house_in_use() as house:
        order = ordered(
            FlowName.DANGER_WATCH,
            house.settings,
            zones=[zone],
            as_of=as_of,
            reason=reason,
            send=send,
            scheduled=at,
            trigger=Trigger.MANUAL,
            world=house.world,
        )
        report = carry_out(house, order)
    return {"zone": zone, "run_id": report.run_id, "outcome": str(report.outcome.outcome)}


@flow(name="danger-by-unit", timeout_seconds=900, validate_parameters=True)
async def danger_by_unit(
    reason: Reason, zones: Zones = EVERY_ZONE, as_of: AsOf = None, send: Send = False, task_runner: Runner = THREADS
) -> list[dict[str, str]] | State[Any]:
    """Danger of each joint unit as a task of its own (分单元并行).

    Args:
        reason: why this run.
        zones: joint units; empty for all.
        as_of: empty: feeds are asked; a time: the archive is read.
        send: whether anybody is told.
        task_runner: ``module:Class`` of a Prefect task runner.
    """
    with house_in_use() as house:
        units = list(zones) or list(house.zone_ids)
        at = house.clock() if as_of is None else datetime.fromtimestamp(as_of.timestamp(), UTC)
    spread = _spread.with_options(task_runner=runner_of(task_runner)())
    found = spread(units, as_of=as_of, at=at, reason=reason, send=send)
    if not any(one["outcome"] != RunOutcome.FEED_OUT for one in found):
        return Failed(name="FeedOut", message="无数据")
    return found


@flow(name="danger-units")
def _spread(units: list[str], *, as_of: datetime | None, at: datetime, reason: str, send: bool) -> list[dict[str, str]]:
    told = [unit_round.submit(unit, as_of=as_of, at=at, reason=reason, send=send) for unit in units]
    return [one.result() for one in told]


def runner_of(name: str) -> Callable[[], Any]:
    """The class of a task runner.

    Raises:
        ConfigurationError: its package is not installed, or has no such class.
    """
    module, _, kind = name.partition(":")
    try:
        found: Callable[[], Any] = getattr(importlib.import_module(module), kind)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"task runner {name}: {error}; see docs/scaling.md") from error
    return found
