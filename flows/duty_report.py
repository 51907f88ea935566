"""At the cut-off: the day's count of verifications, and the report (零报告) that each county on duty owes."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.in_prefect import run_round
from flows.order import FlowName
from flows.parameters import AsOf, Reason, Send


@flow(name="duty-report", timeout_seconds=300, validate_parameters=True)
async def duty_report(reason: Reason, as_of: AsOf = None, send: Send = False) -> dict[str, object] | State[object]:
    """Makes the day's bulletin, asks each county on duty for its report (零报告), tells the desks above who is silent.

    Args:
        reason: why this run.
        as_of: empty for now; a past time counts the day that was over then.
        send: off: decide and show, and tell nobody.
    """
    return await run_round(FlowName.DUTY_REPORT, zones=[], as_of=as_of, reason=reason, send=send)
