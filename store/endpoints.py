"""How each endpoint does: when it last took a message, and since when it is sick. A sick one is still tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.delivery_states import Outcome, OutcomeClass
from store.dialect import upsert
from store.ledger_rows import endpoint_table

_HURTS = {OutcomeClass.REJECT_PERMANENT}


@dataclass(frozen=True, slots=True)
class SickEndpoint:
    """An endpoint that refused, or on which a message was given up."""

    region: str
    office: str
    channel: str
    failures: int
    sick_since_utc: datetime
    last_ok_utc: datetime | None
    last_error: str


def keep(connection: sa.Connection, row: Any, outcome: Outcome, *, ended: bool, now: datetime) -> None:
    """Note an attempt. An endpoint is sick from a refusal, or from the end of a row that was not sent, to its next OK.

    Args:
        connection: an open transaction.
        row: of the ledger.
        outcome: what is known of the attempt.
        ended: whether no further attempt is wanted.
        now: time of the outcome.
    """
    key = {"world": row.world, "region": row.region, "office": row.office, "channel": row.channel}
    by = endpoint_table.c
    if outcome.outcome_class is OutcomeClass.OK:
        known: dict[str, Any] = {"failures": 0, "sick_since_utc": None, "last_ok_utc": now, "last_error": None}
        written = upsert(connection, endpoint_table).values(key | known)
        connection.execute(written.on_conflict_do_update(index_elements=list(key), set_=known))
    elif outcome.outcome_class in _HURTS or ended:
        known = {"failures": 1, "sick_since_utc": now, "last_ok_utc": None, "last_error": outcome.detail}
        again = {
            "failures": by.failures + 1,
            "sick_since_utc": sa.func.coalesce(by.sick_since_utc, now, type_=by.sick_since_utc.type),
            "last_error": outcome.detail,
        }
        written = upsert(connection, endpoint_table).values(key | known)
        connection.execute(written.on_conflict_do_update(index_elements=list(key), set_=again))


def sick(connection: sa.Connection, *, world: str) -> Sequence[SickEndpoint]:
    """Every sick endpoint, the one that is so longest first."""
    by = endpoint_table.c
    chosen = sa.select(endpoint_table).where(by.world == world, by.sick_since_utc.is_not(None))
    return [
        SickEndpoint(
            row.region, row.office, row.channel, row.failures, row.sick_since_utc, row.last_ok_utc, row.last_error or ""
        )
        for row in connection.execute(chosen.order_by(by.sick_since_utc, by.region, by.office, by.channel))
    ]
