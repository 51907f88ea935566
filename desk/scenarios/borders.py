"""Makes the tables of three more exercises at the lines: ``python -m desk.scenarios.borders``.

As in ``construct``, nothing here is a record: weather, hotspots, heights and hours are written by us so that they fit
what is known of the day, and each ``scenario.toml`` says what that is. The same script makes the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from desk.scenarios.construct import tables
from desk.scenarios.made_hotspots import STEELWORKS, Look
from desk.scenarios.made_weather import BEIJING, POINTS, Day, Weather

HERE = Path(__file__).parent
_EVERY_OTHER = POINTS[::2]
_AHEAD_D = 4


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise: its folder, weather and looks."""

    name: str
    weather: Weather
    looks: Sequence[Look]

    @property
    def folder(self) -> Path:
        """Where its tables lie."""
        return HERE / self.name

    def tables(self) -> dict[str, bytes]:
        """Content of the tables by file name."""
        return tables(self.weather, self.looks)


def _weather(first: date, *days: tuple[float, float, float, float, float]) -> Weather:
    """Days from ``first`` on: least and greatest temperature, least humidity, greatest wind and its direction.

    The forecast goes on for four days like the last one.
    """
    ahead = (*days, *(days[-1],) * _AHEAD_D)
    named = [Day(first + timedelta(days=index), *numbers) for index, numbers in enumerate(ahead)]
    begin = datetime(first.year, first.month, first.day, tzinfo=BEIJING).astimezone(UTC)
    return Weather(
        first_utc=begin + timedelta(hours=13),
        last_observed_utc=begin + timedelta(days=len(days) - 2, hours=12),
        issued_utc=begin + timedelta(days=1, hours=20),
        last_forecast_utc=begin + timedelta(days=len(ahead), hours=-1),
        days=named,
        points=_EVERY_OTHER,
    )


def _local(day: date, clock: str) -> datetime:
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)


def _daynight(at: datetime) -> str:
    return "D" if 6 <= at.hour < 19 else "N"


def _elsewhere(day: date, *looks: tuple[str, str]) -> Iterator[Look]:
    """Looks that saw nothing but a works far away: they say that a satellite looked."""
    for clock, satellite in looks:
        at = _local(day, clock)
        confidence = "65" if satellite in {"Terra", "Aqua"} else "n"
        yield Look(at, satellite, 150, _daynight(at), ((*STEELWORKS, 8.4, confidence),))


def _fire(day: date, clock: str, satellite: str, delay_min: int, *pixels: tuple[float, float, float, str]) -> Look:
    at = _local(day, clock)
    return Look(at, satellite, delay_min, _daynight(at), pixels)


def _front(
    begin: tuple[float, float], end: tuple[float, float], seen: tuple[int, float, str]
) -> tuple[tuple[float, float, float, str], ...]:
    """Pixels in a row from one place to another: how many, the power of the first in MW, confidence."""
    pixels, frp_mw, confidence = seen
    share = [index / max(1, pixels - 1) for index in range(pixels)]
    return tuple(
        (
            round(begin[0] + (end[0] - begin[0]) * part, 4),
            round(begin[1] + (end[1] - begin[1]) * part, 4),
            round(frp_mw * (1 - part / 3), 1),
            confidence,
        )
        for part in share
    )


_QUIET: Mapping[str, tuple[tuple[str, str], ...]] = {
    "modis": (("10:50", "Terra"), ("13:20", "Aqua"), ("22:10", "Terra")),
    "all": (("01:40", "S-NPP"), ("10:50", "Terra"), ("13:20", "S-NPP"), ("13:40", "NOAA-20"), ("22:10", "Terra")),
}

# 24 to 26 March 2006: Fengning to Huairou. Only MODIS flew then.
_M23, _M24, _M25, _M26 = (date(2006, 3, day) for day in (23, 24, 25, 26))
FENGNING_HUAIROU = Exercise(
    "fengning-huairou-2006-03-24",
    _weather(
        date(2006, 3, 22),
        (1.0, 15.0, 22.0, 5.0, 300.0),
        (1.5, 16.5, 18.0, 6.0, 310.0),
        (2.0, 18.0, 13.0, 9.5, 335.0),
        (1.0, 16.0, 15.0, 9.0, 330.0),
        (0.0, 14.0, 24.0, 6.0, 320.0),
        (0.0, 13.0, 30.0, 4.0, 300.0),
    ),
    (
        *_elsewhere(_M23, *_QUIET["modis"]),
        *_elsewhere(_M24, ("10:50", "Terra")),
        _fire(
            _M24,
            "13:30",
            "Aqua",
            90,
            *_front((41.125, 116.585), (41.117, 116.59), (2, 28, "82")),
        ),
        _fire(
            _M24,
            "22:25",
            "Terra",
            90,
            *_front((41.115, 116.59), (41.085, 116.60), (4, 60, "90")),
        ),
        _fire(_M25, "02:15", "Aqua", 90, *_front((41.085, 116.60), (41.06, 116.608), (3, 52, "88"))),
        _fire(
            _M25,
            "11:30",
            "Terra",
            90,
            *_front((41.06, 116.608), (41.03, 116.622), (4, 95, "93")),
        ),
        _fire(
            _M25,
            "13:10",
            "Aqua",
            90,
            *_front((41.04, 116.618), (41.015, 116.628), (3, 110, "95")),
        ),
        _fire(
            _M25,
            "21:30",
            "Terra",
            90,
            *_front((41.02, 116.625), (41.005, 116.63), (2, 40, "80")),
        ),
        *_elsewhere(_M26, ("10:40", "Terra")),
    ),
)

# 30 and 31 March 2019: Miyun to Pinggu, inside Beijing, beginning 24 km from the line.
_N29, _N30, _N31 = date(2019, 3, 29), date(2019, 3, 30), date(2019, 3, 31)
MIYUN_PINGGU = Exercise(
    "miyun-pinggu-2019-03-30",
    _weather(
        date(2019, 3, 28),
        (2.0, 16.0, 18.0, 5.5, 300.0),
        (3.0, 18.0, 15.0, 7.0, 310.0),
        (2.0, 16.0, 12.0, 14.5, 320.0),
        (1.0, 15.0, 18.0, 8.0, 315.0),
        (2.0, 17.0, 25.0, 5.0, 300.0),
        (3.0, 18.0, 28.0, 4.0, 220.0),
    ),
    (
        *_elsewhere(_N29, *_QUIET["all"]),
        *_elsewhere(_N30, ("01:40", "S-NPP"), ("10:50", "Terra")),
        _fire(_N30, "12:40", "Himawari-8", 20, (40.325, 116.94, 45.0, "n")),
        _fire(_N30, "13:20", "Himawari-8", 20, (40.313, 116.958, 120.0, "h")),
        _fire(
            _N30,
            "13:25",
            "S-NPP",
            100,
            *_front((40.322, 116.945), (40.308, 116.965), (5, 38, "h")),
        ),
        _fire(
            _N30,
            "14:15",
            "NOAA-20",
            100,
            *_front((40.308, 116.965), (40.285, 117.0), (7, 52, "h")),
        ),
        _fire(_N30, "15:00", "Himawari-8", 20, (40.273, 117.015, 210.0, "h")),
        _fire(_N30, "16:30", "Himawari-8", 20, (40.26, 117.042, 180.0, "h")),
        _fire(
            _N30,
            "22:20",
            "Terra",
            90,
            *_front((40.258, 117.045), (40.245, 117.07), (3, 48, "91")),
        ),
        _fire(_N31, "01:50", "S-NPP", 150, *_front((40.25, 117.06), (40.243, 117.075), (4, 9, "n"))),
        *_elsewhere(_N31, ("10:40", "Terra"), ("13:10", "S-NPP")),
    ),
)

# 18 and 19 March 2020: Yanqing, Pinggu and a third fire at once; the third begins again in the evening.
_T17, _T18, _T19 = date(2020, 3, 17), date(2020, 3, 18), date(2020, 3, 19)
THREE_AT_ONCE = Exercise(
    "three-at-once-2020-03-18",
    _weather(
        date(2020, 3, 16),
        (2.0, 17.0, 20.0, 5.0, 260.0),
        (4.0, 20.0, 16.0, 6.0, 250.0),
        (5.0, 22.0, 11.0, 12.5, 315.0),
        (1.0, 14.0, 17.0, 9.0, 320.0),
        (0.0, 13.0, 24.0, 5.0, 300.0),
        (1.0, 15.0, 26.0, 4.0, 250.0),
    ),
    (
        *_elsewhere(_T17, *_QUIET["all"]),
        _fire(
            _T18,
            "01:45",
            "S-NPP",
            100,
            *_front((40.985, 116.61), (40.982, 116.615), (2, 4, "n")),
        ),
        *_elsewhere(_T18, ("10:50", "Terra"), ("13:20", "S-NPP"), ("13:40", "NOAA-20")),
        _fire(_T18, "16:50", "Himawari-8", 20, (40.565, 116.12, 60.0, "n")),
        _fire(_T18, "17:30", "Himawari-8", 20, (40.555, 116.125, 130.0, "h")),
        _fire(_T18, "20:00", "Himawari-8", 20, (40.187, 117.16, 70.0, "h")),
        _fire(_T18, "20:40", "Himawari-8", 20, (40.182, 117.17, 95.0, "h")),
        _fire(
            _T18,
            "22:15",
            "Terra",
            75,
            *_front((40.557, 116.125), (40.55, 116.135), (2, 22, "80")),
            *_front((40.185, 117.165), (40.175, 117.18), (2, 34, "86")),
        ),
        _fire(_T18, "23:00", "Himawari-8", 20, (40.984, 116.612, 40.0, "h")),
        _fire(
            _T19,
            "01:30",
            "S-NPP",
            150,
            *_front((40.985, 116.61), (40.978, 116.62), (3, 8, "h")),
            *_front((40.183, 117.167), (40.178, 117.175), (2, 3, "n")),
        ),
        *_elsewhere(_T19, ("10:40", "Terra"), ("13:10", "S-NPP")),
    ),
)

EXERCISES = (FENGNING_HUAIROU, MIYUN_PINGGU, THREE_AT_ONCE)

if __name__ == "__main__":
    for exercise in EXERCISES:
        for name, content in exercise.tables().items():
            (exercise.folder / name).write_bytes(content)
