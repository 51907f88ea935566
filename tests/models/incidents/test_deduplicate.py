from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.incidents.deduplicate import MergeReason, deduplicate
from tests.models.incidents.synthetic import START, frame, hotspot

EARLY, LATE = START + timedelta(hours=1), START + timedelta(hours=3)


def counts(same_id: int, same_pixel: int) -> dict[MergeReason, int]:
    return {MergeReason.SAME_ID: same_id, MergeReason.SAME_PIXEL: same_pixel}


def test_the_same_id_from_two_feeds_is_one_hotspot_with_its_first_availability() -> None:
    late = frame([hotspot(feed="area", available_utc=LATE)])
    early = frame([hotspot(feed="regional", available_utc=EARLY)])
    done = deduplicate([late, early])
    assert done.hotspots["available_utc"].to_list() == [EARLY]
    assert done.hotspots["feed"].to_list() == ["regional"]
    assert done.merged == counts(same_id=1, same_pixel=0)


def test_a_pixel_whose_coordinates_were_cut_by_one_feed_is_one_hotspot() -> None:
    full = hotspot(feed="area", lat_deg=40.30049, lon_deg=117.20049, available_utc=LATE)
    cut = hotspot(feed="regional", lat_deg=40.300, lon_deg=117.200, available_utc=EARLY)
    done = deduplicate([frame([full]), frame([cut])])
    assert done.hotspots["hotspot_id"].to_list() == [cut["hotspot_id"]]
    assert done.merged == counts(same_id=0, same_pixel=1)


def test_a_pass_whose_time_is_given_a_granule_apart_is_one_pass() -> None:
    other = hotspot(feed="regional", acquired_utc=START + timedelta(minutes=6), available_utc=LATE)
    assert deduplicate([frame([hotspot()]), frame([other])]).hotspots.height == 1


@pytest.mark.parametrize(
    "other",
    [
        {"satellite": "NOAA-20"},
        {"acquired_utc": START + timedelta(minutes=101)},
        {"lat_deg": 40.3030},
        {"feed": "area", "lat_deg": 40.3005},
        {"instrument": "AHI", "satellite": "Himawari-9", "lat_deg": 40.3002},
    ],
    ids=["another satellite", "the next orbit", "the next pixel", "the same feed says two", "a pixel of unknown size"],
)
def test_what_may_be_a_detection_of_its_own_stays(other) -> None:
    done = deduplicate([frame([hotspot(feed="area")]), frame([hotspot(**({"feed": "regional"} | other))])])
    assert done.hotspots.height == 2
    assert done.merged == counts(same_id=0, same_pixel=0)


def test_neighbouring_pixels_of_two_feeds_stay_two() -> None:
    pixels = [hotspot(lat_deg=40.30), hotspot(lat_deg=40.3034)]
    again = [
        row | {"feed": "regional", "lat_deg": row["lat_deg"] + 0.0004, "hotspot_id": f"r{row['hotspot_id']}"}
        for row in pixels
    ]
    done = deduplicate([frame(pixels), frame(again)])
    assert sorted(done.hotspots["feed"]) == ["area", "area"]
    assert done.merged == counts(same_id=0, same_pixel=2)


def test_no_frames_are_no_hotspots() -> None:
    done = deduplicate([])
    assert done.hotspots.height == 0
    assert done.merged == counts(0, 0)


ROWS = st.builds(
    hotspot,
    feed=st.sampled_from(["area", "regional", "table"]),
    satellite=st.sampled_from(["S-NPP", "NOAA-20"]),
    acquired_utc=st.integers(0, 3).map(lambda n: START + timedelta(minutes=50 * n)),
    available_utc=st.integers(3, 6).map(lambda n: START + timedelta(hours=n)),
    lat_deg=st.integers(0, 12).map(lambda n: 40.3 + n * 0.0004),
)


def feeds(rows: list[dict]) -> list:
    by_key = {(row["feed"], row["hotspot_id"]): row for row in rows}
    return [frame([row for (feed, _), row in by_key.items() if feed == name]) for name in ("area", "regional", "table")]


@given(rows=st.lists(ROWS, max_size=15), data=st.data())
@settings(max_examples=25, deadline=None)
def test_the_order_of_feeds_and_rows_plays_no_part(rows, data) -> None:
    unique = list({(row["feed"], row["hotspot_id"]): row for row in rows}.values())
    straight = deduplicate(feeds(unique))
    shuffled = deduplicate(data.draw(st.permutations(feeds(data.draw(st.permutations(unique))))))
    assert straight.hotspots.equals(shuffled.hotspots)
    assert straight.merged == shuffled.merged


@given(rows=st.lists(ROWS, max_size=15))
@settings(max_examples=25, deadline=None)
def test_every_row_is_kept_or_counted_and_once_is_enough(rows) -> None:
    given_rows = feeds(rows)
    once = deduplicate(given_rows)
    assert once.hotspots.height + sum(once.merged.values()) == sum(feed.height for feed in given_rows)
    assert deduplicate([once.hotspots, *given_rows]).hotspots.equals(once.hotspots)


@pytest.mark.shared
def test_recorded_rows_of_one_feed_stay_as_they_are(shared) -> None:
    rows = pl.read_csv(shared / "data/hotspots/firms_nrt/firms_nrt_dev.csv.gz", infer_schema_length=None)
    named = rows.select(
        hotspot_id=pl.int_range(pl.len()).cast(pl.String),
        feed=pl.lit("firms"),
        satellite="satellite",
        instrument="instrument",
        acquired_utc=(
            pl.col("acq_date") + pl.col("acq_time").cast(pl.String).str.strip_chars().str.zfill(4)
        ).str.to_datetime("%Y-%m-%d%H%M", time_zone="UTC"),
        lat_deg="latitude",
        lon_deg="longitude",
    ).with_columns(available_utc=pl.col("acquired_utc"))
    firms = [hotspot(**row) | {"hotspot_id": row["hotspot_id"]} for row in named.iter_rows(named=True)]
    again = [row | {"feed": "copy", "hotspot_id": f"c{row['hotspot_id']}", "available_utc": LATE} for row in firms]
    assert deduplicate([frame(firms)]).hotspots.height == len(firms) > 1000
    done = deduplicate([frame(firms), frame(again)])
    assert done.merged == counts(same_id=0, same_pixel=len(firms))
