"""Heights are asked for once; a page that came in their place does not stay in their place."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
import time_machine

from flows.wiring import House
from tests.flows.feed_server import ELEVATION, NOW, Reply, serving

CELLS = pl.DataFrame({"cell_id": ["4030N11705E"], "lat_deg": [40.305], "lon_deg": [117.055]})
LATER = NOW + timedelta(hours=1)
PAGE = Reply(b"<!DOCTYPE html><html><title>Maintenance</title></html>", content_type="text/html")


@pytest.fixture
def feeds():
    with time_machine.travel(NOW, tick=True), serving(NOW) as served:
        yield served


@pytest.fixture
def house(open_one, feeds, quick_rules, one_unit) -> House:
    return open_one(open_meteo_url=feeds.url, rules=quick_rules, zones=one_unit)


def test_heights_are_asked_for_once_and_read_from_the_archive_afterwards(house, feeds) -> None:
    first = house.elevation.of(CELLS, as_of=LATER, live=True)
    again = house.elevation.of(CELLS, as_of=LATER, live=True)
    assert feeds.kinds() == [ELEVATION]
    assert np.array_equal(first.elevation_m, [150.0])
    assert np.array_equal(again.elevation_m, first.elevation_m)


def test_heights_come_back_in_the_round_after_a_page_that_was_kept_in_their_place(house, feeds) -> None:
    feeds.replies[ELEVATION] = PAGE
    out = house.elevation.of(CELLS, as_of=LATER, live=True)
    assert out.elevation_m is None
    assert out.note == "网格高程（高程服务：应答的不是数据）"
    del feeds.replies[ELEVATION]
    assert np.array_equal(house.elevation.of(CELLS, as_of=LATER, live=True).elevation_m, [150.0])


def test_without_the_network_a_kept_page_is_no_heights(house, feeds) -> None:
    feeds.replies[ELEVATION] = PAGE
    house.elevation.of(CELLS, as_of=LATER, live=True)
    assert house.elevation.of(CELLS, as_of=LATER, live=False).elevation_m is None
    assert feeds.kinds() == [ELEVATION]
