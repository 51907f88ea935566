"""Which days of a recording somebody looked at. On any other nobody knows: 无数据, never zero."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from models.incidents.geometry import chord_km, earth_km

NO_DATA_ZH = "无数据"
_LOOK_KM = 1_500.0
"""Half of a swath: a row farther from the watch area does not say that a satellite looked at it."""
_MIDDLE_DEG = (40.7, 116.8)
_LOCAL = "Asia/Shanghai"


def local_days(hotspots: pl.DataFrame) -> pl.Series:
    """Local day of each hotspot."""
    return hotspots["acquired_utc"].dt.convert_time_zone(_LOCAL).dt.date()


def days_of_rows(hotspots: pl.DataFrame) -> frozenset[date]:
    """Local days on which a row near enough shows that a satellite looked."""
    if hotspots.is_empty():
        return frozenset()
    middle = earth_km(*(pl.Series([value]) for value in _MIDDLE_DEG))
    near = np.linalg.norm(earth_km(hotspots["lat_deg"], hotspots["lon_deg"]) - middle, axis=1) <= chord_km(_LOOK_KM)
    return frozenset(local_days(hotspots.filter(pl.Series(near))).to_list())


def counts_by_day(watched: pl.DataFrame, covered: Collection[date]) -> dict[date, int | str]:
    """Hotspots of the watch area on each local day, from the first known to the last; 无数据 where nobody looked.

    Args:
        watched: hotspots of the watch area.
        covered: days that were looked at; a day with a hotspot is one, whatever this says.
    """
    seen = dict(local_days(watched).value_counts().iter_rows())
    known = {*covered, *seen}
    if not known:
        return {}
    first, last = min(known), max(known)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {day: seen.get(day, 0) if day in known else NO_DATA_ZH for day in days}


def stretches(by_day: dict[date, int | str]) -> list[dict[str, Any]]:
    """Days in a row that were looked at, or were not, as one line each: what a person reads of years."""
    days = sorted(by_day)
    known = [by_day[day] != NO_DATA_ZH for day in days]
    breaks = [0, *(n + 1 for n, (one, other) in enumerate(pairwise(known)) if one != other), len(days)]
    found = []
    for begin, end in pairwise(breaks):
        if begin == end:
            continue
        counts = [count for day in days[begin:end] if isinstance(count := by_day[day], int)]
        value: int | str = sum(counts) if counts else NO_DATA_ZH
        found.append({"from": days[begin], "to": days[end - 1], "days": end - begin, "hotspots": value})
    return found
