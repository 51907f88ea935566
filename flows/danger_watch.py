"""Fire danger per cell along the borders, and the warnings that follow (火险)."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.in_prefect import run_round
from flows.order import FlowName
from flows.parameters import EVERY_ZONE, AsOf, Reason, Send, Zones


@flow(name="danger-watch", timeout_seconds=900, validate_parameters=True)
async def danger_watch(
    reason: Reason, zones: Zones = EVERY_ZONE, as_of: AsOf = None, send: Send = False
) -> dict[str, object] | State[object]:
    """Fire danger per cell along the borders, and the warnings that follow (火险).

    Args:
        reason: why this run.
        zones: joint units; empty for all.
        as_of: empty for now; a past time reads the archive and asks no feed.
        send: commit the alerts. Off: decide, show, tell nobody.
    """
    return await run_round(FlowName.DANGER_WATCH, zones=zones, as_of=as_of, reason=reason, send=send)
