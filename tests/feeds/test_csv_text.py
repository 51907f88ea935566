from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from feeds.csv_text import decoded, instant, number, require_columns, text_table
from feeds.errors import FeedMalformed
from feeds.rejects import RejectReason

SAME_INSTANT = [
    "2026-03-01T00:00Z",
    "2026-03-01 00:00:00Z",
    "2026-03-01T08:00+08:00",
    "2026-03-01T08:00:00+0800",
    "2026-03-01T00:00:00.000000+0000",
    "2026-02-28T18:30:00-05:30",
]
NO_INSTANT = [
    "2026-03-01T00:00", "2026-03-01 00:00:00", "2026-03-01", "2026-02-30T00:00Z", "2026-03-01T24:00Z",
    "2026-03-01T00:00+15:00", "2026-03-01T00:00+08:75", "1-3-2026 00:00Z", "0000-01-01T00:00Z", "９９99-01-01T00:00Z",
    "", "now",
]  # fmt: skip


@pytest.mark.parametrize("text", SAME_INSTANT)
def test_every_spelling_of_an_instant_is_the_same_instant(text: str):
    assert pl.DataFrame({"t": [text]}).select(instant("t")).item() == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", NO_INSTANT)
def test_a_text_that_is_no_instant_or_has_no_offset_is_null(text: str):
    assert pl.DataFrame({"t": [text]}).select(instant("t")).item() is None


@pytest.mark.parametrize(("text", "value"), [("1", 1.0), ("-3.5", -3.5), ("1e2", 100.0), ("+4", 4.0), (None, None)])
def test_numbers_are_read(text: str | None, value: float | None):
    assert pl.DataFrame({"n": [text]}, schema={"n": pl.String}).select(number("n")).item() == value


@pytest.mark.parametrize("text", ["x", "nan", "NaN", "inf", "-inf", "1e400", "1,5", "0x10", "1 2"])
def test_what_is_no_finite_number_is_nan_and_not_null(text: str):
    assert pl.DataFrame({"n": [text]}).select(number("n").is_nan()).item() is True


@pytest.mark.parametrize("text", ["", " ", "NA", "n/a", "NULL", "None", "-"])
def test_the_ways_of_saying_nothing_are_null(text: str):
    assert text_table(f"a,b\n1,{text}\n", "f").frame["b"].to_list() == [None]


def test_fields_are_stripped_and_rows_are_numbered_as_a_person_counts():
    table = text_table(" a , b \n\n 1 ,2 \n3, 4\n", "f")
    assert table.frame.to_dicts() == [{"row": 3, "a": "1", "b": "2"}, {"row": 4, "a": "3", "b": "4"}]
    assert (table.columns, table.rows_in) == (["a", "b"], 2)


def test_quoted_fields_may_hold_commas_and_line_ends():
    table = text_table('a,b\n"1,5",2\n"3",4\n', "f")
    assert table.frame["a"].to_list() == ["1,5", "3"]
    assert table.frame["row"].to_list() == [2, 3]


def test_a_quotation_mark_that_is_never_closed_is_malformed():
    with pytest.raises(FeedMalformed, match="f: line 4: .*quotation marks do not match"):
        text_table('a,b\n1,2\n"3,4\n', "f")


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a,b\n1,2\n3", 1), ("a,b\n1,2\n3,4,5", 1), ("a,b\n1,2\n3,", 2), ("a\n1\n2", 2)],
    ids=["cut", "too_long", "a_blank_value", "one_column"],
)
def test_a_line_of_another_length_is_counted(text: str, kept: int):
    table = text_table(text, "f")
    assert (table.frame.height, table.rows_in) == (kept, 2)
    assert table.ragged.counts == ({} if kept == 2 else {RejectReason.RAGGED_LINE: 1})


@pytest.mark.parametrize("text", ["", "\n\n", "a,,b\n", "a,b,a\n", "row,a\n", ",".join(f"c{n}" for n in range(300))])
def test_a_header_that_is_absent_or_ambiguous_is_malformed(text: str):
    with pytest.raises(FeedMalformed, match="header"):
        text_table(text, "f")


def test_a_name_that_looks_like_a_pattern_is_a_name():
    assert text_table("*,^a.*$,a\n1,2,3\n", "f").frame.row(0) == (2, "1", "2", "3")


def test_missing_columns_are_named_with_those_that_are_there():
    with pytest.raises(FeedMalformed, match="column c, d is missing; the header has a, b"):
        require_columns(text_table("a,b\n", "f"), ("a", "c", "d"), "f")


@pytest.mark.parametrize("content", [b"\xff\xfea", b"a\0b", "温度".encode("gbk")], ids=["utf16", "nul", "gbk"])
def test_bytes_that_are_no_utf8_text_are_malformed(content: bytes):
    with pytest.raises(FeedMalformed, match="UTF-8|NUL"):
        decoded(content, "f")


def test_a_byte_order_mark_is_no_part_of_the_first_name():
    assert decoded("\ufeffa,b".encode(), "f") == "a,b"
