"""Which offices have not answered an alert: for the one call to operations that names them all."""

from __future__ import annotations

import sqlalchemy as sa

from notify.alert import rank_of
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


def silent_offices(connection: sa.Connection, alert_id: str) -> list[str]:
    """Chinese names of the offices that are owed an alert and have not answered it, by region and code."""
    by = obligation_table.c
    chosen = sa.select(by.region, by.office, by.office_zh).where(by.alert_id == alert_id)
    answered = spared(connection, alert_id)
    rows = connection.execute(chosen.order_by(by.region, by.office))
    return [row.office_zh for row in rows if (row.region, row.office) not in answered]
