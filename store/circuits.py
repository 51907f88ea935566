"""Circuits of provider accounts, in the database: what one dispatcher learns of an account, all of them know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from notify.account import Account
from notify.channel_rules import kind_of
from notify.circuit import Circuit, CircuitState, Sign, heard, probing, wait_of
from notify.ledger import DeliveryState
from store.dialect import upsert
from store.ledger_rows import circuit_table, delivery_table

_GIVES_WAY = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class CutOff:
    """An account that takes no messages."""

    credential: str
    channel: str
    since_utc: datetime
    detours: int
    """Rows that went to the next endpoint of their office because of it."""
    doubtful: int
    """Of these, where the first message may have arrived too."""


def hear(connection: sa.Connection, row: Any, account: Account | None, sign: Sign, *, now: datetime) -> bool:
    """Note an attempt through an account inside a transaction; whether it is cut off then."""
    if account is None or account.circuit is None:
        return False
    rules = account.circuit
    found = _changed(connection, row, account, lambda circuit: heard(circuit, sign, now=now, rules=rules))
    return not found.closed


def wait_for(connection: sa.Connection, row: Any, account: Account | None, *, now: datetime) -> timedelta | None:
    """How long a row waits for its turn as a probe: zero when it is its turn; None while the circuit is closed.

    A row that was tried before goes first: where a provider refuses each number once, only a second try shows that it
    takes messages.
    """
    if account is None or account.circuit is None:
        return None
    circuit = _read(connection, row.world, account.credential, lock=False)
    if circuit.closed:
        return None
    circuit = _read(connection, row.world, account.credential, lock=True)
    wait = wait_of(circuit, now=now, rules=account.circuit)
    if not wait and not row.attempts and _tried_one_waits(connection, row, now=now):
        return _GIVES_WAY
    return None if circuit.closed else wait


def probe(connection: sa.Connection, row: Any, account: Account, *, now: datetime) -> None:
    """A row leaves as the probe of an account that is cut off."""
    assert account.circuit is not None
    rules = account.circuit
    _changed(connection, row, account, lambda circuit: probing(circuit, now=now, rules=rules))


def count_detours(connection: sa.Connection, row: Any, account: Account, written: int, *, doubtful: bool) -> None:
    """Count rows that were written for the next endpoint because the account is cut off."""
    by = circuit_table.c
    changed = circuit_table.update().where(*_is(row.world, account.credential))
    connection.execute(changed.values(detours=by.detours + written, doubtful=by.doubtful + written * doubtful))


def cut_off(connection: sa.Connection, *, world: str) -> list[CutOff]:
    """Every account that takes no messages, the one that is so longest first."""
    by = circuit_table.c
    chosen = sa.select(circuit_table).where(by.world == world, by.state != CircuitState.CLOSED)
    return [
        CutOff(row.credential, row.channel, row.since_utc, row.detours, row.doubtful)
        for row in connection.execute(chosen.order_by(by.since_utc, by.credential))
    ]


def _changed(connection: sa.Connection, row: Any, account: Account, change: Callable[[Circuit], Circuit]) -> Circuit:
    seen = _read(connection, row.world, account.credential, lock=False)
    if change(seen) is seen:
        return seen
    before = _read(connection, row.world, account.credential, lock=True)
    after = change(before)
    key = {"world": row.world, "credential": account.credential}
    values: dict[str, Any] = {field.name: getattr(after, field.name) for field in fields(Circuit)}
    values["channel"] = kind_of(row.channel)
    if before.closed and not after.closed:
        values |= {"detours": 0, "doubtful": 0}
    new = upsert(connection, circuit_table).values({"detours": 0, "doubtful": 0} | key | values)
    connection.execute(new.on_conflict_do_update(index_elements=list(key), set_=values))
    return after


def _read(connection: sa.Connection, world: str, credential: str, *, lock: bool) -> Circuit:
    chosen = sa.select(circuit_table).where(*_is(world, credential))
    row = connection.execute(chosen.with_for_update() if lock else chosen).one_or_none()
    if row is None:
        return Circuit()
    found = {field.name: getattr(row, field.name) for field in fields(Circuit)}
    return Circuit(**found | {"state": CircuitState(row.state)})


def _tried_one_waits(connection: sa.Connection, row: Any, *, now: datetime) -> bool:
    by = delivery_table.c
    mine = (by.world == row.world, by.channel == row.channel, by.state == DeliveryState.PENDING)
    chosen = sa.select(by.delivery_id).where(*mine, by.attempts > 0, by.due_utc <= now)
    return connection.execute(chosen.limit(1)).first() is not None


def _is(world: str, credential: str) -> tuple[sa.ColumnElement[bool], ...]:
    return circuit_table.c.world == world, circuit_table.c.credential == credential
