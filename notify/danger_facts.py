"""A zone's fire danger, typed and checked, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from notify.alert import Reason, WarningColour
from notify.facts import COUNTY_NAME_MOST, Wind, refuse_names


@dataclass(frozen=True, slots=True)
class DayGrade:
    """Danger grade of a day; None when it could not be computed."""

    local_date: date
    danger_grade: int | None
    basis_zh: str = ""
    """What it rests on beside noon."""


@dataclass(frozen=True, slots=True)
class DangerFacts:
    """A zone's fire danger, to be put into words.

    Raises:
        ValueError: no day with a grade, no county, a name that does not fit, or an end without its beginning.
    """

    reason: Reason
    colour: WarningColour
    previous_colour: WarningColour
    days: tuple[DayGrade, ...]
    """The days that the decision looked at, in order."""
    counties: tuple[str, ...]
    """Short names of all members, 怀柔 before 丰宁."""
    began_utc: datetime | None = None
    """Decision that began the episode: an end names it."""
    wind: Wind | None = None
    """Strongest of the period; the direction is that of the area."""
    least_humidity_pct: float | None = None
    precipitation_mm: float | None = None
    weather_source: str = ""
    """Who says so, and as of when: Open-Meteo（ECMWF、CMA）15时."""
    weather_past: bool = False
    """The weather is that of the last 24 hours, because no forecast is there."""
    colour_is_kept: bool = False
    """The colour stands above what the grades ask for: an earlier run of those that a lowering needs asked for it."""
    missing: tuple[str, ...] = ()
    """Inputs that were missing or old, in Chinese."""

    def __post_init__(self) -> None:
        if not self.counties or all(day.danger_grade is None for day in self.days):
            raise ValueError("a danger text needs a county and a day with a grade")
        if self.ended and self.began_utc is None:
            raise ValueError("the end of a warning names the beginning: began_utc is missing")
        refuse_names("county", self.counties, COUNTY_NAME_MOST)

    @property
    def ended(self) -> bool:
        """Whether the warning is over."""
        return self.reason is Reason.DANGER_ENDED

    @property
    def peak_grade(self) -> int:
        """Highest grade of the days."""
        return max(day.danger_grade for day in self.days if day.danger_grade is not None)

    @property
    def peak_days(self) -> tuple[date, ...]:
        """Days with the highest grade: what a text says of the grade it says of these."""
        return tuple(day.local_date for day in self.days if day.danger_grade == self.peak_grade)

    @property
    def missing_days(self) -> tuple[date, ...]:
        """Days of which nothing is known."""
        return tuple(day.local_date for day in self.days if day.danger_grade is None)
