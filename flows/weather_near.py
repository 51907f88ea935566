"""The wind at a place, for a message: the newest report or forecast hour of the nearest point."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from boundary_zones.geodesy import apart_km
from flows.weather_words import source_of_point
from flows.wiring import House
from notify.facts import Wind

LOOK_BACK = timedelta(hours=3)
REACH_KM = 60.0
MISSING_ZH = "风"


@dataclass(frozen=True, slots=True)
class WindNear:
    """Wind with where it is from, or what is missing."""

    wind: Wind | None
    source: str = ""
    missing: tuple[str, ...] = ()
    air_temperature_degc: float | None = None
    """At the same place and hour, as is the next."""
    relative_humidity_pct: float | None = None


def wind_near(house: House, lat_deg: float, lon_deg: float, *, as_of: datetime) -> WindNear:
    """The wind of the last three hours nearest to a place; what the archive holds is enough."""
    gathered = house.weather.gather(as_of, since=as_of - LOOK_BACK, live=False)
    hours = gathered.frame.filter(pl.col("wind_speed_ms").is_not_null() & (pl.col("valid_utc") <= as_of))
    if hours.is_empty():
        return WindNear(None, missing=(MISSING_ZH,))
    near = hours.with_columns(apart_km(lat_deg, lon_deg).alias("apart_km")).filter(pl.col("apart_km") <= REACH_KM)
    if near.is_empty():
        return WindNear(None, missing=(MISSING_ZH,))
    foretold = pl.col("issued_utc").is_not_null()
    row = near.sort("apart_km", -pl.col("valid_utc").dt.epoch(), foretold, "model").row(0, named=True)
    wind = Wind(row["wind_speed_ms"], row["wind_direction_deg"], row["wind_gust_ms"])
    return WindNear(
        wind,
        source=source_of_point(row, as_of=as_of),
        air_temperature_degc=row["air_temperature_degc"],
        relative_humidity_pct=row["relative_humidity_pct"],
    )
