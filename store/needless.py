"""Why a row need not, or must not, be sent any more: looked at inside the transaction that would begin the send."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from notify.alert import NEVER_QUIET
from notify.delivery_states import DeliveryState
from notify.ledger import EVERY_SILENT
from store.errors import NotInStore
from store.ledger_rows import alert_table, answer_table, event_table, hush_table
from store.silence import silent_offices

_S = DeliveryState


class Why(StrEnum):
    """What stands in the row's outcome."""

    NEWER = "a newer revision was committed"
    ANSWERED = "the office has answered"
    EXPIRED = "its time of validity is over"
    HUSHED = "silenced by a person"


ENDS_AS = {
    Why.NEWER: _S.SUPERSEDED,
    Why.ANSWERED: _S.SUPERSEDED,
    Why.HUSHED: _S.SUPERSEDED,
    Why.EXPIRED: _S.EXPIRED,
}


def needless(connection: sa.Connection, row: Any, *, now: datetime) -> Why | None:
    """Why a row must not be sent; None when it is to be. The caller holds the event: no revision comes in between.

    Raises:
        NotInStore: the row has no alert.
    """
    told = _alert_and_event(connection, row.alert_id)
    if told.newest_revision != row.revision:
        return Why.NEWER
    if row.step > 0 and answered(connection, row):
        return Why.ANSWERED
    return _over(connection, told, now=now)


def over(connection: sa.Connection, alert_id: str, *, now: datetime) -> Why | None:
    """Why none of an alert's rows is to be sent, whichever it is; None when they are.

    Raises:
        NotInStore: no such alert.
    """
    return _over(connection, _alert_and_event(connection, alert_id), now=now)


def _over(connection: sa.Connection, told: Any, *, now: datetime) -> Why | None:
    if told.expires_utc is not None and told.expires_utc <= now:
        return Why.EXPIRED
    if told.level not in NEVER_QUIET and _hushed(connection, told, now=now):
        return Why.HUSHED
    return None


def answered(connection: sa.Connection, row: Any) -> bool:
    """Whether the office that a row calls, or on whose behalf it calls another, has answered this alert."""
    if row.for_office == EVERY_SILENT:
        return not silent_offices(connection, row)
    region, office = (row.for_region, row.for_office) if row.for_office else (row.region, row.office)
    by = answer_table.c
    chosen = sa.select(by.seq).where(by.alert_id == row.alert_id, by.region == region, by.office == office)
    return connection.execute(chosen.limit(1)).first() is not None


def _alert_and_event(connection: sa.Connection, alert_id: str) -> sa.Row[Any]:
    told = alert_table.c
    chosen = (
        sa.select(told.world, told.event_id, told.zone, told.level, told.expires_utc, event_table.c.newest_revision)
        .select_from(alert_table)
        .join(event_table, sa.and_(event_table.c.world == told.world, event_table.c.event_id == told.event_id))
        .where(told.alert_id == alert_id)
    )
    found = connection.execute(chosen).one_or_none()
    if found is None:
        raise NotInStore(f"no alert {alert_id!r}")
    return found


def _hushed(connection: sa.Connection, told: Any, *, now: datetime) -> bool:
    by = hush_table.c
    subject = sa.or_(by.event_id == told.event_id, sa.and_(by.event_id.is_(None), by.zone == told.zone))
    chosen = sa.select(by.seq).where(by.world == told.world, subject, by.begins_utc <= now, by.ends_utc > now)
    return connection.execute(chosen.limit(1)).first() is not None
