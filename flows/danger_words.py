"""What a danger text says, from the frames of a round."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from boundary_zones.zone import Zone
from flows.gathered import Gathered
from models.frames import WeatherFrame
from notify.alert import Draft, Reason, WarningColour
from notify.decide import DangerDay
from notify.facts import DangerFacts, DayGrade, Wind
from notify.phrases import BEIJING


def danger_facts(
    zone: Zone,
    draft: Draft,
    days: Sequence[DangerDay],
    *,
    weather: Gathered[WeatherFrame],
    window_d: int,
    began_utc: datetime | None,
    notes: Sequence[str],
) -> DangerFacts:
    """The facts of a draft about ``zone``; weather is that of the days that the decision looked at."""
    today = draft.decided_utc.astimezone(BEIJING).date()
    grades = {day.local_date: day.danger_grade for day in days}
    window = [today + timedelta(days=lead) for lead in range(window_d)]
    hours = weather.frame.filter(
        (pl.col("valid_utc") >= draft.decided_utc)
        & (pl.col("valid_utc") < draft.decided_utc + timedelta(days=window_d))
    )
    hours = hours if not hours.is_empty() else weather.frame.filter(pl.col("valid_utc") > _day_before(weather))
    return DangerFacts(
        reason=draft.reason,
        colour=WarningColour(draft.level),
        previous_colour=WarningColour(draft.previous_level),
        days=tuple(DayGrade(day, grades.get(day)) for day in window),
        counties=tuple(county.short_zh for county in zone.counties),
        began_utc=began_utc if draft.reason is Reason.DANGER_ENDED else None,
        wind=_strongest(hours),
        least_humidity_pct=_number(hours["relative_humidity_pct"].min()),
        precipitation_mm=_rain(hours),
        missing=(*weather.missing, *notes),
    )


def _day_before(weather: Gathered[WeatherFrame]) -> pl.Expr:
    return pl.lit(weather.frame["valid_utc"].max()) - pl.duration(hours=24)


def _strongest(hours: pl.DataFrame) -> Wind | None:
    """The strongest hour over the points (the median point's), with the mean direction of that hour."""
    known = hours.drop_nulls("wind_speed_ms")
    if known.is_empty():
        return None
    by_hour = known.group_by("valid_utc").agg(
        pl.col("wind_speed_ms").median(), pl.col("wind_gust_ms").median(), pl.col("wind_direction_deg").drop_nulls()
    )
    row = by_hour.sort("wind_speed_ms", "valid_utc", descending=[True, False]).row(0, named=True)
    return Wind(row["wind_speed_ms"], _mean_direction_deg(row["wind_direction_deg"]), row["wind_gust_ms"])


def _mean_direction_deg(directions: Sequence[float]) -> float | None:
    if not directions:
        return None
    angle = np.radians(np.asarray(directions))
    return float(np.degrees(np.arctan2(np.sin(angle).mean(), np.cos(angle).mean())) % 360)


def _rain(hours: pl.DataFrame) -> float | None:
    """Largest sum over the points."""
    sums = hours.drop_nulls("precipitation_mm").group_by("station_id", "model").agg(pl.col("precipitation_mm").sum())
    return None if sums.is_empty() else _number(sums["precipitation_mm"].max())


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
