"""Public holidays and days of rest of China, and what stands in for a year that is not announced yet.

The State Council announces each year in the November before; the package ``chinesecalendar`` carries the years that it
did. For another year an announcement that an office typed into rules/ stands in, or the days of the law, and the answer
says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days without a break, both ends included.

    Raises:
        ValueError: it ends before it begins.
    """

    begin: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.begin:
            raise ValueError(f"{self.begin}…{self.end} ends before it begins")

    def __contains__(self, local_date: date) -> bool:
        return self.begin <= local_date <= self.end


@dataclass(frozen=True, slots=True)
class RestDay:
    """Whether people are free on a day."""

    rest: bool
    announced: bool
    """False: the package lacks the year; weekends and stand-in days count, make-up working days are not known."""


@cache
def is_announced(year: int) -> bool:
    """Whether the package carries the year."""
    try:
        chinese_calendar.is_holiday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@cache
def announced_stretches(year: int, name: str) -> tuple[Stretch, ...]:
    """Free days of a holiday that fall into an announced year, weekends between them included.

    Args:
        year: one that is announced.
        name: as the package has it, for example ``Labour Day``.
    """
    days = sorted(day for day, holiday in chinese_calendar.holidays.items() if holiday == name and day.year == year)
    stretches: list[Stretch] = []
    for day in days:
        if stretches and day - stretches[-1].end == timedelta(days=1):
            stretches[-1] = Stretch(stretches[-1].begin, day)
        else:
            stretches.append(Stretch(day, day))
    return tuple(stretches)


def rest_day(local_date: date, stand_ins: Sequence[Stretch]) -> RestDay:
    """Whether a day is free.

    Args:
        local_date: the day.
        stand_ins: free days that hold where the package lacks the year.
    """
    if is_announced(local_date.year):
        return RestDay(chinese_calendar.is_holiday(local_date), announced=True)
    free = local_date.weekday() >= _SATURDAY or any(local_date in stretch for stretch in stand_ins)
    return RestDay(free, announced=False)


@cache
def qingming(year: int) -> date:
    """Day of the solar term 清明: 4 or 5 April.

    Raises:
        NotImplementedError: outside 1900…2100.
    """
    terms = chinese_calendar.get_solar_terms(date(year, 4, 1), date(year, 4, 30))
    found: date = next(day for day, name in terms if name == "清明")
    return found
