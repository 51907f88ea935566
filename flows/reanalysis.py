"""Years of weather from the feed's reanalysis (ERA5): each answer is asked once and kept, so a broken build goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import dataframely as dy
import polars as pl

from feeds import open_meteo
from feeds.archive import Payload
from feeds.open_meteo import WeatherPoint
from flows.asking import Asking
from flows.live_feeds import weather_points
from flows.settings import Settings
from flows.signed import SignedRules
from models.frames import WeatherFrame
from store.payloads import Payloads

MODEL = "era5"
SPACING_DEG = 0.25
"""The grid of ERA5."""
SETTLED = timedelta(days=7)
"""ERA5 follows five days behind; a year that is not over yet is asked up to here."""


class Reanalysis:
    """Hours of ERA5 at points along the lines."""

    def __init__(self, settings: Settings, rules: SignedRules, payloads: Payloads, cells: pl.DataFrame) -> None:
        self.points = weather_points(cells, SPACING_DEG)
        self._url = settings.open_meteo_archive_url
        self._rules = rules
        self.asking = Asking(payloads, rules)

    def years(self, first: int, last: int, *, as_of: datetime) -> Iterator[dy.DataFrame[WeatherFrame]]:
        """The hours of one year after the other; what the archive holds is not asked again.

        Raises:
            FeedError: the service did not answer, or with something else; what it answered before is kept.
        """
        for year in range(first, last + 1):
            until = min(date(year, 12, 31), (as_of - SETTLED).date())
            frames = [
                self._hours(points, date(year, 1, 1), until, as_of=as_of) for points in open_meteo.chunks(self.points)
            ]
            yield WeatherFrame.validate(pl.concat(frames))

    def _hours(self, points: Sequence[WeatherPoint], first: date, last: date, *, as_of: datetime) -> pl.DataFrame:
        def read(payload: Payload) -> pl.DataFrame:
            content, fetched = self.asking.payloads.load(payload.payload_id), payload.fetched_utc
            parsed = open_meteo.parse_forecast(
                content, points, (MODEL,), fetched_utc=fetched, bounds=self._rules.rejects
            )
            return parsed.frame

        request = open_meteo.archive_request(points, model=MODEL, first=first, last=last, base_url=self._url)
        return self.asking.once(request, read, as_of=as_of, live=True)
