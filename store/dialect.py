"""The one place where SQLite and PostgreSQL are spelt differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    import sqlalchemy as sa


def upsert(connection: sa.Connection, table: sa.Table) -> postgresql.Insert:
    """An INSERT that knows ``ON CONFLICT``. Both dialects spell it alike; the types are PostgreSQL's.

    Whether a row was new is told by RETURNING, never by the row count, which psycopg does not give for it.
    """
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)  # type: ignore[return-value]  # same methods, no common type in SQLAlchemy
