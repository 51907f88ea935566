"""Levels that a person set in the place of the computed one (人工调整): down with a reviewer, always with an end."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE, IncidentLevel, WarningColour, rank_of
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.errors import AnswerUnclear, NotInStore
from store.known import Known
from store.schema import closed, instant, metadata, serial, text


class OverrideKind(StrEnum):
    """Whose level is set."""

    DANGER = "danger"
    """Warning colour of a joint unit."""
    INCIDENT = "incident"


LEVELS = {OverrideKind.DANGER: tuple(WarningColour), OverrideKind.INCIDENT: tuple(IncidentLevel)}

override_table = sa.Table(
    "level_override",
    metadata,
    serial("seq"),
    text("world"),
    text("kind"),
    text("subject"),
    text("level"),
    text("computed_level"),
    text("reason"),
    text("set_by"),
    text("reviewed_by", nullable=True),
    instant("begins_utc"),
    instant("ends_utc"),
    text("lifted_by", nullable=True),
    instant("lifted_utc", nullable=True),
    closed("kind", OverrideKind),
    sa.CheckConstraint("begins_utc < ends_utc", name="span"),
    sa.Index("ix_level_override_subject", "world", "kind", "subject"),
)


@dataclass(frozen=True, slots=True)
class Override:
    """One level that a person set."""

    kind: OverrideKind
    subject: str
    """Id of a joint unit, or number of an incident."""
    level: str
    computed_level: str
    """What the system said when the person set it."""
    reason: str
    set_by: str
    begins_utc: datetime
    ends_utc: datetime
    reviewed_by: str | None = None
    lifted_by: str | None = None
    lifted_utc: datetime | None = None
    seq: int = 0

    @property
    def lowers(self) -> bool:
        """Whether it says less than the system does."""
        return rank_of(self.level) < rank_of(self.computed_level)


@dataclass(frozen=True)
class Overrides:
    """Keeps them; none is ever deleted."""

    database: Database
    known: Known | None = None
    """How far a look back reads; None for all."""

    def set(self, asked: Override, *, most: timedelta, world: str = LIVE) -> Override:
        """Keep a level that a person set; it takes the place of one for the same subject.

        Raises:
            AnswerUnclear: no such level, nobody or no reason is named, it lowers without a reviewer of another name,
                or it would last longer than ``most``.
        """
        _check(asked, most)
        row = {item.name: getattr(asked, item.name) for item in fields(Override) if item.name != "seq"}
        said = {"level": asked.level, "computed": asked.computed_level, "reason": asked.reason}
        said |= {"reviewed_by": asked.reviewed_by or "", "ends": asked.ends_utc.isoformat()}
        with self.database.begin() as connection:
            for before in self._rows(asked.kind, asked.subject, at=asked.begins_utc, world=world):
                self._end(connection, before, by=asked.set_by, at=asked.begins_utc)
            made = override_table.insert().values(world=world, **row).returning(override_table.c.seq)
            kept = replace(asked, seq=int(connection.execute(made).scalar_one()))
            append(connection, Deed(asked.set_by, AuditAction.OVERRIDE, asked.subject, asked.begins_utc, said, world))
        return kept

    def lift(self, seq: int, *, by: str, at: datetime, world: str = LIVE) -> Override:
        """End one now: the computed level counts again.

        Raises:
            NotInStore: none of this number is in force.
        """
        with self.database.begin() as connection:
            found = next((one for one in self.in_force(at=at, world=world) if one.seq == seq), None)
            if found is None:
                raise NotInStore(f"no override {seq} is in force; see firewatch overrides")
            self._end(connection, found, by=by, at=at)
            append(connection, Deed(by, AuditAction.OVERRIDE, found.subject, at, {"lifted": seq}, world))
        return found

    def of(self, kind: OverrideKind, subject: str, *, at: datetime, world: str = LIVE) -> Override | None:
        """The one in force for a unit or an incident."""
        found = self._rows(kind, subject, at=at, world=world)
        return found[-1] if found else None

    def in_force(self, *, at: datetime, world: str = LIVE) -> list[Override]:
        """All in force, oldest first."""
        return self._rows(None, None, at=at, world=world)

    def all_overrides(self, *, world: str = LIVE) -> list[Override]:
        """All that ever were, oldest first."""
        chosen = sa.select(override_table).where(override_table.c.world == world).order_by(override_table.c.seq)
        with self.database.read() as connection:
            return [_override(row) for row in connection.execute(chosen)]

    def _rows(self, kind: OverrideKind | None, subject: str | None, *, at: datetime, world: str) -> list[Override]:
        table = override_table.c
        standing = sa.or_(table.lifted_utc.is_(None), table.lifted_utc > at)
        chosen = sa.select(override_table).where(table.world == world, table.begins_utc <= at, table.ends_utc > at)
        chosen = chosen.where(standing)
        if kind is not None:
            chosen = chosen.where(table.kind == kind, table.subject == subject)
        if self.known is not None:
            chosen = chosen.where(table.seq <= self.known.mark(override_table.name))
        with self.database.read() as connection:
            return [_override(row) for row in connection.execute(chosen.order_by(table.seq))]

    def _end(self, connection: sa.Connection, one: Override, *, by: str, at: datetime) -> None:
        mine = override_table.c.seq == one.seq
        connection.execute(override_table.update().where(mine).values(lifted_by=by, lifted_utc=at))


def _check(asked: Override, most: timedelta) -> None:
    if asked.level not in LEVELS[asked.kind]:
        listed = ", ".join(LEVELS[asked.kind])
        raise AnswerUnclear(f"no level {asked.level!r} of {asked.kind}: there are {listed}")
    if not asked.set_by.strip() or not asked.reason.strip():
        raise AnswerUnclear(f"{asked.subject}: say who sets the level, and why")
    reviewer = (asked.reviewed_by or "").strip()
    if asked.lowers and reviewer in {"", asked.set_by.strip()}:
        raise AnswerUnclear(
            f"{asked.subject}: {asked.level} is less than the computed {asked.computed_level}; "
            "a lowering needs a reviewer of another name (--reviewed-by)"
        )
    if not timedelta(0) < asked.ends_utc - asked.begins_utc <= most:
        raise AnswerUnclear(f"an override ends within {most / timedelta(hours=1):.0f} hours")


def _override(row: Any) -> Override:
    values = {item.name: getattr(row, item.name) for item in fields(Override)}
    return Override(**values | {"kind": OverrideKind(row.kind)})
