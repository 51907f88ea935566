"""Warnings and letters as documents, from draft to release, and what other offices published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE, WarningColour
from notify.warning.document import STANDING, DocumentState, WarningAction, WarningReason, next_state
from store.counters import next_in
from store.database import Database
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.schema import closed, count, document, flag, instant, metadata, serial, text

LETTER = "letter"
WARNING = "warning"
NOTICE = "notice"
"""``content["form"]`` of a letter that is the formal notice of a fire (火情通报)."""

warning_document = sa.Table(
    "warning_document",
    metadata,
    text("world"),
    text("number"),
    text("kind"),
    text("zone"),
    count("county_gb"),
    count("receiver_gb", nullable=True),
    text("action", nullable=True),
    text("reason", nullable=True),
    text("state"),
    text("colour"),
    text("previous_colour"),
    instant("begins_utc"),
    instant("ends_utc"),
    instant("decided_utc"),
    text("first_number"),
    text("previous_number"),
    text("signed_by", nullable=True),
    instant("signed_utc", nullable=True),
    instant("released_utc", nullable=True),
    flag("degraded"),
    text("text_short"),
    text("text_long"),
    document("content"),
    sa.PrimaryKeyConstraint("world", "number"),
    sa.CheckConstraint("kind IN ('warning', 'letter')", name="kind"),
    sa.CheckConstraint("(kind = 'letter') = (receiver_gb IS NOT NULL)", name="receiver"),
    closed("state", DocumentState),
    closed("colour", WarningColour),
    sa.CheckConstraint("state NOT IN ('signed', 'released') OR signed_by IS NOT NULL", name="signed"),
    sa.Index("ix_warning_document_county", "world", "kind", "county_gb", "decided_utc"),
)

outside_warning = sa.Table(
    "outside_warning",
    metadata,
    serial("seq"),
    text("world"),
    count("area_gb"),
    text("colour"),
    instant("begins_utc"),
    instant("ends_utc"),
    text("source"),
    text("recorded_by"),
    instant("recorded_utc"),
    closed("colour", WarningColour),
    sa.Index("ix_outside_warning_area", "world", "area_gb", "recorded_utc"),
)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document as it is kept. ``content`` is what a page or an export needs beside the texts."""

    number: str
    kind: str
    zone: str
    county_gb: int
    state: DocumentState
    colour: WarningColour
    previous_colour: WarningColour
    begins_utc: datetime
    ends_utc: datetime
    decided_utc: datetime
    action: WarningAction | None = None
    reason: WarningReason | None = None
    receiver_gb: int | None = None
    first_number: str = ""
    previous_number: str = ""
    signed_by: str | None = None
    signed_utc: datetime | None = None
    released_utc: datetime | None = None
    degraded: bool = False
    text_short: str = ""
    text_long: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutsideWarning:
    """A warning that another office published, typed in by a person."""

    area_gb: int
    colour: WarningColour
    begins_utc: datetime
    ends_utc: datetime
    source: str
    recorded_by: str
    recorded_utc: datetime


@dataclass(frozen=True)
class WarningDocuments:
    """Keeps documents by world and number; a draft becomes more only by a named person."""

    database: Database

    def next_number(self, series: str, *, world: str = LIVE) -> int:
        """Next number of a series, from 1; inside ``database.begin()`` together with :meth:`save` none is lost."""
        with self.database.begin() as connection:
            return next_in(connection, series, world=world)

    def save(self, row: DocumentRow, *, world: str = LIVE) -> None:
        """Keep a new draft.

        Raises:
            StoreConflict: the number is taken.
        """
        values = {item.name: getattr(row, item.name) for item in fields(DocumentRow)} | {"content": dict(row.content)}
        with self.database.begin() as connection:
            connection.execute(warning_document.insert().values(world=world, **values))

    def load(self, number: str, *, world: str = LIVE) -> DocumentRow:
        """One document.

        Raises:
            NotInStore: no such number in this world.
        """
        found = self._rows(warning_document.c.number == number, world=world)
        if not found:
            raise NotInStore(f"no warning or letter {number!r} in world {world!r}; see firewatch warnings --all")
        return found[0]

    def all_documents(self, *, world: str = LIVE) -> list[DocumentRow]:
        """All, oldest first."""
        return self._rows(sa.true(), world=world)

    def waiting(self, *, at: datetime, world: str = LIVE) -> list[DocumentRow]:
        """Drafts whose time is not over, in the order in which they were made."""
        table = warning_document.c
        return self._rows(sa.and_(table.state == DocumentState.DRAFT, table.ends_utc > at), world=world)

    def signed(self, *, since: datetime, world: str = LIVE) -> list[DocumentRow]:
        """What was signed or sent since an instant, in the order in which it was made."""
        table = warning_document.c
        done = table.state.in_([DocumentState.SIGNED, DocumentState.RELEASED])
        return self._rows(sa.and_(done, table.signed_utc >= since), world=world)

    def drafts(self, kind: str, county_gb: int, *, world: str = LIVE) -> list[DocumentRow]:
        """Open drafts of a county, oldest first."""
        table = warning_document.c
        mine = (table.kind == kind, table.county_gb == county_gb, table.state == DocumentState.DRAFT)
        return self._rows(sa.and_(*mine), world=world)

    def standing(self, kind: str, county_gb: int, *, at: datetime, world: str = LIVE) -> DocumentRow | None:
        """The document that a person signed last for a county, if it did not end a warning and is still valid."""
        table = warning_document.c
        mine = (table.kind == kind, table.county_gb == county_gb, table.state.in_(sorted(STANDING)))
        rows = self._rows(sa.and_(*mine), world=world)
        if not rows or rows[-1].action is WarningAction.END or rows[-1].ends_utc <= at:
            return None
        return rows[-1]

    def move(self, number: str, state: DocumentState, *, by: str, at: datetime, world: str = LIVE) -> DocumentRow:
        """Bring a document to another state; to sign it a person gives a name.

        Raises:
            NotInStore: no such number.
            AnswerUnclear: nobody is named.
            StoreConflict: the state may not follow.
        """
        if not by.strip():
            raise AnswerUnclear(f"{number}: say who decides; a document is signed by a named person")
        table = warning_document
        with self.database.begin() as connection:
            mine = (table.c.world == world, table.c.number == number)
            connection.execute(sa.select(table.c.state).where(*mine).with_for_update())
            before = self.load(number, world=world)
            try:
                after = replace(before, state=next_state(before.state, state))
            except ValueError as error:
                raise StoreConflict(f"{number}: {error}") from error
            if state is DocumentState.SIGNED:
                after = replace(after, signed_by=by, signed_utc=at)
            if state is DocumentState.RELEASED:
                after = replace(after, released_utc=at)
            changed = ("state", "signed_by", "signed_utc", "released_utc")
            connection.execute(table.update().where(*mine).values({name: getattr(after, name) for name in changed}))
        return after

    def record_outside(self, warning: OutsideWarning, *, world: str = LIVE) -> None:
        """Keep what another office published.

        Raises:
            AnswerUnclear: nobody is named.
        """
        if not warning.recorded_by.strip():
            raise AnswerUnclear("say who records the warning of another office")
        values = {item.name: getattr(warning, item.name) for item in fields(OutsideWarning)}
        with self.database.begin() as connection:
            connection.execute(outside_warning.insert().values(world=world, **values))

    def outside(self, area_gb: int, *, at: datetime, world: str = LIVE) -> OutsideWarning | None:
        """The warning of an area that was recorded last, if it is valid at ``at``."""
        table = outside_warning.c
        chosen = (
            sa.select(*[table[item.name] for item in fields(OutsideWarning)])
            .where(table.world == world, table.area_gb == area_gb, table.begins_utc <= at)
            .order_by(table.seq.desc())
            .limit(1)
        )
        with self.database.read() as connection:
            row = connection.execute(chosen).one_or_none()
        if row is None or row.ends_utc <= at:
            return None
        return OutsideWarning(**row._asdict() | {"colour": WarningColour(row.colour)})

    def _rows(self, condition: sa.ColumnElement[bool], *, world: str) -> list[DocumentRow]:
        chosen = (
            sa.select(*[warning_document.c[item.name] for item in fields(DocumentRow)])
            .where(warning_document.c.world == world, condition)
            .order_by(warning_document.c.decided_utc, warning_document.c.number)
        )
        with self.database.read() as connection:
            return [_row(row) for row in connection.execute(chosen)]


def _row(row: Any) -> DocumentRow:
    values = row._asdict()
    values["action"] = None if row.action is None else WarningAction(row.action)
    values["reason"] = None if row.reason is None else WarningReason(row.reason)
    kinds = {"state": DocumentState, "colour": WarningColour, "previous_colour": WarningColour}
    return DocumentRow(**values | {name: kind(values[name]) for name, kind in kinds.items()})
