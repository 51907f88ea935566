from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.archive import digest
from feeds.errors import FeedUnavailable
from feeds.folder import Listing, load_new_tables

NOW = datetime(2026, 4, 4, 6, tzinfo=UTC)


def drop(folder: Path, name: str, content: bytes = b"a,b\n", age_s: float = 600) -> Path:
    path = folder / name
    path.write_bytes(content)
    moment = (NOW - timedelta(seconds=age_s)).timestamp()
    os.utime(path, (moment, moment))
    return path


def load(folder: Path, seen: set[str] | None = None) -> Listing:
    return load_new_tables(folder, seen=seen or set(), read_utc=NOW, settle_s=30)


def test_new_tables_are_read_in_the_order_of_their_names(tmp_path: Path):
    for name in ("b.csv", "a.CSV.GZ", "c.parquet"):
        drop(tmp_path, name, name.encode())
    listing = load(tmp_path)
    assert [file.name for file in listing.ready] == ["a.CSV.GZ", "b.csv", "c.parquet"]
    assert listing.ready[1].content == b"b.csv"
    assert listing.ready[1].read_utc == NOW


def test_a_content_that_was_seen_is_not_read_again_under_any_name(tmp_path: Path):
    drop(tmp_path, "a.csv", b"seen")
    drop(tmp_path, "b.csv", b"new")
    drop(tmp_path, "copy of b.csv", b"new")
    assert [file.name for file in load(tmp_path, {digest(b"seen")}).ready] == ["b.csv"]


def test_a_file_with_new_content_under_an_old_name_is_new(tmp_path: Path):
    drop(tmp_path, "a.csv", b"monday")
    seen = {digest(file.content) for file in load(tmp_path).ready}
    drop(tmp_path, "a.csv", b"tuesday")
    assert [file.content for file in load(tmp_path, seen).ready] == [b"tuesday"]


def test_a_file_that_is_still_being_written_is_waited_for(tmp_path: Path):
    path = drop(tmp_path, "a.csv", b"half", age_s=5)
    assert load(tmp_path) == Listing((), ("a.csv",), ())
    drop(tmp_path, path.name, b"half and half", age_s=31)
    assert [file.content for file in load(tmp_path).ready] == [b"half and half"]


def test_a_file_from_a_machine_whose_clock_is_ahead_is_read(tmp_path: Path):
    drop(tmp_path, "a.csv", age_s=-3600)
    assert len(load(tmp_path).ready) == 1


def test_what_is_no_table_is_shown_and_not_read(tmp_path: Path):
    for name in ("notes.txt", ".a.csv.swp", ".hidden.csv", "table.xlsx", "a.csv.part"):
        drop(tmp_path, name)
    (tmp_path / "old.csv").mkdir()
    assert load(tmp_path) == Listing((), (), (".a.csv.swp", ".hidden.csv", "a.csv.part", "notes.txt", "table.xlsx"))


def test_an_absent_folder_is_no_empty_folder(tmp_path: Path):
    assert load(tmp_path) == Listing((), (), ())
    with pytest.raises(FeedUnavailable, match=r"^folder inbox: No such file or directory"):
        load(tmp_path / "inbox")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    (tmp_path / "a.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(FeedUnavailable, match=r"a\.csv"):
        load(tmp_path)
