"""Numbers that people read aloud: no gap, no repeat, whoever asks at the same time."""

from __future__ import annotations

import sqlalchemy as sa

from store.dialect import upsert
from store.schema import count, metadata, text

counter = sa.Table(
    "counter",
    metadata,
    text("world"),
    text("series"),
    count("value"),
    sa.PrimaryKeyConstraint("world", "series"),
)


def next_in(connection: sa.Connection, series: str, *, world: str) -> int:
    """The next number of a series, from 1. Rolled back with its transaction, so a number is never lost."""
    statement = upsert(connection, counter).values(world=world, series=series, value=1)
    statement = statement.on_conflict_do_update(
        index_elements=[counter.c.world, counter.c.series], set_={"value": counter.c.value + 1}
    )
    return int(connection.execute(statement.returning(counter.c.value)).scalar_one())
