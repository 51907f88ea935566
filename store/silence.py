"""Which offices have not answered an alert: for the one call that names them all."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from notify.alert import rank_of
from notify.ledger import EVERY_SILENT
from store.ledger_rows import alert_table, answer_table, obligation_table


def spared(connection: sa.Connection, alert_id: str) -> set[tuple[str, str]]:
    """Offices that answered this alert, or its event before at this level or a worse one.

    An answer is void as soon as the level rises above that of the revision which it was given to.
    """
    told, mine = alert_table.c, alert_table.alias("mine")
    chosen = (
        sa.select(answer_table.c.region, answer_table.c.office, told.level, mine.c.level.label("asked"))
        .join(alert_table, told.alert_id == answer_table.c.alert_id)
        .join(mine, sa.and_(told.world == mine.c.world, told.event_id == mine.c.event_id, told.kind == mine.c.kind))
        .where(mine.c.alert_id == alert_id)
    )
    return {(row.region, row.office) for row in connection.execute(chosen) if rank_of(row.level) >= rank_of(row.asked)}


def silent_offices(connection: sa.Connection, call: Any) -> list[str]:
    """Chinese names of the offices on whose behalf a call to another is made and that have not answered.

    They are those that are owed the alert, of all regions or of the one that the call is for, but the called office.
    """
    by = obligation_table.c
    chosen = sa.select(by.region, by.office, by.office_zh).where(by.alert_id == call.alert_id)
    if call.for_region != EVERY_SILENT:
        chosen = chosen.where(by.region == call.for_region)
    spoken_for = spared(connection, call.alert_id) | {(call.region, call.office)}
    rows = connection.execute(chosen.order_by(by.region, by.office))
    return [row.office_zh for row in rows if (row.region, row.office) not in spoken_for]
