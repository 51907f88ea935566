"""Tokens of provider credentials, in the database: all dispatchers together keep to a provider's rate."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from notify.account import Account
from store.dialect import upsert
from store.ledger_rows import bucket_table

_LONGEST_PAUSE = timedelta(minutes=3)
_LONGEST_QUEUE = timedelta(hours=1)
"""A clock that was set back would otherwise leave a credential unused for as long as it had been ahead."""


def take(connection: sa.Connection, account: Account, *, now: datetime, world: str) -> timedelta:
    """Take one token; zero when taken, else how long to wait. Each that waits is given a later time than the last.

    Args:
        connection: an open transaction.
        account: whose credential, rate and burst these are.
        now: on the clock of the dispatcher.
        world: worlds share nothing.
    """
    interval, credential = _interval(account), account.credential
    next_utc, queue_utc = _locked(connection, credential, now=now, world=world)
    if next_utc - now > account.burst * interval + _LONGEST_PAUSE:
        next_utc, queue_utc = now, now
    ready = next_utc - _saved_up(account)
    if ready <= now:
        _write(connection, credential, world=world, next_utc=max(next_utc, now) + interval, queue_utc=queue_utc)
        return timedelta(0)
    queue_utc = max(queue_utc + interval, ready)
    if queue_utc - now > _LONGEST_QUEUE:
        queue_utc = ready
    _write(connection, credential, world=world, next_utc=next_utc, queue_utc=queue_utc)
    return queue_utc - now


def pause(connection: sa.Connection, account: Account, *, until: datetime, now: datetime, world: str) -> None:
    """Let no token be taken before ``until``, and one then: the burst has to be saved up anew."""
    next_utc, queue_utc = _locked(connection, account.credential, now=now, world=world)
    later, queued = max(next_utc, until + _saved_up(account)), max(queue_utc, until - _interval(account))
    _write(connection, account.credential, world=world, next_utc=later, queue_utc=queued)


def _interval(account: Account) -> timedelta:
    """One token falls due in each."""
    return timedelta(minutes=1) / account.per_min


def _saved_up(account: Account) -> timedelta:
    """How far a rested account lies ahead of one that may send a single message."""
    return (account.burst - 1) * _interval(account)


def _locked(connection: sa.Connection, credential: str, *, now: datetime, world: str) -> tuple[datetime, datetime]:
    chosen = sa.select(bucket_table).where(*_is(credential, world)).with_for_update()
    row = connection.execute(chosen).one_or_none()
    if row is None:
        new = {"world": world, "credential": credential, "next_utc": now, "queue_utc": now}
        connection.execute(upsert(connection, bucket_table).values(new).on_conflict_do_nothing())
        row = connection.execute(chosen).one()
    return row.next_utc, row.queue_utc


def _write(connection: sa.Connection, credential: str, *, world: str, next_utc: datetime, queue_utc: datetime) -> None:
    changed = bucket_table.update().where(*_is(credential, world))
    connection.execute(changed.values(next_utc=next_utc, queue_utc=queue_utc))


def _is(credential: str, world: str) -> tuple[sa.ColumnElement[bool], ...]:
    return bucket_table.c.world == world, bucket_table.c.credential == credential
