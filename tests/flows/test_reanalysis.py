"""Years of reanalysis: asked once, kept, and gone on with after a refusal."""

from __future__ import annotations

import json
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest
import time_machine

from feeds.errors import FeedError
from flows.reanalysis import Reanalysis
from tests.flows.feed_server import ARCHIVE, NOW, Reply, serving

CELLS = pl.DataFrame({"lat_deg": [40.3, 40.6], "lon_deg": [117.05, 117.4]})
LATER = NOW + timedelta(hours=1)
LIMIT = Reply(
    json.dumps({"error": True, "reason": "Daily API request limit exceeded. Please try again tomorrow."}).encode(),
    content_type="application/json",
)


@pytest.fixture
def feeds():
    with time_machine.travel(NOW, tick=True), serving(NOW) as served:
        yield served


@pytest.fixture
def asked(open_one, feeds, quick_rules, one_unit) -> Reanalysis:
    house = open_one(open_meteo_archive_url=feeds.url, rules=quick_rules, zones=one_unit)
    return Reanalysis(house.settings, house.rules, house.payloads, CELLS)


def days_asked(path: str) -> tuple[str, str]:
    query = parse_qs(urlsplit(path).query)
    return query["start_date"][0], query["end_date"][0]


def test_each_year_is_asked_once_and_read_from_the_archive_afterwards(asked, feeds) -> None:
    first = list(asked.years(2024, 2025, as_of=LATER))
    again = list(asked.years(2024, 2025, as_of=LATER))
    assert [days_asked(path) for path in feeds.asked] == [("2024-01-01", "2024-12-31"), ("2025-01-01", "2025-12-31")]
    assert [len(year) for year in first] == [366 * 24 * len(asked.points), 365 * 24 * len(asked.points)]
    assert all(one.equals(other) for one, other in zip(first, again, strict=True))
    assert first[0]["issued_utc"].is_null().all()


def test_the_year_under_way_is_asked_up_to_where_the_reanalysis_has_settled(asked, feeds) -> None:
    (year,) = asked.years(NOW.year, NOW.year, as_of=NOW)
    assert days_asked(feeds.asked[0]) == ("2026-01-01", "2026-03-28")
    assert year["valid_utc"].dt.date().max() == date(2026, 3, 28)


def test_a_refusal_stops_the_build_and_the_next_one_goes_on_behind_what_came(asked, feeds) -> None:
    years = asked.years(2024, 2025, as_of=LATER)
    next(years)
    feeds.replies[ARCHIVE] = LIMIT
    with pytest.raises(FeedError, match="limit exceeded"):
        next(years)
    del feeds.replies[ARCHIVE]
    feeds.asked.clear()
    assert len(list(asked.years(2024, 2025, as_of=LATER))) == 2
    assert [days_asked(path)[0] for path in feeds.asked] == ["2025-01-01"]
