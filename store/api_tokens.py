"""Tokens with which another platform reads and answers without a person at our desk. Only their hashes are kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.desk_sessions import token_hash
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.schema import document, instant, metadata, text

PREFIX = "fwx_"
"""Begins every token, so that a scanner of leaked secrets knows one."""
_SEEN_AGAIN = timedelta(minutes=1)


class ApiScope(StrEnum):
    """What a token may do. A closed list."""

    READ = "read"
    ANSWER = "answer"
    """Acknowledge and give feedback, for its own office and region only."""


token_table = sa.Table(
    "api_token",
    metadata,
    sa.Column("name", sa.Text(), primary_key=True),
    text("world"),
    text("token_hash"),
    text("region"),
    text("office"),
    document("scopes"),
    text("created_by"),
    instant("created_utc"),
    instant("expires_utc"),
    instant("used_utc", nullable=True),
    instant("revoked_utc", nullable=True),
    sa.UniqueConstraint("token_hash"),
    sa.CheckConstraint("created_utc < expires_utc", name="span"),
)
_BY = token_table.c


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One token, without what opens anything."""

    name: str
    region: str
    office: str
    scopes: frozenset[ApiScope]
    created_by: str
    created_utc: datetime
    expires_utc: datetime
    used_utc: datetime | None = None
    revoked_utc: datetime | None = None


_COLUMNS = tuple(_BY[item.name] for item in fields(ApiToken))


@dataclass(frozen=True)
class ApiTokens:
    """Keeps the tokens of one world: one for an exercise reads nothing that is live."""

    database: Database
    world: str = LIVE

    def mint(self, token: ApiToken, *, most: timedelta) -> str:
        """Make a token and return its secret, once.

        Raises:
            AnswerUnclear: no name, no region, no office, no scope, or it would last too long.
            StoreConflict: the name is taken.
        """
        if not all(part.strip() for part in (token.name, token.region, token.office, token.created_by)):
            raise AnswerUnclear("a token has a name, a region, an office, and somebody who makes it")
        if not token.scopes or not timedelta(0) < token.expires_utc - token.created_utc <= most:
            raise AnswerUnclear(f"token {token.name}: it has a scope, and ends within {most.days} days")
        secret = PREFIX + secrets.token_urlsafe(32)
        row: dict[str, Any] = {item.name: getattr(token, item.name) for item in fields(ApiToken)}
        row |= {"scopes": sorted(token.scopes), "token_hash": token_hash(secret), "world": self.world}
        with self.database.begin() as connection:
            if connection.execute(sa.select(_BY.name).where(_BY.name == token.name)).first() is not None:
                raise StoreConflict(f"token {token.name} is there already; give the new one another name")
            connection.execute(token_table.insert().values(row))
            said = {"does": "mint", "region": token.region, "office": token.office, "scopes": sorted(token.scopes)}
            append(connection, Deed(token.created_by, AuditAction.TOKEN, token.name, token.created_utc, said))
        return secret

    def find(self, secret: str, *, at: datetime) -> ApiToken | None:
        """The token of a secret; None where it opens nothing: unknown, revoked or over."""
        mine = (_BY.token_hash == token_hash(secret), _BY.world == self.world)
        valid = (*mine, _BY.revoked_utc.is_(None), _BY.expires_utc > at)
        with self.database.read() as connection:
            row = connection.execute(sa.select(*_COLUMNS).where(*valid)).one_or_none()
        if row is None:
            return None
        if row.used_utc is None or at - row.used_utc > _SEEN_AGAIN:
            with self.database.begin() as connection:
                connection.execute(token_table.update().where(_BY.name == row.name).values(used_utc=at))
        return _token(row)

    def revoke(self, name: str, *, by: str, at: datetime) -> None:
        """End a token now.

        Raises:
            NotInStore: none of this name is in force.
        """
        with self.database.begin() as connection:
            mine = token_table.update().where(_BY.name == name, _BY.revoked_utc.is_(None))
            if connection.execute(mine.values(revoked_utc=at)).rowcount == 0:
                raise NotInStore(f"no token {name!r} is in force; see firewatch tokens list")
            append(connection, Deed(by, AuditAction.TOKEN, name, at, {"does": "revoke"}))

    def all_tokens(self) -> list[ApiToken]:
        """All, by name, those that ended too."""
        with self.database.read() as connection:
            return [_token(row) for row in connection.execute(sa.select(*_COLUMNS).order_by(_BY.name))]


def scopes_of(words: Iterable[str]) -> frozenset[ApiScope]:
    """Scopes by name.

    Raises:
        AnswerUnclear: one that is none.
    """
    try:
        return frozenset(ApiScope(word) for word in words)
    except ValueError as error:
        raise AnswerUnclear(f"{error}; there are {', '.join(ApiScope)}") from error


def _token(row: Any) -> ApiToken:
    return ApiToken(**row._asdict() | {"scopes": frozenset(ApiScope(one) for one in row.scopes)})
