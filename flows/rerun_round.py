"""A run held again from the Prefect UI: the difference stands in an artifact, and nothing is sent (重跑)."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Cancelled
from pydantic import Field

from flows.order import FlowName
from flows.parameters import EVERY_ZONE, AsOf, Reason, Zones, who_runs
from flows.rerun.again import Again, Asked, rerun, run_to_repeat
from flows.rerun.shown import markdown_of
from flows.wiring import House, house_in_use
from store.holds import RerunCancelled

RunId = Annotated[str, Field(title="运行号 run id", description="留空则按流程和时刻找 · empty: by flow and time")]
Repeated = Annotated[Literal["danger_watch", "hotspot_watch"], Field(title="流程 flow")]
Who = Annotated[str, Field(title="操作人 who", description="必填 · required", min_length=1, max_length=40)]
AsThen = Annotated[
    bool, Field(title="用当时规则 rules of then", description="否：用现行规则 · off: the rules of today")
]


@flow(name="rerun-round", timeout_seconds=1200, validate_parameters=True)
async def rerun_round(
    reason: Reason,
    who: Who,
    run_id: RunId = "",
    what: Repeated = "danger_watch",
    as_of: AsOf = None,
    zones: Zones = EVERY_ZONE,
    as_then: AsThen = False,
) -> dict[str, object] | State[object]:
    """A run held again from the archive: what differs, and what would be told. Nothing is sent (重跑).

    Args:
        reason: why.
        who: who asks.
        run_id: the run to repeat; else the last one of the flow up to ``as_of``.
        what: the flow.
        as_of: up to when.
        zones: joint units; empty for those of the old run.
        as_then: with the rules of then.
    """
    with house_in_use() as house:
        if (why := await asyncio.to_thread(_called_off, house, who, reason)) is not None:
            return Cancelled(message=why)
        asked = Asked(reason, who or who_runs(house.settings), tuple(zones), as_then=as_then)
        done = await asyncio.to_thread(_held, house, run_id, FlowName(what), as_of, asked)
        await acreate_markdown_artifact(
            key="rerun-report", markdown=markdown_of(done, house), description=done.after.run_id
        )
    return done.document() | {"as_of": done.after.as_of_utc.isoformat(), "known_by": str(done.after.known_by_utc)}


def _called_off(house: House, who: str, reason: str) -> str | None:
    """Why this flow run does not begin; None where it does, which is noted: from then on it is cancelled as it runs."""
    try:
        house.rerun_orders.begin(str(flow_run.get_id()), who=who, reason=reason, now=house.clock())
    except RerunCancelled as cancelled:
        return str(cancelled)
    return None


def _held(house: House, run_id: str, what: FlowName, as_of: datetime | None, asked: Asked) -> Again:
    chosen = run_id or run_to_repeat(house, what, as_of or house.clock()).run_id
    return rerun(house, chosen, asked)
