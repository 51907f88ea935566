"""Rows that left and whose receipt is asked for: taken up a few at a time, and due again after twice the time."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from notify.account import Account
from notify.delivery_states import DeliveryState
from notify.ledger import Delivery
from notify.receipts import ReceiptWait
from store import buckets
from store.ledger_rows import delivery_of, delivery_table


def take_up(
    connection: sa.Connection, channel: str, wait: ReceiptWait, *, now: datetime, limit: int, world: str
) -> list[Delivery]:
    """Take up inside a transaction; see :meth:`store.ledger.SqlLedger.take_up_receipts`.

    ``due_utc`` of a row that was sent says when its receipt is asked for next.
    """
    by = delivery_table.c
    chosen = (
        sa.select(delivery_table)
        .where(by.world == world, by.state == DeliveryState.SENT, by.channel == channel, by.due_utc <= now)
        .where(by.sent_utc <= now - wait.first, by.sent_utc >= now - wait.window)
        .order_by(by.due_utc, by.delivery_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    inquiries, taken = Account(f"receipt:{channel}", per_min=wait.per_min, burst=limit), []
    for row in connection.execute(chosen).all():
        if buckets.take(connection, inquiries, now=now, world=world):
            break
        again = delivery_table.update().where(by.delivery_id == row.delivery_id)
        connection.execute(again.values(due_utc=wait.again_at(row.sent_utc, now)))
        taken.append(delivery_of(row))
    return taken


def channels_sent(connection: sa.Connection, *, since: datetime, world: str) -> list[str]:
    """Channels with rows that were sent since an instant and of which nobody said more."""
    by = delivery_table.c
    chosen = sa.select(by.channel).where(by.world == world, by.state == DeliveryState.SENT, by.sent_utc >= since)
    return list(connection.execute(chosen.distinct().order_by(by.channel)).scalars())
