"""Both feeds on a server of this machine: it answers as they do, or as a test wants it."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from feeds.firms import PRODUCTS
from tests.flows.world import LINE

NOW = datetime(2026, 4, 4, 6, 0, tzinfo=UTC)
"""When tests ask the server."""
_TABLE = "latitude,longitude,{},scan,track,acq_date,acq_time,satellite,confidence,version,{},frp,daynight"
VIIRS = _TABLE.format("bright_ti4", "bright_ti5")
MODIS = _TABLE.format("brightness", "bright_t31")
SATELLITES = {"MODIS_NRT": "Terra", "VIIRS_SNPP_NRT": "N", "VIIRS_NOAA20_NRT": "N20", "VIIRS_NOAA21_NRT": "N21"}
FORECAST = "forecast"
ELEVATION = "elevation"
ARCHIVE = "archive"


@dataclass(frozen=True)
class Reply:
    """One answer. ``cut_short`` promises more bytes than come; ``delay_s`` is how long it lets one wait."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/csv"
    cut_short: bool = False
    delay_s: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Feeds:
    """What is answered, by ``forecast``, ``elevation``, ``archive`` or the name of a FIRMS product; what was asked."""

    now: datetime
    url: str = ""
    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def kinds(self) -> list[str]:
        """What was asked, without the addresses."""
        return [kind_of(path) for path in self.asked]

    def reply(self, path: str) -> Reply:
        """The answer that was set, else a good one."""
        kind = kind_of(path)
        if kind in self.replies:
            return self.replies[kind]
        query = parse_qs(urlsplit(path).query)
        if kind == FORECAST:
            return Reply(json.dumps(forecast(query, self.now)).encode(), content_type="application/json")
        if kind == ARCHIVE:
            return Reply(json.dumps(reanalysis(query)).encode(), content_type="application/json")
        if kind == ELEVATION:
            heights = [150.0 for _ in query["latitude"][0].split(",")]
            return Reply(json.dumps({"elevation": heights}).encode(), content_type="application/json")
        return Reply(hotspot_table(kind, far_away(self.now)))


def kind_of(path: str) -> str:
    """``forecast``, ``elevation`` or the product that a path asks for."""
    for kind in (FORECAST, ELEVATION, ARCHIVE):
        if path.startswith(f"/v1/{kind}"):
            return kind
    return next(p.name for p in PRODUCTS.values() if f"/{p.name}/" in path or f"/{p.folder}/" in path)


@contextlib.contextmanager
def serving(now: datetime) -> Iterator[Feeds]:
    """Feeds on a free port until the block ends."""
    feeds = Feeds(now)

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            feeds.asked.append(self.path)
            self.close_connection = True
            answer = feeds.reply(self.path)
            time.sleep(answer.delay_s)
            with contextlib.suppress(OSError):
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(answer.body) + 100 * answer.cut_short))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    feeds.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield feeds
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def hotspot_table(product: str, *rows: tuple[float, float, datetime]) -> bytes:
    """A FIRMS table of latitudes, longitudes and times of acquisition; without rows the header of a quiet day."""
    header = MODIS if product.startswith("MODIS") else VIIRS
    confidence = "80" if product.startswith("MODIS") else "n"
    lines = [
        f"{lat:.5f},{lon:.5f},340.1,0.4,0.4,{at:%Y-%m-%d},{at:%H%M},{SATELLITES[product]},{confidence},6.1NRT,290.2,7.5,D"
        for lat, lon, at in rows
    ]
    return "\n".join([header, *lines, ""]).encode()


def far_away(now: datetime, hours_ago: float = 3.0) -> tuple[float, float, datetime]:
    """A row that says that the satellite looked, somewhere else."""
    return (55.0, 95.0, now - timedelta(hours=hours_ago))


def on_the_line(now: datetime, hours_ago: float = 3.0) -> tuple[float, float, datetime]:
    """A row where three counties meet."""
    return (*LINE, now - timedelta(hours=hours_ago))


def forecast(query: Mapping[str, list[str]], now: datetime) -> list[dict[str, Any]] | dict[str, Any]:
    """Hot, dry and windy at every point, from the days before ``now`` to those after it, as Open-Meteo says it."""
    first = datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(days=int(query["past_days"][0]))
    return _answer(query, first, 24 * (int(query["past_days"][0]) + int(query["forecast_days"][0])))


def reanalysis(query: Mapping[str, list[str]]) -> list[dict[str, Any]] | dict[str, Any]:
    """The same weather on all days that are asked for."""
    first, last = (datetime.fromisoformat(query[name][0]).replace(tzinfo=UTC) for name in ("start_date", "end_date"))
    return _answer(query, first, 24 * ((last - first).days + 1))


def _answer(query: Mapping[str, list[str]], first: datetime, hours: int) -> list[dict[str, Any]] | dict[str, Any]:
    times = [f"{first + timedelta(hours=number):%Y-%m-%dT%H:%M}" for number in range(hours)]
    variables = {
        "temperature_2m": ("°C", 27.0),
        "relative_humidity_2m": ("%", 14.0),
        "precipitation": ("mm", 0.0),
        "wind_speed_10m": ("m/s", 8.0),
        "wind_direction_10m": ("°", 225.0),
        "wind_gusts_10m": ("m/s", 13.0),
        "snow_depth": ("m", 0.0),
    }
    models = query["models"][0].split(",")
    named = {
        f"{name}_{model}" if len(models) > 1 else name: told for name, told in variables.items() for model in models
    }
    places = [
        {
            "latitude": float(lat),
            "longitude": float(lon),
            "utc_offset_seconds": 0,
            "timezone": "GMT",
            "elevation": 120.0,
            "hourly_units": {"time": "iso8601", **{name: unit for name, (unit, _) in named.items()}},
            "hourly": {"time": times, **{name: [value] * hours for name, (_, value) in named.items()}},
        }
        for lat, lon in zip(query["latitude"][0].split(","), query["longitude"][0].split(","), strict=True)
    ]
    return places if len(places) > 1 else places[0]
