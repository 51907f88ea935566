"""Since when what is owed has been due: the auditor takes a row that nobody sends for a dispatcher that died."""

from __future__ import annotations

import pytest

from notify.account import Account, Later
from notify.circuit import CircuitRules
from notify.delivery_states import Outcome, OutcomeClass
from notify.ledger import Delivery
from store.database import Database
from store.ledger import SqlLedger
from store.owed import Owed
from tests.store.examples import claim, commit, minutes

SLOW = Account("slow", per_min=0.5, burst=1)
DEAD = Account("dead", per_min=6000, burst=1000, circuit=CircuitRules(1, 10.0, 600.0, 600.0))


@pytest.fixture
def ledger(database: Database) -> SqlLedger:
    return SqlLedger(database)


def oldest(ledger: SqlLedger, at: float) -> float | None:
    """Minutes after noon since which a row has been due, as it is seen then."""
    found = Owed(ledger.database).oldest_due(now=minutes(at))
    return None if found is None else (found - minutes(0)).total_seconds() / 60


def begin(ledger: SqlLedger, row: Delivery, account: Account) -> Delivery | Later | None:
    return ledger.begin_sending(row, now=minutes(0), account=account)


def test_a_row_that_nobody_takes_has_been_due_since_its_decision(ledger: SqlLedger) -> None:
    assert oldest(ledger, 9) is None
    commit(ledger)
    assert oldest(ledger, 9) == 0


def test_a_row_that_its_providers_rate_gave_back_is_due_when_the_rate_allows_it(ledger: SqlLedger) -> None:
    commit(ledger)
    first, second, third = claim(ledger)
    begun = begin(ledger, first, SLOW)
    assert isinstance(begun, Delivery)
    ledger.record(begun, Outcome(OutcomeClass.OK), now=minutes(0), retry_at=None)
    assert [begin(ledger, row, SLOW) for row in (second, third)] == [Later(120.0), Later(240.0)]
    assert [oldest(ledger, at) for at in (1, 3, 9)] == [None, 2, 2]


def test_rows_of_an_account_that_is_cut_off_are_due_at_its_probe(ledger: SqlLedger) -> None:
    commit(ledger)
    first, second, third = claim(ledger)
    begun = begin(ledger, first, DEAD)
    assert isinstance(begun, Delivery)
    ledger.record(begun, Outcome(OutcomeClass.REJECT_PERMANENT), now=minutes(0), retry_at=None)
    begun = begin(ledger, second, DEAD)
    assert isinstance(begun, Delivery)
    ledger.record(begun, Outcome(OutcomeClass.NOT_SENT), now=minutes(0), retry_at=minutes(30), account=DEAD)
    assert isinstance(begin(ledger, third, DEAD), Later)
    assert [oldest(ledger, at) for at in (9, 15)] == [None, 10], "a probe that nobody sends is seen"
