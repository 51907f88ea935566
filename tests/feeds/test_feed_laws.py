"""What holds for every input: no bytes break a parser, no row gets lost, and the order of rows plays no part."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.cma_daily import parse_cma_daily
from feeds.errors import FeedError
from feeds.firms import parse_hotspots
from feeds.hotspot_rows import HotspotRules
from feeds.open_meteo import WeatherPoint, parse_elevation, parse_forecast
from feeds.parsed import Parsed
from feeds.prsa import SITES, parse_prsa
from feeds.rejects import RejectBounds
from feeds.snapshots import parse_coverage, parse_snapshots
from feeds.tables import parse_hotspot_table, parse_weather_table
from feeds.weather_rows import Station
from tests.feeds.conftest import FETCHED, RECORDED, section, table

RULES = HotspotRules(**section("hotspots"))
LOOSE = RejectBounds(max_reject_share=1.0, max_blank_share=1.0, allowed_rows=10_000)
POINTS = (WeatherPoint("p1", 40.31, 117.05), WeatherPoint("p2", 40.52, 116.43))
MODELS = ("ecmwf_ifs025", "cma_grapes_global")
VIIRS = (RECORDED / "firms" / "area_viirs_noaa20.csv").read_bytes()
FORECAST = (RECORDED / "open_meteo" / "forecast_two_points_two_models.json").read_bytes()
WEATHER = (
    b"station_id,lat_deg,lon_deg,elevation_m,valid_utc,air_temperature_degc,relative_humidity_pct,wind_speed_ms,"
    b"wind_direction_deg,precipitation_mm\n"
    b"54419,40.36,116.63,76,2026-04-04T05:00:00Z,18.2,21,5.1,315,0\n"
    b"54419,40.36,116.63,76,2026-04-04T04:00:00Z,17.5,23,4.8,310,0.2\n"
)
PRSA = (
    b'"No","year","month","day","hour","TEMP","PRES","DEWP","RAIN","wd","WSPM","station"\n'
    b'1,2015,3,1,8,20,1020.3,10,0.4,"WNW",3.1,"Huairou"\n'
    b"2,2015,3,1,9,20,1020.3,10,NA,NA,3.1,Huairou\n"
)
DAILY = (
    b"date,avgtemp,maxtemp,mintemp,avgrh,minrh,avgws,maxws,extremews,precipitation\n"
    b"2026-04-04,14.1,21.5,6.0,35.0,16,2.9,8.1,15.2,0.0\n"
)
RECORD = json.dumps(
    {
        "snapshot_utc": "2026-04-03T08:00:00Z", "repo": "o/r", "path": "p", "covers_study_box": True,
        "features": [{"properties": {"acq_date": 1775174400000, "acq_time": 1775191920000, "latitude": 40.3,
                                     "longitude": 117.4, "satellite": "N20", "confidence": "h", "frp": 3}}],
    }
).encode()  # fmt: skip


def firms(content: bytes) -> list[Parsed[Any]]:
    return [parse_hotspots(content, feed="firms_modis", fetched_utc=FETCHED, rules=RULES, bounds=LOOSE)]


def forecast(content: bytes) -> list[Parsed[Any]]:
    return [parse_forecast(content, POINTS, MODELS, fetched_utc=FETCHED, bounds=LOOSE)]


def elevation(content: bytes) -> list[Parsed[Any]]:
    parse_elevation(content, POINTS)
    return []


def coverage(content: bytes) -> list[Parsed[Any]]:
    parse_coverage(table(content))
    return []


PARSERS: dict[str, tuple[Callable[[bytes], Iterable[Parsed[Any]]], bytes]] = {
    "firms": (firms, VIIRS),
    "forecast": (forecast, FORECAST),
    "elevation": (elevation, b'{"elevation":[132.0,641]}'),
    "weather_table": (lambda content: [parse_weather_table(table(content), bounds=LOOSE)], WEATHER),
    "hotspot_table": (lambda content: [parse_hotspot_table(table(content), rules=RULES, bounds=LOOSE)], VIIRS),
    "prsa": (lambda content: [parse_prsa(table(content), SITES["Huairou"], bounds=LOOSE)], PRSA),
    "daily": (lambda content: [parse_cma_daily(table(content), Station("1", 40.0, 116.0, None), bounds=LOOSE)], DAILY),
    "snapshots": (
        lambda content: [one.hotspots for one in parse_snapshots(table(content), rules=RULES, bounds=LOOSE)],
        RECORD,
    ),
    "coverage": (coverage, b"snapshot_utc,repo,path,blob,covers_study_box\n2026-04-03T08:00:00Z,r,p,b,True\n"),
}


def conserves(read: Callable[[bytes], Iterable[Parsed[Any]]], content: bytes) -> None:
    """Parse; anything but a whole account or a ``FeedError`` fails the test."""
    try:
        results = read(content)
    except FeedError:
        return
    for parsed in results:
        assert parsed.frame.height + parsed.rejects.total + parsed.duplicates == parsed.rows_in


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=40, deadline=None)
@given(content=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)))
def test_arbitrary_bytes_raise_nothing_but_a_feed_error(name: str, content: bytes):
    conserves(PARSERS[name][0], content)


@st.composite
def damaged(draw: st.DrawFn, sound: bytes) -> bytes:
    """A sound answer with a few stretches cut out, doubled or overwritten."""
    content = sound
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 40)))
        patch = draw(
            st.one_of(
                st.just(b""),
                st.just(content[start:end] * 2),
                st.sampled_from([b"nan", b"\n", b",", b'"', b"1e999", b"-", b"null", b"{", b"\xe7", b"9" * 30, b"\r"]),
                st.binary(max_size=6),
            )
        )
        content = content[:start] + patch + content[end:]
    return content


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_damaged_answer_loses_no_row_unseen(name: str, data: st.DataObject):
    read, sound = PARSERS[name]
    conserves(read, data.draw(damaged(sound)))


@pytest.mark.parametrize("name", PARSERS)
def test_a_sound_answer_is_read_and_any_part_of_it_never_fails_in_another_way(name: str):
    read, sound = PARSERS[name]
    read(sound)
    for length in range(0, len(sound), max(1, len(sound) // 40)):
        conserves(read, sound[:length])


fire_rows = st.lists(
    st.tuples(
        st.sampled_from(["40.31234", "40.31236", "40.5", "95", "x", ""]),
        st.sampled_from(["117.40211", "117.4021", "nan"]),
        st.sampled_from(["0452", "452", "04:52", "0530", "2561"]),
        st.sampled_from(["N20", "1", "T", "?"]),
        st.sampled_from(["n", "l", "85", "12", "", "zz"]),
        st.sampled_from(["1.5", "2", "", "nan"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(rows=fire_rows, data=st.data())
def test_the_order_of_the_rows_plays_no_part(rows: list[tuple[str, ...]], data: st.DataObject):
    header = "latitude,longitude,acq_time,satellite,confidence,frp,acq_date,brightness,scan,track,daynight"

    def read(some: list[tuple[str, ...]]) -> Parsed[Any] | str:
        lines = [",".join((*row, "2026-04-04", "330", "0.4", "0.4", "D")) for row in some]
        try:
            return firms("\n".join([header, *lines]).encode())[0]
        except FeedError as error:
            return type(error).__name__

    one, other = read(rows), read(data.draw(st.permutations(rows)))
    if isinstance(one, str) or isinstance(other, str):
        assert one == other
    else:
        assert one.frame.equals(other.frame)
        assert one.rejects.counts == other.rejects.counts
        assert (one.duplicates, one.blanked.counts) == (other.duplicates, other.blanked.counts)


@settings(max_examples=40, deadline=None)
@given(
    lat=st.floats(-89.9, 89.9),
    lon=st.floats(-179.9, 179.9),
    noise=st.floats(-1e-8, 1e-8),
    minute=st.integers(0, 24 * 60 - 1),
)
def test_the_noise_of_a_float_does_not_change_the_id_of_a_hotspot(lat: float, lon: float, noise: float, minute: int):
    lat, lon = round(lat, 5), round(lon, 5)
    clock = f"{minute // 60:02d}{minute % 60:02d}"
    header = "latitude,longitude,acq_time,satellite,confidence,frp,acq_date,brightness,scan,track,daynight"
    rest = f"{clock},N20,n,1,2026-04-03,330,0.4,0.4,D"
    (parsed,) = firms(f"{header}\n{lat},{lon},{rest}\n{lat + noise:.12f},{lon + noise:.12f},{rest}\n".encode())
    assert (parsed.frame.height, parsed.duplicates) == (1, 1)
    assert parsed.frame["acquired_utc"][0] == datetime(2026, 4, 3, minute // 60, minute % 60, tzinfo=UTC)
