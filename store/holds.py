"""Who reruns which joint unit now: one person at a time; it can be cancelled, and a dead process holds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from notify.phrases import clock_zh
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.errors import AnswerUnclear, NotInStore, StoreConflict
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
    text("cancelled_by", nullable=True),
    text("cancel_reason", nullable=True),
    instant("cancelled_utc", nullable=True),
    sa.PrimaryKeyConstraint("world", "flow", "zone"),
)


class UnitHeld(StoreConflict):
    """Somebody else reruns the unit; the message says who, since when and why."""


class RerunCancelled(StoreConflict):
    """Somebody ended the rerun; the message says who, when and why."""


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
    cancelled_by: str | None = None
    """Who asked that the rerun end."""
    cancel_reason: str | None = None
    cancelled_utc: datetime | None = None

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
    ) -> Iterator[Callable[[], None]]:
        """Hold units for the time of a block. Gives what raises RerunCancelled once somebody ended the rerun.

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
        mine = _of_rerun(rows[0], world)
        try:
            yield partial(self._refuse_cancelled, mine)
        finally:
            with self.database.begin() as connection:
                connection.execute(hold_table.delete().where(*mine))

    def cancel(self, flow: str, zone: str, *, by: str, reason: str, now: datetime, world: str = LIVE) -> Hold:
        """Ask that the rerun which holds a unit end; it does at its next step, in all its units.

        Raises:
            AnswerUnclear: nobody or no reason is named.
            NotInStore: nobody reruns the unit.
            StoreConflict: somebody asked before.
        """
        if not by.strip() or not reason.strip():
            raise AnswerUnclear("取消重跑须写明取消人和原因")
        standing = {(one.flow, one.zone): one for one in self.standing(now=now, world=world)}
        hold = standing.get((flow, zone))
        if hold is None:
            raise NotInStore(f"{zone} ({flow}): nobody reruns it now")
        asked = {"cancelled_by": by, "cancel_reason": reason, "cancelled_utc": now}
        said = {"does": "cancel", "flow": flow, "of": hold.who, "reason": reason}
        with self.database.begin() as connection:
            open_ones = (*_of_rerun(hold, world), hold_table.c.cancelled_by.is_(None))
            if not connection.execute(hold_table.update().where(*open_ones).values(**asked)).rowcount:
                raise StoreConflict(f"{zone} ({flow}): 已有人要求取消，或刚刚结束")
            append(connection, Deed(by, AuditAction.RERUN, zone, now, said, world))
        return hold

    def standing(self, *, now: datetime, world: str = LIVE) -> list[Hold]:
        """Holds that are not over."""
        with self.database.read() as connection:
            rows = connection.execute(sa.select(hold_table).where(hold_table.c.world == world)).all()
        return [hold for hold in map(_hold, rows) if not hold.is_over(now)]

    def _refuse_cancelled(self, mine: Sequence[sa.ColumnElement[bool]]) -> None:
        with self.database.read() as connection:
            row = connection.execute(sa.select(hold_table).where(*mine)).first()
        if row is not None and row.cancelled_by is not None:
            at = clock_zh(row.cancelled_utc)
            raise RerunCancelled(f"重跑已由{row.cancelled_by}于{at}取消，原因：{row.cancel_reason}")

    def _refuse_held(
        self, connection: sa.Connection, flow: str, zones: Sequence[str], *, now: datetime, world: str
    ) -> None:
        table = hold_table.c
        mine = (table.world == world, table.flow == flow, table.zone.in_(sorted(zones)))
        for hold in map(_hold, connection.execute(sa.select(hold_table).where(*mine).with_for_update()).all()):
            if not hold.is_over(now):
                since = hold.since_utc.isoformat(timespec="minutes")
                raise UnitHeld(
                    f"{hold.zone} ({flow}) 正由{hold.who}重跑，自{since}起，原因：{hold.reason}；请等其结束再试"
                )
            connection.execute(hold_table.delete().where(*mine, table.zone == hold.zone))


def _of_rerun(hold: Hold, world: str) -> tuple[sa.ColumnElement[bool], ...]:
    """The rows of one rerun: those of its process, begun at once."""
    table = hold_table.c
    return (
        table.world == world,
        table.flow == hold.flow,
        table.holder == hold.holder,
        table.since_utc == hold.since_utc,
    )


def _hold(row: Any) -> Hold:
    return Hold(**{item.name: getattr(row, item.name) for item in fields(Hold)})
