"""Once a month: learn from the archive what burned, and let a challenger stand only where it wins (起火模型训练)."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.in_prefect import run_round
from flows.order import FlowName
from flows.parameters import AsOf, Reason


@flow(name="monthly-training", timeout_seconds=3600, validate_parameters=True)
async def monthly_training(reason: Reason, as_of: AsOf = None) -> dict[str, object] | State[object]:
    """Learn from the archive what burned; a challenger stands only where it wins (起火模型训练).

    Args:
        reason: why this run.
        as_of: empty for now; a past time reads the archive as it was then.
    """
    return await run_round(FlowName.MONTHLY_TRAINING, zones=[], as_of=as_of, reason=reason, send=True)
