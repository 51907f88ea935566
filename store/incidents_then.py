"""Followed fires as they stood when an earlier run began: for a look back, which changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from models.incidents.incident import Incident, IncidentState
from notify.alert import LIVE
from store.errors import NotInStore
from store.incidents import Incidents, incident_of, incident_version
from store.known import Known, refuse_writing


@dataclass(frozen=True)
class IncidentsThen(Incidents):
    """Reads the newest version of each incident up to a mark. One without any version did not change since then."""

    known: Known | None = None

    def save(self, incidents: Iterable[Incident], *, world: str = LIVE) -> None:  # noqa: ARG002
        """Nothing is kept of a look back.

        Raises:
            StoreError: always.
        """
        refuse_writing(self.known)

    def load(self, incident_id: str, *, world: str = LIVE) -> Incident:
        """One incident.

        Raises:
            NotInStore: it was not there then.
        """
        found = next((each for each in self.all_incidents(world=world) if each.incident_id == incident_id), None)
        if found is None:
            raise NotInStore(f"no incident {incident_id!r} in world {world!r} then")
        return found

    def open_incidents(self, *, world: str = LIVE) -> list[Incident]:
        """All that had not ended, by number."""
        return [each for each in self.all_incidents(world=world) if each.state is not IncidentState.ENDED]

    def all_incidents(self, *, world: str = LIVE) -> list[Incident]:
        """All, by number."""
        assert self.known is not None
        table = incident_version.c
        mine = table.world == world
        newest = sa.select(sa.func.max(table.seq)).where(mine, table.seq <= self.known.mark(incident_version.name))
        chosen = sa.select(table.document).where(table.seq.in_(newest.group_by(table.incident_id)))
        with self.database.read() as connection:
            versions = [incident_of(row.document) for row in connection.execute(chosen)]
            versioned = set(connection.execute(sa.select(table.incident_id).where(mine).distinct()).scalars())
        unchanged = [each for each in super().all_incidents(world=world) if each.incident_id not in versioned]
        return sorted([*versions, *unchanged], key=lambda each: each.incident_id)
