"""A claimed row on its way out: begun just before the request, looked up where that is possible, and recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from notify.account import Account, Later
from notify.circuit import Sign
from notify.delivery_states import (
    SIGNS,
    DeliveryState,
    Finding,
    IllegalTransition,
    Outcome,
    OutcomeClass,
    next_state,
    states_after,
)
from notify.ledger import EVERY_SILENT, NAMES_APART, Delivery
from store import buckets, circuits, endpoints
from store.claiming import hold_event, is_over, locked
from store.dialect import upsert
from store.errors import NotInStore
from store.ledger_rows import delivery_of, delivery_row, delivery_table, receipt_table
from store.needless import ENDS_AS, answered, needless
from store.silence import silent_offices
from store.walking import append_attempt, finish, left_to_end, walk

_S = DeliveryState
_NOT_YET_SENDING = (_S.PENDING, _S.CLAIMED)


def begin_sending(
    connection: sa.Connection,
    delivery: Delivery,
    *,
    now: datetime,
    boot_now_s: float,
    account: Account | None = None,
    detour: Sequence[Delivery] = (),
) -> Delivery | Later | None:
    """SENDING inside a transaction; see :meth:`store.ledger.SqlLedger.begin_sending`."""
    hold_event(connection, delivery.alert_id)
    row = _there(connection, delivery.delivery_id)
    held = row.fence == delivery.fence and row.state == _S.CLAIMED
    if not held or is_over(row, now=now, boot_now_s=boot_now_s):
        return None
    why = needless(connection, row, now=now)
    if why is not None:
        walk(connection, row, (ENDS_AS[why],), outcome=why.value)
        return None
    turn = circuits.wait_for(connection, row, account, now=now)
    wait = turn or _token(connection, row, account, now=now)
    if wait:
        place: dict[str, Any] = {"due_utc": now + wait}
        if account is not None and turn is not None:
            _go_round(connection, row, account, detour, now=now)
            place = circuits.place(row, account, turn, until=now + wait)
        walk(connection, row, (_S.PENDING,), **place)
        return Later(wait.total_seconds(), cut_off=turn is not None)
    if account is not None and turn is not None:
        circuits.probe(connection, row, account, now=now)
    return delivery_of(walk(connection, row, (_S.SENDING,), sending_utc=now, **_whom(connection, row)))


def _whom(connection: sa.Connection, row: Any) -> dict[str, str]:
    """The names for a call on behalf of all that are silent, as they are now."""
    if row.for_office != EVERY_SILENT:
        return {}
    return {"for_office_zh": NAMES_APART.join(silent_offices(connection, row))}


def _token(connection: sa.Connection, row: Any, account: Account | None, *, now: datetime) -> timedelta:
    """Take a token of an account; how long to wait where there is none."""
    if account is None:
        return timedelta(0)
    return buckets.take(connection, account, now=now, world=row.world)


def _go_round(
    connection: sa.Connection,
    row: Any,
    account: Account | None,
    detour: Sequence[Delivery],
    *,
    now: datetime,
    doubtful: bool = False,
) -> None:
    """Send a row of an account that is cut off on the office's next endpoint too, once, unless it has answered."""
    if account is None or answered(connection, row):
        return
    written = _fail_over(connection, detour, now=now)
    if written:
        circuits.count_detours(connection, row, account, written, doubtful=doubtful or row.unknowns > 0)


def record(
    connection: sa.Connection,
    delivery: Delivery,
    outcome: Outcome,
    *,
    now: datetime,
    retry_at: datetime | None,
    failover: Sequence[Delivery],
    account: Account | None = None,
    detour: Sequence[Delivery] = (),
) -> IllegalTransition | None:
    """Append the attempt and move the row inside a transaction.

    Returns:
        Why the row was not moved, when another attempt is wanted after an outcome that ends it: to be raised when the
        attempt is safe.
    """
    hold_event(connection, delivery.alert_id)
    row = _there(connection, delivery.delivery_id)
    current = row.fence == delivery.fence and row.state == _S.SENDING
    append_attempt(connection, row, outcome, fence=delivery.fence, now=now, stale=not current)
    if not current:
        return None
    try:
        path = states_after(outcome.outcome_class, again=retry_at is not None)
    except IllegalTransition as error:
        return error
    why = needless(connection, row, now=now)
    if path[-1] is _S.PENDING and why is not None:
        path, retry_at = left_to_end(path, why), None
    finish(connection, row, outcome, path=path, now=now, due=retry_at)
    endpoints.keep(connection, row, outcome, ended=retry_at is None, now=now)
    is_cut_off = circuits.hear(connection, row, account, SIGNS[outcome.outcome_class], now=now)
    if why is None and not answered(connection, row):
        _fail_over(connection, failover, now=now)
    if why is None and is_cut_off:
        doubtful = outcome.outcome_class is OutcomeClass.UNKNOWN
        _go_round(connection, row, account, detour, now=now, doubtful=doubtful)
    return None


def looked_up(
    connection: sa.Connection,
    delivery: Delivery,
    finding: Finding,
    *,
    now: datetime,
    again_at: datetime,
    most: int,
    account: Account | None = None,
    detour: Sequence[Delivery] = (),
) -> bool:
    """Keep a finding inside a transaction; see :meth:`notify.ledger.Ledger.looked_up`."""
    hold_event(connection, delivery.alert_id)
    row = _there(connection, delivery.delivery_id)
    if row.fence != delivery.fence or row.state != _S.CLAIMED:
        return False
    unsure = _times(connection, row.delivery_id, Finding.UNSURE)
    _keep_receipt(connection, row, finding, now=now, detail="looked up")
    if finding in {Finding.ARRIVED, Finding.DELIVERED}:
        path = (_S.SENT,) if finding is Finding.ARRIVED else (_S.SENT, _S.DELIVERED)
        walk(connection, row, path, sent_utc=now, outcome=f"looked up: {finding}", next_attempt_utc=None)
        return False
    if finding is Finding.UNSURE and circuits.hear(connection, row, account, Sign.ILL, now=now):
        _go_round(connection, row, account, detour, now=now)
    if finding is Finding.UNSURE and unsure + 1 < most:
        walk(connection, row, (_S.PENDING,), due_utc=again_at, next_attempt_utc=again_at)
        return False
    return True


def confirm(connection: sa.Connection, delivery_id: str, *, now: datetime, detail: str) -> bool:
    """A provider's report that a message reached its end; whether that was news."""
    row = _there(connection, delivery_id)
    _keep_receipt(connection, row, Finding.DELIVERED, now=now, detail=detail)
    path = {_S.SENT: (_S.DELIVERED,), _S.UNKNOWN: (_S.SENT, _S.DELIVERED)}.get(DeliveryState(row.state))
    if path is None:
        return False
    walk(connection, row, path, sent_utc=row.sent_utc or now)
    return True


def bounce(
    connection: sa.Connection, delivery_id: str, *, now: datetime, detail: str, failover: Sequence[Delivery]
) -> bool:
    """A provider's report that a message it took over reached nobody; see :meth:`store.ledger.SqlLedger.bounce`."""
    hold_event(connection, _there(connection, delivery_id).alert_id)
    row = _there(connection, delivery_id)
    _keep_receipt(connection, row, Finding.FAILED, now=now, detail=detail)
    if row.state != _S.SENT:
        return False
    why = needless(connection, row, now=now)
    walk(connection, row, (_S.REJECTED,), sent_utc=None, outcome=f"receipt: {detail}")
    endpoints.keep(connection, row, Outcome(OutcomeClass.REJECT_PERMANENT, detail), ended=True, now=now)
    if why is None and not answered(connection, row):
        _fail_over(connection, failover, now=now)
    return True


def supersede(connection: sa.Connection, *rows: sa.ColumnElement[bool]) -> None:
    """Stop those rows that have not begun to be sent."""
    for state in _NOT_YET_SENDING:
        next_state(state, _S.SUPERSEDED)
    # One statement: on PostgreSQL a row that is claimed meanwhile is looked at again and matches still.
    connection.execute(
        delivery_table.update()
        .where(*rows, delivery_table.c.state.in_(_NOT_YET_SENDING))
        .values(state=_S.SUPERSEDED, next_attempt_utc=None, owner=None, lease_until_utc=None, lease_until_boot_s=None)
    )


def _fail_over(connection: sa.Connection, rows: Sequence[Delivery], *, now: datetime) -> int:
    """Write the rows of the next endpoint once; a step of the ladder that would ring it later need not any more.

    Returns:
        How many of them were new.
    """
    by, new = delivery_table.c, 0
    for row in rows:
        written = (
            upsert(connection, delivery_table)
            .values(delivery_row(row, decided_utc=now))
            .on_conflict_do_nothing()
            .returning(by.delivery_id)
        )
        if connection.execute(written).first() is not None:
            mine = (by.alert_id == row.alert_id, by.region == row.region, by.office == row.office)
            supersede(connection, *mine, by.channel == row.channel, by.step > 0, by.for_office == "")
            new += 1
    return new


def _keep_receipt(connection: sa.Connection, row: Any, finding: Finding, *, now: datetime, detail: str) -> None:
    connection.execute(
        receipt_table.insert().values(
            world=row.world, delivery_id=row.delivery_id, finding=finding, found_utc=now, detail=detail
        )
    )


def _times(connection: sa.Connection, delivery_id: str, finding: Finding) -> int:
    by = receipt_table.c
    chosen = sa.select(sa.func.count()).where(by.delivery_id == delivery_id, by.finding == finding)
    return connection.execute(chosen).scalar_one()


def _there(connection: sa.Connection, delivery_id: str) -> sa.Row[Any]:
    row = locked(connection, delivery_id)
    if row is None:
        raise NotInStore(f"no delivery {delivery_id!r}")
    return row
