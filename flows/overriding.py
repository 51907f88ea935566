"""A level that a person sets: checked against what the system says, kept, and told at once (人工调整)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from flows.by_hand import order_now
from flows.carry_out import Report, carry_out
from flows.errors import OrderRefused
from flows.order import FlowName
from flows.wiring import House
from models.incidents.incident import IncidentState
from notify.alert import AlertKind, IncidentLevel, WarningColour, rank_of
from store.overrides import Override, OverrideKind


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants a level to be."""

    subject: str
    """Id of a joint unit, or number of an incident."""
    level: str
    reason: str
    by: str
    hours: float
    reviewed_by: str | None = None


def override(house: House, wanted: Wanted) -> Override:
    """Keep a level that a person sets.

    Raises:
        OrderRefused: an incident that has ended, or one whose level would fall: an incident is not made smaller by a
            word; it is verified, closed or silenced.
        NotInStore: no such joint unit or incident.
        AnswerUnclear: no such level, nobody named, a lowering without a reviewer, or too long.
    """
    kind = OverrideKind.DANGER if wanted.subject in house.zone_ids else OverrideKind.INCIDENT
    subject, computed = (
        (wanted.subject, _colour(house, wanted.subject)) if kind is OverrideKind.DANGER else (_incident(house, wanted))
    )
    now = house.clock()
    asked = Override(
        kind=kind,
        subject=subject,
        level=wanted.level,
        computed_level=computed,
        reason=wanted.reason,
        set_by=wanted.by,
        begins_utc=now,
        ends_utc=now + timedelta(hours=wanted.hours),
        reviewed_by=wanted.reviewed_by,
    )
    return house.overrides.set(asked, most=timedelta(hours=house.rules.rounds.override_most_h), world=house.world)


def _colour(house: House, zone: str) -> str:
    """The colour that was told last of a unit, or that stands in its level history."""
    record = house.levels.newest(f"danger:{zone}", world=house.world)
    alert = house.alerts.latest(zone=zone, kind=AlertKind.DANGER, world=house.world)
    return record.level if record is not None else alert.level if alert is not None else WarningColour.NONE


def _incident(house: House, wanted: Wanted) -> tuple[str, str]:
    found = house.incidents.resolve(wanted.subject, world=house.world)
    if found.state is IncidentState.ENDED:
        raise OrderRefused(f"incident {found.incident_id} has ended; a new fire has a new number")
    computed = found.level or IncidentLevel.NONE
    if wanted.level in set(IncidentLevel) and rank_of(wanted.level) < rank_of(computed):
        raise OrderRefused(
            f"incident {found.incident_id} stands at {computed}: a fire is not lowered by a word; "
            "verify it (firewatch verify), close it (firewatch close) or silence it (firewatch silence)"
        )
    return found.incident_id, computed


def tell_now(house: House, kept: Override) -> Report:
    """Hold the round that the level is of, from the archive: who must hear of it hears now.

    Raises:
        Exception: as :func:`flows.carry_out.carry_out`.
    """
    danger = kept.kind is OverrideKind.DANGER
    flow = FlowName.DANGER_WATCH if danger else FlowName.HOTSPOT_WATCH
    order = order_now(house, flow, reason=f"人工调整：{kept.reason}", who=kept.set_by)
    return carry_out(house, replace(order, zones=(kept.subject,) if danger else ()))
