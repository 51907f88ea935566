"""Pictures that go out beside texts: rows of their own, so that no text waits for one or is sent twice for it.

A picture is taken up when its text has left, and tried at most once where nobody can say what became of it: a picture
that is lost is lost, and its row says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from notify.channel_rules import kind_of
from notify.delivery_states import DeliveryState
from notify.ledger import Delivery
from store.database import Database
from store.dialect import upsert
from store.ledger_rows import alert_table, delivery_of, delivery_table, event_table
from store.schema import closed, count, instant, metadata, text

WAITS_FOR_ITS_TEXT = timedelta(hours=2)
"""After this the place has changed: a picture whose text has not left by then is given up."""
_LONGEST_TRY = timedelta(minutes=10)
"""A picture that is SENDING for longer was on its way when its sender was killed."""
_LEFT = (DeliveryState.SENT, DeliveryState.DELIVERED)


class PictureState(StrEnum):
    """Where a picture stands. DEAD ends it without harm: its text has its own row."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


_P = PictureState
picture_table = sa.Table(
    "picture_delivery",
    metadata,
    sa.Column("delivery_id", sa.Text(), sa.ForeignKey("delivery.delivery_id"), primary_key=True),
    text("world"),
    text("path"),
    text("state"),
    count("attempts"),
    instant("owed_utc"),
    instant("due_utc"),
    text("outcome", nullable=True),
    closed("state", PictureState),
    sa.Index("ix_picture_delivery_due", "world", "state", "due_utc"),
)


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One picture for one office on one channel, beside the row of its text."""

    text: Delivery
    path: str
    """Under products/."""
    state: PictureState
    attempts: int = 0
    outcome: str | None = None


@dataclass(frozen=True)
class PicturePost:
    """Keeps the rows of pictures."""

    database: Database

    def owe(self, alert_id: str, path: str, *, channels: Collection[str], now: datetime, world: str) -> int:
        """One row for each office that is told of an alert at once on a channel that carries pictures; each once.

        Returns:
            How many rows are new.
        """
        by = delivery_table.c
        told = sa.select(by.delivery_id, by.channel).where(by.alert_id == alert_id, by.world == world, by.step == 0)
        made = 0
        with self.database.begin() as connection:
            for row in connection.execute(told).all():
                if kind_of(row.channel) not in channels:
                    continue
                values = {"delivery_id": row.delivery_id, "world": world, "path": path, "state": _P.PENDING}
                written = upsert(connection, picture_table).values(**values, attempts=0, owed_utc=now, due_utc=now)
                new = written.on_conflict_do_nothing().returning(picture_table.c.delivery_id)
                made += connection.execute(new).first() is not None
        return made

    def take(self, *, now: datetime, limit: int, world: str) -> list[PictureRow]:
        """Take rows whose text has left. Each is SENDING from here on, and after a crash it is not repeated.

        What waited too long for its text, what a newer text replaced, and what a crash left behind ends here.
        """
        by, told, newest = picture_table.c, alert_table.c, event_table.c
        joined = (
            picture_table.join(delivery_table, delivery_table.c.delivery_id == by.delivery_id)
            .join(alert_table, told.alert_id == delivery_table.c.alert_id)
            .join(event_table, sa.and_(newest.world == told.world, newest.event_id == told.event_id))
        )
        waiting = (by.world == world, by.state == _P.PENDING)
        current = newest.newest_revision == told.revision
        due = (
            sa.select(*delivery_table.c, by.path.label("picture_path"), by.attempts.label("picture_attempts"))
            .select_from(joined)
            .where(*waiting, by.due_utc <= now, current, delivery_table.c.state.in_(_LEFT))
            .order_by(by.due_utc, by.delivery_id)
            .limit(limit)
            .with_for_update(of=picture_table, skip_locked=True)
        )
        replaced = sa.select(by.delivery_id).select_from(joined).where(*waiting, sa.not_(current))
        with self.database.begin() as connection:
            _end(connection, by.delivery_id.in_(replaced), "a newer text replaced it")
            _end(connection, sa.and_(*waiting, by.owed_utc < now - WAITS_FOR_ITS_TEXT), "its text has not left in time")
            lost = sa.and_(by.world == world, by.state == _P.SENDING, by.due_utc < now - _LONGEST_TRY)
            _end(connection, lost, "broken off; it may have arrived")
            rows = connection.execute(due).all()
            taken = by.delivery_id.in_([row.delivery_id for row in rows])
            connection.execute(picture_table.update().where(taken).values(state=_P.SENDING, attempts=by.attempts + 1))
        return [PictureRow(delivery_of(row), row.picture_path, _P.SENDING, row.picture_attempts + 1) for row in rows]

    def end(self, row: PictureRow, state: PictureState, *, outcome: str, due: datetime) -> None:
        """Where a taken row stands now; PENDING with the time of the next try."""
        mine = sa.and_(picture_table.c.delivery_id == row.text.delivery_id, picture_table.c.state == _P.SENDING)
        with self.database.begin() as connection:
            connection.execute(picture_table.update().where(mine).values(state=state, outcome=outcome, due_utc=due))

    def rows(self, alert_id: str) -> list[PictureRow]:
        """Every picture of an alert, in the order of the offices."""
        by = picture_table.c
        joined = picture_table.join(delivery_table, delivery_table.c.delivery_id == by.delivery_id)
        mine = {"path": by.path, "state": by.state, "attempts": by.attempts, "outcome": by.outcome}
        parts = [column.label(f"picture_{name}") for name, column in mine.items()]
        chosen = sa.select(*delivery_table.c, *parts).select_from(joined).where(delivery_table.c.alert_id == alert_id)
        ordered = chosen.order_by(delivery_table.c.region, delivery_table.c.office, delivery_table.c.channel)
        with self.database.read() as connection:
            return [_row(row) for row in connection.execute(ordered)]


def _end(connection: sa.Connection, which: sa.ColumnElement[bool], why: str) -> None:
    connection.execute(picture_table.update().where(which).values(state=_P.DEAD, outcome=why))


def _row(row: Any) -> PictureRow:
    state = PictureState(row.picture_state)
    return PictureRow(delivery_of(row), row.picture_path, state, row.picture_attempts, row.picture_outcome)
