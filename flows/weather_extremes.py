"""The strongest wind and the least humidity of some hours over an area, each with its hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import polars as pl

from notify.facts import Wind


def strongest_wind(hours: pl.DataFrame) -> tuple[Wind, datetime] | None:
    """The strongest hour (the median point's wind), with the mean direction of that hour; of two the earlier.

    Args:
        hours: rows of a WeatherFrame.
    """
    known = hours.drop_nulls("wind_speed_ms")
    if known.is_empty():
        return None
    by_hour = known.group_by("valid_utc").agg(
        pl.col("wind_speed_ms").median(), pl.col("wind_gust_ms").median(), pl.col("wind_direction_deg").drop_nulls()
    )
    row = by_hour.sort("wind_speed_ms", "valid_utc", descending=[True, False]).row(0, named=True)
    wind = Wind(row["wind_speed_ms"], _mean_direction_deg(row["wind_direction_deg"]), row["wind_gust_ms"])
    return wind, row["valid_utc"]


def least_humidity(hours: pl.DataFrame) -> tuple[float, datetime] | None:
    """The least relative humidity of any point in percent, and its first hour.

    Args:
        hours: rows of a WeatherFrame.
    """
    known = hours.drop_nulls("relative_humidity_pct").sort("relative_humidity_pct", "valid_utc")
    return None if known.is_empty() else (known["relative_humidity_pct"][0], known["valid_utc"][0])


def _mean_direction_deg(directions: Sequence[float]) -> float | None:
    if not directions:
        return None
    angle = np.radians(np.asarray(directions))
    return float(np.degrees(np.arctan2(np.sin(angle).mean(), np.cos(angle).mean())) % 360)
