from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.frames import HotspotFrame
from store.database import Database
from store.hotspots import Hotspots
from tests.store.examples import hotspots, minutes


@pytest.fixture
def kept(database: Database) -> Hotspots:
    return Hotspots(database)


def test_hotspots_come_back_exactly(kept: Hotspots) -> None:
    frame = hotspots("h1", "h2", lat_deg=40.123456789012345)
    kept.save(frame)
    assert_frame_equal(kept.since(minutes(0)), frame, check_exact=True)


def test_only_ids_that_were_not_there_are_new(kept: Hotspots) -> None:
    assert kept.save(hotspots("h1", "h2")) == {"h1", "h2"}
    assert kept.save(hotspots("h2", "h3")) == {"h3"}
    assert kept.save(hotspots("h1", "h2", "h3")) == frozenset()


def test_every_sighting_counts(kept: Hotspots) -> None:
    for ids in (("h1", "h2"), ("h1",), ("h1",)):
        kept.save(hotspots(*ids))
    assert [kept.sightings(key) for key in ("h1", "h2", "h3")] == [3, 1, 0]


def test_the_first_feed_and_the_first_availability_stay(kept: Hotspots) -> None:
    kept.save(hotspots("h1", feed="firms_nrt", available_utc=minutes(100)))
    kept.save(hotspots("h1", feed="firms_regional", available_utc=minutes(50), frp_mw=99.0))
    row = kept.since(minutes(0)).row(0, named=True)
    assert (row["feed"], row["available_utc"], row["frp_mw"]) == ("firms_nrt", minutes(100), 3.5)


def test_what_was_missing_is_filled_by_a_later_answer(kept: Hotspots) -> None:
    kept.save(hotspots("h1", frp_mw=None, confidence=None))
    assert kept.since(minutes(0))["frp_mw"].to_list() == [None]
    kept.save(hotspots("h1", frp_mw=7.5, confidence="high"))
    row = kept.since(minutes(0)).row(0, named=True)
    assert (row["frp_mw"], row["confidence"]) == (7.5, "high")


def test_since_gives_what_was_acquired_from_then_on_oldest_first(kept: Hotspots) -> None:
    kept.save(hotspots("h3", "h2", "h1"))
    assert kept.since(minutes(1))["hotspot_id"].to_list() == ["h2", "h1"]


def test_a_run_as_of_the_past_does_not_see_what_came_later(kept: Hotspots) -> None:
    kept.save(hotspots("early", available_utc=minutes(60)))
    kept.save(hotspots("late", available_utc=minutes(180)))
    assert kept.since(minutes(0), available_by=minutes(60))["hotspot_id"].to_list() == ["early"]


def test_worlds_do_not_mix(kept: Hotspots) -> None:
    assert kept.save(hotspots("h1"), world="exercise-1") == {"h1"}
    assert kept.since(minutes(0)).is_empty()
    assert kept.save(hotspots("h1")) == {"h1"}


def test_no_hotspot_is_an_empty_frame_with_all_columns(kept: Hotspots) -> None:
    assert kept.save(HotspotFrame.create_empty()) == frozenset()
    assert kept.since(minutes(0)).schema == HotspotFrame.create_empty().schema


def test_writers_at_once_share_the_new_ids_between_them(kept: Hotspots) -> None:
    ids = [f"h{number:03d}" for number in range(120)]
    batches = [ids[:80], ids[40:], ids[::-1], ids]
    with ThreadPoolExecutor(4) as pool:
        new = [key for found in pool.map(lambda batch: kept.save(hotspots(*batch)), batches) for key in found]
    assert sorted(new) == ids
    assert kept.sightings("h050") == 4


def test_ten_thousand_hotspots_are_kept_at_once(kept: Hotspots) -> None:
    frame = hotspots(*(f"h{number:05d}" for number in range(10_000)))
    assert len(kept.save(frame)) == 10_000
    assert kept.since(minutes(0)).select(pl.len()).item() == 10_000
