"""The audit log: what people did, appended in the transaction that did it, each row chained to the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from notify.masking import masked, masked_value
from store.audit_chain import EMPTY, Break, Head, Link, breaks, canonical, hash_of, seal
from store.database import Database, keys_of
from store.errors import StoreError
from store.keys import KeyRing
from store.schema import count, instant, metadata, text

audit_table = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
    text("world"),
    instant("at_utc"),
    text("actor"),
    text("action"),
    text("subject"),
    text("payload"),
    text("previous_hash"),
    text("hash"),
    text("mac"),
    text("key_id"),
)

head_table = sa.Table(
    "audit_head",
    metadata,
    text("world"),
    count("seq"),
    text("hash"),
    instant("published_utc"),
    sa.PrimaryKeyConstraint("seq", "published_utc"),
)
"""Heads that were published. A copy for comfort: what counts is the one that left the house."""

_LOCK = 0x61_75_64_69


class AuditAction(StrEnum):
    """What a person can do that must stay on record."""

    ACKNOWLEDGE = "acknowledge"
    VERIFY = "verify"
    CLOSE = "close"
    CANCEL = "cancel"
    CORRECT = "correct"
    SIGN = "sign"
    RETURN = "return"
    """A draft that was not signed off."""
    SILENCE = "silence"
    LIFT = "lift"
    NOTE = "note"
    RESEND = "resend"
    REPORT = "report"
    RUN = "run"
    RERUN = "rerun"
    IMPORT = "import"
    PURGE = "purge"
    DRILL_OPEN = "drill_open"
    DRILL_CLOSE = "drill_close"
    REHEARSE = "rehearse"
    HANDOVER = "handover"
    CONTACTS = "contacts"
    PUBLISH = "publish"
    PROCESS = "process"
    """A step of a process between offices."""
    OVERRIDE = "override"
    HAND = "hand"
    """A fire or a table that a person typed in."""
    ACCOUNT = "account"
    """An account of the duty desk was made, changed or ended."""
    TOKEN = "token"  # noqa: S105  # no secret: a kind of deed
    LOGIN = "login"
    LOGIN_REFUSED = "login_refused"
    LOGOUT = "logout"
    REFUSED = "refused"
    """Somebody asked for what is not theirs."""
    MERGE = "merge"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that a person did.

    Raises:
        StoreError: nobody did it, or to nothing.
    """

    actor: str
    """Name and, where known, office of the person: 怀柔区 张三."""
    action: AuditAction
    subject: str
    """What it was done to: code of an alert, number of an incident, name of a rule."""
    at_utc: datetime
    payload: Mapping[str, object] = field(default_factory=dict)
    """Whatever a review needs. Telephone numbers and secrets in it are masked: the chain can never be purged."""
    world: str = LIVE

    def __post_init__(self) -> None:
        if not self.actor.strip() or not self.subject.strip():
            raise StoreError(f"audit {self.action}: say who did it and to what")


def append(connection: sa.Connection, deed: Deed) -> Link:
    """Write what a person did, inside the transaction that does it: both are kept, or neither.

    Call it last in a transaction: it holds the chain's lock until the end, so that rows of one chain are written one
    after the other.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    previous = _head(connection)
    said = Link(
        seq=previous.seq + 1,
        world=deed.world,
        at_utc=deed.at_utc,
        actor=masked(deed.actor),
        action=deed.action.value,
        subject=masked(deed.subject),
        payload=canonical({name: masked_value(value) for name, value in deed.payload.items()}),
        previous_hash=previous.hash,
        hash="",
        mac="",
        key_id="",
    )
    digest = hash_of(said)
    mac, key_id = seal(digest, keys_of(connection))
    link = replace(said, hash=digest, mac=mac, key_id=key_id)
    connection.execute(audit_table.insert().values(**{item.name: getattr(link, item.name) for item in fields(Link)}))
    return link


@dataclass(frozen=True)
class Audit:
    """The log as a whole."""

    database: Database

    def append(self, deed: Deed) -> Link:
        """Write a deed that is a transaction by itself, or a part of the one that is open."""
        with self.database.begin() as connection:
            return append(connection, deed)

    def head(self) -> Head:
        """The end of the chain now."""
        with self.database.read() as connection:
            return _head(connection)

    def links(
        self, *, world: str | None = None, subject: str | None = None, since: datetime | None = None
    ) -> list[Link]:
        """Rows in their order, of all worlds or one, about everything or one thing, of all times or from one on."""
        chosen = sa.select(audit_table).order_by(audit_table.c.seq)
        if world is not None:
            chosen = chosen.where(audit_table.c.world == world)
        if subject is not None:
            chosen = chosen.where(audit_table.c.subject == subject)
        if since is not None:
            chosen = chosen.where(audit_table.c.at_utc >= since)
        with self.database.read() as connection:
            return [_link(row) for row in connection.execute(chosen)]

    def verify(self, *, published: Sequence[Head] = (), keys: KeyRing | None = None) -> list[Break]:
        """Look along the whole chain; empty when it holds.

        Args:
            published: heads that left the house, beside those that the database remembers.
            keys: those of the database when None.
        """
        with self.database.read() as connection, _rows(connection) as rows:
            known = [Head(row.seq, row.hash) for row in connection.execute(sa.select(head_table))]
            ring = keys_of(connection) if keys is None else keys
            return list(breaks((_link(row) for row in rows), ring, published=[*known, *published]))

    def publish(self, head: Head, *, at_utc: datetime) -> Head:
        """Remember that a head went out."""
        with self.database.begin() as connection:
            connection.execute(
                head_table.insert().values(world=LIVE, seq=head.seq, hash=head.hash, published_utc=at_utc)
            )
        return head

    def last_published(self) -> tuple[Head, datetime] | None:
        """The head that was published last, and when."""
        chosen = sa.select(head_table).order_by(head_table.c.published_utc.desc()).limit(1)
        with self.database.read() as connection:
            row = connection.execute(chosen).one_or_none()
        return None if row is None else (Head(row.seq, row.hash), row.published_utc)


def _head(connection: sa.Connection) -> Head:
    newest = sa.select(audit_table.c.seq, audit_table.c.hash).order_by(audit_table.c.seq.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return EMPTY if row is None else Head(row.seq, row.hash)


@contextmanager
def _rows(connection: sa.Connection) -> Iterator[Iterator[Any]]:
    result = connection.execute(sa.select(audit_table).order_by(audit_table.c.seq).execution_options(yield_per=1000))
    try:
        yield iter(result)
    finally:
        result.close()


def _link(row: Any) -> Link:
    return Link(**{item.name: getattr(row, item.name) for item in fields(Link)})
