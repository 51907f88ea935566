"""Marks: the number of the last row of each table that a run reads, noted when it begins."""

from __future__ import annotations

import sqlalchemy as sa

from notify.alert import LIVE
from store.counters import counter
from store.database import Database
from store.hotspot_corrections import correction_table
from store.hotspots import HOTSPOT_BATCH, hotspot
from store.incidents import incident_version
from store.ledger_rows import alert_table
from store.moisture import moisture
from store.overrides import override_table
from store.perimeters import perimeter_table
from store.products import product
from store.verification import feedback, incident_stage

_NUMBERED = (
    *(moisture, incident_version, product, alert_table),
    *(feedback, incident_stage, override_table, perimeter_table, correction_table),
)


def marks_of(database: Database, *, world: str = LIVE) -> dict[str, int]:
    """The marks now, by name of the table."""
    batches = sa.select(counter.c.value).where(counter.c.world == world, counter.c.series == HOTSPOT_BATCH)
    with database.read() as connection:
        marks = {
            table.name: int(connection.execute(sa.select(sa.func.max(table.c.seq))).scalar() or 0)
            for table in _NUMBERED
        }
        return marks | {hotspot.name: int(connection.execute(batches).scalar() or 0)}
