"""Dispatchers sign that they are at work; the auditor asks when any of them last did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store.database import Database
from store.senders import Senders

NOON = datetime(2024, 4, 10, 4, tzinfo=UTC)


def test_the_newest_sign_of_any_dispatcher_counts_and_worlds_share_nothing(database: Database) -> None:
    senders = Senders(database)
    assert senders.last_seen() is None
    for owner, seconds in (("a", 0), ("b", 7), ("a", 3)):
        senders.note(owner, started_utc=NOON, now=NOON + timedelta(seconds=seconds))
    assert senders.last_seen() == NOON + timedelta(seconds=7)
    assert senders.last_seen(world="exercise-1") is None


def test_dispatchers_of_last_week_are_forgotten(database: Database) -> None:
    senders = Senders(database)
    senders.note("old", started_utc=NOON, now=NOON)
    senders.note("new", started_utc=NOON, now=NOON + timedelta(days=8))
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT owner FROM sender").scalars().all() == ["new"]
