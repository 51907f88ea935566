"""How closely a day is watched (值守等级): what periods, key dates and standing warnings come to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from models.fire_calendar.calendar import FireCalendar

_T = TypeVar("_T")


class WatchTier(StrEnum):
    """From the loosest to the closest watch. A closed list; nobody stops looking out of season."""

    OFF_SEASON = "off_season"
    FIRE_PERIOD = "fire_period"
    HIGH_DANGER = "high_danger"
    """Also a ban or a closure of the hills: whoever forbids fire expects it."""
    KEY_DATE = "key_date"
    WARNING = "warning"
    """A signed warning stands."""

    @property
    def name_zh(self) -> str:
        """As an office would say it."""
        return _NAMES_ZH[self]

    @property
    def rank(self) -> int:
        """0 for the loosest."""
        return _ORDER.index(self)


_NAMES_ZH = {
    WatchTier.OFF_SEASON: "非防火期",
    WatchTier.FIRE_PERIOD: "防火期",
    WatchTier.KEY_DATE: "重要节点",
    WatchTier.HIGH_DANGER: "高火险期",
    WatchTier.WARNING: "预警生效",
}
_ORDER = list(WatchTier)


def county_tier(calendar: FireCalendar, county_gb: int, local_date: date) -> WatchTier:
    """How closely a county is watched on a day. One without any period on record counts as in season.

    Args:
        calendar: periods and key dates.
        county_gb: GB/T 2260 code.
        local_date: day in Asia/Shanghai.
    """
    season = calendar.fire_period(county_gb, local_date)
    if calendar.key_dates(local_date):
        return WatchTier.KEY_DATE
    if season.high_danger or season.banned:
        return WatchTier.HIGH_DANGER
    return WatchTier.FIRE_PERIOD if season.in_season or not season.known else WatchTier.OFF_SEASON


def closest_tier(calendar: FireCalendar, counties: Iterable[int], local_date: date) -> WatchTier:
    """The closest watch that any of ``counties`` asks for: one side in season is enough for both."""
    found = (county_tier(calendar, gb, local_date) for gb in counties)
    return max(found, key=lambda tier: tier.rank, default=WatchTier.FIRE_PERIOD)


def warned(tier: WatchTier, *, standing: bool) -> WatchTier:
    """The tier while a signed warning stands."""
    return WatchTier.WARNING if standing else tier


def by_tier(table: Mapping[WatchTier, _T], tier: WatchTier) -> _T:
    """What a table says for a tier; for one that it does not name, what it says for the next looser one.

    Raises:
        KeyError: it names no tier as loose as this.
    """
    for looser in reversed(_ORDER[: tier.rank + 1]):
        if looser in table:
            return table[looser]
    raise KeyError(tier)
