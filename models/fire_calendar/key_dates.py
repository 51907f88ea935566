"""Key dates (重要节点): days on which people carry fire into the hills, or on which every office watches closer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lunardate import LunarDate

from models.fire_calendar.holidays import Stretch, announced_stretches, is_announced, qingming
from models.fire_calendar.month_day import MonthDay


class KeyDate(StrEnum):
    """A closed list; what has no date of its own in any calendar is typed in as a major event."""

    NEW_YEAR = "new_year"
    SPRING_FESTIVAL = "spring_festival"
    TWO_SESSIONS = "two_sessions"
    QINGMING = "qingming"
    LABOUR_DAY = "labour_day"
    ZHONGYUAN = "zhongyuan"
    NATIONAL_DAY = "national_day"
    HANYI = "hanyi"
    MAJOR_EVENT = "major_event"

    @property
    def name_zh(self) -> str:
        """As offices call it."""
        return _NAMES_ZH[self]

    @property
    def lunar(self) -> bool:
        """Whether it moves with the moon or the solar terms."""
        return self in LUNAR

    @property
    def holiday_name(self) -> str | None:
        """Name of the public holiday in ``chinesecalendar`` whose free days it takes; None for the others."""
        return _HOLIDAY_NAMES.get(self)


_NAMES_ZH = {
    KeyDate.NEW_YEAR: "元旦",
    KeyDate.SPRING_FESTIVAL: "春节",
    KeyDate.TWO_SESSIONS: "两会",
    KeyDate.QINGMING: "清明",
    KeyDate.LABOUR_DAY: "劳动节",
    KeyDate.ZHONGYUAN: "中元节",
    KeyDate.NATIONAL_DAY: "国庆",
    KeyDate.HANYI: "寒衣节",
    KeyDate.MAJOR_EVENT: "重大活动",
}
_HOLIDAY_NAMES = {
    KeyDate.NEW_YEAR: "New Year's Day",
    KeyDate.LABOUR_DAY: "Labour Day",
    KeyDate.NATIONAL_DAY: "National Day",
}
LUNAR = frozenset({KeyDate.SPRING_FESTIVAL, KeyDate.QINGMING, KeyDate.ZHONGYUAN, KeyDate.HANYI})


@dataclass(frozen=True, slots=True)
class Window:
    """How far a festival reaches before and after its day (``before_d``, ``after_d`` in days)."""

    before_d: int
    after_d: int

    def __post_init__(self) -> None:
        if self.before_d < 0 or self.after_d < 0:
            raise ValueError(f"a window reaches 0 or more days, got {self.before_d} before and {self.after_d} after")


@dataclass(frozen=True, slots=True)
class YearlyStretch:
    """Days that stand in for a holiday or an event whose dates of the year are not known."""

    begin: MonthDay
    end: MonthDay

    def in_year(self, year: int) -> Stretch:
        """The days in a year."""
        return Stretch(self.begin.in_year(year), self.end.in_year(year))


@dataclass(frozen=True, slots=True)
class KeyDateRules:
    """How long each key date is, and what an office typed in.

    Raises:
        ValueError: a festival without window, or a holiday or 两会 without days that stand in.
    """

    windows: dict[KeyDate, Window]
    """For each of :data:`LUNAR`, around its day: 清明 3 before and 3 after."""
    stand_ins: dict[KeyDate, YearlyStretch]
    """For the holidays and 两会: used in a year whose dates nobody announced."""
    typed: dict[KeyDate, tuple[Stretch, ...]]
    """Announced dates that an office typed in: 两会, 重大活动, and holidays of a year that the package lacks."""

    def __post_init__(self) -> None:
        without = sorted(LUNAR - self.windows.keys())
        if without:
            raise ValueError(f"{without[0]} has no window")
        unknown = sorted(self.windows.keys() - LUNAR)
        if unknown:
            raise ValueError(f"{unknown[0]} has dates of its own and takes no window")
        bare = sorted({*_HOLIDAY_NAMES, KeyDate.TWO_SESSIONS} - self.stand_ins.keys())
        if bare:
            raise ValueError(f"{bare[0]} has no days for a year that is not announced")


@dataclass(frozen=True, slots=True)
class KeyDay:
    """A day as part of a key date."""

    key_date: KeyDate
    begin: date
    end: date
    offset_d: int
    """Days from the festival itself, negative before it; from the first day where the key date is a stretch."""
    announced: bool
    """False: the dates of this year are not known yet and usual ones stand in （日期待公布）."""

    @property
    def words_zh(self) -> str:
        """清明; 两会（日期待公布）."""
        return self.key_date.name_zh + ("" if self.announced else "（日期待公布）")


def key_days(rules: KeyDateRules, local_date: date) -> tuple[KeyDay, ...]:
    """Every key date that a day belongs to, in the order of :class:`KeyDate`; empty on an ordinary day.

    Args:
        rules: windows and typed dates.
        local_date: day in Asia/Shanghai, 1900…2099.
    """
    return tuple(day for kind in KeyDate for day in _days_of(rules, kind, local_date))


def _days_of(rules: KeyDateRules, kind: KeyDate, local_date: date) -> Iterator[KeyDay]:
    if kind.lunar:
        yield from _around_festival(rules.windows[kind], kind, local_date)
        return
    stretches, announced = _stretches(rules, kind, local_date.year)
    for stretch in stretches:
        if local_date in stretch:
            offset = (local_date - stretch.begin).days
            yield KeyDay(kind, stretch.begin, stretch.end, offset_d=offset, announced=announced)
            return


def _around_festival(window: Window, kind: KeyDate, local_date: date) -> Iterator[KeyDay]:
    for year in (local_date.year, local_date.year + 1):
        day = festival(kind, year)
        begin, end = day - timedelta(days=window.before_d), day + timedelta(days=window.after_d)
        if begin <= local_date <= end:
            yield KeyDay(kind, begin, end, offset_d=(local_date - day).days, announced=True)
            return


def festival(kind: KeyDate, year: int) -> date:
    """Day of a lunar festival or of 清明 in a year.

    Raises:
        ValueError: ``kind`` is none of :data:`LUNAR`.
    """
    if kind is KeyDate.QINGMING:
        return qingming(year)
    month_and_day = {KeyDate.SPRING_FESTIVAL: (1, 1), KeyDate.ZHONGYUAN: (7, 15), KeyDate.HANYI: (10, 1)}
    if kind not in month_and_day:
        raise ValueError(f"{kind} does not move with the moon")
    day: date = LunarDate(year, *month_and_day[kind]).to_solar_date()
    return day


def lawful_festivals(year: int) -> tuple[Stretch, ...]:
    """Free days of 春节 and 清明 that the law itself gives (全国年节及纪念日放假办法): 除夕 to 初三, and one day."""
    spring = festival(KeyDate.SPRING_FESTIVAL, year)
    return Stretch(spring - timedelta(days=1), spring + timedelta(days=2)), Stretch(qingming(year), qingming(year))


def _stretches(rules: KeyDateRules, kind: KeyDate, year: int) -> tuple[Sequence[Stretch], bool]:
    """Stretches of a kind that touch a year, and whether somebody announced them."""
    typed = [one for one in rules.typed.get(kind, ()) if year in {one.begin.year, one.end.year}]
    if typed or kind is KeyDate.MAJOR_EVENT:
        return typed, True
    if kind.holiday_name is not None and is_announced(year):
        return announced_stretches(year, kind.holiday_name), True
    return [rules.stand_ins[kind].in_year(year)], False
