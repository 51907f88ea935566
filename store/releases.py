"""What persons allow: signatures under drafts, silences with an end, and windows for drills on real channels.

Each is written with its audit row in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from notify.drill_gate import DrillWindow
from notify.release import Signer, SignerRole
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.ledger_rows import hush_table
from store.schema import document, instant, metadata, serial, text

signature_table = sa.Table(
    "signature",
    metadata,
    serial("seq"),
    text("world"),
    text("subject"),
    text("signed_by"),
    text("role"),
    instant("signed_utc"),
    text("note"),
    sa.UniqueConstraint("world", "subject", "signed_by"),
)

drill_table = sa.Table(
    "drill_window",
    metadata,
    sa.Column("window_id", sa.Text(), primary_key=True),
    text("world"),
    document("offices"),
    instant("begins_utc"),
    instant("ends_utc"),
    text("reason"),
    text("asked_by"),
    text("confirmed_by"),
    instant("closed_utc", nullable=True),
    sa.CheckConstraint("begins_utc < ends_utc", name="span"),
    sa.CheckConstraint("asked_by <> confirmed_by", name="two_persons"),
)


@dataclass(frozen=True, slots=True)
class Hush:
    """A silence that a person asked for. It hides nothing that is red, orange or in the inner ring."""

    begins_utc: datetime
    ends_utc: datetime
    hushed_by: str
    reason: str
    event_id: str | None = None
    zone: str | None = None
    seq: int = 0


@dataclass(frozen=True)
class Releases:
    """Keeps signatures, silences and drill windows."""

    database: Database

    def sign(self, subject: str, *, by: str, at: datetime, note: str = "", world: str = LIVE) -> tuple[str, ...]:
        """Put a name under a subject. Returns all who signed it, in order, each with its role where one was said.

        Raises:
            AnswerUnclear: nobody is named.
            StoreConflict: this person signed it before, in whatever role: two signatures are those of two persons.
        """
        signer = Signer.read(by)
        name, role = _named(signer.name), signer.role.value if signer.role else ""
        with self.database.begin() as connection:
            if name in {one.name for one in self.signers_of(subject, world=world)}:
                raise StoreConflict(
                    f"{subject}: {name} has signed it already; the second signature is another person's"
                )
            row = {"subject": subject, "signed_by": name, "role": role, "signed_utc": at, "note": note, "world": world}
            connection.execute(signature_table.insert().values(row))
            names = self.signed_by(subject, world=world)
            said = {"signatures": len(names), "role": role}
            append(connection, Deed(name, AuditAction.SIGN, subject, at, said, world))
        return names

    def signed_by(self, subject: str, *, world: str = LIVE) -> tuple[str, ...]:
        """Who signed a subject, in order, as it stands under it: 张三（带班领导）."""
        return tuple(one.said_zh for one in self.signers_of(subject, world=world))

    def signers_of(self, subject: str, *, world: str = LIVE) -> tuple[Signer, ...]:
        """Who signed a subject, in order."""
        by = signature_table.c
        chosen = sa.select(by.signed_by, by.role).where(by.world == world, by.subject == subject).order_by(by.seq)
        with self.database.read() as connection:
            rows = connection.execute(chosen).all()
        return tuple(Signer(row.signed_by, SignerRole(row.role) if row.role else None) for row in rows)

    def silence(self, hush: Hush, *, most: timedelta, world: str = LIVE) -> Hush:
        """Keep a silence.

        Raises:
            AnswerUnclear: nobody or nothing is named, or it would last longer than ``most``.
        """
        name = _named(hush.hushed_by)
        if not hush.reason.strip() or (hush.event_id is None) == (hush.zone is None):
            raise AnswerUnclear("a silence has a reason, and an incident or a joint unit")
        if not timedelta(0) < hush.ends_utc - hush.begins_utc <= most:
            raise AnswerUnclear(f"a silence ends within {most / timedelta(hours=1):.0f} hours")
        values = {item: getattr(hush, item) for item in ("event_id", "zone", "begins_utc", "ends_utc", "reason")}
        with self.database.begin() as connection:
            made = hush_table.insert().values(world=world, hushed_by=name, **values).returning(hush_table.c.seq)
            kept = replace(hush, seq=connection.execute(made).scalar_one())
            said = {"ends": hush.ends_utc.isoformat(), "reason": hush.reason}
            append(connection, Deed(name, AuditAction.SILENCE, _subject(hush), hush.begins_utc, said, world))
        return kept

    def lift(self, seq: int, *, by: str, at: datetime, world: str = LIVE) -> Hush:
        """End a silence now.

        Raises:
            NotInStore: no such silence, or it is over.
        """
        name, table = _named(by), hush_table.c
        with self.database.begin() as connection:
            hush = next((one for one in self.silences(at=at, world=world) if one.seq == seq), None)
            if hush is None:
                raise NotInStore(f"no silence {seq} is in force; see firewatch silences")
            # A span of no length cannot be kept.
            end = max(at, hush.begins_utc + timedelta(microseconds=1))
            connection.execute(hush_table.update().where(table.seq == seq).values(ends_utc=end))
            append(connection, Deed(name, AuditAction.LIFT, _subject(hush), at, {"silence": seq}, world))
        return hush

    def silences(self, *, at: datetime, world: str = LIVE) -> list[Hush]:
        """Silences in force."""
        table = hush_table.c
        chosen = sa.select(hush_table).where(table.world == world, table.begins_utc <= at, table.ends_utc > at)
        with self.database.read() as connection:
            return [_hush(row) for row in connection.execute(chosen.order_by(table.seq))]

    def ask_window(self, window: DrillWindow, *, at: datetime, most: timedelta) -> None:
        """Keep a window that waits for its second person.

        Raises:
            AnswerUnclear: it would last longer than ``most``.
            StoreConflict: the id is taken.
        """
        if window.ends_utc - window.begins_utc > most:
            raise AnswerUnclear(f"a drill window lasts at most {most / timedelta(hours=1):.0f} hours")
        with self.database.begin() as connection:
            if any(one.window_id == window.window_id for one in self.windows()):
                raise StoreConflict(f"drill window {window.window_id} is there already")
            row = {name: getattr(window, name) for name in _WINDOW} | {"offices": list(window.offices)}
            connection.execute(drill_table.insert().values(row))
            said = {"asked": True, "offices": list(window.offices), "ends": window.ends_utc.isoformat()}
            append(connection, Deed(window.asked_by, AuditAction.DRILL_OPEN, window.window_id, at, said, window.world))

    def confirm_window(self, window_id: str, *, by: str, at: datetime) -> DrillWindow:
        """The second person's signature: the window opens at its time.

        Raises:
            NotInStore: no such window.
            StoreConflict: the same person asked for it, or it has two signatures or is closed.
        """
        name = _named(by)
        with self.database.begin() as connection:
            window = self.window(window_id)
            if Signer.read(name).name == Signer.read(window.asked_by).name:
                raise StoreConflict(f"{window_id}: {name} asked for it; the second signature is another person's")
            if window.confirmed_by or window.closed_utc is not None:
                raise StoreConflict(f"{window_id}: is signed or closed already")
            connection.execute(_of(window_id).values(confirmed_by=name))
            append(connection, Deed(name, AuditAction.DRILL_OPEN, window_id, at, {"confirmed": True}, window.world))
        return replace(window, confirmed_by=name)

    def close_window(self, window_id: str, *, by: str, at: datetime) -> DrillWindow:
        """Shut a window before its end.

        Raises:
            NotInStore: no such window.
        """
        name = _named(by)
        with self.database.begin() as connection:
            window = self.window(window_id)
            connection.execute(_of(window_id).values(closed_utc=at))
            append(connection, Deed(name, AuditAction.DRILL_CLOSE, window_id, at, {}, window.world))
        return replace(window, closed_utc=at)

    def window(self, window_id: str) -> DrillWindow:
        """One window.

        Raises:
            NotInStore: there is none.
        """
        found = next((one for one in self.windows() if one.window_id == window_id), None)
        if found is None:
            raise NotInStore(f"no drill window {window_id!r}; see firewatch drill list")
        return found

    def windows(self) -> Sequence[DrillWindow]:
        """All windows, oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(sa.select(drill_table).order_by(drill_table.c.begins_utc)).all()
        return [
            DrillWindow(**{name: getattr(row, name) for name in _WINDOW} | {"offices": tuple(row.offices)})
            for row in rows
        ]


_WINDOW = (
    "window_id", "world", "offices", "begins_utc", "ends_utc", "reason", "asked_by", "confirmed_by", "closed_utc",
)  # fmt: skip


def _of(window_id: str) -> sa.Update:
    return drill_table.update().where(drill_table.c.window_id == window_id)


def _named(by: str) -> str:
    if not by.strip():
        raise AnswerUnclear("say who decides: a name is needed")
    return by.strip()


def _subject(hush: Hush) -> str:
    return hush.event_id or hush.zone or ""


def _hush(row: Any) -> Hush:
    names = ("begins_utc", "ends_utc", "hushed_by", "reason", "event_id", "zone", "seq")
    return Hush(**{name: getattr(row, name) for name in names})
