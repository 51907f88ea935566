"""Rows of the ledger that are due: taken under a lease, given back, and freed when the lease is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from notify.alert import NEVER_QUIET
from notify.delivery_states import DeliveryState, Outcome, OutcomeClass, next_state, states_after
from notify.ledger import Delivery
from store import circuits
from store.errors import NotInStore
from store.holders import lease_is_over
from store.ledger_rows import alert_table, delivery_of, delivery_table, event_table
from store.needless import Why, needless
from store.walking import append_attempt, finish, left_to_end, walk

_S = DeliveryState
HELD = (_S.CLAIMED, _S.SENDING)
_LONGEST_WAIT = timedelta(minutes=20)
_LONGEST_QUEUE = timedelta(hours=1)
"""No retry, and no row that waits for its provider's rate, waits longer: the clock was set back since."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who takes rows, and until when on both clocks of his machine."""

    owner: str
    until_utc: datetime
    until_boot_s: float


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, on the wall and on the clock that nobody can set, in one world."""

    utc: datetime
    boot_s: float
    world: str


def claim(
    connection: sa.Connection, lease: Lease, *, now: datetime, limit: int, world: str, channel: str | None
) -> list[Delivery]:
    """Give rows that are due to the owner of a lease; each gets a new fence. Rows that became needless end here.

    First attempts go before repeats, then the gravest levels before others, then what was decided first.
    """
    rows = _due_rows(connection, now=now, limit=limit, world=world, channel=channel)
    wanted = [row for row in rows if row.newest_revision == row.revision]
    for row in rows:
        if row.newest_revision != row.revision:
            walk(connection, row, (_S.SUPERSEDED,), outcome=Why.NEWER.value)
    if len(wanted) < len(rows) and not wanted:
        return claim(connection, lease, now=now, limit=limit, world=world, channel=channel)
    if not wanted:
        return []
    claimed = (
        delivery_table.update()
        .where(delivery_table.c.delivery_id.in_([row.delivery_id for row in wanted]))
        .values(
            state=next_state(_S.PENDING, _S.CLAIMED),
            owner=lease.owner,
            lease_until_utc=lease.until_utc,
            lease_until_boot_s=lease.until_boot_s,
            fence=delivery_table.c.fence + 1,
            waits_for=None,
        )
        .returning(*delivery_table.c)
    )
    found = {row.delivery_id: delivery_of(row) for row in connection.execute(claimed)}
    return [found[row.delivery_id] for row in wanted]


def channels_due(connection: sa.Connection, *, now: datetime, world: str) -> list[str]:
    """Channels with a row that is due, or that somebody holds: it may have to be freed."""
    by = delivery_table.c
    due = sa.and_(by.state == _S.PENDING, circuits.may_go(connection, _is_due(now), now=now, world=world))
    chosen = sa.select(by.channel).where(by.world == world, sa.or_(due, by.state.in_(HELD))).distinct()
    return sorted(connection.execute(chosen).scalars())


def next_due(connection: sa.Connection, *, world: str) -> datetime | None:
    """When the next waiting row falls due; None when none waits."""
    by = delivery_table.c
    free = circuits.is_free(connection, world=world)
    chosen = sa.select(sa.func.min(by.due_utc)).where(by.world == world, by.state == _S.PENDING, free)
    found: datetime | None = connection.execute(chosen).scalar_one()
    turn = circuits.next_turn(connection, world=world)
    return min((due for due in (found, turn) if due is not None), default=None)


def defer(connection: sa.Connection, delivery: Delivery, *, until: datetime) -> None:
    """Back to PENDING when the claim is still the newest; nothing was sent."""
    row = locked(connection, delivery.delivery_id)
    if row is not None and row.fence == delivery.fence and row.state == _S.CLAIMED:
        walk(connection, row, (_S.PENDING,), due_utc=until)


def free_overdue(connection: sa.Connection, at: Moment, *, again_at: datetime, channel: str | None) -> None:
    """Take leases that are over from their owners. What a newer revision or an answer ended is not sent again.

    Args:
        connection: an open transaction.
        at: now, on both clocks, and the world to look at.
        again_at: when a row that may have arrived is taken up again.
        channel: None looks at all.
    """
    by = delivery_table.c
    held = sa.select(delivery_table).where(by.world == at.world, by.state.in_(HELD))
    held = (held if channel is None else held.where(by.channel == channel)).order_by(by.alert_id, by.delivery_id)
    for seen in connection.execute(held).all():
        if not is_over(seen, now=at.utc, boot_now_s=at.boot_s):
            continue
        hold_event(connection, seen.alert_id)
        again = sa.select(delivery_table).where(by.delivery_id == seen.delivery_id, by.fence == seen.fence)
        row = connection.execute(again.with_for_update(skip_locked=True)).one_or_none()
        if row is not None and row.state in HELD:
            _free(connection, row, now=at.utc, again_at=again_at)


def hold_event(connection: sa.Connection, alert_id: str) -> None:
    """Let no revision of the event be committed until this transaction ends; locked before any of its rows.

    Raises:
        NotInStore: no such alert.
    """
    told = alert_table.c
    chosen = (
        sa.select(event_table.c.event_id)
        .join(alert_table, sa.and_(event_table.c.world == told.world, event_table.c.event_id == told.event_id))
        .where(told.alert_id == alert_id)
        .with_for_update(of=event_table, read=True)
    )
    if connection.execute(chosen).first() is None:
        raise NotInStore(f"no alert {alert_id!r}")


def is_over(row: Any, *, now: datetime, boot_now_s: float) -> bool:
    """Whether the lease of a row is over: its owner is dead, or its time is up on a clock that does not jump."""
    known = lease_is_over(row.owner, until_boot_s=row.lease_until_boot_s, boot_now_s=boot_now_s)
    return bool(row.lease_until_utc <= now) if known is None else known


def locked(connection: sa.Connection, delivery_id: str) -> sa.Row[Any] | None:
    """One row, which nobody else changes until this transaction ends."""
    chosen = sa.select(delivery_table).where(delivery_table.c.delivery_id == delivery_id).with_for_update()
    return connection.execute(chosen).one_or_none()


def _free(connection: sa.Connection, row: Any, *, now: datetime, again_at: datetime) -> None:
    why = needless(connection, row, now=now)
    if row.state == _S.CLAIMED:
        path = (_S.PENDING,) if why is None else left_to_end((_S.PENDING,), why)
        walk(connection, row, path, **({} if why is None else {"outcome": why.value}))
        return
    lost = Outcome(OutcomeClass.UNKNOWN, "the lease ran out while sending")
    append_attempt(connection, row, lost, fence=row.fence, now=now, stale=False)
    path = states_after(OutcomeClass.UNKNOWN, again=why is None)
    finish(connection, row, lost, path=path, now=now, due=again_at if why is None else None)


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    by = delivery_table.c
    retried = sa.and_(by.attempts > 0, by.due_utc > now + _LONGEST_WAIT)
    queued = sa.and_(by.step == 0, by.due_utc > now + _LONGEST_QUEUE)
    return sa.or_(by.due_utc <= now, retried, queued)


def _due_rows(
    connection: sa.Connection, *, now: datetime, limit: int, world: str, channel: str | None
) -> Sequence[sa.Row[Any]]:
    by = delivery_table.c
    joined = delivery_table.join(alert_table, alert_table.c.alert_id == by.alert_id).join(
        event_table,
        sa.and_(event_table.c.world == alert_table.c.world, event_table.c.event_id == alert_table.c.event_id),
    )
    due = (
        sa.select(*by, event_table.c.newest_revision)
        .select_from(joined)
        .where(by.world == world, by.state == _S.PENDING)
        .where(circuits.may_go(connection, _is_due(now), now=now, world=world))
        .order_by(by.attempts > 0, alert_table.c.level.not_in(NEVER_QUIET), by.due_utc, by.delivery_id)
        .limit(limit)
        .with_for_update(of=delivery_table, skip_locked=True)
    )
    return connection.execute(due if channel is None else due.where(by.channel == channel)).all()
