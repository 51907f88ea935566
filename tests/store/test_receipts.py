"""What is sent is asked after for a while, and what a receipt says stands in the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from notify.delivery_states import DeliveryState, Outcome, OutcomeClass
from notify.ledger import Delivery
from notify.receipts import ReceiptWait
from store.database import Database
from store.errors import NotInStore
from store.ledger import SqlLedger
from store.ledger_rows import delivery_of, delivery_table, receipt_table
from tests.store.examples import an_alert, claim, commit, minutes

WAIT = ReceiptWait(timedelta(minutes=1), timedelta(hours=1), per_min=60.0)
_S = DeliveryState


@pytest.fixture
def ledger(database: Database) -> SqlLedger:
    return SqlLedger(database)


def sent(ledger: SqlLedger) -> list[Delivery]:
    """Three rows that left at noon."""
    commit(ledger)
    rows = claim(ledger)
    for row in rows:
        begun = ledger.begin_sending(row, now=minutes(0))
        assert isinstance(begun, Delivery)
        ledger.record(begun, Outcome(OutcomeClass.OK, provider_id="m-1"), now=minutes(0), retry_at=None)
    return rows


def taken(ledger: SqlLedger, at: float, *, limit: int = 9, wait: ReceiptWait = WAIT) -> list[Delivery]:
    return ledger.take_up_receipts("inbox", wait, now=minutes(at), limit=limit, world="live")


def row_of(ledger: SqlLedger, key: str) -> Delivery:
    chosen = sa.select(delivery_table).where(delivery_table.c.delivery_id == key)
    with ledger.database.read() as connection:
        return delivery_of(connection.execute(chosen).one())


def test_a_message_is_asked_after_again_after_twice_its_age_and_no_more_after_the_window(ledger: SqlLedger) -> None:
    sent(ledger)
    assert ledger.channels_sent(since=minutes(-1), world="live") == ["inbox"]
    assert taken(ledger, 0.5) == [], "too early"
    assert [row.provider_id for row in taken(ledger, 2)] == ["m-1"] * 3
    assert taken(ledger, 3) == []
    assert len(taken(ledger, 4)) == 3
    assert taken(ledger, 61) == [], "nobody asks for ever"


def test_who_dies_while_asking_leaves_the_rows_to_the_next_and_no_two_ask_at_once(ledger: SqlLedger) -> None:
    sent(ledger)
    first, second = taken(ledger, 1, limit=2), taken(ledger, 1)
    assert (len(first), len(second)) == (2, 1)
    assert {row.delivery_id for row in taken(ledger, 2)} == {row.delivery_id for row in (*first, *second)}


def test_all_who_ask_keep_to_one_rate(ledger: SqlLedger) -> None:
    sent(ledger)
    slow = replace(WAIT, per_min=0.1)
    assert len(taken(ledger, 1, limit=1, wait=slow)) == 1
    assert taken(ledger, 1, limit=1, wait=slow) == []
    assert len(taken(ledger, 11, limit=1, wait=slow)) == 1


def test_a_receipt_makes_sent_delivered_once(ledger: SqlLedger) -> None:
    key = sent(ledger)[0].delivery_id
    assert ledger.confirm(key, now=minutes(2), detail="receipt")
    assert not ledger.confirm(key, now=minutes(3), detail="receipt")
    row = row_of(ledger, key)
    assert (row.state, row.sent_utc) == (_S.DELIVERED, minutes(0))
    assert key not in {other.delivery_id for other in taken(ledger, 5)}


def test_a_receipt_that_says_no_takes_the_message_back_and_the_next_endpoint_gets_it(ledger: SqlLedger) -> None:
    row = sent(ledger)[0]
    other = replace(row, delivery_id="next", channel="sms", rank=2, state=_S.PENDING, fence=0)
    assert ledger.bounce(row.delivery_id, now=minutes(2), detail="no such number", failover=[other])
    assert not ledger.bounce(row.delivery_id, now=minutes(3), detail="no such number", failover=[other])
    failed = row_of(ledger, row.delivery_id)
    assert (failed.state, failed.sent_utc, failed.outcome) == (_S.REJECTED, None, "receipt: no such number")
    assert [one.delivery_id for one in claim(ledger, at=2)] == ["next"]
    (sick,) = ledger.sick_endpoints()
    assert (sick.office, sick.channel, sick.failures) == (row.office, "inbox", 1)
    with ledger.database.read() as connection:
        assert list(connection.execute(sa.select(receipt_table.c.finding)).scalars()) == ["failed", "failed"]


def test_an_office_that_answered_is_not_sent_the_message_again(ledger: SqlLedger) -> None:
    row = sent(ledger)[0]
    ledger.acknowledge("平0511-01", office=row.office, by="张三", via="phone", now=minutes(1))
    other = replace(row, delivery_id="next", channel="sms", rank=2, state=_S.PENDING, fence=0)
    assert ledger.bounce(row.delivery_id, now=minutes(2), detail="no", failover=[other])
    assert claim(ledger, at=2) == []


def test_what_a_newer_revision_replaced_is_not_sent_again(ledger: SqlLedger) -> None:
    row = sent(ledger)[0]
    commit(ledger, an_alert(revision=2))
    other = replace(row, delivery_id="next", channel="sms", rank=2, state=_S.PENDING, fence=0)
    assert ledger.bounce(row.delivery_id, now=minutes(2), detail="no", failover=[other])
    assert "next" not in {one.delivery_id for one in claim(ledger, at=2)}


def test_a_delivery_that_is_not_there_is_said(ledger: SqlLedger) -> None:
    with pytest.raises(NotInStore, match="no delivery 'x'"):
        ledger.bounce("x", now=minutes(0), detail="")
