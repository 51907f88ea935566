"""New homes of the tests: the store's history is gone through once, and each new file begins with what it left."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path
from threading import Lock

import pytest

from store.database import Database, open_database, upgrade
from tests.flows.folders import lasting_folder

_ONE_AT_A_TIME = Lock()


@pytest.fixture(autouse=True)
def history_is_gone_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a house in a new file copy the tables of one that was upgraded; any other is upgraded itself."""
    monkeypatch.setattr("flows.wiring.upgrade", _upgraded)


def _upgraded(database: Database) -> None:
    with _ONE_AT_A_TIME:
        if database.is_sqlite and _is_new(database):
            _copy(_newest(), database)
    upgrade(database)


def _is_new(database: Database) -> bool:
    with database.read() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one() == 0


def _copy(file: Path, database: Database) -> None:
    source, empty = sqlite3.connect(file), sqlite3.connect(database.name)
    source.backup(empty)
    source.close()
    empty.close()


@cache
def _newest() -> Path:
    file = lasting_folder("newest") / "newest.db"
    database = open_database(f"sqlite:///{file}")
    upgrade(database)
    database.close()
    return file
