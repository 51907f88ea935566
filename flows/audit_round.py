"""Holds the ledger against what it owes, calls operations, and only then sends the heartbeat (送达审计)."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.deadman import emit_audited
from flows.in_prefect import run_round
from flows.order import FlowName
from flows.parameters import AsOf, Reason


@flow(name="audit-round", timeout_seconds=50, validate_parameters=True)
async def audit_round(reason: Reason, as_of: AsOf = None) -> dict[str, object] | State[object]:
    """Holds the ledger against what it owes, calls operations, and only then sends the heartbeat (送达审计).

    Args:
        reason: why this run.
        as_of: empty; only an exercise gives a time.
    """
    result = await run_round(FlowName.AUDIT_ROUND, zones=[], as_of=as_of, reason=reason, send=True)
    emit_audited()
    return result
