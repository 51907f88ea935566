"""Sessions of the duty desk. The database holds the hash of a session's token: who reads it can open none."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from notify.alert import LIVE
from store.database import Database
from store.schema import instant, metadata, text

session_table = sa.Table(
    "desk_session",
    metadata,
    sa.Column("token_hash", sa.Text(), primary_key=True),
    text("world"),
    text("login"),
    instant("opened_utc"),
    instant("seen_utc"),
    instant("expires_utc"),
    instant("revoked_utc", nullable=True),
    sa.Index("ix_desk_session_login", "login", "expires_utc"),
)
_SEEN_AGAIN = timedelta(minutes=1)
_KEPT_FOR = timedelta(days=1)
_BY = session_table.c


@dataclass(frozen=True, slots=True)
class DeskSession:
    """One browser of one person."""

    login: str
    opened_utc: datetime
    seen_utc: datetime
    expires_utc: datetime


@dataclass(frozen=True)
class DeskSessions:
    """Keeps the sessions of one world's desk: one that was opened in an exercise opens nothing that is live."""

    database: Database
    world: str = LIVE

    def open(self, login: str, *, at: datetime, last: timedelta) -> str:
        """Begin a session and return its token, which nobody can read here afterwards. Forgets what is long over."""
        token = secrets.token_urlsafe(32)
        row = {"token_hash": token_hash(token), "login": login, "opened_utc": at, "seen_utc": at, "world": self.world}
        with self.database.begin() as connection:
            connection.execute(session_table.delete().where(_BY.expires_utc < at - _KEPT_FOR))
            connection.execute(session_table.insert().values(row | {"expires_utc": at + last}))
        return token

    def find(self, token: str, *, at: datetime, idle: timedelta) -> DeskSession | None:
        """The session of a token; None when there is none, it was revoked, is over, or nobody used it for ``idle``."""
        chosen = sa.select(_BY.login, _BY.opened_utc, _BY.seen_utc, _BY.expires_utc).where(
            _BY.token_hash == token_hash(token),
            _BY.world == self.world,
            _BY.revoked_utc.is_(None),
            _BY.expires_utc > at,
        )
        with self.database.read() as connection:
            row = connection.execute(chosen).one_or_none()
        if row is None or at - row.seen_utc > idle:
            return None
        if at - row.seen_utc > _SEEN_AGAIN:
            with self.database.begin() as connection:
                mine = session_table.update().where(_BY.token_hash == token_hash(token))
                connection.execute(mine.values(seen_utc=at))
        return DeskSession(**row._asdict())

    def close(self, token: str, *, at: datetime) -> None:
        """End one session."""
        with self.database.begin() as connection:
            mine = session_table.update().where(_BY.token_hash == token_hash(token), _BY.revoked_utc.is_(None))
            connection.execute(mine.values(revoked_utc=at))

    def open_logins(self, *, at: datetime, idle: timedelta) -> dict[str, datetime]:
        """Who is inside now, and when each was seen last."""
        chosen = sa.select(_BY.login, sa.func.max(_BY.seen_utc).label("seen_utc")).where(
            _BY.world == self.world, _BY.revoked_utc.is_(None), _BY.expires_utc > at, _BY.seen_utc >= at - idle
        )
        with self.database.read() as connection:
            return {row.login: row.seen_utc for row in connection.execute(chosen.group_by(_BY.login))}


def revoke_sessions(connection: sa.Connection, login: str, *, at: datetime) -> None:
    """End every session of a login, in the transaction that changes its account."""
    mine = session_table.update().where(_BY.login == login, _BY.revoked_utc.is_(None))
    connection.execute(mine.values(revoked_utc=at))


def token_hash(token: str) -> str:
    """What the database holds of a token. The token is 256 random bits, so a plain hash tells nothing of it."""
    return hashlib.sha256(token.encode()).hexdigest()
