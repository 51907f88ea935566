"""The history of incidents (事件经过), and what a person lifted: written once, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.incidents.event import Change, IncidentEvent
from notify.alert import LIVE
from store.database import Database
from store.dialect import upsert
from store.known import Known
from store.schema import count, document, instant, metadata, text

incident_event = sa.Table(
    "incident_event",
    metadata,
    text("world"),
    text("incident_id"),
    instant("at_utc"),
    text("change"),
    document("others"),
    count("hotspots_added"),
    text("note"),
    sa.PrimaryKeyConstraint("world", "incident_id", "at_utc", "change"),
)

incident_lift = sa.Table(
    "incident_lift",
    metadata,
    text("world"),
    text("incident_id"),
    instant("lifted_utc"),
    text("lifted_by"),
    text("reason"),
    sa.PrimaryKeyConstraint("world", "incident_id"),
)


@dataclass(frozen=True, slots=True)
class Lift:
    """A person said that an incident must not be held back."""

    incident_id: str
    lifted_utc: datetime
    lifted_by: str
    reason: str


@dataclass(frozen=True)
class IncidentEvents:
    """Keeps :class:`models.incidents.event.IncidentEvent` and :class:`Lift` by world and number."""

    database: Database
    known: Known | None = None
    """How far a look back reads; None for all."""

    def save(self, events: Iterable[IncidentEvent], *, world: str = LIVE) -> None:
        """Keep events; one that is there already, as after the same round again, stays as it was."""
        rows = [_row(each, world) for each in events]
        if rows:
            with self.database.begin() as connection:
                connection.execute(upsert(connection, incident_event).on_conflict_do_nothing(), rows)

    def of(self, incident_id: str | None = None, *, world: str = LIVE) -> list[IncidentEvent]:
        """Events of one incident or of all, oldest first."""
        table = incident_event
        chosen = sa.select(table).where(table.c.world == world)
        if incident_id is not None:
            chosen = chosen.where(table.c.incident_id == incident_id)
        with self.database.read() as connection:
            rows = connection.execute(chosen.order_by(table.c.at_utc, table.c.incident_id, table.c.change)).all()
        return [_event(row) for row in rows]

    def lift(self, lift: Lift, *, world: str = LIVE) -> None:
        """Keep what a person lifted; the first word stays."""
        row = {
            "world": world,
            "incident_id": lift.incident_id,
            "lifted_utc": lift.lifted_utc,
            "lifted_by": lift.lifted_by,
            "reason": lift.reason,
        }
        with self.database.begin() as connection:
            connection.execute(upsert(connection, incident_lift).values(**row).on_conflict_do_nothing())

    def lifts(self, *, world: str = LIVE) -> dict[str, Lift]:
        """All that was lifted, by number of the incident."""
        chosen = sa.select(incident_lift).where(incident_lift.c.world == world)
        if self.known is not None:
            chosen = chosen.where(incident_lift.c.lifted_utc < self.known.as_of_utc)
        with self.database.read() as connection:
            rows = connection.execute(chosen).all()
        return {row.incident_id: Lift(row.incident_id, row.lifted_utc, row.lifted_by, row.reason) for row in rows}


def _row(event: IncidentEvent, world: str) -> dict[str, Any]:
    return {
        "world": world,
        "incident_id": event.incident_id,
        "at_utc": event.at_utc,
        "change": event.change.value,
        "others": list(event.others),
        "hotspots_added": event.hotspots_added,
        "note": event.note,
    }


def _event(row: Any) -> IncidentEvent:
    others = tuple(row.others)
    return IncidentEvent(row.incident_id, Change(row.change), row.at_utc, others, row.hotspots_added, row.note)
