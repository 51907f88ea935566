"""A recording through the stored rounds: the product's own round at each arrival, on a home of its own."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import dataframely as dy

from boundary_zones.heat_sources import HeatSource
from desk.proof.following import Followed
from desk.replay import WORLD, into_inbox
from flows.carry_out import carry_out
from flows.elevation import FlatCells
from flows.order import FlowName, Order
from flows.parameters import who_runs
from flows.recorded_feeds import HOTSPOTS, NoWeather, RecordedHotspots
from flows.replaying import DrivenClock
from flows.settings import load_settings
from flows.wiring import House, open_house
from models.frames import HotspotFrame
from models.incidents.incident import Incident
from store.run_rows import Trigger


def stored_incidents(
    hotspots: dy.DataFrame[HotspotFrame], arrivals: Sequence[datetime], sources: Sequence[HeatSource], home: Path
) -> tuple[Incident, ...]:
    """Incidents that the store holds after a round at each arrival.

    Args:
        hotspots: of the recording.
        arrivals: when one of the watch area came.
        sources: registers of known heat.
        home: a new folder; nothing of the live home is touched, and every office is reached in its inbox only.
    """
    settings = load_settings(home=home, database_url=None)
    house = open_house(settings)
    clock = DrivenClock(min(arrivals))
    logging.getLogger("firewatch").setLevel(logging.ERROR)
    try:
        world = house.within(
            WORLD,
            weather=NoWeather(),
            hotspots_feed=RecordedHotspots(hotspots, (), house.rules.freshness[HOTSPOTS]),
            elevation=FlatCells(),
            clock=clock,
            contacts=into_inbox(house.contacts),
            heat_register=tuple(sources),
        )
        for at in arrivals:
            clock.now = at
            carry_out(world, _order(world, at))
        return tuple(world.incidents.all_incidents(world=WORLD))
    finally:
        house.close()


def compared(stored: Sequence[Incident], run: Followed) -> dict[str, Any]:
    """What the stored rounds say beside what was followed without a store."""
    same = _seen(stored) == _seen(run.incidents)
    odd = sorted({number for number, *_ in _seen(stored) ^ _seen(run.incidents)})
    failures = [] if same else [f"the stored rounds give other incidents: {', '.join(odd)}"]
    return {"stored_incidents": len(stored), "same_incidents_when_stored": same, "failures": failures}


def _seen(incidents: Sequence[Incident]) -> set[tuple[str, str, frozenset[str], str | None]]:
    return {(each.incident_id, each.hotspot_no, each.hotspot_ids, each.suppressed_by) for each in incidents}


def _order(house: House, at: datetime) -> Order:
    return Order(
        flow=FlowName.HOTSPOT_WATCH,
        as_of=at,
        reason="回放验证",
        who=who_runs(house.settings),
        trigger=Trigger.REPLAY,
        live=False,
        send=True,
        world=WORLD,
    )
