"""Known heat that a reviewer accepted here is taken back (撤销): from today on it silences nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from boundary_zones.heat_sources import HeatSource
from flows.wiring import House
from notify.phrases import BEIJING
from store.audit import AuditAction, Deed
from store.errors import AnswerUnclear, NotInStore, StoreConflict


def release_heat(house: House, source_id: str, *, by: str, reason: str, now: datetime) -> HeatSource:
    """Take a source out of the register; its row stays, with its last day, who and why.

    Args:
        house: the world to work in.
        source_id: of a source that was accepted in this world; an office's own file is changed in the file.
        by: who says so.
        reason: why.
        now: when; the day before is the last on which the source counts.

    Raises:
        AnswerUnclear: nobody is named, or no reason.
        NotInStore: no such source.
        StoreConflict: it counts no more already.
    """
    if not by.strip() or not reason.strip():
        raise AnswerUnclear(f"{source_id}: say who releases it and why")
    today = now.astimezone(BEIJING).date()
    with house.database.begin():
        found = next((one for one in house.heat_sources.all(world=house.world) if one.source_id == source_id), None)
        if found is None:
            raise NotInStore(f"no heat source {source_id!r} in world {house.world!r}")
        if not found.counts_on(today):
            raise StoreConflict(f"{source_id} 已不再登记为常年热源")
        note = f"{found.note}；{by}撤销：{reason}".lstrip("；")
        house.heat_sources.end(source_id, last_local_date=today - timedelta(days=1), note=note, world=house.world)
        said = {"does": "release_heat", "name_zh": found.name_zh, "reason": reason}
        house.audit.append(Deed(by, AuditAction.LIFT, source_id, now, said, house.world))
    return found
