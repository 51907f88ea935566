"""One SQL database: SQLite in a file, or PostgreSQL for several hosts."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import stamina
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import ArgumentError

from store.errors import StoreBusy, StoreError, StoreTooNew, StoreUnreadable
from store.keys import NO_KEYS, KeyRing
from store.refusals import named

VERSION_TABLE = "firewatch_version"
"""Not Alembic's default name: Prefect's own tables may live in the same PostgreSQL database."""

_MODE = "firewatch_mode"
_KEYS = "firewatch_keys"
_MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x66_69_72_65
_BUSY_TIMEOUT_MS = 15_000
_SMALLEST_READ = {"sqlite": "SELECT count(*) FROM sqlite_master", "postgresql": "SELECT 1"}
_BEGIN = {
    "read": ("PRAGMA query_only=ON", "BEGIN"),
    "write": ("PRAGMA query_only=OFF", "BEGIN IMMEDIATE"),
    # A batch migration drops and renames tables, which would cascade: SQLite's documented order is keys off,
    # change, check, keys on; and the pragma does nothing inside a transaction.
    "migrate": ("PRAGMA query_only=OFF", "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"),
}


@dataclass(frozen=True, eq=False)
class Database:
    """An opened database. Safe to share between threads; a forked child must open its own.

    A transaction is short: it holds no network call, no ``await`` and no other thread.
    """

    engine: sa.Engine
    audit_keys: KeyRing = field(default=NO_KEYS, repr=False)
    """Seal the audit log; they live outside the database."""
    _open: ContextVar[tuple[int, sa.Connection] | None] = field(
        default_factory=lambda: ContextVar("store_transaction", default=None), repr=False
    )
    _writing: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def name(self) -> str:
        """The file, or the server's address without its password."""
        url = self.engine.url
        return str(url.database) if self.is_sqlite else url.render_as_string(hide_password=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite in a file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """One write transaction: all of it, or nothing when an error leaves the block.

        Inside another ``begin`` of the same thread it becomes a part of that one, so that several stores can be
        written at once: hysteresis state, alert and deliveries.

        Raises:
            StoreBusy: another writer held the database for 15 s, of this process or of another.
            StoreConflict: a constraint refused a row.
            StoreUnreadable: the file or server cannot be used.
        """
        outer = self._joined()
        with named(self.name):
            if outer is not None:
                with outer.begin_nested():
                    yield outer
                return
            with self._turn(), self.engine.connect() as connection:
                connection = connection.execution_options(**{_MODE: "write", _KEYS: self.audit_keys})
                with connection.begin():
                    token = self._open.set((threading.get_ident(), connection))
                    try:
                        yield connection
                    finally:
                        self._open.reset(token)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One consistent view that cannot write; inside ``begin`` it sees what that transaction wrote so far.

        Raises:
            StoreUnreadable: the file or server cannot be used.
        """
        outer = self._joined()
        with named(self.name):
            if outer is not None:
                yield outer
                return
            options: dict[str, Any] = {_MODE: "read", _KEYS: self.audit_keys}
            if not self.is_sqlite:
                options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            with self.engine.connect() as connection:
                connection = connection.execution_options(**options)
                with connection.begin():
                    yield connection

    def faults(self) -> list[str]:
        """What the database itself finds wrong with its file; empty when it is sound. Reads all of it."""
        if not self.is_sqlite:
            return []
        with self.read() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
        return [line for line in found if line != "ok"]

    def server_now(self) -> datetime | None:
        """The clock of a database server; None for a file, which has none."""
        if self.is_sqlite:
            return None
        with self.read() as connection:
            told: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        return told.astimezone(UTC)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite has one writer at a time and no queue: who waits longest looks rarest. Threads line up here for it."""
        if not self.is_sqlite:
            yield
            return
        if not self._writing.acquire(timeout=_BUSY_TIMEOUT_MS / 1000):
            raise StoreBusy(f"{self.name}: a writer of this process held the database; nothing was written")
        try:
            yield
        finally:
            self._writing.release()

    def _joined(self) -> sa.Connection | None:
        held = self._open.get()
        if held is None or held[0] != threading.get_ident():
            return None
        return held[1]


def keys_of(connection: sa.Connection) -> KeyRing:
    """The audit keys of the database that a connection belongs to."""
    found = connection.get_execution_options().get(_KEYS)
    return found if isinstance(found, KeyRing) else NO_KEYS


def open_database(url: str, *, audit_keys: KeyRing = NO_KEYS) -> Database:
    """Open SQLite (``sqlite:///path``) or PostgreSQL (``postgresql+psycopg://…``); SQLite makes an absent file.

    Args:
        url: of the database.
        audit_keys: that seal the audit log, newest first.

    Raises:
        StoreUnreadable: no such folder, not a database, no server, or a URL that names neither of the two.
    """
    try:
        address = sa.make_url(url)
    except ArgumentError as error:
        raise StoreUnreadable(
            "the database URL cannot be read; write sqlite:///FILE or postgresql+psycopg://…"
        ) from error
    if address.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise StoreUnreadable(f"no store on {address.drivername!r}; use sqlite or postgresql+psycopg")
    database = Database(_engine(address), audit_keys)
    with database.read() as connection:
        connection.exec_driver_sql(_SMALLEST_READ[database.engine.dialect.name])
    return database


def upgrade(database: Database) -> None:
    """Bring the tables to what this code knows. Does nothing when they are; safe when several processes start at once.

    Raises:
        StoreTooNew: the database has a revision that this code does not know.
    """
    known = _known(_MIGRATIONS)
    with database.read() as connection:
        if _needs_nothing(connection, known, database.name):
            return
    with named(database.name), database.engine.connect() as connection:
        connection = connection.execution_options(**{_MODE: "migrate"})
        connection.detach()
        with connection.begin():
            if not database.is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
            if _needs_nothing(connection, known, database.name):
                return
            config = _config(_MIGRATIONS)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            _check_keys(connection, database)


@dataclass(frozen=True)
class _Known:
    """Revisions of a folder of migrations."""

    heads: frozenset[str]
    all: frozenset[str]


def _config(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@cache
def _known(migrations: Path) -> _Known:
    """Read once: each look compiles every migration, and they do not change under a running process."""
    scripts = ScriptDirectory.from_config(_config(migrations))
    return _Known(frozenset(scripts.get_heads()), frozenset(each.revision for each in scripts.walk_revisions()))


def _needs_nothing(connection: sa.Connection, known: _Known, name: str) -> bool:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    here = set(context.get_current_heads())
    if unknown := here - known.all:
        raise StoreTooNew(
            f"{name}: written by a newer version (revision {', '.join(sorted(unknown))}; this one knows up to "
            f"{', '.join(sorted(known.heads))}); install the newer version, or restore the backup made before it"
        )
    return here == known.heads


def _check_keys(connection: sa.Connection, database: Database) -> None:
    if not database.is_sqlite:
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise StoreError(f"{database.name}: the upgrade would break {len(broken)} foreign keys and was rolled back")


def _engine(address: sa.URL) -> sa.Engine:
    serializer = partial(json.dumps, ensure_ascii=False, sort_keys=True)
    if address.drivername == "postgresql+psycopg":
        return sa.create_engine(address, json_serializer=serializer, pool_pre_ping=True)
    if address.database in {None, "", ":memory:"}:
        raise StoreUnreadable("SQLite in memory forgets everything at the end of the process; name a file")
    engine = sa.create_engine(address, json_serializer=serializer)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}").fetchall()
    _write_ahead(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").fetchall()


def _locked(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


@stamina.retry(on=_locked, attempts=None, timeout=_BUSY_TIMEOUT_MS / 1000, wait_initial=0.02, wait_max=0.25)
def _write_ahead(connection: Any) -> None:
    """Of processes that open a new file at once one changes the mode; SQLite lets the others fail, not wait."""
    connection.execute("PRAGMA journal_mode=WAL").fetchall()


def _begin_sqlite(connection: sa.Connection) -> None:
    for statement in _BEGIN[connection.get_execution_options().get(_MODE, "read")]:
        connection.exec_driver_sql(statement)
