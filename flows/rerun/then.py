"""The house as an earlier run found it: its state, its answers from the archive, and where asked its rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import dataframely as dy
import polars as pl

from feeds.archive import Payload
from feeds.snapshots import parse_snapshots
from feeds.tables import parse_hotspot_table
from flows.asking import Recall
from flows.configured import RESTORED, configured_then, elevation_then
from flows.gathered import HotspotSource, WeatherSource
from flows.live_feeds import LiveElevation, LiveHotspots, LiveWeather
from flows.order import FlowName
from flows.recorded_feeds import HOTSPOTS, WEATHER, RecordedHotspots, RecordedSnapshots
from flows.recorded_tables import inputs_of, kept_table, weather_of_tables
from flows.rerun.state import known_then
from flows.table_feeds import FolderHotspots, FolderWeather
from flows.wiring import House
from models.frames import HotspotFrame
from notify.alert import LIVE
from store.run_rows import Run


def house_then(house: House, begun: Run, *, as_then: bool) -> House:
    """The house as ``begun`` found it.

    Args:
        house: seen from the world of the run.
        begun: the run that is repeated; it has ended.
        as_then: with its rules, estimator and bounds too; else with those of today.

    Raises:
        StoreError: the run noted no state, or an answer that it read is not in the archive any more.
        ConfigurationError: this code does not know the rules of then.
    """
    chosen = configured_then(house, begun.configuration) if as_then else house
    answers = house.payloads.named([read.payload_id for read in begun.end.inputs] if begun.end else [])
    ended = begun.end.ended_utc if begun.end else begun.started_utc
    recall = Recall({(one.feed, one.request_key): one for one in answers}, ended)
    restored = {part.value: begun.configuration[part] for part in RESTORED} if as_then else {}
    parts: dict[str, object] = {"known": replace(known_then(house, begun), restored=restored)}
    if as_then or begun.world != LIVE:
        parts["elevation"] = elevation_then(house, begun.configuration)
    if begun.flow == FlowName.DANGER_WATCH:
        if isinstance(chosen.elevation, LiveElevation):
            parts["elevation"] = chosen.elevation.known_by(ended)
        parts["weather"] = _weather(chosen, answers, recall)
    else:
        parts["hotspots_feed"] = _hotspots(chosen, answers, recall)
        parts["weather"] = _weather_beside(chosen, ended)
    return replace(chosen, **parts)  # type: ignore[arg-type]  # names are those of the fields


def _weather(house: House, answers: Sequence[Payload], recall: Recall) -> WeatherSource:
    tables = tuple(one for one in answers if one.feed == WEATHER)
    if isinstance(house.weather, FolderWeather):
        return replace(house.weather, answers=tables)
    if tables:
        return weather_of_tables(tables, house.rules)
    return house.weather.recalling(recall) if isinstance(house.weather, LiveWeather) else house.weather


def _weather_beside(house: House, known_by: datetime) -> WeatherSource:
    """The weather that a hotspot round looks at beside its own feeds: it reads the archive in any case."""
    if not isinstance(house.weather, FolderWeather):
        return house.weather
    then = house.payloads.newest_of_each(WEATHER, not_after=known_by, world=LIVE)
    return replace(house.weather, answers=tuple(then))


def _hotspots(house: House, answers: Sequence[Payload], recall: Recall) -> HotspotSource:
    tables = tuple(one for one in answers if one.feed == HOTSPOTS)
    feed = house.hotspots_feed
    if isinstance(feed, FolderHotspots):
        return replace(feed, answers=tables)
    if tables:
        return _hotspot_tables(house, tables)
    return feed.recalling(recall) if isinstance(feed, LiveHotspots) else feed


def _hotspot_tables(house: House, tables: Sequence[Payload]) -> HotspotSource:
    rules, bounds, fresh = house.rules.hotspots, house.rules.rejects, house.rules.freshness[HOTSPOTS]
    if any(".jsonl" in one.request_key for one in tables):
        snapshots = [each for one in tables for each in parse_snapshots(kept_table(one), rules=rules, bounds=bounds)]
        return RecordedSnapshots.of(snapshots, inputs=inputs_of(tables), bounds=fresh)
    frames = [parse_hotspot_table(kept_table(one), rules=rules, bounds=bounds).frame for one in tables]
    rows = pl.concat([HotspotFrame.create_empty(), *frames]).sort("available_utc", "hotspot_id")
    single: dy.DataFrame[HotspotFrame] = HotspotFrame.validate(
        rows.unique("hotspot_id", keep="first", maintain_order=True)
    )
    return RecordedHotspots(single, inputs_of(tables), fresh)
