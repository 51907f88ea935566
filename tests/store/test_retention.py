"""What is deleted when its time is over, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from notify.ledger import Outcome, OutcomeClass
from store.audit import Audit
from store.database import Database
from store.errors import StoreError
from store.ledger import SqlLedger
from store.ledger_rows import answer_table, attempt_table, delivery_table, endpoint_table
from store.retention import PURGED_ZH, Purged, RetentionRules, purge
from tests.store.examples import claim, commit, minutes

RULES = RetentionRules(attempts_d=730, names_d=365)
LATER = minutes(0) + timedelta(days=731)
KNOWN = {("beijing", "110117", "inbox"), ("tianjin", "120119", "inbox")}


@pytest.fixture
def told(database: Database) -> Database:
    ledger = SqlLedger(database)
    alert = commit(ledger)
    for row in claim(ledger):
        begun = ledger.begin_sending(row, now=minutes(0.1))
        assert begun is not None
        ledger.record(begun, Outcome(OutcomeClass.OK), now=minutes(0.2), retry_at=None)
    ledger.acknowledge(alert.code, office="110117", by="张三", via="phone", now=minutes(3))
    return database


def count(database: Database, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    with database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar_one())


def purged(database: Database, *, rehearse: bool = False, at: timedelta = timedelta()) -> Purged:
    return purge(database, RULES, by="李四", now=LATER + at, known=KNOWN, rehearse=rehearse)


def test_what_is_over_goes_with_a_certificate_in_the_audit_log(told: Database) -> None:
    found = purged(told)
    assert (found.attempts, found.names, found.endpoints) == (3, 2, 1)
    assert count(told, attempt_table) == 0
    assert count(told, answer_table, answer_table.c.acknowledged_by == "张三") == 0
    assert count(told, delivery_table, delivery_table.c.acknowledged_by == PURGED_ZH) == 1
    assert count(told, endpoint_table) == 2
    link = Audit(told).links()[-1]
    assert (link.seq, link.hash, link.action, link.actor) == (found.audit_seq, found.audit_hash, "purge", "李四")
    assert Audit(told).verify() == []


def test_that_an_office_answered_and_when_stays(told: Database) -> None:
    purged(told)
    assert count(told, answer_table, answer_table.c.acknowledged_utc == minutes(3)) == 1


def test_a_rehearsal_counts_the_same_and_deletes_nothing(told: Database) -> None:
    found = purged(told, rehearse=True)
    assert found == replace(purged(told), audit_seq=0, audit_hash="")


def test_what_is_not_over_stays(told: Database) -> None:
    found = purged(told, at=timedelta(days=-500))
    assert (found.attempts, found.names) == (0, 0)
    assert count(told, attempt_table) == 3


def test_a_second_purge_finds_nothing(told: Database) -> None:
    purged(told)
    again = purged(told)
    assert (again.attempts, again.names, again.endpoints) == (0, 0, 0)


def test_nobody_and_an_empty_contacts_file_purge_nothing(told: Database) -> None:
    for by, known in ((" ", KNOWN), ("李四", set[tuple[str, str, str]]())):
        with pytest.raises(StoreError, match="say who purges"):
            purge(told, RULES, by=by, now=LATER, known=known, rehearse=False)


@pytest.mark.parametrize("changed", [{"attempts_d": 100}, {"names_d": 0}])
def test_times_under_what_the_law_asks_are_refused(changed: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least"):
        replace(RULES, **changed)
