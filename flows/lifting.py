"""A person lifts what the false-alarm filter holds back: audited with name and reason, told by the next round."""

from __future__ import annotations

from dataclasses import replace

from flows.errors import OrderRefused
from flows.wiring import House
from models.incidents.event import Change, IncidentEvent
from models.incidents.incident import Confidence, Incident, IncidentState
from store.audit import AuditAction, Deed
from store.incident_events import Lift


def lift_suppression(house: House, number: str, *, by: str, reason: str) -> Incident:
    """Lift the suppression of an incident; returns it as it stands then.

    Args:
        house: the world that the incident is in.
        number: its own, that of its hotspot, or one that was merged into it.
        by: who says so.
        reason: why.

    Raises:
        NotInStore: no such number.
        OrderRefused: it is not held back, or has ended.
    """
    found = house.incidents.resolve(number, world=house.world)
    if not found.suppressed or found.state is IncidentState.ENDED:
        state = "has ended" if found.state is IncidentState.ENDED else "is not held back"
        raise OrderRefused(f"incident {found.incident_id} {state}: there is nothing to lift")
    now = house.clock()
    words = f"{by}：{reason}"
    lifted = replace(
        found,
        suppressed=False,
        suppressed_by=None,
        confidence=Confidence.MEDIUM,
        reason=f"人工解除抑制：{words}",
    )
    with house.database.begin():
        house.incident_events.lift(Lift(found.incident_id, now, by, reason), world=house.world)
        house.incidents.save([lifted], world=house.world)
        event = IncidentEvent(found.incident_id, Change.LIFT, now, note=words)
        house.incident_events.save([event], world=house.world)
        said = {"does": "lift_suppression", "reason": reason, "held_back_by": str(found.suppressed_by or "")}
        house.audit.append(Deed(by, AuditAction.LIFT, found.incident_id, now, said, house.world))
    return lifted
