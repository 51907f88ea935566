"""What a round has to work with, and what it must say is missing."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import dataframely as dy

from feeds.errors import FeedError
from feeds.rejects import Rejects
from models.frames import HotspotFrame, WeatherFrame
from notify.facts import FEED_NAME_MOST
from notify.feed_alarm import FeedRound
from notify.phrases import length_of, plain
from store.run_rows import RunInput

S = TypeVar("S", bound=dy.Schema)

FEED_ZH = {
    "open_meteo": "天气预报",
    "firms_modis": "MODIS热点",
    "firms_viirs_snpp": "S-NPP热点",
    "firms_viirs_noaa20": "NOAA-20热点",
    "firms_viirs_noaa21": "NOAA-21热点",
    "weather_table": "气象表",
    "hotspot_table": "热点表",
    "open_meteo_elevation": "高程服务",
}
WEATHER_FEEDS = frozenset({"open_meteo", "weather_table"})
"""Every other feed is one of hotspots."""


UNNAMED_FEED_ZH = "未登记数据源"


def feed_in_words(feed: str) -> str:
    """The name of a feed as a list of missing inputs says it."""
    return FEED_ZH.get(feed, feed)


def feed_in_short(feed: str) -> str:
    """The name of a feed as a short message has room for it: of one without a Chinese name its last whole words."""
    name = plain(feed_in_words(feed))
    while length_of(name) > FEED_NAME_MOST:
        name = re.split(r"[\W_]+", name, maxsplit=1)[1] if re.search(r"[\W_]", name) else ""
    return name or UNNAMED_FEED_ZH


def feeds_mean_zh(feeds: Collection[str]) -> str:
    """What it means for the products that feeds are out."""
    unseen = [feed for feed in feeds if feed not in WEATHER_FEEDS]
    whose = feed_in_short(unseen[0]) if len(unseen) == 1 else "上述热点数据源"
    blind = f"看不到{whose}的新数据，无数据不等于无火情，产品和值班页写明缺测"
    frozen = "火险等级停在上一次的结果，标明过期，天气再差也不会升级"
    if not unseen:
        return f"{frozen}；热点监测照常"
    return f"{blind}；火险等级照常" if len(unseen) == len(feeds) else f"{blind}；{frozen}"


def in_words(error: FeedError) -> str:
    """What was wrong with a feed: its kind in Chinese, then as it was seen."""
    return f"{error.what_zh}（{error}）"


@dataclass(frozen=True)
class Gathered(Generic[S]):
    """The usable rows of all feeds of a kind.

    Attributes:
        frame: rows; empty where the feeds answered and had none, and where none answered: ``rounds`` tells which.
        inputs: payloads that were read.
        rounds: how each feed that is expected went.
        heard_until_utc: up to when the absence of a row means that nothing was seen; None when nobody can say.
        notes: what else must be said of the input, in Chinese.
        blanked: values that could not be and were taken as missing.
    """

    frame: dy.DataFrame[S]
    inputs: tuple[RunInput, ...]
    rounds: tuple[FeedRound, ...]
    heard_until_utc: datetime | None
    notes: tuple[str, ...] = ()
    blanked: Rejects = field(default_factory=Rejects)

    @property
    def out(self) -> bool:
        """Whether no feed gave anything that can be used."""
        return not any(found.ok for found in self.rounds)

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong with each feed that gave nothing or not all, for an operator."""
        return tuple(found.problem for found in self.rounds if found.problem or not found.ok)

    @property
    def missing(self) -> tuple[str, ...]:
        """Each input that was absent or old, in Chinese."""
        return (*(feed_in_words(found.feed) for found in self.rounds if not found.ok), *self.notes)


class WeatherSource(Protocol):
    """Where the weather comes from: feeds, a folder of tables, or a record."""

    def gather(self, as_of: datetime, *, since: datetime, live: bool) -> Gathered[WeatherFrame]:
        """Weather as it was known at ``as_of``: past hours after ``since``, and forecasts."""
        ...


class HotspotSource(Protocol):
    """Where the hotspots come from."""

    def gather(self, as_of: datetime, *, since: datetime | None, live: bool) -> Gathered[HotspotFrame]:
        """Hotspots that were available at ``as_of`` and not yet at ``since``. More than that does no harm."""
        ...
