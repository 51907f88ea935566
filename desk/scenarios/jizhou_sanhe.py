"""Makes the tables of the exercise at the line of Jizhou and Sanhe: ``python -m desk.scenarios.jizhou_sanhe``."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from desk.scenarios.construct import tables
from desk.scenarios.made_hotspots import INSTRUMENTS, STEELWORKS, Look
from desk.scenarios.made_weather import BEIJING, POINTS, Day, ForecastError, Weather

FOLDER = Path(__file__).parent / "jizhou-sanhe-2017-05-11"

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

JIZHOU_SANHE = Weather(FIRST_UTC, LAST_OBSERVED_UTC, ISSUED_UTC, LAST_FORECAST_UTC, DAYS, POINTS, FORECAST)

STRAW = (36.914, 116.287)
GEOSTATIONARY_PIXEL = (40.071, 117.199)
"""Centre of the one pixel of about 2.4 x 3.1 km in which the fire lies."""


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


if __name__ == "__main__":
    for name, content in tables(JIZHOU_SANHE, LOOKS).items():
        (FOLDER / name).write_bytes(content)
