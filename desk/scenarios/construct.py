"""Makes the tables of the bundled exercises: ``python -m desk.scenarios.construct``.

Nothing here is a record. Weather, hotspots and heights are written by us so that they fit what is known of the day;
``scenario.toml`` says what is known. The same script makes the same bytes.

Weather is built from one row a day for the plain at 100 m (``DAYS``): temperature runs between the day's least and
greatest along a cosine with its peak at 15:00 Beijing time, wind along another, vapour pressure is constant through the
day, and relative humidity follows from the two. A point is brought to its height by the standard lapse rate (ISO 2533)
and by the usual decrease of vapour pressure (0.4 per km), and has a wind factor of its own. The forecast is one issue;
it sees what is to come with the errors of ``FORECAST``.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

BEIJING = timezone(timedelta(hours=8))
FOLDER = Path(__file__).parent / "jizhou-sanhe-2017-05-11"

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


FIRST_UTC = datetime(2017, 5, 8, 5, tzinfo=UTC)
LAST_OBSERVED_UTC = datetime(2017, 5, 12, 4, tzinfo=UTC)
ISSUED_UTC = datetime(2017, 5, 9, 20, tzinfo=UTC)
LAST_FORECAST_UTC = datetime(2017, 5, 20, 15, tzinfo=UTC)

DAYS = (
    Day(date(2017, 5, 8), 14.5, 29.0, 24.0, 5.0, 210.0),
    Day(date(2017, 5, 9), 15.5, 28.0, 29.0, 5.6, 200.0),
    Day(date(2017, 5, 10), 15.0, 30.5, 22.0, 4.6, 320.0),
    Day(date(2017, 5, 11), 13.5, 31.0, 10.0, 8.8, 340.0),
    Day(date(2017, 5, 12), 13.5, 29.5, 16.0, 6.0, 330.0),
    Day(date(2017, 5, 13), 14.5, 28.0, 24.0, 4.8, 320.0),
    Day(date(2017, 5, 14), 15.0, 27.0, 34.0, 4.6, 150.0, rain_mm=3.6),
    Day(date(2017, 5, 15), 15.5, 25.0, 48.0, 4.0, 140.0, rain_mm=6.0),
    Day(date(2017, 5, 16), 14.0, 27.5, 32.0, 4.8, 220.0),
    Day(date(2017, 5, 17), 15.0, 29.5, 26.0, 5.2, 210.0),
    Day(date(2017, 5, 18), 16.5, 31.0, 22.0, 5.4, 220.0),
    Day(date(2017, 5, 19), 17.0, 32.0, 19.0, 5.8, 230.0),
    Day(date(2017, 5, 20), 17.5, 32.5, 18.0, 6.0, 240.0),
)
FORECAST = {date(2017, 5, 11): ForecastError(-1.5, 5.0, 0.76), date(2017, 5, 10): ForecastError(-0.5, 2.0, 0.95)}
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

WEATHER_COLUMNS = (
    "station_id",
    "lat_deg",
    "lon_deg",
    "elevation_m",
    "valid_utc",
    "air_temperature_degc",
    "relative_humidity_pct",
    "wind_speed_ms",
    "wind_direction_deg",
    "precipitation_mm",
    "issued_utc",
)


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


JIZHOU_SANHE = Weather(FIRST_UTC, LAST_OBSERVED_UTC, ISSUED_UTC, LAST_FORECAST_UTC, DAYS, POINTS, FORECAST)


def weather_rows(weather: Weather = JIZHOU_SANHE) -> Iterator[Sequence[object]]:
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
                yield (*place, _instant(valid_utc), *numbers, _instant(issued_utc) if issued_utc else "")


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


@dataclass(frozen=True, slots=True)
class Look:
    """What one satellite saw at one time."""

    acquired: datetime
    satellite: str
    delay_min: int
    """Until the row could be had."""
    daynight: str
    pixels: tuple[tuple[float, float, float, str], ...]
    """Latitude, longitude, radiative power in MW, confidence: percent of MODIS, a letter of the others."""


STEELWORKS = (39.702, 118.305)
"""A heat source far outside the watch area: its rows say that the satellite looked."""
STRAW = (36.914, 116.287)
GEOSTATIONARY_PIXEL = (40.071, 117.199)
"""Centre of the one pixel of about 2.4 x 3.1 km in which the fire lies."""


INSTRUMENTS = {"Terra": "MODIS", "Aqua": "MODIS", "S-NPP": "VIIRS", "NOAA-20": "VIIRS", "Himawari-8": "AHI"}
FOOTPRINT_KM = {"MODIS": (1.2, 1.1), "VIIRS": (0.44, 0.38), "AHI": (2.4, 3.1)}


def _local(day: int, hour: int, minute: int) -> datetime:
    return datetime(2017, 5, day, hour, minute, tzinfo=BEIJING)


def _elsewhere(acquired: datetime, satellite: str, daynight: str, *frp_mw: float) -> Look:
    places = (STEELWORKS, STRAW)[: len(frp_mw)]
    confidence = "65" if INSTRUMENTS[satellite] == "MODIS" else "n"
    pixels = tuple((*place, frp, confidence) for place, frp in zip(places, frp_mw, strict=True))
    return Look(acquired, satellite, 150, daynight, pixels)


def _fire(acquired: datetime, satellite: str, delay_min: int, *pixels: tuple[float, float, float, str]) -> Look:
    daynight = "D" if 6 <= acquired.hour < 19 else "N"
    return Look(acquired, satellite, delay_min, daynight, pixels)


LOOKS = (
    _elsewhere(_local(9, 11, 46), "Terra", "D", 8.9),
    _elsewhere(_local(9, 13, 26), "S-NPP", "D", 4.1, 6.3),
    _elsewhere(_local(9, 22, 52), "Terra", "N", 11.2),
    _elsewhere(_local(10, 1, 41), "S-NPP", "N", 3.4),
    _elsewhere(_local(10, 10, 52), "Terra", "D", 9.6, 14.8),
    _elsewhere(_local(10, 13, 8), "S-NPP", "D", 4.7, 8.2),
    _elsewhere(_local(10, 21, 57), "Terra", "N", 10.4),
    _elsewhere(_local(11, 1, 22), "S-NPP", "N", 3.1),
    _elsewhere(_local(11, 11, 35), "Terra", "D", 9.1),
    _elsewhere(_local(11, 13, 15), "Aqua", "D", 12.6, 21.5),
    _fire(_local(11, 16, 10), "Himawari-8", 20, (*GEOSTATIONARY_PIXEL, 24.0, "n")),
    _fire(_local(11, 16, 40), "Himawari-8", 20, (*GEOSTATIONARY_PIXEL, 58.0, "h")),
    _fire(_local(11, 17, 20), "Himawari-8", 20, (*GEOSTATIONARY_PIXEL, 96.0, "h")),
    _fire(_local(11, 18, 0), "Himawari-8", 20, (*GEOSTATIONARY_PIXEL, 71.0, "h")),
    _fire(
        _local(11, 22, 40),
        "Terra",
        68,
        (40.066, 117.204, 31.7, "86"),
        (40.062, 117.215, 22.4, "78"),
        (40.072, 117.211, 12.9, "61"),
        (*STEELWORKS, 10.8, "64"),
    ),
    _fire(
        _local(12, 1, 4),
        "S-NPP",
        155,
        (40.0633, 117.2124, 3.9, "n"),
        (40.0601, 117.2161, 2.2, "n"),
        (39.7035, 118.3061, 3.3, "n"),
    ),
    _elsewhere(_local(12, 10, 40), "Terra", "D", 8.4),
)

HOTSPOT_COLUMNS = (
    "latitude",
    "longitude",
    "brightness",
    "scan",
    "track",
    "acq_date",
    "acq_time",
    "satellite",
    "instrument",
    "confidence",
    "version",
    "frp",
    "daynight",
    "available_utc",
)


def hotspot_rows(looks: Sequence[Look] = LOOKS) -> Iterator[Sequence[object]]:
    """One row a pixel, in the order of acquisition, with the columns of a FIRMS file."""
    for look in looks:
        acquired = look.acquired.astimezone(UTC)
        instrument = INSTRUMENTS[look.satellite]
        for lat_deg, lon_deg, frp_mw, confidence in look.pixels:
            yield (
                f"{lat_deg:.4f}",
                f"{lon_deg:.4f}",
                round(300 + 14 * math.log1p(frp_mw), 1),
                *FOOTPRINT_KM[instrument],
                acquired.date().isoformat(),
                f"{acquired:%H%M}",
                look.satellite,
                instrument,
                confidence,
                "EXERCISE",
                frp_mw,
                look.daynight,
                _instant(acquired + timedelta(minutes=look.delay_min)),
            )


@dataclass(frozen=True, slots=True)
class Height:
    """A rounded hill or basin of the made-up terrain."""

    lat_deg: float
    lon_deg: float
    height_m: float
    width_deg: float


TERRAIN = (
    Height(40.55, 115.80, 1150.0, 0.14),
    Height(40.43, 115.85, -220.0, 0.20),
    Height(40.60, 117.48, 1050.0, 0.16),
    Height(40.82, 116.45, 180.0, 0.16),
    Height(41.15, 116.40, 300.0, 0.35),
    Height(40.95, 115.90, 520.0, 0.30),
    Height(40.25, 117.35, 330.0, 0.12),
    Height(40.20, 115.75, 420.0, 0.18),
    Height(40.07, 117.21, 130.0, 0.05),
)


def elevation_rows() -> Iterator[Sequence[object]]:
    """Heights on a lattice of 0.05 degrees: a slope that rises to the north-west, with ``TERRAIN`` on it."""
    for row in range(int((41.40 - 39.80) / 0.05) + 1):
        for column in range(int((117.90 - 115.20) / 0.05) + 1):
            lat_deg, lon_deg = 39.80 + 0.05 * row, 115.20 + 0.05 * column
            yield f"{lat_deg:.2f}", f"{lon_deg:.2f}", round(_height_m(lat_deg, lon_deg))


def _height_m(lat_deg: float, lon_deg: float) -> float:
    slope_m = 20 + 470 / (1 + math.exp(-7 * (lat_deg - 40.55 - 0.30 * (lon_deg - 116.5))))
    hills_m = sum(
        hill.height_m
        * math.exp(-((lat_deg - hill.lat_deg) ** 2 + (0.765 * (lon_deg - hill.lon_deg)) ** 2) / hill.width_deg**2)
        for hill in TERRAIN
    )
    return max(10.0, slope_m + hills_m)


def tables(weather: Weather = JIZHOU_SANHE, looks: Sequence[Look] = LOOKS) -> dict[str, bytes]:
    """Content of the tables by file name."""
    return {
        "weather.csv": _csv(WEATHER_COLUMNS, weather_rows(weather)),
        "hotspots.csv": _csv(HOTSPOT_COLUMNS, hotspot_rows(looks)),
        "elevation.csv": _csv(("lat_deg", "lon_deg", "elevation_m"), elevation_rows()),
    }


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _instant(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


if __name__ == "__main__":
    for name, content in tables().items():
        (FOLDER / name).write_bytes(content)
