"""A row of the ledger on its way out: claimed under a lease, begun, recorded; and freed when its lease runs out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.ledger import Delivery, DeliveryState, IllegalTransition, Outcome, OutcomeClass, next_state, states_after
from store.errors import NotInStore
from store.ledger_rows import alert_table, attempt_table, delivery_of, delivery_table, event_table

_S = DeliveryState
_NOT_YET_SENDING = (_S.PENDING, _S.CLAIMED)
_OVER = sa.or_(
    alert_table.c.revision != event_table.c.newest_revision,
    sa.and_(delivery_table.c.step > 0, delivery_table.c.acknowledged_utc.is_not(None)),
)
"""As :func:`_is_over`, in SQL."""


def claim(
    connection: sa.Connection, *, owner: str, now: datetime, until: datetime, limit: int, world: str
) -> list[Delivery]:
    """Give rows that are due to ``owner`` until an instant; each gets a new fence."""
    rows = _due_rows(connection, now=now, limit=limit, world=world)
    if not rows:
        return []
    claimed = (
        delivery_table.update()
        .where(delivery_table.c.delivery_id.in_([row.delivery_id for row in rows]))
        .values(
            state=next_state(_S.PENDING, _S.CLAIMED),
            owner=owner,
            lease_until_utc=until,
            fence=delivery_table.c.fence + 1,
        )
        .returning(*delivery_table.c)
    )
    found = {row.delivery_id: delivery_of(row) for row in connection.execute(claimed)}
    return [found[row.delivery_id] for row in rows]


def begin_sending(connection: sa.Connection, delivery: Delivery, *, now: datetime) -> Delivery | None:
    """SENDING inside a transaction; see :meth:`store.ledger.SqlLedger.begin_sending`."""
    newest = _newest_revision(connection, delivery.alert_id)
    row = _locked_delivery(connection, delivery.delivery_id)
    if row.fence != delivery.fence or row.state != _S.CLAIMED or row.lease_until_utc <= now:
        return None
    if _is_over(row, newest):
        _walk(connection, row, (_S.SUPERSEDED,))
        return None
    return delivery_of(_walk(connection, row, (_S.SENDING,), sending_utc=now))


def record(
    connection: sa.Connection, delivery: Delivery, outcome: Outcome, *, now: datetime, retry_at: datetime | None
) -> IllegalTransition | None:
    """Append the attempt and move the row inside a transaction.

    Returns:
        Why the row was not moved, when another attempt is wanted after an outcome that ends it: to be raised when the
        attempt is safe.
    """
    newest = _newest_revision(connection, delivery.alert_id)
    row = _locked_delivery(connection, delivery.delivery_id)
    current = row.fence == delivery.fence and row.state == _S.SENDING
    _append(connection, row, outcome, fence=delivery.fence, now=now, stale=not current)
    if not current:
        return None
    try:
        path = states_after(outcome.outcome_class, again=retry_at is not None)
    except IllegalTransition as error:
        return error
    if path[-1] is _S.PENDING and _is_over(row, newest):
        path, retry_at = _ended(path), None
    _finish(connection, row, outcome, path=path, now=now, due=retry_at)
    return None


def free_overdue(connection: sa.Connection, *, now: datetime, world: str) -> None:
    """Take leases that ran out from their owners. What a newer revision or an answer ended is not sent again."""
    by = delivery_table.c
    overdue = sa.and_(by.state.in_((_S.CLAIMED, _S.SENDING)), by.lease_until_utc <= now)
    # A row that another dispatcher freed while a newer revision was committed, on PostgreSQL.
    left_behind = sa.and_(by.state == _S.PENDING, _OVER)
    found = (
        _with_newest()
        .where(by.world == world, sa.or_(overdue, left_behind))
        .order_by(by.delivery_id)
        .with_for_update(of=delivery_table, skip_locked=True)
    )
    for row in connection.execute(found).all():
        again = not _is_over(row, row.newest_revision)
        if row.state == _S.SENDING:
            _lose(connection, row, again=again, now=now)
        elif row.state == _S.CLAIMED:
            _walk(connection, row, (_S.PENDING,) if again else _ended((_S.PENDING,)))
        else:
            _walk(connection, row, (_S.SUPERSEDED,))


def supersede(connection: sa.Connection, *rows: sa.ColumnElement[bool]) -> None:
    """Stop those rows that have not begun to be sent."""
    for state in _NOT_YET_SENDING:
        next_state(state, _S.SUPERSEDED)
    # One statement: on PostgreSQL a row that is claimed meanwhile is looked at again and matches still.
    connection.execute(
        delivery_table.update()
        .where(*rows, delivery_table.c.state.in_(_NOT_YET_SENDING))
        .values(state=_S.SUPERSEDED, next_attempt_utc=None, owner=None, lease_until_utc=None)
    )


def _is_over(row: Any, newest_revision: int) -> bool:
    """Whether a newer revision speaks instead, or the office has answered and need not be rung again."""
    return newest_revision != row.revision or (row.step > 0 and row.acknowledged_utc is not None)


def _lose(connection: sa.Connection, row: Any, *, again: bool, now: datetime) -> None:
    lost = Outcome(OutcomeClass.UNKNOWN, "the lease ran out while sending")
    _append(connection, row, lost, fence=row.fence, now=now, stale=False)
    path = states_after(OutcomeClass.UNKNOWN, again=again)
    _finish(connection, row, lost, path=path, now=now, due=now if again else None)


def _due_rows(connection: sa.Connection, *, now: datetime, limit: int, world: str) -> Sequence[sa.Row[Any]]:
    due = (
        _with_newest()
        .where(
            delivery_table.c.world == world,
            delivery_table.c.state == _S.PENDING,
        )
        .where(sa.or_(delivery_table.c.next_attempt_utc.is_(None), delivery_table.c.next_attempt_utc <= now))
        .order_by(
            sa.func.coalesce(delivery_table.c.next_attempt_utc, alert_table.c.decided_utc), delivery_table.c.delivery_id
        )
        .limit(limit)
        .with_for_update(of=delivery_table, skip_locked=True)
    )
    return connection.execute(due).all()


def _with_newest() -> sa.Select[Any]:
    joined = delivery_table.join(alert_table, alert_table.c.alert_id == delivery_table.c.alert_id).join(
        event_table,
        sa.and_(event_table.c.world == alert_table.c.world, event_table.c.event_id == alert_table.c.event_id),
    )
    return sa.select(*delivery_table.c, event_table.c.newest_revision).select_from(joined)


def _newest_revision(connection: sa.Connection, alert_id: str) -> int:
    """The newest revision of the alert's event; no other is committed until this transaction ends."""
    chosen = (
        sa.select(event_table.c.newest_revision)
        .join(
            alert_table,
            sa.and_(event_table.c.world == alert_table.c.world, event_table.c.event_id == alert_table.c.event_id),
        )
        .where(alert_table.c.alert_id == alert_id)
        .with_for_update(of=event_table, read=True)
    )
    newest: int | None = connection.execute(chosen).scalar()
    if newest is None:
        raise NotInStore(f"no alert {alert_id!r}")
    return newest


def _locked_delivery(connection: sa.Connection, delivery_id: str) -> sa.Row[Any]:
    chosen = sa.select(delivery_table).where(delivery_table.c.delivery_id == delivery_id).with_for_update()
    row = connection.execute(chosen).one_or_none()
    if row is None:
        raise NotInStore(f"no delivery {delivery_id!r}")
    return row


def _append(connection: sa.Connection, row: Any, outcome: Outcome, *, fence: int, now: datetime, stale: bool) -> None:
    connection.execute(
        attempt_table.insert().values(
            world=row.world,
            delivery_id=row.delivery_id,
            fence=fence,
            owner=None if stale else row.owner,
            started_utc=None if stale else row.sending_utc,
            ended_utc=now,
            outcome_class=outcome.outcome_class,
            detail=outcome.detail,
            retry_after_s=outcome.retry_after_s,
            provider_id=outcome.provider_id,
            stale=stale,
        )
    )


def _finish(
    connection: sa.Connection,
    row: Any,
    outcome: Outcome,
    *,
    path: Iterable[DeliveryState],
    now: datetime,
    due: datetime | None,
) -> None:
    said = outcome.outcome_class.value
    _walk(
        connection,
        row,
        path,
        attempts=row.attempts + 1,
        unknowns=row.unknowns + (outcome.outcome_class is OutcomeClass.UNKNOWN),
        sent_utc=now if outcome.outcome_class is OutcomeClass.OK else row.sent_utc,
        outcome=f"{said}: {outcome.detail}" if outcome.detail else said,
        provider_id=outcome.provider_id or row.provider_id,
        next_attempt_utc=due,
    )


def _ended(path: tuple[DeliveryState, ...]) -> tuple[DeliveryState, ...]:
    """The way of a row that would wait for another attempt, when there shall be none.

    What may have arrived stays UNKNOWN: whoever may have it must hear of the end.
    """
    return (_S.UNKNOWN,) if _S.UNKNOWN in path else (*path, _S.SUPERSEDED)


def _walk(connection: sa.Connection, row: Any, path: Iterable[DeliveryState], **values: Any) -> sa.Row[Any]:
    state = DeliveryState(row.state)
    for wanted in path:
        state = next_state(state, wanted)
    held = state in {_S.CLAIMED, _S.SENDING}
    lease = {} if held else {"owner": None, "lease_until_utc": None, "sending_utc": None}
    changed = (
        delivery_table.update()
        .where(delivery_table.c.delivery_id == row.delivery_id)
        .values(state=state, **lease, **values)
        .returning(*delivery_table.c)
    )
    return connection.execute(changed).one()
