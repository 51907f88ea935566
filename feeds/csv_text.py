"""From the bytes of a CSV to a frame of strings with line numbers. Nothing is guessed and no line gets lost."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from feeds.errors import FeedMalformed
from feeds.rejects import EXAMPLES, ROW, Example, RejectReason, Rejects

BLANK = frozenset({"", "na", "n/a", "null", "none", "-"})
"""Texts that say that there is no value, in lower case. ``nan`` is not among them: it is a number that went wrong."""
_MAX_COLUMNS = 200


@dataclass(frozen=True)
class TextTable:
    """A CSV as it came: every field a stripped string or null, with the column ``row`` for the line number."""

    frame: pl.DataFrame
    rows_in: int
    ragged: Rejects

    @property
    def columns(self) -> list[str]:
        """Names of the header."""
        return [name for name in self.frame.columns if name != ROW]


def decoded(content: bytes, feed: str) -> str:
    """The text of a body; a byte order mark is dropped.

    Raises:
        FeedMalformed: the bytes are not UTF-8 text.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FeedMalformed(
            feed, f"byte {error.start} is not UTF-8", "save the table as UTF-8 (Excel: CSV UTF-8)"
        ) from error
    if "\0" in text:
        raise FeedMalformed(feed, "the text holds NUL bytes", "the file is damaged or is not a text; send it again")
    return text


def text_table(text: str, feed: str) -> TextTable:
    """Read a CSV with a header. Empty lines are skipped; a line of another length than the header is counted.

    Raises:
        FeedMalformed: no header, or a header with an empty or repeated name.
    """
    lines = _lines(text, feed)
    header = [name.strip() for name in lines["fields"][0]] if lines.height else []
    _check_header(header, feed)
    body = lines.slice(1).with_columns(whole=pl.col("fields").list.len() == len(header))
    return TextTable(_string_frame(header, body.filter("whole")), body.height, _ragged(body, len(header)))


def require_columns(table: TextTable, required: Iterable[str], feed: str) -> None:
    """Refuse a table that lacks a column.

    Raises:
        FeedMalformed: names the missing columns and those that are there.
    """
    missing = [name for name in required if name not in table.columns]
    if missing:
        raise FeedMalformed(feed, f"column {', '.join(missing)} is missing; the header has {', '.join(table.columns)}")


def number(column: str) -> pl.Expr:
    """A string column as Float64: null where it is blank, NaN where it is not a finite number."""
    text = pl.col(column)
    value = text.cast(pl.Float64, strict=False)
    wrong = text.is_not_null() & (value.is_null() | ~value.is_finite())
    return pl.when(wrong).then(float("nan")).otherwise(value)


def instant(column: str) -> pl.Expr:
    """A string column of ISO 8601 times with an offset as UTC instants; null where it is not one.

    ``2026-03-01T08:00+08:00``, ``2026-03-01 00:00:00Z`` and ``2026-03-01T00:00:00.000+0000`` are the same instant. A
    time without an offset is refused: nobody can say which one was meant.
    """
    parts = pl.col(column).str.extract_groups(
        r"^((?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?"
        r"(?:(Z)|([+-])([0-9]{2}):?([0-9]{2}))$"
    )

    def part(number: int) -> pl.Expr:
        return parts.struct.field(str(number))

    clock = pl.format("{} {}:{}", part(1), part(2), part(3).fill_null("00"))
    # The longest offset in use is +14:00 (time zone database); more is a slip of the pen.
    hours, minutes = part(6).fill_null("0").cast(pl.Int64), part(7).fill_null("0").cast(pl.Int64)
    offset_min = (hours * 60 + minutes) * pl.when(part(5) == "-").then(-1).otherwise(1)
    local = clock.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    known = (part(4).is_not_null() | part(5).is_not_null()) & (offset_min.abs() <= 14 * 60) & (minutes < 60)
    return pl.when(known).then(local - pl.duration(minutes=offset_min)).otherwise(None).dt.replace_time_zone("UTC")


def _lines(text: str, feed: str) -> pl.DataFrame:
    """Columns ``row`` and ``fields`` (list of strings) of every line that is not blank."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    between = _separator(lines)
    if '"' not in text:
        split = pl.Series("fields", lines, dtype=pl.String).str.split(between).to_frame().with_row_index(ROW, offset=1)
    else:
        rows = _quoted(lines, feed, between)
        fields = pl.Series("fields", [fields for _, fields in rows], dtype=pl.List(pl.String))
        split = pl.DataFrame([pl.Series(ROW, [row for row, _ in rows], dtype=pl.Int64), fields])
    return split.with_columns(pl.col(ROW).cast(pl.Int64)).filter(
        pl.col("fields").list.eval(pl.element().str.strip_chars() != "").list.any()
    )


def _separator(lines: Sequence[str]) -> str:
    """A comma; a tab where the header has one and no comma, as cells do that are copied from a spreadsheet."""
    header = next((line for line in lines if line.strip()), "")
    return "\t" if "\t" in header and "," not in header else ","


def _quoted(lines: Sequence[str], feed: str, between: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=between, strict=True)
    try:
        return [(reader.line_num, fields) for fields in reader]
    except csv.Error as error:
        raise FeedMalformed(feed, f"line {reader.line_num}: {error}", "the quotation marks do not match") from error


def _check_header(header: Sequence[str], feed: str) -> None:
    if not header:
        raise FeedMalformed(feed, "there is no header line")
    if len(header) > _MAX_COLUMNS:
        raise FeedMalformed(feed, f"the header has {len(header)} columns; this is another kind of file")
    repeated = sorted({name for name in header if header.count(name) > 1})
    if "" in header or repeated or ROW in header:
        named = ", ".join(repeated) or ("an empty name" if "" in header else ROW)
        raise FeedMalformed(feed, f"the header is ambiguous: {named} in {', '.join(header)}")


def _string_frame(header: Sequence[str], body: pl.DataFrame) -> pl.DataFrame:
    """Fields by their place, never by their name: polars takes ``*`` and ``^…$`` in a name for a pattern."""
    return body.select(ROW, *(_field(place).alias(name) for place, name in enumerate(header)))


def _field(place: int) -> pl.Expr:
    text = pl.col("fields").list.get(place).str.strip_chars()
    return pl.when(text.str.to_lowercase().is_in(sorted(BLANK))).then(None).otherwise(text)


def _ragged(body: pl.DataFrame, width: int) -> Rejects:
    ragged = body.filter(~pl.col("whole"))
    if ragged.is_empty():
        return Rejects()
    seen = tuple(
        Example(row, f"{len(fields)} of {width} fields", ",".join(fields)[:40])
        for row, fields in ragged.select(ROW, "fields").head(EXAMPLES).iter_rows()
    )
    return Rejects({RejectReason.RAGGED_LINE: ragged.height}, {RejectReason.RAGGED_LINE: seen})
