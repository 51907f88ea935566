"""Alerts as they were committed, by time, by code and by event. Reads only; the ledger writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE, Alert
from store.database import Database
from store.errors import NotInStore
from store.ledger_rows import alert_of, alert_table

_BY = alert_table.c


@dataclass(frozen=True)
class Alerts:
    """Looks alerts up."""

    database: Database

    def since(self, decided_utc: datetime, *, world: str = LIVE) -> list[Alert]:
        """Alerts decided at that time or later, in the order in which they were committed."""
        return self._listed(_BY.decided_utc >= decided_utc, world=world)

    def of_event(self, event_id: str, *, world: str = LIVE) -> list[Alert]:
        """All revisions of an event, oldest first."""
        return self._listed(_BY.event_id == event_id, world=world)

    def with_code(self, code: str, *, world: str | None = None) -> Alert:
        """The alert that was committed last with this code: of the live world first, unless one is named.

        Raises:
            NotInStore: no alert has it.
        """
        chosen = sa.select(alert_table).where(_BY.code == code.strip())
        if world is not None:
            chosen = chosen.where(_BY.world == world)
        newest = chosen.order_by(sa.case((_BY.world == LIVE, 0), else_=1), _BY.seq.desc()).limit(1)
        with self.database.read() as connection:
            row = connection.execute(newest).one_or_none()
        if row is None:
            where = "" if world is None else f" in world {world!r}"
            raise NotInStore(f"no alert has the code {code!r}{where}; read it again from the message")
        return alert_of(row)

    def _listed(self, condition: sa.ColumnElement[bool], *, world: str) -> list[Alert]:
        chosen = sa.select(alert_table).where(_BY.world == world, condition).order_by(_BY.seq)
        with self.database.read() as connection:
            rows: list[Any] = list(connection.execute(chosen))
        return [alert_of(row) for row in rows]
