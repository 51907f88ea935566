"""The audit log on both databases: whatever is done to one row is found."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from notify.alert import LIVE
from store.audit import Audit, AuditAction, Deed, append, audit_table
from store.audit_chain import EMPTY, Head
from store.database import Database
from store.errors import StoreError
from store.keys import KeyRing, key_ring
from store.ledger import SqlLedger
from tests.store.examples import commit

NOON = datetime(2027, 4, 10, 4, tzinfo=UTC)
OLD, NEW = key_ring("01" * 32), key_ring("02" * 32, "01" * 32)
TRIALS = 100


def deed(number: int = 0, **changes: object) -> Deed:
    said = {"office": "110116", "number": number, "note": "已核实", "share": 0.1}
    parts = {"actor": "张三", "action": AuditAction.SIGN, "subject": f"平0410-{number:02d}"}
    return Deed(**parts | {"at_utc": NOON + timedelta(seconds=number), "payload": said} | changes)  # type: ignore[arg-type]


@pytest.fixture
def audit(url: str, opened: Callable[..., Database]) -> Audit:
    return Audit(opened(url, audit_keys=OLD))


def fill(audit: Audit, rows: int = 12) -> None:
    with audit.database.begin() as connection:
        for number in range(rows):
            append(connection, deed(number))


class _Undo(Exception):
    pass


@contextmanager
def undone(audit: Audit) -> Iterator[sa.Connection]:
    with suppress(_Undo), audit.database.begin() as connection:
        yield connection
        raise _Undo


def test_a_log_that_nobody_touched_holds(audit: Audit) -> None:
    assert audit.head() == EMPTY
    assert audit.verify() == []
    fill(audit)
    assert audit.verify(published=[audit.head()]) == []
    assert [link.seq for link in audit.links()] == list(range(1, 13))
    assert [link.subject for link in audit.links(subject="平0410-03", world=LIVE)] == ["平0410-03"]


def test_a_deed_that_is_rolled_back_leaves_no_row(audit: Audit) -> None:
    fill(audit, 2)
    with undone(audit) as connection:
        append(connection, deed(2))
    fill(audit, 1)
    assert audit.verify() == []
    assert audit.head().seq == 3


def test_writers_at_once_make_one_chain(url: str, opened: Callable[..., Database]) -> None:
    gate = threading.Barrier(4)

    def write(number: int) -> None:
        own = opened(url, audit_keys=OLD)
        gate.wait(60)
        for step in range(5):
            Audit(own).append(deed(number * 10 + step))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = Audit(opened(url, audit_keys=OLD))
    assert whole.head().seq == 20
    assert whole.verify() == []


def _edit(connection: sa.Connection, chance: random.Random, rows: int) -> None:
    column = chance.choice(["actor", "action", "subject", "payload", "world", "at_utc", "mac"])
    value: object = NOON - timedelta(days=1) if column == "at_utc" else "written over"
    connection.execute(audit_table.update().where(audit_table.c.seq == chance.randint(1, rows)).values({column: value}))


def _delete(connection: sa.Connection, chance: random.Random, rows: int) -> None:
    connection.execute(audit_table.delete().where(audit_table.c.seq == chance.randint(1, rows - 1)))


def _insert(connection: sa.Connection, chance: random.Random, rows: int) -> None:
    at = chance.randint(1, rows)
    for seq in range(rows, at - 1, -1):
        connection.execute(audit_table.update().where(audit_table.c.seq == seq).values(seq=seq + 1))
    copied = connection.execute(sa.select(audit_table).where(audit_table.c.seq == at + 1)).one()
    connection.execute(audit_table.insert().values(**{**copied._mapping, "seq": at}))


def _swap(connection: sa.Connection, chance: random.Random, rows: int) -> None:
    first, second = chance.sample(range(1, rows + 1), 2)
    for was, becomes in ((first, 999), (second, first), (999, second)):
        connection.execute(audit_table.update().where(audit_table.c.seq == was).values(seq=becomes))


def _truncate(connection: sa.Connection, chance: random.Random, rows: int) -> None:
    connection.execute(audit_table.delete().where(audit_table.c.seq > chance.randint(0, rows - 1)))


@pytest.mark.parametrize("tamper", [_edit, _delete, _insert, _swap, _truncate])
def test_every_tampering_with_one_row_is_found(
    audit: Audit, tamper: Callable[[sa.Connection, random.Random, int], None]
) -> None:
    fill(audit)
    head, found = audit.head(), 0
    for trial in range(TRIALS):
        with undone(audit) as connection:
            tamper(connection, random.Random(trial), 12)
            found += bool(audit.verify(published=[head]))
    assert found == TRIALS
    assert audit.verify(published=[head]) == []


def test_only_the_published_head_shows_that_the_end_was_cut_off(audit: Audit) -> None:
    fill(audit)
    head = audit.head()
    with audit.database.begin() as connection:
        connection.execute(audit_table.delete().where(audit_table.c.seq > 9))
    assert audit.verify() == []
    (broken,) = audit.verify(published=[head])
    assert (broken.seq, "cut off" in broken.what) == (12, True)


def test_a_chain_that_was_written_anew_without_the_key_is_found(
    audit: Audit, url: str, opened: Callable[..., Database]
) -> None:
    fill(audit)
    with audit.database.begin() as connection:
        connection.execute(audit_table.delete().where(audit_table.c.seq > 6))
    fill(Audit(opened(url, audit_keys=key_ring("09" * 32))), 6)
    fill(Audit(opened(url)), 1)
    found = audit.verify()
    assert [broken.seq for broken in found] == [7, 8, 9, 10, 11, 12, 13]
    assert "not set here" in found[0].what
    assert "no seal" in found[-1].what


def test_two_keys_are_accepted_while_one_takes_over_from_the_other(
    audit: Audit, url: str, opened: Callable[..., Database]
) -> None:
    fill(audit)
    rotated = Audit(opened(url, audit_keys=NEW))
    fill(rotated)
    assert rotated.verify() == []
    assert {link.key_id for link in rotated.links()} == {key.key_id for key in NEW}
    assert len(rotated.verify(keys=KeyRing(NEW.keys[:1]))) == 12


def test_a_head_that_went_out_is_remembered(audit: Audit) -> None:
    fill(audit)
    assert audit.last_published() is None
    head = audit.publish(audit.head(), at_utc=NOON)
    assert audit.last_published() == (head, NOON)
    with audit.database.begin() as connection:
        connection.execute(audit_table.delete().where(audit_table.c.seq == 12))
    assert [broken.seq for broken in audit.verify()] == [12]


def test_telephone_numbers_and_keys_never_enter_the_chain(audit: Audit) -> None:
    link = audit.append(
        deed(actor="张三 13912345678", payload={"from": 13912345678, "note": ["access_token=abcdef", {"a": "a@b.cn"}]})
    )
    assert "139123" not in repr(link)
    assert "abcdef" not in link.payload
    assert "a@b.cn" not in link.payload
    assert audit.verify() == []


@pytest.mark.parametrize("change", [{"actor": " "}, {"subject": ""}])
def test_a_deed_without_a_person_or_a_thing_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(StoreError, match="say who did it"):
        deed(**change)


def test_a_payload_that_is_no_document_is_refused(audit: Audit) -> None:
    with pytest.raises(ValueError, match="audit payload"):
        audit.append(deed(payload={"at": NOON}))


@pytest.mark.parametrize("text", ["", "12", "x:" + "0" * 64, "3:" + "0" * 63, "3:" + "G" * 64])
def test_a_text_that_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a head is"):
        Head.parse(text)
    head = Head(3, "a" * 64)
    assert Head.parse(f" {head}\n") == head


def test_an_answer_and_its_record_are_one_transaction(database: Database) -> None:
    ledger = SqlLedger(database)
    told = commit(ledger)
    ledger.acknowledge(told.code, office="110117", by="张三", via="phone", now=NOON)
    (link,) = Audit(database).links(subject=told.code)
    assert (link.actor, link.action) == ("张三", "acknowledge")
