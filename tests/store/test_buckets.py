"""Tokens of a credential, shared by all dispatchers through the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from notify.account import Account
from store import buckets
from store.database import Database
from store.ledger import SqlLedger
from tests.store.examples import minutes

NOW = minutes(0)


@pytest.fixture
def ledger(database: Database) -> SqlLedger:
    return SqlLedger(database)


BOT = Account("bot", per_min=15, burst=4)


def take(ledger: SqlLedger, at: datetime = NOW, *, credential: str = "bot", world: str = "live") -> float:
    with ledger.database.begin() as connection:
        wait = buckets.take(connection, replace(BOT, credential=credential), now=at, world=world)
    return wait.total_seconds()


def test_a_rested_credential_gives_its_burst_and_then_makes_wait(ledger: SqlLedger) -> None:
    assert [take(ledger) for _ in range(4)] == [0, 0, 0, 0]
    assert take(ledger) == 4.0


def test_each_that_waits_is_given_a_later_time(ledger: SqlLedger) -> None:
    waits = [take(ledger) for _ in range(8)]
    assert waits[4:] == [4.0, 8.0, 12.0, 16.0]


def test_no_minute_ever_sees_the_twenty_that_a_provider_blocks_at(ledger: SqlLedger) -> None:
    sent: list[datetime] = []
    due = [NOW] * 60
    while due:
        at = min(due)
        due.remove(at)
        wait_s = take(ledger, at)
        if wait_s:
            due.append(at + timedelta(seconds=wait_s))
        else:
            sent.append(at)
    assert len(sent) == 60
    for first in sent:
        assert sum(first <= each < first + timedelta(minutes=1) for each in sent) < 20
    assert max(sent) - NOW <= timedelta(minutes=60 / 15 + 1), "and no time is given away"


def test_credentials_and_worlds_share_nothing(ledger: SqlLedger) -> None:
    assert [take(ledger) for _ in range(5)][-1] > 0
    assert take(ledger, credential="another") == 0
    assert take(ledger, world="exercise-1") == 0


def test_a_provider_that_asks_for_patience_gets_it(ledger: SqlLedger) -> None:
    ledger.pause(BOT, until=NOW + timedelta(seconds=120), now=NOW, world="live")
    assert [take(ledger) for _ in range(3)] == [120, 124, 128], "nobody is sent before, and each then by the rate"
    assert take(ledger, NOW + timedelta(seconds=119)) > 0
    assert [take(ledger, NOW + timedelta(seconds=at_s)) for at_s in (120, 124)] == [0, 0]
    assert take(ledger, NOW + timedelta(seconds=125)) > 0, "the burst is saved up anew"


def test_a_clock_that_is_set_back_leaves_no_credential_unused(ledger: SqlLedger) -> None:
    for _ in range(6):
        take(ledger)
    assert take(ledger, NOW - timedelta(days=1)) == 0


def test_dispatchers_at_once_take_no_more_than_there_is(ledger: SqlLedger) -> None:
    with ThreadPoolExecutor(4) as pool:
        waits = list(pool.map(lambda _: take(ledger), range(12)))
    assert waits.count(0) == 4
    assert len(set(waits) - {0}) == 8
