"""A day of every year, and stretches between two of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_TEXT = re.compile(r"(\d{2})-(\d{2})")
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True, order=True)
class MonthDay:
    """A day that every year has: 29 February is refused, nothing begins or ends there.

    Raises:
        ValueError: no such day.
    """

    month: int
    day: int

    def __post_init__(self) -> None:
        if (self.month, self.day) == (2, 29):
            raise ValueError("02-29 is not in every year; write 02-28 or 03-01")
        date(_LEAP_YEAR, self.month, self.day)

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"

    def in_year(self, year: int) -> date:
        """The day in a year."""
        return date(year, self.month, self.day)


def month_day(text: str) -> MonthDay:
    """``03-15`` as a day of the year.

    Raises:
        ValueError: another form, or no such day.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no day of the year; write 03-15")
    return MonthDay(int(found[1]), int(found[2]))


def stretch_begin(begin: MonthDay, end: MonthDay, local_date: date) -> date | None:
    """First day of the yearly stretch ``begin``…``end`` that holds a day; None when the day lies outside.

    A stretch whose end comes before its begin runs over the turn of the year: 11-01…05-31.
    """
    crosses = end < begin
    for year in (local_date.year, local_date.year - 1):
        first = begin.in_year(year)
        if first <= local_date <= end.in_year(year + 1 if crosses else year):
            return first
    return None
