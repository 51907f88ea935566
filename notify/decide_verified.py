"""Whether to tell that a fire was verified on the ground. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from models.incidents.incident import Incident
from notify.alert import AlertKind, Draft, IncidentLevel, Reason
from notify.decide_incident import IncidentMemory, decide_incident
from notify.decision import Decision, Scope
from notify.rules import IncidentAlertRules


def decide_verified(
    incident: Incident, memory: IncidentMemory, *, scope: Scope, now: datetime, rules: IncidentAlertRules
) -> Decision[IncidentMemory]:
    """As :func:`notify.decide_incident.decide_incident`, of an incident at which somebody found a fire.

    What offices were told of as suspected is told once as verified, at once, also when the tracker ended it. No filter
    holds a verified fire back. One that nobody was told of, because it is far from the line, is judged by its ring.

    Args:
        incident: as the tracker holds it.
        memory: as the last decision on it left it.
        scope: its zone and the regions to tell.
        now: time of the decision.
        rules: section ``incident``.

    Raises:
        ValueError: an incident of another zone, or a naive time.
    """
    known = replace(incident, suppressed=False, reason="")
    plain = decide_incident(known, memory, scope=scope, now=now, rules=rules)
    if memory.told_verified:
        return plain
    if isinstance(plain.outcome, Draft):
        return Decision(_verified(plain.outcome), replace(plain.memory, told_verified=True))
    if memory.revision == 0:
        return plain
    draft = Draft(
        event_id=incident.incident_id,
        revision=memory.revision + 1,
        kind=AlertKind.INCIDENT,
        zone=scope.zone,
        level=IncidentLevel(plain.outcome.level),
        previous_level=memory.level,
        reason=Reason.INCIDENT_VERIFIED,
        decided_utc=now,
        regions=scope.regions,
        degraded=False,
        evidence=tuple(sorted(incident.hotspot_ids)),
        world=scope.world,
    )
    told = replace(
        memory,
        level=IncidentLevel(draft.level),
        revision=draft.revision,
        told_utc=now,
        told_hotspot_count=incident.hotspot_count,
        told_verified=True,
        verification=False,
    )
    return Decision(draft, told)


def _verified(draft: Draft) -> Draft:
    return replace(draft, reason=Reason.INCIDENT_VERIFIED)
