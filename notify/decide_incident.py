"""Whether to tell of an incident near the line, and why. Pure: what is known and remembered, and the time, come in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from models.incidents.incident import Incident, IncidentState
from notify.alert import Alert, AlertKind, Draft, IncidentLevel, Reason, Silence, require_utc
from notify.decision import Decision, Scope
from notify.incident_level import incident_ring
from notify.rules import IncidentAlertRules

_INCIDENT_TOLD = {
    Reason.INCIDENT_NEAR_BORDER,
    Reason.INCIDENT_CLOSER,
    Reason.INCIDENT_GREW,
    Reason.INCIDENT_RAISED,
    Reason.INCIDENT_REIGNITED,
    Reason.INCIDENT_SPREAD,
    Reason.INCIDENT_PROJECTED,
    Reason.VERIFICATION_ASKED,
}


@dataclass(frozen=True, slots=True)
class IncidentMemory:
    """What was last told of an incident. The level never falls within an episode."""

    level: IncidentLevel = IncidentLevel.NONE
    revision: int = 0
    told_utc: datetime | None = None
    told_hotspot_count: int = 0
    told_at_line: bool = False
    """Whether it was told that the error circle touches the line."""
    told_verified: bool = False
    """Whether it was told that somebody on the ground found a fire."""
    verification: bool = False
    """Whether the last word was no more than a request for a look at a doubted source."""
    told_other_zones: tuple[str, ...] = ()
    """Joint units beside that of its number whose offices heard of it."""
    asleep: bool = False
    """Whether it has gone dormant since the last word."""
    told_projected: bool = True
    """Whether the last word had its projection, or none was to follow."""


def decide_incident(
    incident: Incident, memory: IncidentMemory, *, scope: Scope, now: datetime, rules: IncidentAlertRules
) -> Decision[IncidentMemory]:
    """Whether to tell of an incident near the line.

    The ring is that of the distance less the location error, and the innermost when the error circle touches the line;
    the incident's own level (``notify.incident_level``) may stand above it. What the false-alarm filter holds back is
    silent, and within the innermost ring a request for a look.
    That an incident ended (no hotspot for long) is not told: not seen is not out, and closing is a person's.

    Args:
        incident: as the tracker holds it.
        memory: as the last decision on it left it.
        scope: its zone and the regions to tell.
        now: time of the decision.
        rules: section ``incident``.

    Raises:
        ValueError: an incident of another zone, or a naive time.
    """
    require_utc(now)
    if incident.zone != scope.zone:
        raise ValueError(f"incident {incident.incident_id} is of zone {incident.zone}, not {scope.zone}")
    ring = incident_ring(incident, rules)
    steps = (memory.level, ring, *((IncidentLevel(incident.level),) if incident.level else ()))
    level = max(steps, key=lambda item: item.rank)
    reason = _incident_reason(incident, memory, rings=(ring, level), now=now, rules=rules)
    if reason not in _INCIDENT_TOLD:
        note = incident.reason if reason is Reason.SUPPRESSED else ""
        asleep = memory.revision > 0 and (memory.asleep or incident.state is IncidentState.DORMANT)
        silence = Silence(incident.incident_id, scope.zone, level, reason, now, note)
        return Decision(silence, replace(memory, asleep=asleep))
    draft = Draft(
        event_id=incident.incident_id,
        revision=memory.revision + 1,
        kind=AlertKind.VERIFICATION if incident.suppressed else AlertKind.INCIDENT,
        zone=scope.zone,
        level=level,
        previous_level=memory.level,
        reason=reason,
        decided_utc=now,
        regions=scope.regions,
        degraded=False,
        evidence=tuple(sorted(incident.hotspot_ids)),
        verification=incident.suppressed,
        world=scope.world,
    )
    told = IncidentMemory(
        level=level,
        revision=draft.revision,
        told_utc=now,
        told_hotspot_count=incident.hotspot_count,
        told_at_line=memory.told_at_line or _at_line(incident),
        told_verified=memory.told_verified,
        verification=incident.suppressed,
        told_other_zones=incident.other_zones,
        asleep=incident.state is IncidentState.DORMANT,
        told_projected=incident.is_projected or incident.state is not IncidentState.ACTIVE,
    )
    return Decision(draft, told)


def incident_memory_of(alert: Alert) -> IncidentMemory:
    """The memory as it was when ``alert``, the last of its incident, was decided."""
    return IncidentMemory(
        level=IncidentLevel(alert.level),
        revision=alert.revision,
        told_utc=alert.decided_utc,
        told_hotspot_count=len(alert.evidence),
    )


def _at_line(incident: Incident) -> bool:
    return incident.least_distance_km <= 0


def _may_arrive(incident: Incident, now: datetime) -> bool:
    """Whether its projection knows all of its hotspots and has it at the line within the horizon."""
    projection = incident.projection
    return incident.is_projected and projection is not None and projection.early_h_from(now) is not None


def _incident_reason(
    incident: Incident,
    memory: IncidentMemory,
    *,
    rings: tuple[IncidentLevel, IncidentLevel],
    now: datetime,
    rules: IncidentAlertRules,
) -> Reason:
    """Why something is told or not.

    Args:
        incident: as the tracker holds it.
        memory: of what was told.
        rings: that of the distance, and the level with all that raises it.
        now: time of the decision.
        rules: section ``incident``.
    """
    ring, level = rings
    if incident.state is IncidentState.ENDED:
        return Reason.INCIDENT_ENDED
    closer = ring.rank > memory.level.rank or (_at_line(incident) and not memory.told_at_line)
    if incident.suppressed:
        if ring is not IncidentLevel.CRITICAL:
            return Reason.SUPPRESSED
        return Reason.VERIFICATION_ASKED if closer else Reason.UNCHANGED
    if memory.verification:
        return Reason.INCIDENT_NEAR_BORDER
    if memory.revision == 0:
        told = level.rank >= rules.min_told_level.rank
        return Reason.INCIDENT_NEAR_BORDER if told else Reason.BELOW_LEVEL
    if closer:
        return Reason.INCIDENT_CLOSER
    if level.rank > memory.level.rank:
        return Reason.INCIDENT_RAISED
    if memory.asleep and incident.state is IncidentState.ACTIVE:
        return Reason.INCIDENT_REIGNITED
    if not set(incident.other_zones) <= set(memory.told_other_zones):
        return Reason.INCIDENT_SPREAD
    if not memory.told_projected and _may_arrive(incident, now):
        return Reason.INCIDENT_PROJECTED
    if incident.hotspot_count < memory.told_hotspot_count + rules.growth_hotspots:
        return Reason.UNCHANGED
    interval = timedelta(minutes=rules.growth_interval_min)
    recent = memory.told_utc is not None and timedelta(0) <= now - memory.told_utc < interval
    return Reason.HELD if recent else Reason.INCIDENT_GREW
