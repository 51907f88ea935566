"""The weather of the next hours at a place, for a projection: observed where it is, else as it was forecast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from boundary_zones.geodesy import apart_km
from flows.weather_near import REACH_KM
from flows.wiring import House
from models.spread.front import Winds
from models.spread.outlook import DayAir

LOOK_BACK = timedelta(hours=3)


@dataclass(frozen=True)
class Ahead:
    """Winds by hour, and what Wang Zhengfei's rate asks of the day."""

    winds: Winds
    air: DayAir | None


def weather_ahead(
    house: House, lat_deg: float, lon_deg: float, *, begin_utc: datetime, as_of: datetime, hours: int
) -> Ahead | None:
    """Hours from ``begin_utc`` on, as they were known at ``as_of``; None without any wind within 60 km.

    A wind of the weather is that of a full hour, and a fire begins at any minute: each hour of the fire has the wind of
    its middle, between the full hours before and after it. An hour that nobody spoke of takes the wind of the hour
    before it, or the first that there is.
    """
    gathered = house.weather.gather(as_of, since=min(begin_utc, as_of) - LOOK_BACK, live=False)
    near = _nearest(gathered.frame, lat_deg, lon_deg)
    begin = begin_utc.replace(minute=0, second=0, microsecond=0)
    near = near.filter(pl.col("valid_utc").is_between(begin - LOOK_BACK, begin + timedelta(hours=hours + 2)))
    if near.is_empty():
        return None
    hourly = _by_hour(near)
    grid = pl.DataFrame({"valid_utc": [begin + timedelta(hours=step) for step in range(hours + 3)]}).with_columns(
        pl.col("valid_utc").cast(hourly.schema["valid_utc"])
    )
    series = grid.join_asof(hourly, on="valid_utc", strategy="backward").fill_null(strategy="backward")
    winds = _at_the_middle(series, late_h=(begin_utc - begin) / timedelta(hours=1), hours=hours)
    return Ahead(winds, _air(hourly))


def _at_the_middle(series: pl.DataFrame, *, late_h: float, hours: int) -> Winds:
    """Winds of hours that begin ``late_h`` after a full one.

    Speed and direction are each drawn out by itself, so that a wind that turns grows no weaker.
    """
    full, middle = np.arange(series.height), late_h + 0.5 + np.arange(hours + 1)
    east, north = series["east"].to_numpy(), series["north"].to_numpy()
    speed = np.hypot(east, north)
    toward = [np.interp(middle, full, part / np.maximum(speed, 1e-9)) for part in (east, north)]
    return Winds(3.6 * np.interp(middle, full, speed), np.degrees(np.arctan2(-toward[0], -toward[1])) % 360.0)


def _nearest(frame: pl.DataFrame, lat_deg: float, lon_deg: float) -> pl.DataFrame:
    """Hours with wind of the nearest point that has any."""
    windy = frame.filter(pl.col("wind_speed_ms").is_not_null() & pl.col("wind_direction_deg").is_not_null())
    within = windy.with_columns(apart_km(lat_deg, lon_deg).alias("apart_km")).filter(pl.col("apart_km") <= REACH_KM)
    return within.filter(pl.col("apart_km") == pl.col("apart_km").min())


def _by_hour(near: pl.DataFrame) -> pl.DataFrame:
    """One row an hour: observations before forecasts, the newest issue, the mean of the models as vectors."""
    toward = (pl.col("wind_direction_deg") + 180.0).radians()
    parts = near.with_columns(
        (pl.col("wind_speed_ms") * toward.sin()).alias("east"),
        (pl.col("wind_speed_ms") * toward.cos()).alias("north"),
        pl.col("issued_utc").is_not_null().alias("foretold"),
    )
    chosen = parts.filter(pl.col("foretold") == pl.col("foretold").min().over("valid_utc"))
    newest = chosen.filter(
        pl.col("issued_utc").is_null() | (pl.col("issued_utc") == pl.col("issued_utc").max().over("valid_utc", "model"))
    )
    return (
        newest.group_by("valid_utc")
        .agg(pl.col("east", "north", "air_temperature_degc", "relative_humidity_pct").mean())
        .sort("valid_utc")
    )


def _air(hourly: pl.DataFrame) -> DayAir | None:
    warmest, driest = hourly["air_temperature_degc"].max(), hourly["relative_humidity_pct"].min()
    if not isinstance(warmest, float) or not isinstance(driest, float):
        return None
    return DayAir(warmest, driest)
