"""What a back-test and a training read: days, hotspots with their coverage, verified outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import dataframely as dy
import polars as pl

from desk.errors import InputError
from desk.tables import read_table, table_file
from feeds.snapshots import parse_coverage, parse_snapshots
from feeds.tables import parse_hotspot_table
from flows.recorded_feeds import LeftOut
from flows.signed import SignedRules
from models.backtest.burning import days_covered, days_vouched_for, with_persistence
from models.frames import HotspotFrame

SAME_FIRE_DEG = 0.03
"""A verified outcome speaks of the hotspots of its day within this: some 3 km."""
_VERIFIED = ("local_date", "lat_deg", "lon_deg", "fire")


@dataclass(frozen=True)
class Seen:
    """What the satellites told: hotspots with persistence, days looked at, how these are known, what was left out."""

    hotspots: pl.DataFrame
    covered: frozenset[date]
    coverage_told: bool
    left: LeftOut


def local_days(begin: str, end: str) -> tuple[date, date]:
    """First and last day of the options.

    Raises:
        InputError: no day, or the last before the first.
    """
    days = []
    for option, text in (("--from", begin), ("--to", end)):
        try:
            days.append(date.fromisoformat(text[:10]))
        except ValueError as error:
            raise InputError(option, f"{text!r} is no day", remedy="write 2017-03-01") from error
    if days[1] < days[0]:
        raise InputError("--from, --to", f"{days[0]} lies after {days[1]}")
    return days[0], days[1]


def seen(path: Path, coverage: Path | None, rules: SignedRules) -> Seen:
    """Hotspots of a table or of snapshots; snapshots tell their coverage themselves.

    Raises:
        InputError: a record of snapshots that holds none.
        FeedMalformed: names file, row and field.
    """
    file, left = table_file(path), LeftOut()
    covered: frozenset[date] | None = None
    if ".jsonl" in path.suffixes:
        snapshots = list(parse_snapshots(file, rules=rules.hotspots, bounds=rules.rejects))
        if not snapshots:
            raise InputError(str(path), "no stored answer in it", remedy="one a line; a quiet day has one as well")
        for each in snapshots:
            left.count(each.hotspots)
        rows = pl.concat([HotspotFrame.create_empty(), *(each.hotspots.frame for each in snapshots)])
        frame = rows.unique("hotspot_id", keep="first", maintain_order=True)
        told = [(each.snapshot_utc, each.covers_study_box) for each in snapshots]
        covered = days_covered(pl.DataFrame(told, schema=["snapshot_utc", "covers_study_box"], orient="row"))
    else:
        parsed = parse_hotspot_table(file, rules=rules.hotspots, bounds=rules.rejects)
        frame = parsed.frame
        left.count(parsed)
    hotspots: dy.DataFrame[HotspotFrame] = HotspotFrame.validate(frame, cast=True)
    marked = with_persistence(hotspots, rules.heat)
    if coverage is not None:
        covered = (covered or frozenset()) | days_covered(parse_coverage(table_file(coverage)))
    if covered is None:
        return Seen(marked, days_vouched_for(marked), coverage_told=False, left=left)
    return Seen(marked, covered, coverage_told=True, left=left)


def verified_fires(clean: pl.DataFrame, path: Path | None) -> pl.DataFrame:
    """``lat_deg, lon_deg, local_date`` of clean hotspots, and what an office verified: fires added, others taken out.

    Raises:
        InputError: names the column or row of the table of outcomes that cannot be read.
    """
    fires = clean.select("lat_deg", "lon_deg", "local_date")
    if path is None:
        return fires
    table = read_table(path)
    missing = [name for name in _VERIFIED if name not in table.columns]
    if missing:
        raise InputError(str(path), f"column {missing[0]} is missing", column=missing[0], remedy=", ".join(_VERIFIED))
    told = table.select(
        pl.col("local_date").cast(pl.String).str.to_date("%Y-%m-%d", strict=False),
        pl.col("lat_deg", "lon_deg").cast(pl.Float64, strict=False),
        (pl.col("fire").cast(pl.String).str.to_lowercase()).replace_strict(
            {"true": True, "false": False}, default=None, return_dtype=pl.Boolean
        ),
    )
    broken = told.with_row_index("row", 1).filter(pl.any_horizontal(pl.col(_VERIFIED).is_null()))
    if broken.height:
        raise InputError(str(path), "a value is missing or cannot be read", row=broken["row"][0])
    return pl.concat([_without(fires, told.filter(~pl.col("fire"))), told.filter("fire").select(fires.columns)])


def _without(fires: pl.DataFrame, false_alarms: pl.DataFrame) -> pl.DataFrame:
    near = [
        (pl.col("local_date") == row["local_date"])
        & ((pl.col("lat_deg") - row["lat_deg"]).abs() <= SAME_FIRE_DEG)
        & ((pl.col("lon_deg") - row["lon_deg"]).abs() <= SAME_FIRE_DEG)
        for row in false_alarms.iter_rows(named=True)
    ]
    return fires.filter(~pl.any_horizontal(near)) if near else fires
