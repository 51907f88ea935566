"""Weather of an exercise, written by us: hour by hour from one row a day, and one forecast with its errors.

It is built for the plain at 100 m: temperature runs between the day's least and greatest along a cosine with its peak
at 15:00 Beijing time, wind along another, vapour pressure is constant through the day, and relative humidity follows
from the two. A point is brought to its height by the standard lapse rate (ISO 2533) and by the usual decrease of vapour
pressure (0.4 per km), and has a wind factor of its own. The forecast is one issue; it sees what is to come with errors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from feeds.tables import WEATHER_REQUIRED

BEIJING = timezone(timedelta(hours=8))
LAPSE_DEGC_PER_KM = 6.5
VAPOUR_DECREASE_PER_KM = 0.4
PLAIN_M = 100.0


@dataclass(frozen=True, slots=True)
class Day:
    """Weather of the plain at 100 m on one local day."""

    local_date: date
    least_degc: float
    greatest_degc: float
    least_humidity_pct: float
    """At the hour of the greatest temperature."""
    greatest_wind_ms: float
    """At 15:00; at night it falls to a third."""
    wind_direction_deg: float
    rain_mm: float = 0.0
    """From 20:00 to 23:00 of the day, in equal parts."""


@dataclass(frozen=True, slots=True)
class Point:
    """A made-up weather point. Its place is near where an office might have a station, its id is of no station."""

    station_id: str
    lat_deg: float
    lon_deg: float
    elevation_m: float
    wind_factor: float


@dataclass(frozen=True, slots=True)
class ForecastError:
    """How the forecast of a day differs from what came."""

    temperature_degc: float
    humidity_pct: float
    wind_factor: float


EXACT = ForecastError(0.0, 0.0, 1.0)

POINTS = (
    Point("EX-HUAIROU-N", 40.95, 116.62, 480.0, 0.74),
    Point("EX-FENGNING-S", 41.06, 116.45, 690.0, 0.70),
    Point("EX-LUANPING-W", 40.90, 116.95, 430.0, 0.72),
    Point("EX-MIYUN-N", 40.66, 116.90, 220.0, 0.76),
    Point("EX-YANQING", 40.46, 115.97, 490.0, 0.74),
    Point("EX-HUAILAI", 40.40, 115.60, 520.0, 0.76),
    Point("EX-CHICHENG-S", 40.72, 115.98, 880.0, 0.72),
    Point("EX-YANQING-E", 40.62, 116.36, 560.0, 0.70),
    Point("EX-PINGGU", 40.15, 117.10, 40.0, 1.00),
    Point("EX-JIZHOU", 40.05, 117.38, 30.0, 1.04),
    Point("EX-SANHE", 39.98, 117.07, 25.0, 1.02),
    Point("EX-XINGLONG-S", 40.30, 117.42, 390.0, 0.86),
)

WEATHER_COLUMNS = (*WEATHER_REQUIRED, "issued_utc")


@dataclass(frozen=True, slots=True)
class Weather:
    """The weather of an exercise: what was observed, and one forecast with its errors."""

    first_utc: datetime
    last_observed_utc: datetime
    issued_utc: datetime
    last_forecast_utc: datetime
    days: Sequence[Day]
    points: Sequence[Point]
    forecast: Mapping[date, ForecastError] = field(default_factory=dict)


def weather_rows(weather: Weather) -> Iterator[Sequence[object]]:
    """Observations hour by hour, then the one forecast."""
    by_date = {day.local_date: day for day in weather.days}
    for first, last, issued_utc in (
        (weather.first_utc, weather.last_observed_utc, None),
        (weather.issued_utc + timedelta(hours=1), weather.last_forecast_utc, weather.issued_utc),
    ):
        for hour in range(int((last - first) / timedelta(hours=1)) + 1):
            valid_utc = first + timedelta(hours=hour)
            local = valid_utc.astimezone(BEIJING)
            error = EXACT if issued_utc is None else weather.forecast.get(local.date(), EXACT)
            for point in weather.points:
                numbers = _weather(point, by_date[local.date()], local.hour, error)
                place = (point.station_id, point.lat_deg, point.lon_deg, point.elevation_m)
                yield (*place, instant_text(valid_utc), *numbers, instant_text(issued_utc) if issued_utc else "")


def _weather(point: Point, day: Day, hour: int, error: ForecastError) -> tuple[float, float, float, float, float]:
    """Temperature, humidity, wind, its direction, rain of the hour that ends at ``hour``."""
    above_km = (point.elevation_m - PLAIN_M) / 1000
    least, greatest = day.least_degc + error.temperature_degc, day.greatest_degc + error.temperature_degc
    share = (1 + math.cos((hour - 15) / 12 * math.pi)) / 2
    temperature_degc = least + (greatest - least) * share - LAPSE_DEGC_PER_KM * above_km
    vapour_hpa = (day.least_humidity_pct + error.humidity_pct) / 100 * _saturation_hpa(greatest)
    vapour_hpa *= math.exp(-VAPOUR_DECREASE_PER_KM * above_km)
    humidity_pct = min(96.0, 100 * vapour_hpa / _saturation_hpa(temperature_degc))
    wind_ms = day.greatest_wind_ms * error.wind_factor * point.wind_factor * (1 + 2 * share) / 3
    rain_mm = day.rain_mm / 3 if 21 <= hour <= 23 else 0.0
    return round(temperature_degc, 1), round(humidity_pct, 1), round(wind_ms, 1), day.wind_direction_deg, rain_mm


def _saturation_hpa(temperature_degc: float) -> float:
    """Saturation vapour pressure over water (Magnus, WMO-No. 8)."""
    return 6.112 * math.exp(17.62 * temperature_degc / (243.12 + temperature_degc))


def instant_text(instant: datetime) -> str:
    """An instant in UTC as the tables have it."""
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
