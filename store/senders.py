"""When each dispatcher was last seen at work: one that cannot write here could not send either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from notify.alert import LIVE
from store.database import Database
from store.dialect import upsert
from store.schema import instant, metadata, text

_KEPT = timedelta(days=7)

sender_table = sa.Table(
    "sender",
    metadata,
    text("world"),
    text("owner"),
    instant("started_utc"),
    instant("seen_utc"),
    sa.PrimaryKeyConstraint("world", "owner"),
)


@dataclass(frozen=True)
class Senders:
    """Dispatchers, by the name under which they hold leases."""

    database: Database

    def note(self, owner: str, *, started_utc: datetime, now: datetime, world: str = LIVE) -> None:
        """A dispatcher is at work. Those that were not for a week are forgotten."""
        by = sender_table.c
        row = {"world": world, "owner": owner, "started_utc": started_utc, "seen_utc": now}
        with self.database.begin() as connection:
            written = upsert(connection, sender_table).values(row)
            connection.execute(written.on_conflict_do_update(index_elements=["world", "owner"], set_={"seen_utc": now}))
            connection.execute(sender_table.delete().where(by.world == world, by.seen_utc < now - _KEPT))

    def last_seen(self, *, world: str = LIVE) -> datetime | None:
        """When any dispatcher was last at work; None when none ever was."""
        chosen = sa.select(sa.func.max(sender_table.c.seen_utc, type_=sender_table.c.seen_utc.type))
        with self.database.read() as connection:
            found: datetime | None = connection.execute(chosen.where(sender_table.c.world == world)).scalar_one()
        return found
