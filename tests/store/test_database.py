from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from store.counters import counter, next_in
from store.coverage import coverage
from store.database import Database, open_database
from store.errors import NaiveInstant, StoreBusy, StoreConflict, StoreError, StoreUnreadable
from store.schema import Instant


def written(database: Database) -> list[str]:
    with database.read() as connection:
        return sorted(connection.execute(sa.select(counter.c.series)).scalars())


def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    def write_and_fail() -> None:
        with database.begin() as connection:
            next_in(connection, "a", world="live")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert written(database) == []


def test_stores_written_inside_one_transaction_are_written_together_or_not_at_all(database: Database) -> None:
    def write_two() -> None:
        with database.begin() as outer:
            next_in(outer, "outer", world="live")
            with database.begin() as inner:
                assert inner is outer
                next_in(inner, "inner", world="live")
            assert written(database) == ["inner", "outer"]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_two()
    assert written(database) == []


def test_an_inner_part_that_fails_is_undone_alone(database: Database) -> None:
    def write_and_fail() -> None:
        with database.begin() as inner:
            next_in(inner, "undone", world="live")
            inner.execute(counter.insert().values(world="live", series="kept", value=1))

    with database.begin() as outer:
        next_in(outer, "kept", world="live")
        with pytest.raises(StoreConflict):
            write_and_fail()
    assert written(database) == ["kept"]


def test_another_thread_never_joins_a_transaction(database: Database) -> None:
    seen: list[list[str]] = []
    with database.begin() as connection:
        next_in(connection, "mine", world="live")
        reader = threading.Thread(target=lambda: seen.append(written(database)))
        reader.start()
        reader.join()
    assert seen == [[]]
    assert written(database) == ["mine"]


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError), database.read() as connection:
        connection.execute(counter.insert().values(world="live", series="a", value=1))
    with database.begin() as connection:
        assert next_in(connection, "a", world="live") == 1


def test_a_reader_keeps_one_view_while_others_write(database: Database) -> None:
    with database.read() as connection:
        before = connection.execute(sa.select(sa.func.count()).select_from(counter)).scalar()

        def write() -> None:
            with database.begin() as other:
                next_in(other, "a", world="live")

        with ThreadPoolExecutor(1) as pool:
            pool.submit(write).result()
        assert connection.execute(sa.select(sa.func.count()).select_from(counter)).scalar() == before == 0
    assert written(database) == ["a"]


def test_a_counter_has_no_gap_and_no_repeat_when_eight_threads_ask(database: Database) -> None:
    def ask(_: int) -> int:
        with database.begin() as connection:
            return next_in(connection, "code", world="live")

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(ask, range(40))) == list(range(1, 41))


def test_a_number_of_a_failed_transaction_is_given_again(database: Database) -> None:
    def ask_and_fail() -> None:
        with database.begin() as connection:
            assert next_in(connection, "code", world="live") == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_fail()
    with database.begin() as connection:
        assert next_in(connection, "code", world="live") == 1
        assert next_in(connection, "code", world="exercise-1") == 1


def test_a_naive_datetime_is_refused_and_named(database: Database) -> None:
    naive = datetime(2017, 5, 11, 12, 0)  # noqa: DTZ001 - the thing under test
    with pytest.raises(NaiveInstant, match="2017, 5, 11"), database.begin() as connection:
        connection.execute(coverage.insert().values(world="live", feed="f", quiet=False, last_success_utc=naive))


def test_a_beijing_time_comes_back_as_the_same_instant_in_utc(database: Database) -> None:
    beijing = datetime(2017, 5, 11, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with database.begin() as connection:
        connection.execute(coverage.insert().values(world="live", feed="f", quiet=False, last_success_utc=beijing))
    with database.read() as connection:
        found = connection.execute(sa.select(coverage.c.last_success_utc)).scalar_one()
    assert found == beijing
    assert found.tzinfo is UTC


@given(
    st.lists(
        st.datetimes(
            min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis asks for naive bounds
            max_value=datetime(2099, 1, 1),  # noqa: DTZ001
            timezones=st.timezones(),
        ),
        min_size=2,
        max_size=2,
    )
)
def test_instants_kept_by_sqlite_come_back_and_sort_as_instants(instants: list[datetime]) -> None:
    dialect = sqlite.dialect()
    write, read = Instant().bind_processor(dialect), Instant().result_processor(dialect, None)
    assert write is not None
    assert read is not None
    kept = [write(instant) for instant in instants]
    utc = [instant.astimezone(UTC) for instant in instants]
    assert [read(value) for value in kept] == utc
    assert (kept[0] < kept[1]) == (utc[0] < utc[1])


def test_sqlite_is_durable_and_keeps_its_keys(tmp_path: Path, opened: Callable[[str], Database]) -> None:
    database = opened(f"sqlite:///{tmp_path / 'a.db'}")
    with database.read() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15_000}


def test_a_writer_that_waits_too_long_is_told_to_come_again(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[str], Database]
) -> None:
    monkeypatch.setattr("store.database._BUSY_TIMEOUT_MS", 50)
    file = tmp_path / "a.db"
    file.write_bytes(sqlite_template.read_bytes())
    holder, waiter = opened(f"sqlite:///{file}"), opened(f"sqlite:///{file}")
    with holder.begin(), pytest.raises(StoreBusy, match=r"a\.db.*nothing was written"), waiter.begin():
        pass
    with waiter.begin() as connection:
        assert next_in(connection, "a", world="live") == 1


def test_threads_of_a_process_line_up_to_write_and_one_that_waits_too_long_is_told_so(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[str], Database]
) -> None:
    monkeypatch.setattr("store.database._BUSY_TIMEOUT_MS", 50)
    file = tmp_path / "a.db"
    file.write_bytes(sqlite_template.read_bytes())
    database = opened(f"sqlite:///{file}")

    def count() -> int:
        with database.begin() as connection:
            return next_in(connection, "a", world="live")

    with ThreadPoolExecutor(1) as another:
        with database.begin(), pytest.raises(StoreBusy, match=r"a\.db: a writer of this process.*nothing was written"):
            another.submit(count).result()
        assert [another.submit(count).result(), count()] == [1, 2]


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "firewatch.db"
    file.write_bytes(b"<html>not a database</html>" * 100)
    with pytest.raises(StoreUnreadable, match=r"firewatch\.db.*not a database"):
        open_database(f"sqlite:///{file}")


def test_a_page_overwritten_with_zeros_is_found(tmp_path: Path, sqlite_template: Path) -> None:
    content = bytearray(sqlite_template.read_bytes())
    content[4096 : 4096 * 12] = bytes(4096 * 11)
    file = tmp_path / "firewatch.db"
    file.write_bytes(content)
    database = open_database(f"sqlite:///{file}")
    try:
        faults = database.faults()
    except StoreUnreadable as error:
        faults = [str(error)]
    finally:
        database.close()
    assert faults


def test_a_sound_database_has_no_fault(database: Database) -> None:
    assert database.faults() == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreadable, match="absent"):
        open_database(f"sqlite:///{tmp_path / 'absent' / 'firewatch.db'}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_that_forgets_is_refused(url: str) -> None:
    with pytest.raises(StoreUnreadable, match="name a file"):
        open_database(url)


@pytest.mark.parametrize("url", ["mysql://host/db", "postgresql+asyncpg://host/db", "nonsense"])
def test_any_other_database_is_refused(url: str) -> None:
    with pytest.raises(StoreUnreadable, match=r"postgresql\+psycopg"):
        open_database(url)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(StoreUnreadable, match="127.0.0.1") as caught:
        open_database("postgresql+psycopg://duty:hidden-word@127.0.0.1:1/firewatch?connect_timeout=2")
    assert "hidden-word" not in str(caught.value)


def test_a_table_that_is_not_there_is_an_error_of_the_store(tmp_path: Path, opened: Callable[[str], Database]) -> None:
    database = opened(f"sqlite:///{tmp_path / 'a.db'}")
    with pytest.raises(StoreError, match="no such table"), database.read() as connection:
        connection.execute(sa.select(counter))


def test_what_was_committed_is_in_the_file_for_any_other_program(
    tmp_path: Path, sqlite_template: Path, opened: Callable[[str], Database]
) -> None:
    file = tmp_path / "a.db"
    file.write_bytes(sqlite_template.read_bytes())
    with opened(f"sqlite:///{file}").begin() as connection:
        next_in(connection, "a", world="live")
    other = sqlite3.connect(file)
    assert other.execute("SELECT series, value FROM counter").fetchall() == [("a", 1)]
    other.close()
