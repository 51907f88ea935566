"""Recorded snapshots of hotspot feeds in the order in which they arrived: what was known when.

Each line of a record is one stored answer: ``{snapshot_utc, repo, path, covers_study_box, features: […]}`` with GeoJSON
features, either FIRMS columns as strings, or the Esri layers with upper-case names and times in epoch milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dataframely as dy
import polars as pl

from feeds.csv_text import TextTable, instant, require_columns, text_table
from feeds.errors import FeedMalformed
from feeds.hotspot_rows import BRIGHTNESS, PLACE_AND_TIME, HotspotRules, HotspotSource, hotspots
from feeds.parsed import Parsed
from feeds.rejects import ROW, RejectBounds, Rejects
from feeds.tables import TableFile, unpacked_text
from models.frames import HotspotFrame

FEED = "hotspot_snapshots"
_COLUMNS = (*PLACE_AND_TIME, *BRIGHTNESS, "scan", "track", "confidence", "frp", "daynight")
_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Snapshot:
    """One stored answer of a feed.

    ``covers_study_box`` tells what a missing row means: without cover it means nothing at all.
    """

    snapshot_utc: datetime
    product: str
    """Repository and path of the answer: one product each."""
    covers_study_box: bool
    hotspots: Parsed[HotspotFrame]


class CoverageFrame(dy.Schema):
    """Which stored answer saw the study box."""

    snapshot_utc = dy.Datetime(time_zone="UTC")
    repo = dy.String()
    path = dy.String()
    blob = dy.String()
    covers_study_box = dy.Bool()


def parse_snapshots(file: TableFile, *, rules: HotspotRules, bounds: RejectBounds) -> Iterator[Snapshot]:
    """Read a record of snapshots (JSON lines, plain or gzip), one after the other as they lie in it.

    A hotspot's ``available_utc`` is the time of its snapshot. The same hotspot comes again in the next one.

    Raises:
        FeedMalformed: names the file and the line: no JSON, a missing field, a time before that of the line above.
    """
    text = unpacked_text(file)
    last: datetime | None = None
    for row, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        record = _record(line, file.name, row)
        moment = _moment(record["snapshot_utc"], file.name, row)
        if last is not None and moment < last:
            raise FeedMalformed(file.name, f"line {row}: snapshot of {moment} after one of {last}", "sort the record")
        last = moment
        product = f"{record['repo']}:{record['path']}"
        source = HotspotSource(FEED, product, moment, live=True)
        table = _table(record["features"], file.name, row)
        parsed = hotspots(table, source=source, rules=rules, bounds=bounds)
        yield Snapshot(moment, product, record["covers_study_box"], parsed)


def parse_coverage(file: TableFile) -> dy.DataFrame[CoverageFrame]:
    """Read the table that lists every snapshot with ``covers_study_box``; ``repo``, ``path``, ``blob`` may lack.

    Raises:
        FeedMalformed: names the file and the column, or a row that is not whole: a gap here would read as cover.
    """
    table = text_table(unpacked_text(file), file.name)
    require_columns(table, ("snapshot_utc", "covers_study_box"), file.name)
    told = pl.col("covers_study_box").str.to_lowercase()
    frame = table.frame.select(
        ROW,
        *(pl.col(name) if name in table.columns else pl.lit("").alias(name) for name in ("repo", "path", "blob")),
        instant("snapshot_utc").alias("snapshot_utc"),
        pl.when(told.is_in(["true", "false"])).then(told == "true").alias("covers_study_box"),
    )
    broken = frame.filter(pl.any_horizontal(pl.all().is_null()))
    if table.ragged.total or not broken.is_empty():
        where = str(table.ragged) or f"row {broken.get_column(ROW)[0]} lacks a value or has an unreadable one"
        raise FeedMalformed(file.name, where, "send the coverage table again")
    return CoverageFrame.validate(frame.drop(ROW).select(CoverageFrame.column_names()), cast=True)


def _record(line: str, name: str, row: int) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise FeedMalformed(name, f"line {row}: {str(error)[:120]}", "the record was cut; send it again") from error
    kinds = {"snapshot_utc": str, "repo": str, "path": str, "covers_study_box": bool, "features": list}
    if not isinstance(record, dict):
        raise FeedMalformed(name, f"line {row}: not an object")
    wrong = [key for key, kind in kinds.items() if not isinstance(record.get(key), kind)]
    if wrong:
        raise FeedMalformed(name, f"line {row}: {', '.join(wrong)} is missing or of another type")
    return record


def _moment(text: str, name: str, row: int) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise FeedMalformed(name, f"line {row}: snapshot_utc {text!r} is no time") from error
    if moment.tzinfo is None:
        raise FeedMalformed(name, f"line {row}: snapshot_utc {text!r} has no offset")
    return moment.astimezone(UTC)


def _table(features: list[Any], name: str, row: int) -> TextTable:
    rows = [_strings(feature, name, row) for feature in features]
    columns = {column: pl.Series([one.get(column) for one in rows], dtype=pl.String) for column in _COLUMNS}
    frame = pl.DataFrame(columns).with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW))
    return TextTable(frame, len(rows), Rejects())


def _strings(feature: Any, name: str, row: int) -> dict[str, str | None]:
    """The properties of a feature under FIRMS names and as FIRMS texts."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise FeedMalformed(name, f"line {row}: a feature has no properties")
    values = {str(key).lower(): value for key, value in properties.items()}
    values = {**_position(feature), **values, **_esri_time(values)}
    return {key: None if value is None else str(value).strip() for key, value in values.items()}


def _position(feature: Mapping[str, Any]) -> dict[str, float]:
    """Latitude and longitude of the geometry, for layers that do not repeat them; rounded to what the sensor gave."""
    geometry = feature.get("geometry")
    pair = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not (isinstance(pair, list) and len(pair) >= 2 and all(isinstance(number, int | float) for number in pair[:2])):
        return {}
    return {"longitude": round(pair[0], 5), "latitude": round(pair[1], 5)}


def _esri_time(values: Mapping[str, Any]) -> dict[str, str]:
    """``acq_date`` and ``acq_time`` from epoch milliseconds: in one field (MODIS layer) or in ``acq_time`` (VIIRS)."""
    moments = [values.get(key) for key in ("acq_time", "acq_date")]
    epoch = next((moment for moment in moments if isinstance(moment, int | float) and moment > _DAY_MS), None)
    if epoch is None or not epoch < 4e12:
        return {}
    moment = datetime.fromtimestamp(epoch / 1000, UTC)
    return {"acq_date": f"{moment:%Y-%m-%d}", "acq_time": f"{moment:%H%M}"}
