from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from store.database import VERSION_TABLE, Database, upgrade
from store.errors import StoreError, StoreTooNew
from store.tables import TABLES, metadata

CHECKOUT = Path(__file__).resolve().parents[2]
NEWEST = max(path.name[:4] for path in (CHECKOUT / "store" / "migrations" / "versions").glob("[0-9]*.py"))


def tables_of(database: Database) -> set[str]:
    return set(sa.inspect(database.engine).get_table_names())


def test_an_empty_database_gets_all_tables(empty_url: str, opened: Callable[[str], Database]) -> None:
    database = opened(empty_url)
    assert tables_of(database) == set()
    upgrade(database)
    assert tables_of(database) == {table.name for table in TABLES} | {VERSION_TABLE}


def test_every_table_of_the_store_is_in_the_list() -> None:
    assert {table.name for table in TABLES} == set(metadata.tables)


def test_every_table_says_the_world_of_its_rows() -> None:
    assert [table.name for table in TABLES if "world" not in table.c] == []


def test_the_migrations_make_what_the_tables_declare(database: Database) -> None:
    options = {"version_table": VERSION_TABLE, "compare_type": True}
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def plain(condition: str) -> str:
    """A condition without what PostgreSQL adds when it gives one back."""
    condition = re.sub(r"::[a-z ]+(\[\])?", "", condition)
    condition = re.sub(r"= ANY \(ARRAY\[(.*?)\]\)", r"IN (\1)", condition)
    condition = re.sub(r"<> ALL \(ARRAY\[(.*?)\]\)", r"NOT IN (\1)", condition)
    return re.sub(r"[\s()]", "", condition)


def test_the_migrations_check_what_the_tables_check(database: Database) -> None:
    inspector = sa.inspect(database.engine)
    for table in TABLES:
        declared = {
            str(item.name): plain(str(item.sqltext))
            for item in table.constraints
            if isinstance(item, sa.CheckConstraint)
        }
        there = {str(item["name"]): plain(item["sqltext"]) for item in inspector.get_check_constraints(table.name)}
        assert there == declared, table.name


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    before = tables_of(database)
    upgrade(database)
    upgrade(database)
    assert tables_of(database) == before


def test_a_database_of_a_newer_version_is_refused(empty_url: str, opened: Callable[[str], Database]) -> None:
    database = opened(empty_url)
    upgrade(database)
    with database.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(StoreTooNew, match=rf"9999.*knows up to {NEWEST}.*install the newer version"):
        upgrade(database)


def test_a_step_that_fails_leaves_the_tables_as_they_were(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(CHECKOUT / "store" / "migrations", folder)
    (folder / "versions" / "broken.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\nrevision = 'next'\n"
        f"down_revision = '{NEWEST}'\nbranch_labels = None\ndepends_on = None\n"
        "def upgrade():\n    op.create_table('half', sa.Column('a', sa.Text()))\n    op.drop_table('absent')\n"
    )
    monkeypatch.setattr("store.database._MIGRATIONS", folder)
    with pytest.raises(StoreError, match="absent"):
        upgrade(database)
    assert "half" not in tables_of(database)
    monkeypatch.undo()
    upgrade(database)


def test_a_step_that_would_break_keys_is_rolled_back_on_sqlite(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[str], Database]
) -> None:
    shutil.copy(sqlite_template, tmp_path / "a.db")
    database = opened(f"sqlite:///{tmp_path / 'a.db'}")
    folder = tmp_path / "migrations"
    shutil.copytree(CHECKOUT / "store" / "migrations", folder)
    (folder / "versions" / "orphan.py").write_text(
        f"from alembic import op\nrevision = 'next'\ndown_revision = '{NEWEST}'\nbranch_labels = None\n"
        "depends_on = None\n"
        "def upgrade():\n    op.execute(\"INSERT INTO incident_hotspot VALUES ('live', 'no such incident', 'h')\")\n"
    )
    monkeypatch.setattr("store.database._MIGRATIONS", folder)
    with pytest.raises(StoreError, match="1 foreign keys and was rolled back"):
        upgrade(database)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM incident_hotspot").scalar() == 0


def test_processes_that_start_at_once_make_the_tables_once(empty_url: str, opened: Callable[[str], Database]) -> None:
    program = (
        "import sys; from store.database import open_database, upgrade; import store.tables\n"
        "print(flush=True); sys.stdin.readline()\n"
        "database = open_database(sys.argv[1]); upgrade(database); database.close()\n"
    )
    command = [sys.executable, "-c", program, empty_url]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    started = [subprocess.Popen(command, cwd=CHECKOUT, text=True, **pipes) for _ in range(3)]
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    waited = "stamina.retry_scheduled\n"
    errors = [process.communicate(timeout=240)[1].replace(waited, "") for process in started]
    assert [(process.returncode, error) for process, error in zip(started, errors, strict=True)] == [(0, "")] * 3
    database = opened(empty_url)
    assert tables_of(database) == {table.name for table in TABLES} | {VERSION_TABLE}
