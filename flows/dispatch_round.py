"""Sends what the ledger holds, each row by itself, and records what happened (发送)."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.in_prefect import run_round
from flows.order import FlowName
from flows.parameters import AsOf, Reason


@flow(name="dispatch-round", timeout_seconds=110, validate_parameters=True)
async def dispatch_round(reason: Reason, as_of: AsOf = None) -> dict[str, object] | State[object]:
    """Sends what the ledger holds, each row by itself, and records what happened (发送).

    Args:
        reason: why this run.
        as_of: empty; only an exercise gives a time.
    """
    return await run_round(FlowName.DISPATCH_ROUND, zones=[], as_of=as_of, reason=reason, send=True)
