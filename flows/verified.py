"""As what a fire was verified on the ground."""

from __future__ import annotations

from flows.wiring import House
from models.field_check.stage import Stage
from models.incidents.incident import Incident

_NO_FIRE_YET = frozenset({Stage.SUSPECTED, Stage.CLOSED})


def verified_as(house: House, incident: Incident) -> str:
    """林火, 草原火 …: the newest answer that found a fire; empty while nobody did, and once it is closed."""
    if house.verification.stage(incident.incident_id, world=house.world) in _NO_FIRE_YET:
        return ""
    return last_fire(house, incident) or "火情"


def last_fire(house: House, incident: Incident) -> str:
    """The newest answer that found a fire, whatever came after it; empty where there is none."""
    answers = house.verification.answers(incident.incident_id, world=house.world)
    return next((one.result.name_zh for one in reversed(answers) if one.result.opens_fire_report), "")
