"""Who reruns which joint unit now: one person at a time, and the hold of a process that died is nobody's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from store.database import Database
from store.errors import StoreConflict
from store.holders import boot_s, lease_is_over, this_process
from store.schema import instant, metadata, number, text

hold_table = sa.Table(
    "unit_hold",
    metadata,
    text("world"),
    text("flow"),
    text("zone"),
    text("who"),
    text("reason"),
    text("holder"),
    instant("since_utc"),
    instant("until_utc"),
    number("until_boot_s"),
    sa.PrimaryKeyConstraint("world", "flow", "zone"),
)


class UnitHeld(StoreConflict):
    """Somebody else reruns the unit; the message says who, since when and why."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One unit that is being rerun."""

    flow: str
    zone: str
    who: str
    reason: str
    holder: str
    since_utc: datetime
    until_utc: datetime
    until_boot_s: float

    def is_over(self, now: datetime) -> bool:
        """Whether its process is dead or its time is up, by the clock of its machine where that can be read."""
        over = lease_is_over(self.holder, until_boot_s=self.until_boot_s, boot_now_s=boot_s())
        return self.until_utc <= now if over is None else over


@dataclass(frozen=True)
class Holds:
    """Keeps holds by world, flow and unit."""

    database: Database

    @contextmanager
    def held(
        self, flow: str, zones: Sequence[str], *, who: str, reason: str, now: datetime, lasts: timedelta, world: str
    ) -> Iterator[None]:
        """Hold units for the time of a block.

        Raises:
            UnitHeld: somebody else holds one of them.
        """
        holder = f"{this_process().text}"
        until_boot_s = boot_s() + lasts.total_seconds()
        rows = [Hold(flow, zone, who, reason, holder, now, now + lasts, until_boot_s) for zone in sorted(zones)]
        with self.database.begin() as connection:
            self._refuse_held(connection, flow, zones, now=now, world=world)
            for row in rows:
                values = {item.name: getattr(row, item.name) for item in fields(Hold)}
                connection.execute(hold_table.insert().values(world=world, **values))
        try:
            yield
        finally:
            with self.database.begin() as connection:
                table = hold_table.c
                mine = (table.world == world, table.flow == flow, table.holder == holder, table.since_utc == now)
                connection.execute(hold_table.delete().where(*mine))

    def standing(self, *, now: datetime, world: str = LIVE) -> list[Hold]:
        """Holds that are not over."""
        with self.database.read() as connection:
            rows = connection.execute(sa.select(hold_table).where(hold_table.c.world == world)).all()
        return [hold for hold in map(_hold, rows) if not hold.is_over(now)]

    def _refuse_held(
        self, connection: sa.Connection, flow: str, zones: Sequence[str], *, now: datetime, world: str
    ) -> None:
        table = hold_table.c
        mine = (table.world == world, table.flow == flow, table.zone.in_(sorted(zones)))
        for hold in map(_hold, connection.execute(sa.select(hold_table).where(*mine).with_for_update()).all()):
            if not hold.is_over(now):
                since = hold.since_utc.isoformat(timespec="minutes")
                raise UnitHeld(
                    f"{hold.zone} ({flow}) 正由{hold.who}重跑,自{since}起,原因:{hold.reason}; 请等其结束再试"
                )
            connection.execute(hold_table.delete().where(*mine, table.zone == hold.zone))


def _hold(row: Any) -> Hold:
    return Hold(**{item.name: getattr(row, item.name) for item in fields(Hold)})
