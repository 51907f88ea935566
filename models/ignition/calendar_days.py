"""The fire calendar as columns: what each day is in each county."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from models.fire_calendar.calendar import FireCalendar
from models.fire_calendar.key_dates import KeyDate

WINDOWS = (KeyDate.QINGMING, KeyDate.SPRING_FESTIVAL, KeyDate.LABOUR_DAY, KeyDate.ZHONGYUAN, KeyDate.HANYI)
"""Key dates on which people carry fire into the hills; each is a column of its own name."""
_FLAGS = ("fire_season", "fire_ban")
_SCHEMA = {
    "county_gb": pl.Int64,
    "local_date": pl.Date,
    "rest_day": pl.Int64,
    **{str(window): pl.Int64 for window in WINDOWS},
    **dict.fromkeys(_FLAGS, pl.Int64),
}


def calendar_days(calendar: FireCalendar, counties: Iterable[int], local_dates: Iterable[date]) -> pl.DataFrame:
    """One row a county and day, with flags 0 and 1; season and ban are null where no period is on record.

    Args:
        calendar: of the offices.
        counties: GB/T 2260 codes.
        local_dates: days in Asia/Shanghai.
    """
    days = [(day, _day_flags(calendar, day)) for day in local_dates]
    rows = [
        {"county_gb": county, "local_date": day, **flags, **_county_flags(calendar, county, day)}
        for county in counties
        for day, flags in days
    ]
    return pl.DataFrame(rows, schema=_SCHEMA)


def _day_flags(calendar: FireCalendar, day: date) -> dict[str, int]:
    found = {key.key_date for key in calendar.key_dates(day)}
    return {"rest_day": int(calendar.rest_day(day).rest), **{str(window): int(window in found) for window in WINDOWS}}


def _county_flags(calendar: FireCalendar, county: int, day: date) -> dict[str, Any]:
    season = calendar.fire_period(county, day)
    return {"fire_season": int(season.in_season), "fire_ban": int(season.banned)} if season.known else {}
