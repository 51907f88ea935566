"""Recorded tables in the place of feeds: a replay sees at each time what could be known then, and nothing later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import dataframely as dy
import polars as pl

from feeds.errors import FeedMalformed, FeedStale
from feeds.freshness import FreshnessBounds, check_fetched, check_fresh, check_reach
from feeds.parsed import Parsed
from feeds.rejects import Rejects
from feeds.snapshots import Snapshot
from feeds.tables import ISSUE
from flows.gathered import Gathered, feed_in_words, in_words
from models.frames import HotspotFrame, WeatherFrame
from notify.feed_alarm import FeedRound
from store.run_rows import RunInput

WEATHER = "weather_table"
HOTSPOTS = "hotspot_table"


def hourly(frame: dy.DataFrame[WeatherFrame], name: str) -> dy.DataFrame[WeatherFrame]:
    """``frame`` if noon weather can be made of it.

    Raises:
        FeedMalformed: an hour that is none, or a station at two places; names the table and the station.
    """
    odd = frame.filter(pl.col("valid_utc") != pl.col("valid_utc").dt.truncate("1h"))
    if odd.height:
        problem = f"station {odd['station_id'][0]}: valid_utc {odd['valid_utc'][0]:%Y-%m-%dT%H:%MZ} is not on the hour"
        raise FeedMalformed(name, problem, "weather is hourly, with the rain of the hour that ends at valid_utc")
    moved = frame.filter(pl.struct("lat_deg", "lon_deg").n_unique().over("station_id") > 1)
    if moved.height:
        raise FeedMalformed(name, f"station {moved['station_id'][0]} has two positions", "give each an id of its own")
    return frame


@dataclass
class LeftOut:
    """Counts what of all tables could not be used."""

    rows: int = 0
    values: Rejects = field(default_factory=Rejects)
    moved: int = 0
    """Stations that one table has elsewhere than another."""

    def count(self, parsed: Parsed[Any]) -> None:
        """Add what one table had."""
        self.rows += parsed.rejects.total
        self.values += parsed.blanked

    def notes(self, feed: str) -> tuple[str, ...]:
        """What a product says of the rows."""
        told = ((self.rows, "行"), (self.moved, "站位置不一"))
        return tuple(f"{feed_in_words(feed)}{number}{what}" for number, what in told if number)

    def weather_counts(self) -> dict[str, int]:
        """As the summary of a command names them."""
        return {"weather_rows_rejected": self.rows, "weather_values_blanked": self.values.total}

    def hotspot_counts(self) -> dict[str, int]:
        """As the summary of a command names them."""
        return {"hotspot_rows_rejected": self.rows, "hotspot_values_blanked": self.values.total}


def whole_weather(tables: Sequence[pl.DataFrame], left: LeftOut) -> dy.DataFrame[WeatherFrame]:
    """Several tables as one: of the same hour of a station, and of where it stands, the last counts."""
    rows = pl.concat([WeatherFrame.create_empty(), *tables])
    places = rows.group_by("station_id").agg(pl.struct("lat_deg", "lon_deg").n_unique().alias("places"))
    left.moved = places.filter(pl.col("places") > 1).height
    single = rows.unique(["station_id", "valid_utc", "model"], keep="last", maintain_order=True)
    return WeatherFrame.validate(single.with_columns(pl.col("lat_deg", "lon_deg").last().over("station_id")))


@dataclass(frozen=True)
class RecordedWeather:
    """A weather table. Without rows nothing is known, and the round says so.

    ``frame`` may hold several issues of an hour (``parse_weather_table`` with ``every_issue``).
    """

    frame: dy.DataFrame[WeatherFrame]
    inputs: tuple[RunInput, ...]
    bounds: FreshnessBounds
    left: LeftOut = field(default_factory=LeftOut)
    """What of the table could not be used."""

    def gather(self, as_of: datetime, *, since: datetime, live: bool) -> Gathered[WeatherFrame]:  # noqa: ARG002
        """Observations up to ``as_of``, and of each hour the newest forecast that had been issued by then."""
        issued = pl.col("issued_utc") <= as_of
        known = pl.col("issued_utc").is_null() & (pl.col("valid_utc") <= as_of)
        visible = _newest_issue(
            self.frame.filter((pl.col("valid_utc") > since) & (known | issued.fill_null(value=False)))
        )
        return Gathered(
            WeatherFrame.validate(visible),
            self.inputs,
            (self._judged(visible, as_of),),
            None,
            notes=self.left.notes(WEATHER),
            blanked=self.left.values,
        )

    def _judged(self, visible: pl.DataFrame, as_of: datetime) -> FeedRound:
        observed = visible.filter(pl.col("issued_utc").is_null())["valid_utc"].max()
        reach = visible.filter(pl.col("issued_utc").is_not_null())["valid_utc"].max()
        newest = observed if isinstance(observed, datetime) else None
        try:
            check_fresh(newest, as_of, max_age_h=self.bounds.max_content_age_h, feed=WEATHER)
            if isinstance(reach, datetime):
                check_reach(reach, as_of, min_ahead_h=self.bounds.min_reach_h, feed=WEATHER)
        except FeedStale as stale:
            return FeedRound(WEATHER, ok=False, problem=in_words(stale))
        return FeedRound(WEATHER, ok=True)


def _newest_issue(rows: pl.DataFrame) -> pl.DataFrame:
    """Of several issues of an hour the newest."""
    plain = rows.with_columns(pl.col("model").str.split(ISSUE).list.first())
    newest = pl.col("issued_utc").max().over("station_id", "valid_utc", "model")
    return plain.filter(pl.col("issued_utc").is_null() | (pl.col("issued_utc") == newest))


@dataclass(frozen=True)
class RecordedHotspots:
    """A hotspot table. A row says that a satellite looked; long without rows, nobody can say whether one did."""

    frame: dy.DataFrame[HotspotFrame]
    inputs: tuple[RunInput, ...]
    bounds: FreshnessBounds

    def gather(self, as_of: datetime, *, since: datetime | None, live: bool) -> Gathered[HotspotFrame]:  # noqa: ARG002
        """Rows that became available up to ``as_of``."""
        known = self.frame.filter(pl.col("available_utc") <= as_of)
        newest = known["acquired_utc"].max()
        heard = newest if isinstance(newest, datetime) else None
        judged, heard = _judged(heard, as_of, self.bounds)
        return Gathered(_since(known, since), self.inputs, (judged,), heard)


@dataclass(frozen=True)
class RecordedSnapshots:
    """Stored answers in the order in which they arrived. One that did not see the study area says nothing of it."""

    snapshots: Sequence[Snapshot]
    frame: dy.DataFrame[HotspotFrame]
    inputs: tuple[RunInput, ...]
    bounds: FreshnessBounds

    @classmethod
    def of(
        cls, snapshots: Sequence[Snapshot], *, inputs: tuple[RunInput, ...], bounds: FreshnessBounds
    ) -> RecordedSnapshots:
        """Put the rows of all snapshots into one frame; a hotspot is available from its first snapshot on."""
        rows = pl.concat([HotspotFrame.create_empty(), *(snapshot.hotspots.frame for snapshot in snapshots)])
        first = rows.sort("available_utc", "hotspot_id").unique("hotspot_id", keep="first", maintain_order=True)
        return cls(snapshots, HotspotFrame.validate(first), inputs, bounds)

    @property
    def left(self) -> LeftOut:
        """What of all snapshots could not be used."""
        left = LeftOut()
        for each in self.snapshots:
            left.count(each.hotspots)
        return left

    def gather(self, as_of: datetime, *, since: datetime | None, live: bool) -> Gathered[HotspotFrame]:  # noqa: ARG002
        """Rows of the snapshots that had arrived; heard up to the newest one that saw the study area."""
        arrived = [s.snapshot_utc for s in self.snapshots if s.covers_study_box and s.snapshot_utc <= as_of]
        judged, heard = _judged(max(arrived, default=None), as_of, self.bounds, fetched=True)
        known = self.frame.filter(pl.col("available_utc") <= as_of)
        return Gathered(_since(known, since), self.inputs, (judged,), heard)


class NoHotspots:
    """No table was given: nothing is known about hotspots, at no time."""

    def gather(self, as_of: datetime, *, since: datetime | None, live: bool) -> Gathered[HotspotFrame]:  # noqa: ARG002
        """Nothing, and nobody who could say that there is nothing."""
        judged = FeedRound(HOTSPOTS, ok=False, problem="no hotspot table was given: there are no data")
        return Gathered(HotspotFrame.create_empty(), (), (judged,), None)


class NoWeather:
    """No table was given: nothing is known about the weather, at no time."""

    def gather(self, as_of: datetime, *, since: datetime, live: bool) -> Gathered[WeatherFrame]:  # noqa: ARG002
        """Nothing."""
        judged = FeedRound(WEATHER, ok=False, problem="no weather table was given: there are no data")
        return Gathered(WeatherFrame.create_empty(), (), (judged,), None)


def _judged(
    newest: datetime | None, as_of: datetime, bounds: FreshnessBounds, *, fetched: bool = False
) -> tuple[FeedRound, datetime | None]:
    try:
        if newest is None or not fetched:
            check_fresh(newest, as_of, max_age_h=bounds.max_content_age_h, feed=HOTSPOTS)
        else:
            check_fetched(newest, as_of, max_age_h=bounds.max_fetch_age_h, feed=HOTSPOTS)
    except FeedStale as stale:
        return FeedRound(HOTSPOTS, ok=False, problem=in_words(stale)), newest
    return FeedRound(HOTSPOTS, ok=True), newest


def _since(known: pl.DataFrame, since: datetime | None) -> dy.DataFrame[HotspotFrame]:
    # The window begins a little early: a row on its edge twice is one row, a row on no side is lost.
    fresh = known if since is None else known.filter(pl.col("available_utc") > since - timedelta(hours=1))
    return HotspotFrame.validate(fresh)
