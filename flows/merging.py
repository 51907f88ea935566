"""A person says that two incidents are one fire (合并): the numbers of both lead to the one that stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flows.errors import OrderRefused
from flows.wiring import House
from models.incidents.event import Change, IncidentEvent
from models.incidents.fold import joined
from models.incidents.incident import Incident, IncidentState
from store.audit import AuditAction, Deed
from store.errors import AnswerUnclear


def merge_incidents(house: House, number: str, into: str, *, by: str, reason: str, now: datetime) -> Incident:
    """Make one incident a part of another; returns the one that stays.

    Args:
        house: the world to work in.
        number: of the incident that becomes a part; its own, of its hotspot, or one that was merged into it.
        into: of the one that stays.
        by: who says so.
        reason: why.
        now: when.

    Raises:
        NotInStore: no such number.
        AnswerUnclear: nobody is named, or no reason.
        OrderRefused: they are one already, or one has ended.
    """
    if not by.strip() or not reason.strip():
        raise AnswerUnclear(f"{number}: say who merges it and why")
    with house.incidents.alone(world=house.world):
        gone = house.incidents.resolve(number, world=house.world)
        stays = house.incidents.resolve(into, world=house.world)
        _refuse(gone, stays)
        numbers = (gone.incident_id, *gone.merged_from)
        whole = replace(joined(stays, gone), merged_from=(*stays.merged_from, *numbers))
        ended = replace(gone, state=IncidentState.ENDED, merged_into=stays.incident_id)
        house.incidents.save([whole, ended], world=house.world)
        note = f"{by}合并：{reason}"
        events = [
            IncidentEvent(stays.incident_id, Change.MERGE, now, others=numbers, note=note),
            IncidentEvent(gone.incident_id, Change.MERGE, now, others=(stays.incident_id,), note=note),
        ]
        house.incident_events.save(events, world=house.world)
        said = {"into": stays.incident_id, "reason": reason}
        house.audit.append(Deed(by, AuditAction.MERGE, gone.incident_id, now, said, house.world))
    return whole


def _refuse(gone: Incident, stays: Incident) -> None:
    if gone.incident_id == stays.incident_id:
        raise OrderRefused(f"{gone.incident_id} and {stays.incident_id} are one incident already")
    for each in (gone, stays):
        if each.state is IncidentState.ENDED:
            raise OrderRefused(f"{each.incident_id} has ended: only followed incidents are merged")
