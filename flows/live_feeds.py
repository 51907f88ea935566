"""The feeds themselves: asked, kept in the archive, and only then read from it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import polars as pl

from boundary_zones.catalogue import Catalogue
from boundary_zones.geodesy import KM_PER_DEG
from feeds import firms, open_meteo
from feeds.archive import Payload
from feeds.errors import FeedError
from feeds.freshness import check_fresh, check_reach
from feeds.open_meteo import WeatherPoint
from feeds.parsed import Parsed
from feeds.rejects import Rejects
from feeds.request import FeedRequest
from flows.asking import Asking, Recall, read_as
from flows.elevation import NO_ELEVATION_ZH, Heights
from flows.gathered import Gathered, feed_in_words, in_words
from flows.settings import Settings
from flows.signed import SignedRules
from models.frames import HotspotFrame, WeatherFrame
from models.weather.elevation import elevation_at
from notify.feed_alarm import FeedRound
from store.payloads import Payloads
from store.run_rows import RunInput

POINT_SPACING_DEG = 0.1
ELEVATION_SPACING_DEG = 0.02
"""All cells would be 10 000 calls, a day's allowance; this is a quarter, once."""
_MARGIN_DEG = 0.8
"""Of the box around the lines: the watch area and some more."""


def weather_points(cells: pl.DataFrame, spacing_deg: float = POINT_SPACING_DEG) -> list[WeatherPoint]:
    """Points of a lattice such that every cell (``lat_deg``, ``lon_deg``) is nearer than one spacing to one of them."""
    steps = cells.select(*((pl.col(name) / spacing_deg).round().cast(pl.Int64) for name in ("lat_deg", "lon_deg")))
    return [
        WeatherPoint(f"P{lat * spacing_deg:.2f}N{lon * spacing_deg:.2f}E", lat * spacing_deg, lon * spacing_deg)
        for lat, lon in steps.unique().sort("lat_deg", "lon_deg").rows()
    ]


class LiveWeather:
    """Open-Meteo at the points of a lattice along the lines."""

    def __init__(self, settings: Settings, rules: SignedRules, catalogue: Catalogue, payloads: Payloads) -> None:
        cells = pl.concat([catalogue.cells(zone.id).select("lat_deg", "lon_deg") for zone in catalogue.zones])
        self._points = weather_points(cells)
        self._models = settings.weather_models
        self._url = settings.open_meteo_url
        self._rules = rules
        self.asking = Asking(payloads, rules)

    def recalling(self, recall: Recall) -> LiveWeather:
        """The same source, reading what an earlier run read."""
        return _asking(self, recall=recall)

    def knowing(self, until: datetime) -> LiveWeather:
        """The same source, reading what the archive held at an instant."""
        return _asking(self, known_by_utc=until)

    def gather(self, as_of: datetime, *, since: datetime, live: bool) -> Gathered[WeatherFrame]:
        """Past and coming hours of all models, of those parts of the lattice that were answered."""
        frames: list[pl.DataFrame] = []
        inputs: list[RunInput] = []
        problem, blanked = "", Rejects()
        reaches_d = self._reaches_d((as_of - since).days + 2)
        for points in open_meteo.chunks(self._points):
            try:
                payload = self._payload(points, reaches_d, as_of, live=live)
                parsed = self._read(payload, points, as_of)
                frames.append(parsed.frame)
                blanked += parsed.blanked
                inputs.append(read_as(payload))
            except FeedError as error:
                problem = in_words(error)
        frame = WeatherFrame.validate(pl.concat([WeatherFrame.create_empty(), *frames]))
        found = FeedRound(open_meteo.FEED, ok=not problem, problem=problem)
        notes = () if not problem or not frames else ("部分地点天气预报",)
        return Gathered(frame, tuple(inputs), (found,), None, notes, blanked)

    def _reaches_d(self, past_d: int) -> tuple[int, ...]:
        """The days of past that are asked for: two numbers only, so that the archive finds what another round asked."""
        short_d, long_d = self._rules.rounds.rewind_d + 2, self._rules.rounds.spin_up_past_d
        return (short_d, long_d) if past_d <= short_d < long_d else (long_d,)

    def _payload(
        self, points: Sequence[WeatherPoint], reaches_d: tuple[int, ...], as_of: datetime, *, live: bool
    ) -> Payload:
        last: FeedError | None = None
        first_only = live or self.asking.recall is not None
        for past_days in reaches_d[:1] if first_only else reaches_d:
            request = open_meteo.forecast_request(
                points,
                models=self._models,
                past_days=past_days,
                forecast_days=self._rules.rounds.forecast_d,
                base_url=self._url,
            )
            try:
                return self.asking.answer(request, as_of=as_of, live=live)
            except FeedError as error:
                last = error
        assert last is not None
        raise last

    def _read(self, payload: Payload, points: Sequence[WeatherPoint], as_of: datetime) -> Parsed[WeatherFrame]:
        content = self.asking.payloads.load(payload.payload_id)
        parsed = open_meteo.parse_forecast(
            content, points, self._models, fetched_utc=payload.fetched_utc, bounds=self._rules.rejects
        )
        bounds = self._rules.freshness[open_meteo.FEED]
        reach = max((at for at in open_meteo.reach_by_model(parsed.frame).values() if at is not None), default=None)
        check_reach(reach, as_of, min_ahead_h=bounds.min_reach_h, feed=open_meteo.FEED)
        return parsed


class LiveHotspots:
    """NASA FIRMS, all products: the area API where there is a key, the keyless regional files where there is none."""

    def __init__(self, settings: Settings, rules: SignedRules, catalogue: Catalogue, payloads: Payloads) -> None:
        self._key = settings.firms_map_key
        self._url = settings.firms_url
        self._rules = rules
        self.asking = Asking(payloads, rules)
        self._box = _box(catalogue)

    def recalling(self, recall: Recall) -> LiveHotspots:
        """The same source, reading what an earlier run read."""
        return _asking(self, recall=recall)

    def knowing(self, until: datetime) -> LiveHotspots:
        """The same source, reading what the archive held at an instant."""
        return _asking(self, known_by_utc=until)

    def gather(self, as_of: datetime, *, since: datetime | None, live: bool) -> Gathered[HotspotFrame]:  # noqa: ARG002
        """The newest answer of each product. One product out does not silence the others."""
        frames: list[pl.DataFrame] = []
        inputs: list[RunInput] = []
        rounds: list[FeedRound] = []
        heard: list[datetime] = []
        notes: list[str] = []
        for product in firms.PRODUCTS.values():
            request = self._request(product)
            try:
                payload = self.asking.answer(request, as_of=as_of, live=live)
                inputs.append(read_as(payload))
                parsed = self._parsed(payload, product)
                frames.append(parsed.frame)
                if parsed.rejects.total:
                    notes.append(f"{feed_in_words(product.feed)}{parsed.rejects.total}行")
                self._check_age(parsed, product, as_of)
                rounds.append(FeedRound(product.feed, ok=True))
                heard.append(payload.fetched_utc)
            except FeedError as error:
                if self._rules.firms.expects(product, as_of):
                    # A page that repeats the address that was asked would carry the key into tables and texts.
                    rounds.append(FeedRound(product.feed, ok=False, problem=request.masked(in_words(error))))
        frame = HotspotFrame.validate(
            pl.concat([HotspotFrame.create_empty(), *frames]).unique("hotspot_id", keep="first", maintain_order=True)
        )
        return Gathered(frame, tuple(inputs), tuple(rounds), max(heard, default=None), tuple(notes))

    def _parsed(self, payload: Payload, product: firms.Product) -> Parsed[HotspotFrame]:
        content = self.asking.payloads.load(payload.payload_id)
        rules, bounds = self._rules.hotspots, self._rules.rejects
        feed, fetched = product.feed, payload.fetched_utc
        return firms.parse_hotspots(content, feed=feed, fetched_utc=fetched, rules=rules, bounds=bounds)

    def _check_age(self, parsed: Parsed[HotspotFrame], product: firms.Product, as_of: datetime) -> None:
        """Half a continent has a new row within hours, else the file has stopped; a box may be quiet."""
        if self._key is None and not parsed.quiet:
            bound_h = self._rules.freshness[product.feed].max_content_age_h
            check_fresh(parsed.newest_content_utc, as_of, max_age_h=bound_h, feed=product.feed)

    def _request(self, product: firms.Product) -> FeedRequest:
        if self._key is not None:
            return firms.area_request(product, self._box, map_key=self._key, base_url=self._url)
        return firms.regional_file_request(product, "48h", base_url=self._url)


class LiveElevation:
    """Heights from the weather service: asked once, then read from the archive."""

    def __init__(self, settings: Settings, rules: SignedRules, payloads: Payloads) -> None:
        self._url = settings.open_meteo_url
        self.asking = Asking(payloads, rules)
        self.known_by_utc: datetime | None = None

    def known_by(self, instant: datetime) -> LiveElevation:
        """The same source, reading what the archive held at an instant."""
        then = copy(self)
        then.known_by_utc = instant
        return then

    def of(self, cells: pl.DataFrame, *, as_of: datetime, live: bool) -> Heights:
        """Heights of the cells from a lattice; None with a note while the service has not answered for all of it."""
        points = weather_points(cells, ELEVATION_SPACING_DEG)
        heights: list[float | None] = []
        try:
            for part in open_meteo.chunks(points):
                heights += self._heights(part, as_of, live=live)
        except FeedError as error:
            return Heights(None, f"{NO_ELEVATION_ZH}（{feed_in_words(error.feed)}：{error.what_zh}）")
        known = pl.DataFrame(
            {
                "lat_deg": [point.lat_deg for point in points],
                "lon_deg": [point.lon_deg for point in points],
                "elevation_m": pl.Series(heights, dtype=pl.Float64),
            }
        )
        return Heights(elevation_at(cells, known, reach_km=2 * ELEVATION_SPACING_DEG * KM_PER_DEG))

    def _heights(self, points: Sequence[WeatherPoint], as_of: datetime, *, live: bool) -> Sequence[float | None]:
        def read(payload: Payload) -> Sequence[float | None]:
            return open_meteo.parse_elevation(self.asking.payloads.load(payload.payload_id), points)

        request = open_meteo.elevation_request(points, base_url=self._url)
        return self.asking.once(request, read, as_of=self.known_by_utc or as_of, live=live)


_Source = TypeVar("_Source", LiveWeather, LiveHotspots)


def _asking(source: _Source, **changes: Any) -> _Source:
    then = copy(source)
    then.asking = replace(source.asking, **changes)
    return then


def _box(catalogue: Catalogue) -> firms.Box:
    cells = pl.concat([catalogue.cells(zone.id).select("lat_deg", "lon_deg") for zone in catalogue.zones])
    (south, west), (north, east) = cells.min().row(0), cells.max().row(0)
    return firms.Box(west - _MARGIN_DEG, south - _MARGIN_DEG, east + _MARGIN_DEG, north + _MARGIN_DEG)
