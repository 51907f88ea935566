"""When rounds are planned, by the season, and whether one is due. Pure: the calendar and the time are given.

A tick that comes more often than any season asks whether a planned round still waits. So a round that was lost is held
at the next tick, and after hours of downtime one round is held and not one for each that was missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.fire_calendar.watch_tier import WatchTier, by_tier

BEIJING = ZoneInfo("Asia/Shanghai")
THROTTLED = frozenset({0, 30})
"""Minutes at which chat providers throttle: nothing is planned then."""
_LOOK_BACK_D = 2

TierOfDay = Callable[[date], WatchTier]


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The times of a day at which a round is planned, Beijing time.

    Raises:
        ValueError: no time, two alike, or one on the hour or half hour.
    """

    times: tuple[time, ...]

    def __post_init__(self) -> None:
        if not self.times or len(set(self.times)) != len(self.times):
            raise ValueError("a plan has one or more times, each once")
        if wrong := [at for at in self.times if at.minute in THROTTLED]:
            raise ValueError(f"{wrong[0]:%H:%M} is on the hour or half hour, when chat providers throttle")

    @classmethod
    def every(cls, minutes: int, *, from_minute: int) -> DayPlan:
        """Every so many minutes of each hour.

        Raises:
            ValueError: the hour is no multiple of ``minutes``, or a time is on the hour or half hour.
        """
        if minutes <= 0 or 60 % minutes or not 0 <= from_minute < minutes:
            raise ValueError(f"every {minutes} min from minute {from_minute} does not divide the hour")
        return cls(tuple(time(hour, minute) for hour in range(24) for minute in range(from_minute, 60, minutes)))


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a flow is held, by tier; a tier that is not named goes by the next looser one.

    Raises:
        ValueError: nothing is planned off season, or no grace.
    """

    plans: Mapping[WatchTier, DayPlan]
    overdue_after_min: float
    """A planned round that neither took place nor was made up for by a later one is overdue so long after its time."""

    def __post_init__(self) -> None:
        if WatchTier.OFF_SEASON not in self.plans:
            raise ValueError("off_season has no plan: fires come out of season too")
        if self.overdue_after_min <= 0:
            raise ValueError("overdue_after_min must be positive")

    def planned(self, tier_of: TierOfDay, day: date) -> list[datetime]:
        """Every planned time of a day, in order."""
        return sorted(datetime.combine(day, at, BEIJING) for at in by_tier(self.plans, tier_of(day)).times)

    def last_planned(self, tier_of: TierOfDay, now: datetime) -> datetime | None:
        """The newest planned time at or before ``now``; None where none was within two days."""
        return max((at for at in self._around(tier_of, now) if at <= now), default=None)

    def next_planned(self, tier_of: TierOfDay, now: datetime) -> datetime | None:
        """The first planned time after ``now``."""
        return min((at for at in self._around(tier_of, now) if at > now), default=None)

    def _around(self, tier_of: TierOfDay, now: datetime) -> Iterator[datetime]:
        today = now.astimezone(BEIJING).date()
        for days in range(-_LOOK_BACK_D, _LOOK_BACK_D + 1):
            yield from self.planned(tier_of, today + timedelta(days=days))


def due(cadence: Cadence, tier_of: TierOfDay, *, served: datetime | None, now: datetime) -> datetime | None:
    """The planned round that waits: the newest one that no round has served; None where nothing waits.

    Args:
        cadence: of the flow.
        tier_of: how closely a day is watched.
        served: up to when the last good round looked; None when there never was one.
        now: time of the tick.
    """
    planned = cadence.last_planned(tier_of, now)
    if planned is None or (served is not None and served >= planned):
        return None
    return planned


def overdue(cadence: Cadence, tier_of: TierOfDay, *, held: datetime, now: datetime) -> datetime | None:
    """The newest planned round that should have been held by now and was not; None where all is in time.

    Args:
        cadence: of the flow.
        tier_of: how closely a day is watched.
        held: time of the last round that took place, or since when rounds are expected.
        now: time of the look.
    """
    planned = cadence.last_planned(tier_of, now - timedelta(minutes=cadence.overdue_after_min))
    return None if planned is None or held >= planned else planned
