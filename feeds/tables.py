"""Tables that people hand over: the weather and hotspot tables of the interface, and declared mappings from others."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

import polars as pl

from feeds import parquet
from feeds.csv_text import TextTable, decoded, instant, number, require_columns, text_table
from feeds.errors import FeedMalformed
from feeds.hotspot_rows import PLACE_AND_TIME, HotspotRules, HotspotSource, hotspots
from feeds.office_headings import both_names, in_our_names
from feeds.parsed import Parsed
from feeds.rejects import ROW, Check, RejectBounds, RejectReason, Rejects, sift
from feeds.weather_rows import OBSERVED, VALUES, WeatherSource, weather
from models.frames import HotspotFrame, WeatherFrame

FORECAST_TABLE = "table"
"""``model`` of rows with ``issued_utc``."""
ISSUE = "@"
"""Stands between that and the time of issue where every issue of an hour is kept."""
WEATHER_REQUIRED = (
    "station_id",
    "lat_deg",
    "lon_deg",
    "elevation_m",
    "valid_utc",
    "air_temperature_degc",
    "relative_humidity_pct",
    "wind_speed_ms",
    "wind_direction_deg",
    "precipitation_mm",
)
WEATHER_OPTIONAL = ("snow_depth_cm", "wind_gust_ms", "issued_utc")
HOTSPOT_REQUIRED = (*PLACE_AND_TIME, "confidence", "frp")
MAX_TABLE_BYTES = 512 * 1024 * 1024
_TIMES = ("valid_utc", "issued_utc", "available_utc", "acquired_utc")
_GZIP = b"\x1f\x8b"

CONVERSIONS: Mapping[tuple[str, str], tuple[float, float]] = MappingProxyType(
    {
        ("_ms", "km/h"): (1 / 3.6, 0.0),
        ("_ms", "kn"): (1852 / 3600, 0.0),
        ("_degc", "K"): (1.0, -273.15),
        ("_cm", "m"): (100.0, 0.0),
        ("_cm", "mm"): (0.1, 0.0),
        ("_pct", "fraction"): (100.0, 0.0),
    }
)
"""Factor and offset from a unit that a mapping may declare to the unit that our column's name ends in."""


@dataclass(frozen=True)
class TableFile:
    """A table as it was handed over; ``read_utc`` is when it was read."""

    name: str
    content: bytes = field(repr=False)
    read_utc: datetime


@dataclass(frozen=True)
class ColumnMapping:
    """How the table of another source becomes ours. Only what is declared is taken.

    Args:
        columns: their column for each of ours. ``acquired_utc`` may stand for ``acq_date`` and ``acq_time``.
        units: their unit for each of our columns whose unit differs; a key of ``CONVERSIONS``.
        constants: a fixed text for a column of ours that they do not have.
        utc_offset: offset of their times when they carry none, for example ``+08:00``.

    Raises:
        ValueError: a column declared twice, a unit that cannot be converted, or an unreadable offset.
    """

    columns: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    utc_offset: str = ""

    def __post_init__(self) -> None:
        twice = sorted(set(self.columns) & set(self.constants))
        if twice:
            raise ValueError(f"{', '.join(twice)} is both a column and a constant")
        for column, unit in self.units.items():
            if _conversion(column, unit) is None:
                raise ValueError(f"{column} cannot be made of {unit!r}; known: {sorted(CONVERSIONS)}")
        readable = pl.DataFrame({"t": [f"2000-01-01T00:00{self.utc_offset or 'Z'}"]}).select(instant("t")).item()
        if readable is None:
            raise ValueError(f"utc_offset {self.utc_offset!r} is not like '+08:00'")


def parse_weather_table(
    file: TableFile, *, bounds: RejectBounds, mapping: ColumnMapping | None = None, every_issue: bool = False
) -> Parsed[WeatherFrame]:
    """Read a weather table (CSV, .csv.gz or Parquet). Rows in any order; rows with ``issued_utc`` are a forecast.

    Headings are ours or an office's (:mod:`feeds.office_headings`). The header is strict: a misspelt optional column
    would otherwise be left out in silence.

    Args:
        file: as it was handed over.
        bounds: how much of it may be unusable.
        mapping: from the columns of another source.
        every_issue: keep what each forecast said of an hour, under a ``model`` of its own, for who looks with the eyes
            of an earlier time; else the latest issue stands for all.

    Raises:
        FeedMalformed: names the file and the column, or the rows and fields that cannot be used.
    """
    table = in_our_names(_read(file, mapping), file.name)
    _check_weather_columns(table.columns, file.name)
    frame, misdated = sift(_typed_weather(table.frame, every_issue=every_issue), _issue_checks())
    rejects = table.ragged + misdated
    source = WeatherSource(file.name, file.name, table.rows_in, rejects=rejects, time_text="valid_text")
    return weather(frame, source=source, bounds=bounds)


def parse_hotspot_table(
    file: TableFile, *, rules: HotspotRules, bounds: RejectBounds, mapping: ColumnMapping | None = None
) -> Parsed[HotspotFrame]:
    """Read a hotspot table (CSV, .csv.gz or Parquet) with the columns of a FIRMS CSV; others beside them are ignored.

    ``available_utc`` is taken where it is given; else it is the acquisition plus the latency of the instrument.

    Raises:
        FeedMalformed: names the file and the column, or the rows and fields that cannot be used.
    """
    table = _read(file, mapping)
    require_columns(table, HOTSPOT_REQUIRED, file.name)
    source = HotspotSource(file.name, file.name, file.read_utc, live=False)
    return hotspots(table, source=source, rules=rules, bounds=bounds)


def _check_weather_columns(columns: Sequence[str], name: str) -> None:
    """Every column that is needed, and none that is not known; in both languages: a person typed it."""
    if missing := [one for one in WEATHER_REQUIRED if one not in columns]:
        raise FeedMalformed(name, f"column {both_names(missing)} is missing; the header has {', '.join(columns)}")
    if unknown := [one for one in columns if one not in (*WEATHER_REQUIRED, *WEATHER_OPTIONAL)]:
        known = f"columns are {both_names(WEATHER_REQUIRED)} and, optional, {both_names(WEATHER_OPTIONAL)}"
        raise FeedMalformed(name, f"column {', '.join(unknown)} is not known", known)


def _typed_weather(frame: pl.DataFrame, *, every_issue: bool) -> pl.DataFrame:
    issued = instant("issued_utc")
    foretold = pl.format(f"{FORECAST_TABLE}{ISSUE}{{}}", issued) if every_issue else pl.lit(FORECAST_TABLE)
    absent = [name for name in WEATHER_OPTIONAL if name not in frame.columns]
    whole = frame.with_columns(*(pl.lit(None, pl.String).alias(name) for name in absent))
    return whole.select(
        ROW,
        "station_id",
        *(number(name).alias(name) for name in ("lat_deg", "lon_deg", *VALUES)),
        pl.col("valid_utc").alias("valid_text"),
        pl.col("issued_utc").alias("issued_text"),
        instant("valid_utc").alias("valid_utc"),
        issued.alias("issued_utc"),
        pl.when(pl.col("issued_utc").is_null()).then(pl.lit(OBSERVED)).otherwise(foretold).alias("model"),
    )


def _issue_checks() -> tuple[Check, ...]:
    unreadable = pl.col("issued_text").is_not_null() & pl.col("issued_utc").is_null()
    return (
        Check(RejectReason.BAD_TIME, "issued_utc", unreadable, "issued_text"),
        Check(RejectReason.CONTRADICTION, "issued_utc", pl.col("issued_utc") > pl.col("valid_utc"), "issued_text"),
    )


def unpacked_text(file: TableFile) -> str:
    """The text of a file, plain or gzip.

    Raises:
        FeedMalformed: damaged, too large, or not UTF-8.
    """
    return decoded(_unpacked(file), file.name)


def _read(file: TableFile, mapping: ColumnMapping | None) -> TextTable:
    content = _unpacked(file)
    if content.startswith(parquet.MAGIC):
        table = _parquet(content, file.name)
    elif content.lstrip()[:1] in (b"{", b"["):
        raise FeedMalformed(file.name, "this is JSON, not a table", "hand over CSV, Parquet, or snapshots as .jsonl")
    elif not content.strip():
        raise FeedMalformed(file.name, "the file is empty", "a quiet day has at least a header; send the file again")
    else:
        table = text_table(decoded(content, file.name), file.name)
    return table if mapping is None else _mapped(table, mapping, file.name)


def _unpacked(file: TableFile) -> bytes:
    if not file.content.startswith(_GZIP):
        return file.content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(file.content)) as packed:
            content = packed.read(MAX_TABLE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FeedMalformed(file.name, f"the gzip file is damaged: {error}", "send the file again") from error
    if len(content) > MAX_TABLE_BYTES:
        raise FeedMalformed(file.name, f"the file unpacks to more than {MAX_TABLE_BYTES} bytes", "split it")
    return content


def _parquet(content: bytes, name: str) -> TextTable:
    """A Parquet table as strings, so that one set of checks serves every format."""
    frame = parquet.parquet_frame(content, name)
    odd = [column for column, kind in frame.schema.items() if kind.is_nested() or kind in (pl.Binary, pl.Object)]
    if odd or ROW in frame.columns:
        raise FeedMalformed(name, f"column {', '.join(odd) or ROW} cannot be read", "use numbers, texts and times only")
    texts = pl.DataFrame([_as_text(column) for column in frame.get_columns()])
    return TextTable(texts.with_row_index(ROW, 1).cast({ROW: pl.Int64}), frame.height, Rejects())


def _as_text(column: pl.Series) -> pl.Series:
    kind = column.dtype
    if isinstance(kind, pl.Datetime):
        if kind.time_zone is None:
            return column.dt.strftime("%Y-%m-%dT%H:%M:%S")
        return column.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return column.cast(pl.String)


def _mapped(table: TextTable, mapping: ColumnMapping, name: str) -> TextTable:
    require_columns(table, mapping.columns.values(), name)
    frame = table.frame.select(
        ROW,
        *(table.frame.get_column(theirs).alias(ours) for ours, theirs in mapping.columns.items()),
        *(pl.lit(text).alias(ours) for ours, text in mapping.constants.items()),
    )
    times = [column for column in _TIMES if column in frame.columns]
    frame = frame.with_columns(
        *(_converted(column, unit) for column, unit in mapping.units.items()),
        *((pl.col(column) + mapping.utc_offset).alias(column) for column in times),
    )
    if "acquired_utc" in frame.columns:
        frame = frame.with_columns(_utc_part("%Y-%m-%d", "acq_date"), _utc_part("%H:%M", "acq_time"))
    return TextTable(frame, table.rows_in, table.ragged)


def _conversion(column: str, unit: str) -> tuple[float, float] | None:
    return next(
        (rule for (suffix, known), rule in CONVERSIONS.items() if column.endswith(suffix) and known == unit), None
    )


def _converted(column: str, unit: str) -> pl.Expr:
    rule = _conversion(column, unit)
    if rule is None:
        raise ValueError(f"{column} cannot be made of {unit!r}")
    # What is no number stays as it came, to be counted under its own text.
    return pl.coalesce(
        (pl.col(column).cast(pl.Float64, strict=False) * rule[0] + rule[1]).cast(pl.String), column
    ).alias(column)


def _utc_part(pattern: str, name: str) -> pl.Expr:
    return instant("acquired_utc").dt.strftime(pattern).alias(name)
