"""The fire calendar: seasons of counties, key dates, days of rest, and which year a fire counts in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from models.fire_calendar.holidays import RestDay, Stretch, rest_day
from models.fire_calendar.key_dates import KeyDateRules, KeyDay, key_days, lawful_festivals
from models.fire_calendar.month_day import MonthDay
from models.fire_calendar.season import CountySeason, SeasonPeriod, county_season


@dataclass(frozen=True)
class FireCalendar:
    """Made once at start from ``rules/seasons.toml``. Days are those of Asia/Shanghai."""

    periods: tuple[SeasonPeriod, ...]
    key_date_rules: KeyDateRules
    statistics_start: MonthDay
    """First day of the statistics year."""
    season_start: MonthDay
    """First day of the fire season (防火年度): the earliest of all partners."""

    def fire_period(self, county_gb: int, local_date: date) -> CountySeason:
        """What holds in a county on a day: fire period, high-danger period, bans."""
        return county_season(self.periods, county_gb, local_date)

    def key_dates(self, local_date: date) -> tuple[KeyDay, ...]:
        """Key dates that a day belongs to; empty on an ordinary day."""
        return key_days(self.key_date_rules, local_date)

    def lunar_windows(self, local_date: date) -> tuple[KeyDay, ...]:
        """Those of :meth:`key_dates` that move with the moon or the solar terms: 春节, 清明, 中元节, 寒衣节."""
        return tuple(day for day in self.key_dates(local_date) if day.key_date.lunar)

    def rest_day(self, local_date: date) -> RestDay:
        """Whether people are free: weekends and public holidays less make-up working days."""
        return rest_day(local_date, self._stand_ins(local_date.year))

    def statistics_year(self, local_date: date) -> int:
        """The year in which a fire of this day counts."""
        return _year_from(self.statistics_start, local_date)

    def season_year(self, local_date: date) -> int:
        """Year in which the fire season of this day began: 2026 from 2026-10-01 to 2027-09-30."""
        return _year_from(self.season_start, local_date)

    def season_in_words(self, local_date: date) -> str:
        """``2026—2027年度``."""
        year = self.season_year(local_date)
        return f"{year}—{year + 1}年度"

    @cached_property
    def unconfirmed(self) -> tuple[SeasonPeriod, ...]:
        """Periods that no office has put its name to."""
        return tuple(period for period in self.periods if not period.confirmed_by)

    def _stand_ins(self, year: int) -> list[Stretch]:
        rules = self.key_date_rules
        holidays = [kind for kind in rules.stand_ins if kind.holiday_name is not None]
        typed = [one for kind in holidays for one in rules.typed.get(kind, ())]
        return [*typed, *(rules.stand_ins[kind].in_year(year) for kind in holidays), *lawful_festivals(year)]


def _year_from(start: MonthDay, local_date: date) -> int:
    return local_date.year if local_date >= start.in_year(local_date.year) else local_date.year - 1
