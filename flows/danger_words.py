"""What a danger text says, from the frames of a round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from boundary_zones.zone import Zone
from flows.gathered import Gathered
from flows.weather_extremes import least_humidity, strongest_wind
from flows.weather_words import source_of_area
from models.frames import WeatherFrame
from notify.alert import Draft, Reason, WarningColour
from notify.danger_facts import DangerFacts, DayGrade
from notify.decide_danger import DangerDay
from notify.phrases import BEIJING
from notify.rules import DangerAlertRules

AROUND_DEG = 0.15
"""Of the box around a unit's cells in which a point of the weather is the unit's own."""


def danger_facts(
    zone: Zone,
    draft: Draft,
    days: Sequence[DangerDay],
    *,
    weather: Gathered[WeatherFrame],
    rules: DangerAlertRules,
    began_utc: datetime | None,
    notes: Sequence[str],
) -> DangerFacts:
    """The facts of a draft about ``zone``.

    Args:
        zone: the joint unit.
        draft: what was decided.
        days: what the decision looked at.
        weather: at points in and around the unit; what is said is that of the days of the window or, without a
            forecast, of the 24 hours before.
        rules: with the window that the decision looked at.
        began_utc: when the first word of the episode was decided.
        notes: what the grades rest on less than they should, in Chinese.
    """
    today = draft.decided_utc.astimezone(BEIJING).date()
    grades = {day.local_date: day.danger_grade for day in days}
    bases = {day.local_date: day.basis_zh for day in days}
    window = [today + timedelta(days=lead) for lead in range(rules.window_d)]
    ahead = _between(weather, draft.decided_utc, timedelta(days=rules.window_d))
    past = _between(weather, draft.decided_utc - timedelta(days=1), timedelta(days=1))
    hours = past.filter(pl.col("issued_utc").is_null()) if ahead.is_empty() else ahead
    strongest, driest = strongest_wind(hours), least_humidity(hours)
    grade = max((grades[day] or 0 for day in window if day in grades), default=0)
    return DangerFacts(
        reason=draft.reason,
        colour=WarningColour(draft.level),
        previous_colour=WarningColour(draft.previous_level),
        days=tuple(DayGrade(day, grades.get(day), bases.get(day, "")) for day in window),
        counties=tuple(county.short_zh for county in zone.counties),
        began_utc=began_utc if draft.reason is Reason.DANGER_ENDED else None,
        wind=None if strongest is None else strongest[0],
        least_humidity_pct=None if driest is None else driest[0],
        precipitation_mm=_rain(hours),
        weather_source=source_of_area(hours, as_of=draft.decided_utc),
        weather_past=ahead.is_empty() and not hours.is_empty(),
        colour_is_kept=grade > 0 and rules.colour_by_grade[grade - 1].rank < WarningColour(draft.level).rank,
        missing=(*weather.missing, *notes),
    )


def weather_around(gathered: Gathered[WeatherFrame], cells: pl.DataFrame) -> Gathered[WeatherFrame]:
    """The weather of the points in and close around ``cells``; where there is no such point, that of all."""
    low, high = cells.select("lat_deg", "lon_deg").min(), cells.select("lat_deg", "lon_deg").max()
    close = pl.all_horizontal(
        pl.col(name).is_between(low[name].item() - AROUND_DEG, high[name].item() + AROUND_DEG) for name in low.columns
    )
    near = gathered.frame.filter(close)
    return gathered if near.is_empty() else replace(gathered, frame=WeatherFrame.validate(near))


def _between(weather: Gathered[WeatherFrame], begin: datetime, length: timedelta) -> pl.DataFrame:
    return weather.frame.filter((pl.col("valid_utc") >= begin) & (pl.col("valid_utc") < begin + length))


def _rain(hours: pl.DataFrame) -> float | None:
    """Largest sum over the points."""
    sums = hours.drop_nulls("precipitation_mm").group_by("station_id", "model").agg(pl.col("precipitation_mm").sum())
    return None if sums.is_empty() else float(sums["precipitation_mm"].sort()[-1])
