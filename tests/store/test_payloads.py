from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from feeds.archive import Archive, digest
from store.database import Database
from store.errors import NaiveInstant, NotInStore, StoreCorrupt, StoreError, StoreUnreadable
from store.payloads import Payloads, payload
from tests.store.examples import minutes

BODY = b"latitude,longitude\n40.1,117.3\n"


@pytest.fixture
def archive(database: Database, tmp_path: Path) -> Payloads:
    return Payloads(database, tmp_path / "archive")


def save(archive: Archive, content: bytes = BODY, *, at: float = 0, feed: str = "firms", world: str = "live") -> str:
    kept = archive.save(
        feed, "area/2", content, fetched_utc=minutes(at), status=200, world=world, content_type="text/csv"
    )
    return kept.payload_id


def files(archive: Payloads) -> list[str]:
    return sorted(str(file.relative_to(archive.folder)) for file in archive.folder.rglob("*") if file.is_file())


def test_an_answer_comes_back_byte_for_byte(archive: Payloads) -> None:
    body = bytes(range(256)) * 1000
    assert archive.load(save(archive, body)) == body


def test_the_file_stands_under_feed_day_and_digest_and_is_gzip(archive: Payloads) -> None:
    save(archive)
    assert files(archive) == [f"firms/2017/05/11/040000-{digest(BODY)[:12]}.gz"]
    assert gzip.decompress((archive.folder / files(archive)[0]).read_bytes()) == BODY


def test_two_archives_of_the_same_answer_hold_the_same_bytes(archive: Payloads, tmp_path: Path) -> None:
    save(archive)
    other = Payloads(archive.database, tmp_path / "other")
    save(other, at=1)
    first, second = (next(folder.rglob("*.gz")).read_bytes() for folder in (archive.folder, other.folder))
    assert first == second


def test_the_newest_answer_has_all_that_was_saved(archive: Payloads) -> None:
    kept = archive.save(
        "firms", "area/2", BODY, fetched_utc=minutes(0), status=203, world="live", content_type="text/csv"
    )
    assert archive.newest("firms", "area/2", not_after=minutes(0), world="live") == kept
    assert (kept.status, kept.content_type, kept.sha256) == (203, "text/csv", digest(BODY))


def test_newest_looks_no_further_than_the_as_of_time(archive: Payloads) -> None:
    save(archive, b"first", at=0)
    save(archive, b"second", at=10)
    early = archive.newest("firms", "area/2", not_after=minutes(9), world="live")
    late = archive.newest("firms", "area/2", not_after=minutes(10), world="live")
    assert early is not None
    assert late is not None
    assert (early.content, late.content) == (b"first", b"second")
    assert archive.newest("firms", "area/2", not_after=minutes(-1), world="live") is None


def test_other_feeds_questions_and_worlds_are_not_seen(archive: Payloads) -> None:
    save(archive, world="exercise-1")
    assert archive.newest("firms", "area/2", not_after=minutes(9), world="live") is None
    assert archive.newest("firms", "area/1", not_after=minutes(9), world="exercise-1") is None
    assert archive.newest("other", "area/2", not_after=minutes(9), world="exercise-1") is None


def test_the_same_bytes_at_two_times_are_two_rows_and_one_file(archive: Payloads) -> None:
    assert save(archive, at=0) != save(archive, at=10)
    assert len(files(archive)) == 1
    newest = archive.newest("firms", "area/2", not_after=minutes(99), world="live")
    assert newest is not None
    assert newest.fetched_utc == minutes(10)


def test_the_same_answer_saved_twice_is_one_row(archive: Payloads) -> None:
    assert save(archive) == save(archive)
    with archive.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(payload)).scalar() == 1


def test_four_threads_that_save_the_same_answer_agree(archive: Payloads) -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda _: save(archive), range(12)))
    assert len(ids) == 1
    assert len(files(archive)) == 1
    assert archive.load(ids.pop()) == BODY


def test_a_file_is_never_written_again(archive: Payloads) -> None:
    save(archive)
    file = archive.folder / files(archive)[0]
    before = file.stat()
    save(archive, at=0)
    save(archive, at=5)
    after = file.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_an_empty_answer_is_an_answer(archive: Payloads) -> None:
    assert archive.load(save(archive, b"")) == b""


@pytest.mark.parametrize(
    "damage",
    [b"", b"not gzip", gzip.compress(b"other bytes"), gzip.compress(BODY)[:-9], gzip.compress(BODY)[:-4] + b"\0\0\0\0"],
    ids=["empty", "no gzip", "other content", "truncated", "wrong length"],
)
def test_a_damaged_file_is_named_and_never_read_as_an_answer(archive: Payloads, damage: bytes) -> None:
    payload_id = save(archive)
    (archive.folder / files(archive)[0]).write_bytes(damage)
    with pytest.raises(StoreCorrupt, match=r"040000-.*\.gz"):
        archive.load(payload_id)
    with pytest.raises(StoreCorrupt):
        archive.newest("firms", "area/2", not_after=minutes(9), world="live")


def test_a_damaged_file_is_left_alone_and_the_next_answer_gets_its_own(archive: Payloads) -> None:
    save(archive)
    file = archive.folder / files(archive)[0]
    file.write_bytes(b"damaged")
    with pytest.raises(StoreCorrupt):
        save(archive, at=0)
    assert archive.load(save(archive, at=10)) == BODY
    assert file.read_bytes() == b"damaged"


def test_a_file_that_is_gone_is_named(archive: Payloads) -> None:
    payload_id = save(archive)
    (archive.folder / files(archive)[0]).unlink()
    with pytest.raises(StoreCorrupt, match=r"\.gz: cannot be read"):
        archive.load(payload_id)


def test_an_unknown_id_is_a_key_error(archive: Payloads) -> None:
    with pytest.raises(KeyError, match="no payload 'x'") as caught:
        archive.load("x")
    assert isinstance(caught.value, NotInStore)


@pytest.mark.parametrize("feed", ["", "../etc", "a/b", "FIRMS", ".hidden"])
def test_a_feed_that_cannot_be_a_folder_is_refused(archive: Payloads, feed: str) -> None:
    with pytest.raises(StoreError, match="cannot be a folder"):
        save(archive, feed=feed)


def test_a_naive_fetch_time_is_refused_before_anything_is_written(archive: Payloads) -> None:
    with pytest.raises(NaiveInstant):
        archive.save("firms", "q", BODY, fetched_utc=datetime(2017, 5, 11), status=200, world="live")  # noqa: DTZ001
    assert not archive.folder.exists()


def test_a_folder_that_cannot_be_written_is_named_and_no_row_is_left(archive: Payloads) -> None:
    archive.folder.write_text("a file where the folder should be")
    with pytest.raises(StoreUnreadable, match="cannot be kept"):
        save(archive)
    assert archive.newest("firms", "area/2", not_after=minutes(9), world="live") is None


def test_a_crash_before_the_rename_leaves_no_answer_and_no_litter(
    archive: Payloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("store.payloads.os.fsync", fail)
    with pytest.raises(StoreUnreadable, match="No space left"):
        save(archive)
    assert files(archive) == []
    monkeypatch.undo()
    assert archive.load(save(archive)) == BODY
