"""Whether anything changed: a few numbers that grow with every write that a page of the desk shows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from notify.alert import LIVE
from store.audit import audit_table
from store.coverage import coverage
from store.database import Database
from store.handovers import handover_table
from store.incident_events import incident_event
from store.ledger_rows import alert_table, answer_table, attempt_table
from store.products import product
from store.run_rows import run
from store.warning_documents import warning_document


@dataclass(frozen=True)
class Pulse:
    """Reads the numbers of a world."""

    database: Database

    def beat(self, *, world: str = LIVE) -> str:
        """A short text that is another one after every change; the same text means that a page is up to date."""
        newest = [
            sa.select(sa.func.max(table.c.seq)).where(table.c.world == world)
            for table in (alert_table, answer_table, attempt_table, product, handover_table)
        ]
        counted = [
            sa.select(sa.func.count()).select_from(table).where(table.c.world == world)
            for table in (incident_event, warning_document)
        ]
        asked = [
            sa.select(sa.func.max(audit_table.c.seq)),
            sa.select(sa.func.max(coverage.c.last_attempt_utc)).where(coverage.c.world == world),
            sa.select(sa.func.max(run.c.ended_utc)).where(run.c.world == world),
        ]
        with self.database.read() as connection:
            found = [connection.execute(each).scalar() for each in (*newest, *counted, *asked)]
        return hashlib.sha256(repr(found).encode()).hexdigest()[:16]
