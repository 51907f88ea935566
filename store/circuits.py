"""Circuits of provider accounts, in the database: what one dispatcher learns of an account, all of them know.

A row that is given back because its account is cut off keeps the account's name (``waits_for``). It is claimed again
when the account takes messages, when it is its turn as the probe, or when its alert is over; and not at every probe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from notify.account import Account
from notify.channel_rules import kind_of
from notify.circuit import PROBES_APART_MOST_S, Circuit, CircuitState, Sign, heard, probing, wait_of
from notify.delivery_states import DeliveryState
from store.dialect import upsert
from store.ledger_rows import circuit_table, delivery_table
from store.needless import over

_GIVES_WAY = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(seconds=2 * PROBES_APART_MOST_S)
"""No probe is farther away: the clock was set back since."""


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
    if not wait and not row.attempts and _tried_one_waits(connection, row, account, now=now):
        return _GIVES_WAY
    return None if circuit.closed else wait


def place(row: Any, account: Account, turn: timedelta, *, until: datetime) -> dict[str, Any]:
    """Where a row waits that is given back because its account is cut off: for the account, at its place in the order.

    Until an instant only where it may have arrived, and its provider can be asked for it at each probe; or where its
    turn is here, and another goes first or the account's rate allows none.
    """
    if row.unknowns or turn <= _GIVES_WAY:
        return {"due_utc": until}
    return {"waits_for": account.credential}


def may_go(
    connection: sa.Connection, due: sa.ColumnElement[bool], *, now: datetime, world: str
) -> sa.ColumnElement[bool]:
    """Of the rows that are ``due``, those that no circuit keeps back."""
    by = delivery_table.c
    shut = _shut(connection, world)
    if not shut:
        return due
    probes = [
        _next_probe(connection, credential, due, world=world)
        for credential, probe_utc in shut.items()
        if probe_utc <= now or probe_utc > now + _LONGEST_WAIT
    ]
    waiting = (by.world == world, by.state == DeliveryState.PENDING, sa.not_(_free(shut)))
    told = connection.execute(sa.select(by.alert_id).where(*waiting).distinct()).scalars().all()
    ended = [alert_id for alert_id in told if over(connection, alert_id, now=now) is not None]
    return sa.and_(due, sa.or_(_free(shut), by.delivery_id.in_(probes), by.alert_id.in_(ended)))


def next_turn(connection: sa.Connection, *, world: str) -> datetime | None:
    """When the next row falls due that waits for its turn as a probe; None when none waits."""
    by, turns = delivery_table.c, []
    for credential, probe_utc in _shut(connection, world).items():
        first = sa.select(sa.func.min(by.due_utc)).where(*_waiting(world, credential))
        due: datetime | None = connection.execute(first).scalar_one()
        turns += [max(due, probe_utc)] if due is not None else []
    return min(turns, default=None)


def is_free(connection: sa.Connection, *, world: str) -> sa.ColumnElement[bool]:
    """Rows that wait for no account, or for one that takes messages again."""
    return _free(_shut(connection, world))


def let_go(connection: sa.Connection, *, world: str) -> None:
    """Let every row that waits for an account be looked at anew."""
    by = delivery_table.c
    waiting = (by.world == world, by.state == DeliveryState.PENDING, by.waits_for.is_not(None))
    connection.execute(delivery_table.update().where(*waiting).values(waits_for=None))


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


def _tried_one_waits(connection: sa.Connection, row: Any, account: Account, *, now: datetime) -> bool:
    by = delivery_table.c
    mine = (by.world == row.world, by.channel == row.channel, by.state == DeliveryState.PENDING)
    ours = sa.or_(by.waits_for.is_(None), by.waits_for == account.credential)
    chosen = sa.select(by.delivery_id).where(*mine, ours, by.attempts > 0, by.due_utc <= now)
    return connection.execute(chosen.limit(1)).first() is not None


def _shut(connection: sa.Connection, world: str) -> dict[str, datetime]:
    """Accounts that take no messages, and when each is probed next."""
    by = circuit_table.c
    chosen = sa.select(by.credential, by.probe_utc).where(by.world == world, by.state != CircuitState.CLOSED)
    return dict(connection.execute(chosen).tuples().all())


def _free(shut: Iterable[str]) -> sa.ColumnElement[bool]:
    by = delivery_table.c
    return sa.or_(by.waits_for.is_(None), by.waits_for.not_in(list(shut)))


def _next_probe(connection: sa.Connection, credential: str, due: sa.ColumnElement[bool], *, world: str) -> str | None:
    by = delivery_table.c
    chosen = sa.select(by.delivery_id).where(*_waiting(world, credential), due)
    first = chosen.order_by((by.attempts > 0).desc(), by.due_utc, by.delivery_id).limit(1)
    return connection.execute(first).scalar()


def _waiting(world: str, credential: str) -> tuple[sa.ColumnElement[bool], ...]:
    by = delivery_table.c
    return by.world == world, by.state == DeliveryState.PENDING, by.waits_for == credential


def _is(world: str, credential: str) -> tuple[sa.ColumnElement[bool], ...]:
    return circuit_table.c.world == world, circuit_table.c.credential == credential
