"""What all tables share: names of constraints, instants in UTC, closed lists."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from store.errors import NaiveInstant

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Instant(sa.types.TypeDecorator[datetime]):
    """An instant. Naive datetimes are refused; what comes back is aware and in UTC.

    SQLite has no time zones: there the UTC wall time is kept as text, which sorts as the instants do.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring a parameter to UTC.

        Raises:
            NaiveInstant: it carries no offset.
        """
        if value is None:
            return None
        if value.utcoffset() is None:
            raise NaiveInstant(f"a naive datetime cannot be stored: {value!r}; give it a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an aware datetime in UTC back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def instant(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    """A column for an instant; its name ends in ``_utc``."""
    return sa.Column(name, Instant(), nullable=nullable)


def day(name: str, *, nullable: bool = False) -> sa.Column[date]:
    """A column for a day in Asia/Shanghai; its name ends in ``_local_date`` or is ``local_date``."""
    return sa.Column(name, sa.Date(), nullable=nullable)


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    """A column for text of any length."""
    return sa.Column(name, sa.Text(), nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[float]:
    """A column for a float64."""
    return sa.Column(name, sa.Double(), nullable=nullable)


def count(name: str, *, nullable: bool = False) -> sa.Column[int]:
    """A column for an integer of up to 64 bits."""
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def flag(name: str) -> sa.Column[bool]:
    """A column for yes or no."""
    return sa.Column(name, sa.Boolean(), nullable=False)


def document(name: str) -> sa.Column[object]:
    """A column for a JSON document."""
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=False)


def serial(name: str) -> sa.Column[int]:
    """A primary key that grows in the order of writing; SQLite counts only in a column of type INTEGER."""
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), primary_key=True)


def closed(column: str, members: type[StrEnum]) -> sa.CheckConstraint:
    """Keep a text column to the members of a closed list."""
    listed = ", ".join(f"'{member.value}'" for member in members)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)
