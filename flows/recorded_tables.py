"""Tables that a world read, again from its archive: for a run that is repeated, and for who looks at an exercise."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from feeds.archive import Payload
from feeds.tables import TableFile, parse_weather_table
from flows.asking import read_as
from flows.recorded_feeds import WEATHER, LeftOut, RecordedWeather, hourly, whole_weather
from flows.signed import SignedRules
from flows.wiring import House
from store.run_rows import RunInput


def within_recorded(house: House, world: str) -> House:
    """The house seen from an exercise or a replay, with the weather that its rounds read: no other knows its days."""
    tables = house.payloads.newest_of_each(WEATHER, not_after=house.clock(), world=world)
    return house.within(world, weather=weather_of_tables(tables, house.rules)) if tables else house.within(world)


def weather_of_tables(tables: Sequence[Payload], rules: SignedRules) -> RecordedWeather:
    """Weather tables as they were kept; where two have the same of an hour of a station, the later one counts.

    Raises:
        FeedError: a table that this code cannot read.
    """
    left = LeftOut()
    frames: list[pl.DataFrame] = []
    for one in tables:
        parsed = parse_weather_table(kept_table(one), bounds=rules.rejects, every_issue=True)
        left.count(parsed)
        frames.append(hourly(parsed.frame, one.request_key))
    return RecordedWeather(whole_weather(frames, left), inputs_of(tables), rules.freshness[WEATHER], left)


def kept_table(one: Payload) -> TableFile:
    """An answer that was a table."""
    return TableFile(one.request_key, one.content, one.fetched_utc)


def inputs_of(tables: Sequence[Payload]) -> tuple[RunInput, ...]:
    """What a run notes of the tables that it read."""
    return tuple(read_as(one) for one in tables)
