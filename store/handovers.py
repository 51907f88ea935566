"""Shift hand-overs (交接班): what was open when one watch left, signed by who hands over and by who takes over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.schema import document, instant, metadata, serial, text

handover_table = sa.Table(
    "handover",
    metadata,
    serial("seq"),
    text("world"),
    text("region"),
    text("office"),
    instant("begins_utc"),
    instant("ends_utc"),
    text("handed_by"),
    text("handed_name"),
    instant("handed_utc"),
    text("taken_by", nullable=True),
    text("taken_name", nullable=True),
    instant("taken_utc", nullable=True),
    text("note"),
    document("content"),
    sa.CheckConstraint("taken_by IS NULL OR taken_by <> handed_by", name="two_persons"),
    sa.Index("ix_handover_office", "world", "region", "office", "seq"),
)
_BY = handover_table.c


@dataclass(frozen=True, slots=True)
class Handover:
    """One change of the watch of an office. It is whole when ``taken_by`` stands in it."""

    region: str
    office: str
    begins_utc: datetime
    ends_utc: datetime
    handed_by: str
    """Login of who leaves."""
    handed_name: str
    handed_utc: datetime
    content: Mapping[str, Any]
    """Open items, unanswered messages and warnings in force, as they were shown to both."""
    note: str = ""
    taken_by: str | None = None
    taken_name: str | None = None
    taken_utc: datetime | None = None
    seq: int = 0


_COLUMNS = tuple(_BY[item.name] for item in fields(Handover))


@dataclass(frozen=True)
class Handovers:
    """Keeps hand-overs of all offices."""

    database: Database

    def hand_over(self, given: Handover, *, world: str = LIVE) -> Handover:
        """Sign as who leaves.

        Raises:
            StoreConflict: one of this office still waits for who takes over.
        """
        row: dict[str, Any] = {item.name: getattr(given, item.name) for item in fields(Handover)}
        row.pop("seq")
        with self.database.begin() as connection:
            waiting = self.waiting(given.region, given.office, world=world)
            if waiting is not None:
                raise StoreConflict(f"hand-over {waiting.seq} of {given.office} waits for who takes over")
            made = handover_table.insert().values(row | {"world": world, "content": dict(given.content)})
            seq = int(connection.execute(made.returning(_BY.seq)).scalar_one())
            said = {"does": "hand_over", "office": f"{given.region}/{given.office}"}
            deed = Deed(given.handed_name, AuditAction.HANDOVER, f"handover:{seq}", given.handed_utc, said, world)
            append(connection, deed)
        return replace(given, seq=seq)

    def take_over(self, seq: int, *, login: str, name: str, at: datetime, world: str = LIVE) -> Handover:
        """Sign as who comes: from now the watch is theirs.

        Raises:
            NotInStore: no such hand-over.
            StoreConflict: it is signed already.
            AnswerUnclear: nobody hands over to themselves.
        """
        with self.database.begin() as connection:
            found = self._rows(_BY.seq == seq, world=world)
            if not found:
                raise NotInStore(f"no hand-over {seq} in world {world!r}")
            if found[0].taken_by is not None:
                raise StoreConflict(f"hand-over {seq} was taken over by {found[0].taken_name}")
            if found[0].handed_by == login:
                raise AnswerUnclear("a hand-over is signed by two persons: who takes over signs with their own account")
            values = {"taken_by": login, "taken_name": name, "taken_utc": at}
            connection.execute(handover_table.update().where(_BY.seq == seq).values(values))
            deed = Deed(name, AuditAction.HANDOVER, f"handover:{seq}", at, {"does": "take_over"}, world)
            append(connection, deed)
        return replace(found[0], taken_by=login, taken_name=name, taken_utc=at)

    def waiting(self, region: str, office: str, *, world: str = LIVE) -> Handover | None:
        """The hand-over of an office that waits for its second signature."""
        found = self._rows(sa.and_(_of(region, office), _BY.taken_by.is_(None)), world=world)
        return found[0] if found else None

    def newest(self, region: str, office: str, *, world: str = LIVE) -> Handover | None:
        """The last whole hand-over of an office: who took over then is on watch."""
        found = self._rows(sa.and_(_of(region, office), _BY.taken_by.is_not(None)), world=world)
        return found[0] if found else None

    def of_office(self, region: str, office: str, *, world: str = LIVE, limit: int = 30) -> list[Handover]:
        """The last ones of an office, newest first."""
        return self._rows(_of(region, office), world=world)[:limit]

    def on_watch(self, *, world: str = LIVE) -> dict[tuple[str, str], Handover]:
        """By region and office, the last whole hand-over."""
        found: dict[tuple[str, str], Handover] = {}
        for each in self._rows(_BY.taken_by.is_not(None), world=world):
            found.setdefault((each.region, each.office), each)
        return found

    def _rows(self, condition: sa.ColumnElement[bool], *, world: str) -> list[Handover]:
        chosen = sa.select(*_COLUMNS).where(_BY.world == world, condition).order_by(_BY.seq.desc())
        with self.database.read() as connection:
            return [Handover(**row._asdict()) for row in connection.execute(chosen)]


def _of(region: str, office: str) -> sa.ColumnElement[bool]:
    return sa.and_(_BY.region == region, _BY.office == office)
