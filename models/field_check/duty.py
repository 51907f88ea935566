"""The report of the day (零报告、每日报告): by when it is wanted, and what makes the day one of reports. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.fire_calendar.calendar import FireCalendar


@dataclass(frozen=True, slots=True)
class DutyRules:
    """When a superior hears of a missing report (section ``duty``). Who owes one stands in ``rules/cadence.toml``.

    Raises:
        ValueError: a time that is not positive.
    """

    answer_within_min: float
    """From the cut-off; then the desks above hear who is missing (催报)."""

    def __post_init__(self) -> None:
        if not self.answer_within_min > 0:
            raise ValueError(f"answer_within_min must be positive, got {self.answer_within_min}")


def duty_words(calendar: FireCalendar, county_gb: int, local_date: date) -> tuple[str, ...]:
    """What the calendar says of a day in a county, in Chinese: 防火期, 高火险期, 清明."""
    periods = [period.name_zh for period in calendar.fire_period(county_gb, local_date).periods]
    return tuple(dict.fromkeys([*periods, *(day.key_date.name_zh for day in calendar.key_dates(local_date))]))
