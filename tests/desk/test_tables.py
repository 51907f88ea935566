"""Files that people hand in and take away."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from desk.errors import InputError
from desk.tables import read_table, write_table

TABLE = pl.DataFrame({"id": ["a", "b"], "temp": ["17.5", "-3"]})


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.parquet", "T.CSV"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    write_table(tmp_path / name, TABLE)
    assert read_table(tmp_path / name).equals(TABLE)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_csv_stays_text_and_its_byte_order_mark_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("\ufeffid,temp\n007,1e3\n".encode())
    assert read_table(path).rows() == [("007", "1e3")]


def test_empty_lines_at_the_end_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"id,temp\r\na,1\r\n\r\n\n")
    assert read_table(path).rows() == [("a", "1")]


def test_an_old_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id\n" + "x\n" * 1000)
    write_table(path, TABLE)
    assert path.read_text() == "id,temp\na,17.5\nb,-3\n"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("t.csv", b"", "empty"),
        ("t.csv", b"  \n", "empty"),
        ("t.csv", b"id,temp\na,\xff\n", "not UTF-8 at byte 10"),
        ("t.csv", b"id,temp\na,1,2\n", "not a CSV table"),
        ("t.csv.gz", b"id,temp\na,1\n", "not a whole gzip file"),
        ("t.csv.gz", gzip.compress(b"id,temp\na,1\n", mtime=0)[:-9], "not a whole gzip file"),
        ("t.parquet", b"id,temp\na,1\n", "not a Parquet table"),
        ("t.xlsx", b"", ".xlsx is no kind of table"),
        ("t", b"", "no ending is no kind of table"),
    ],
)
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=says) as refused:
        read_table(path)
    assert str(path) in str(refused.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_table(tmp_path / "absent.csv")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="folder that can be written"):
        write_table(tmp_path / "absent" / "t.csv", TABLE)


def test_a_place_that_is_a_folder_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(InputError, match="directory"):
        write_table(tmp_path / "t.csv", TABLE)
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
