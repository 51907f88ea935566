"""A folder of tables in the place of the network: ``weather/`` and ``hotspots/`` below the folder that is set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import dataframely as dy
import polars as pl

from feeds.archive import Payload
from feeds.errors import FeedError
from feeds.folder import load_new_tables
from feeds.tables import TableFile, parse_hotspot_table, parse_weather_table
from flows.asking import read_as
from flows.gathered import Gathered, feed_in_words, in_words
from flows.recorded_feeds import HOTSPOTS, WEATHER, LeftOut, RecordedHotspots, RecordedWeather, hourly, whole_weather
from flows.signed import SignedRules
from models.frames import HotspotFrame, WeatherFrame
from notify.alert import LIVE
from store.payloads import Payloads
from store.run_rows import RunInput

_NO_TABLE = "not a table (.csv, .csv.gz, .parquet)；请另存为 CSV 再放入，或移出此文件夹"
_F = TypeVar("_F", bound=dy.Schema)


@dataclass(frozen=True)
class _Read:
    """What a folder held: frames of the good tables, what was wrong with the others, and what is still written."""

    frames: tuple[pl.DataFrame, ...]
    inputs: tuple[RunInput, ...]
    problems: tuple[str, ...]
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True)
class FolderWeather:
    """Weather tables that an office drops into ``<tables>/weather``."""

    tables: Path
    payloads: Payloads
    rules: SignedRules
    answers: tuple[Payload, ...] | None = None
    """Tables that an earlier run read, in the place of the folder."""

    def gather(self, as_of: datetime, *, since: datetime, live: bool) -> Gathered[WeatherFrame]:
        """All rows of all tables; where two tell of an hour the same, the newest issue counts, then what sorts last."""
        left = LeftOut()

        def parse(file: TableFile) -> pl.DataFrame:
            parsed = parse_weather_table(file, bounds=self.rules.rejects, every_issue=True)
            left.count(parsed)
            return hourly(parsed.frame, file.name)

        read = _read(self, "weather", WEATHER, parse)
        whole = whole_weather(read.frames, left)
        recorded = RecordedWeather(whole, read.inputs, self.rules.freshness[WEATHER], left)
        return _with_problems(recorded.gather(as_of, since=since, live=live), read, WEATHER)


@dataclass(frozen=True)
class FolderHotspots:
    """Hotspot tables that an office drops into ``<tables>/hotspots``."""

    tables: Path
    payloads: Payloads
    rules: SignedRules
    answers: tuple[Payload, ...] | None = None
    """Tables that an earlier run read, in the place of the folder."""

    def gather(self, as_of: datetime, *, since: datetime | None, live: bool) -> Gathered[HotspotFrame]:  # noqa: ARG002
        """All rows of all tables that were available at ``as_of``."""
        left = LeftOut()

        def parse(file: TableFile) -> pl.DataFrame:
            parsed = parse_hotspot_table(file, rules=self.rules.hotspots, bounds=self.rules.rejects)
            left.count(parsed)
            return parsed.frame

        read = _read(self, "hotspots", HOTSPOTS, parse)
        rows = pl.concat([HotspotFrame.create_empty(), *read.frames]).sort("available_utc", "hotspot_id")
        single = HotspotFrame.validate(rows.unique("hotspot_id", keep="first", maintain_order=True))
        recorded = RecordedHotspots(single, read.inputs, self.rules.freshness[HOTSPOTS])
        # A table that comes late holds rows that were "available" long ago: all of them count.
        found = recorded.gather(as_of, since=None, live=live)
        return _with_problems(replace(found, notes=left.notes(HOTSPOTS)), read, HOTSPOTS)


def _read(
    source: FolderWeather | FolderHotspots, folder: str, feed: str, parse: Callable[[TableFile], pl.DataFrame]
) -> _Read:
    """Every whole table, kept in the archive before it is parsed. A bad table does not hide a good one."""
    frames: list[pl.DataFrame] = []
    inputs: list[RunInput] = []
    try:
        answers, problems, waiting = _answers(source, folder, feed)
    except FeedError as error:
        return _Read((), (), (in_words(error),))
    for kept in answers:
        inputs.append(read_as(kept))
        try:
            content = source.payloads.load(kept.payload_id)
            frames.append(parse(TableFile(kept.request_key, content, kept.fetched_utc)))
        except FeedError as error:
            problems.append(in_words(error))
    return _Read(tuple(frames), tuple(inputs), tuple(problems), waiting)


def _answers(
    source: FolderWeather | FolderHotspots, folder: str, feed: str
) -> tuple[Sequence[Payload], list[str], tuple[str, ...]]:
    """The tables to read, in the archive; what in the folder is none; what is still being written."""
    if source.answers is not None:
        return source.answers, [], ()
    settle_s = source.rules.folder.settle_s
    listing = load_new_tables(source.tables / folder, seen=(), read_utc=datetime.now(UTC), settle_s=settle_s)
    ignored = [f"{name}: {_NO_TABLE}" for name in listing.ignored]
    waiting = tuple(f"{name}正在写入，下一轮再读" for name in listing.waiting)
    return [_kept(file, feed, source.payloads) for file in listing.ready], ignored, waiting


def _kept(file: TableFile, feed: str, payloads: Payloads) -> Payload:
    known = payloads.newest(feed, file.name, not_after=file.read_utc, world=LIVE)
    if known is not None and known.content == file.content:
        return known
    return payloads.save(feed, file.name, file.content, fetched_utc=file.read_utc, status=200, world=LIVE)


def _with_problems(gathered: Gathered[_F], read: _Read, feed: str) -> Gathered[_F]:
    """The rounds with what was wrong in the folder first.

    Where the other tables are good the feed is: its products name what was not used. A file that is still written
    explains why there is nothing, and is no fault.
    """
    said = (*read.problems, *(read.waiting if gathered.out else ()))
    rounds = tuple(replace(found, problem="；".join(filter(None, (*said, found.problem)))) for found in gathered.rounds)
    unused = (f"{feed_in_words(feed)}{len(read.problems)}个文件未用",) if read.problems and not gathered.out else ()
    return replace(gathered, rounds=rounds, notes=(*gathered.notes, *unused))
