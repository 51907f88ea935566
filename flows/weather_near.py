"""The weather at a place, for a message or a form: the newest report or forecast hour of the nearest point."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from boundary_zones.geodesy import apart_km
from flows.weather_words import source_of_point
from flows.wiring import House
from notify.facts import Wind

LOOK_BACK = timedelta(hours=3)
HOUR = timedelta(hours=1)
RAIN_DAY = 24 * HOUR
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
    station_id: str = ""
    """Of the point; empty where no wind is known."""
    valid_utc: datetime | None = None


@dataclass(frozen=True, slots=True)
class DayOfRain:
    """Precipitation of 24 hours at one point."""

    precipitation_mm: float
    foretold_h: int
    """Hours of the 24 that are a forecast's."""


def wind_near(house: House, lat_deg: float, lon_deg: float, *, as_of: datetime) -> WindNear:
    """The wind of the last three hours nearest to a place; what the archive holds is enough."""
    return _wind_of(_hours(house, as_of, since=as_of - LOOK_BACK), lat_deg, lon_deg, as_of=as_of)


def wind_and_rain_near(
    house: House, lat_deg: float, lon_deg: float, *, as_of: datetime
) -> tuple[WindNear, DayOfRain | None]:
    """The wind as :func:`wind_near`, and the rain of the 24 hours up to its hour; None where one is unknown."""
    hours = _hours(house, as_of, since=as_of - LOOK_BACK - RAIN_DAY)
    near = _wind_of(hours, lat_deg, lon_deg, as_of=as_of)
    return near, _rain_of(hours, near)


def _hours(house: House, as_of: datetime, *, since: datetime) -> pl.DataFrame:
    return house.weather.gather(as_of, since=since, live=False).frame


def _wind_of(hours: pl.DataFrame, lat_deg: float, lon_deg: float, *, as_of: datetime) -> WindNear:
    recent = pl.col("valid_utc").is_between(as_of - LOOK_BACK, as_of, closed="right")
    windy = hours.filter(pl.col("wind_speed_ms").is_not_null() & recent)
    near = windy.with_columns(apart_km(lat_deg, lon_deg).alias("apart_km")).filter(pl.col("apart_km") <= REACH_KM)
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
        station_id=row["station_id"],
        valid_utc=row["valid_utc"],
    )


def _rain_of(hours: pl.DataFrame, near: WindNear) -> DayOfRain | None:
    if near.valid_utc is None:
        return None
    day = pl.col("valid_utc").is_between(near.valid_utc - RAIN_DAY, near.valid_utc, closed="right")
    here = hours.filter((pl.col("station_id") == near.station_id) & day & pl.col("precipitation_mm").is_not_null())
    foretold = pl.col("issued_utc").is_not_null()
    single = here.sort("valid_utc", foretold, "model").unique("valid_utc", keep="first", maintain_order=True)
    if single.height < RAIN_DAY // HOUR:
        return None
    return DayOfRain(float(single["precipitation_mm"].sum()), single["issued_utc"].count())
