"""How a row goes from state to state, and what an attempt leaves behind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.delivery_states import DeliveryState, Outcome, OutcomeClass, next_state
from store.ledger_rows import attempt_table, delivery_table
from store.needless import ENDS_AS, Why

_S = DeliveryState
_NO_LEASE: dict[str, None] = {
    "owner": None,
    "lease_until_utc": None,
    "lease_until_boot_s": None,
    "sending_utc": None,
}


def walk(connection: sa.Connection, row: Any, path: Iterable[DeliveryState], **values: Any) -> sa.Row[Any]:
    """Move a row along a path of states that may follow each other; its lease ends with the claim."""
    state = DeliveryState(row.state)
    for wanted in path:
        state = next_state(state, wanted)
    lease = {} if state in {_S.CLAIMED, _S.SENDING} else _NO_LEASE
    changed = (
        delivery_table.update()
        .where(delivery_table.c.delivery_id == row.delivery_id)
        .values(state=state, **lease, **values)
        .returning(*delivery_table.c)
    )
    return connection.execute(changed).one()


def finish(
    connection: sa.Connection,
    row: Any,
    outcome: Outcome,
    *,
    path: Iterable[DeliveryState],
    now: datetime,
    due: datetime | None,
) -> None:
    """Count an attempt, keep what it brought, and walk."""
    said = outcome.outcome_class.value
    walk(
        connection,
        row,
        path,
        attempts=row.attempts + 1,
        unknowns=row.unknowns + (outcome.outcome_class is OutcomeClass.UNKNOWN),
        sent_utc=now if outcome.outcome_class is OutcomeClass.OK else row.sent_utc,
        outcome=f"{said}: {outcome.detail}" if outcome.detail else said,
        provider_id=outcome.provider_id or row.provider_id,
        next_attempt_utc=due,
        due_utc=due or row.due_utc,
    )


def append_attempt(
    connection: sa.Connection, row: Any, outcome: Outcome, *, fence: int, now: datetime, stale: bool
) -> None:
    """Keep an attempt, also that of a dispatcher which had lost the row."""
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


def left_to_end(path: tuple[DeliveryState, ...], why: Why) -> tuple[DeliveryState, ...]:
    """The way of a row that would wait for another attempt, when there shall be none.

    What may have arrived stays UNKNOWN: whoever may have it must hear of the end.
    """
    return (_S.UNKNOWN,) if _S.UNKNOWN in path else (*path, ENDS_AS[why])
