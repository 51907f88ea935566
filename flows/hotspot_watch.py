"""Satellite hotspots, grouped, measured to the line, and told on both sides (热点)."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.in_prefect import run_round
from flows.order import FlowName
from flows.parameters import EVERY_ZONE, AsOf, Reason, Send, Zones


@flow(name="hotspot-watch", timeout_seconds=480, validate_parameters=True)
async def hotspot_watch(
    reason: Reason, zones: Zones = EVERY_ZONE, as_of: AsOf = None, send: Send = False
) -> dict[str, object] | State[object]:
    """Satellite hotspots, grouped, measured to the line, and told on both sides (热点).

    Args:
        reason: why this run.
        zones: joint units; empty for all.
        as_of: empty for now; a past time reads the archive and asks no feed.
        send: commit the alerts. Off: decide, show, tell nobody.
    """
    return await run_round(FlowName.HOTSPOT_WATCH, zones=zones, as_of=as_of, reason=reason, send=send)
