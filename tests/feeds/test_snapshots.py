from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from feeds.errors import FeedMalformed
from feeds.hotspot_rows import HotspotRules
from feeds.rejects import RejectBounds
from feeds.snapshots import Snapshot, parse_coverage, parse_snapshots
from tests.feeds.conftest import section, table

RULES, BOUNDS = HotspotRules(**section("hotspots")), RejectBounds(**section("rejects"))
FIRMS_TEXTS = {
    "acq_date": "2026-04-03", "acq_time": "452", "bright_ti4": "341.2", "bright_ti5": "297.1", "confidence": "nominal",
    "daynight": "D", "frp": "6.42", "latitude": "40.31234", "longitude": "117.40211", "satellite": "1", "scan": "0.39",
    "track": "0.36", "version": "2.0NRT",
}  # fmt: skip
MIDNIGHT, ACQUIRED = 1775174400000, 1775191920000
ESRI_VIIRS = {
    "OBJECTID": 1, "latitude": 40.31234, "longitude": 117.40211, "bright_ti4": 341.2, "scan": 0.39, "track": 0.36,
    "acq_date": MIDNIGHT, "acq_time": ACQUIRED, "satellite": "N20", "confidence": "nominal", "bright_ti5": 297.1,
    "frp": 6.42, "daynight": "D", "esritimeutc": ACQUIRED + 25_200_000, "hours_old": 4,
}  # fmt: skip
ESRI_MODIS = {
    "OBJECTID": 2, "BRIGHTNESS": 322.7, "SCAN": 1, "TRACK": 1, "SATELLITE": "A", "CONFIDENCE": 74, "BRIGHT_T31": 292.9,
    "FRP": 9, "ACQ_DATE": ACQUIRED, "DAYNIGHT": "D", "HOURS_OLD": 2,
}  # fmt: skip


def feature(
    properties: dict[str, Any], pair: tuple[float, float] = (117.402110000004, 40.3123399999)
) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": list(pair)}, "properties": properties}


def record(*features: Any, at: str = "2026-04-03T08:00:00Z", **changes: Any) -> dict[str, Any]:
    line = {"snapshot_utc": at, "repo": "o/r", "path": "data/viirs.json", "covers_study_box": True}
    return {**line, "features": list(features), **changes}


def snapshots(*lines: dict[str, Any] | str) -> list[Snapshot]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return list(parse_snapshots(table(text + "\n", "replay.jsonl"), rules=RULES, bounds=BOUNDS))


def test_the_same_pixel_has_one_id_in_firms_texts_and_in_the_layer_of_epoch_numbers():
    (one,) = snapshots(record(feature(FIRMS_TEXTS)))
    (two,) = snapshots(record(feature(ESRI_VIIRS)))
    assert one.hotspots.frame["hotspot_id"].to_list() == ["VIIRS|NOAA-20|20260403T0452Z|40.312,117.402"]
    assert two.hotspots.frame.equals(one.hotspots.frame)


def test_a_layer_with_upper_case_names_and_no_coordinates_takes_them_from_the_geometry():
    (snapshot,) = snapshots(record(feature(ESRI_MODIS)))
    row = snapshot.hotspots.frame.row(0, named=True)
    assert (row["lat_deg"], row["lon_deg"], row["satellite"], row["instrument"]) == (
        40.31234,
        117.40211,
        "Aqua",
        "MODIS",
    )
    assert row["acquired_utc"] == datetime(2026, 4, 3, 4, 52, tzinfo=UTC)
    assert (row["confidence"], row["confidence_pct"], row["frp_mw"]) == ("nominal", 74.0, 9.0)


def test_a_hotspot_was_available_when_its_snapshot_was_taken_and_comes_again_in_the_next():
    first, second = snapshots(record(feature(FIRMS_TEXTS)), record(feature(FIRMS_TEXTS), at="2026-04-03T17:00+08:00"))
    assert first.hotspots.frame["available_utc"].to_list() == [datetime(2026, 4, 3, 8, tzinfo=UTC)]
    assert second.hotspots.frame["available_utc"].to_list() == [datetime(2026, 4, 3, 9, tzinfo=UTC)]
    assert first.hotspots.frame["hotspot_id"].equals(second.hotspots.frame["hotspot_id"])


def test_an_empty_snapshot_is_quiet_where_it_covers_and_says_nothing_where_it_does_not():
    seen, unseen = snapshots(record(), record(covers_study_box=False))
    assert seen.hotspots.quiet
    assert unseen.hotspots.quiet
    assert (seen.covers_study_box, unseen.covers_study_box) == (True, False)
    assert seen.product == "o/r:data/viirs.json"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"snapshot_utc": "2026', "line 2: "),
        ("[]", "line 2: not an object"),
        (record(covers_study_box="True"), "covers_study_box is missing or of another type"),
        ({"snapshot_utc": "2026-04-03T09:00:00Z"}, "repo, path, covers_study_box, features"),
        (record(at="2026-04-03T09:00:00"), "has no offset"),
        (record(at="today"), "is no time"),
        (record(at="2026-04-03T07:59:59Z"), "line 2: snapshot of .* after one of"),
        (record("x"), "a feature has no properties"),
        (record({"type": "Feature"}), "a feature has no properties"),
        (record(feature({**FIRMS_TEXTS, "latitude": "x"})), "not_a_number 1"),
    ],
    ids=[
        "cut_line", "no_object", "coverage_as_text", "missing_fields", "naive_time", "no_time", "out_of_order",
        "feature_is_text", "feature_without_properties", "unreadable_place",
    ],
)  # fmt: skip
def test_a_line_that_is_no_snapshot_is_refused_by_its_number(line: dict[str, Any] | str, said: str):
    with pytest.raises(FeedMalformed, match=said):
        snapshots(record(feature(FIRMS_TEXTS)), line)


COVERAGE = "snapshot_utc,repo,path,commit,blob,n_features_global,n_in_margin_box,covers_study_box\n"


def test_the_coverage_table_says_which_snapshot_saw_the_box():
    frame = parse_coverage(
        table(COVERAGE + "2026-04-03T08:00:00Z,o/r,p,c,b,5,0,True\n2026-04-03T09:00:00Z,o/r,p,c,b,5,0,False\n")
    )
    assert frame["covers_study_box"].to_list() == [True, False]
    assert frame["snapshot_utc"][0] == datetime(2026, 4, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (COVERAGE.replace("covers_study_box", "x"), "column covers_study_box is missing"),
        (COVERAGE + "2026-04-03T08:00:00Z,o/r,p,c,b,5,0,perhaps\n", "row 2 lacks a value"),
        (COVERAGE + "2026-04-03T08:00:00,o/r,p,c,b,5,0,True\n", "row 2 lacks a value"),
        (COVERAGE + "2026-04-03T08:00:00Z,o/r,p,c,b,5,0\n", "ragged_line 1"),
    ],
    ids=["no_column", "neither_true_nor_false", "naive_time", "cut_line"],
)
def test_a_coverage_table_with_a_gap_is_refused_because_a_gap_would_read_as_cover(text: str, said: str):
    with pytest.raises(FeedMalformed, match=said):
        parse_coverage(table(text))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count", "first_hotspots"), [("datadesk_2021_2024_dev", 394, 3221), ("esri_2026_dev", 749, 1769)]
)
def test_the_recorded_snapshots_are_read_in_arrival_order(shared: Path, name: str, count: int, first_hotspots: int):
    packed = (shared / "data" / "hotspots" / "replay" / f"{name}.jsonl.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    assert len(lines) == count
    assert sum(len(json.loads(line)["features"]) for line in lines) == first_hotspots
    sample = list(islice(parse_snapshots(table(packed, name), rules=RULES, bounds=BOUNDS), 60))
    for snapshot, line in zip(sample, lines, strict=False):
        parsed = snapshot.hotspots
        assert parsed.rows_in == len(json.loads(line)["features"])
        assert (parsed.rejects.total, parsed.blanked.total) == (0, 0)
        assert parsed.newest_content_utc is None or parsed.newest_content_utc < snapshot.snapshot_utc
    times = [snapshot.snapshot_utc for snapshot in sample]
    assert times == sorted(times)


@pytest.mark.shared
def test_every_recorded_feature_is_a_hotspot(shared: Path):
    """All features of a record as one snapshot: the same rows in one parse."""
    for name, latest in (("datadesk_2021_2024_dev", "2024-12-01"), ("esri_2026_dev", "2026-08-01")):
        packed = (shared / "data" / "hotspots" / "replay" / f"{name}.jsonl.gz").read_bytes()
        lines = [json.loads(line) for line in gzip.decompress(packed).decode().splitlines()]
        (whole,) = snapshots(record(*(one for line in lines for one in line["features"]), at=f"{latest}T00:00:00Z"))
        assert whole.hotspots.rejects.total == whole.hotspots.blanked.total == 0
        assert whole.hotspots.frame.height + whole.hotspots.duplicates == whole.hotspots.rows_in > 1700


@pytest.mark.shared
def test_the_recorded_coverage_says_which_days_have_no_data(shared: Path):
    path = shared / "data" / "hotspots" / "firms_nrt" / "snapshots_dev.csv.gz"
    frame = parse_coverage(table(path.read_bytes(), path.name))
    assert frame.height == 2219
    assert frame["covers_study_box"].sum() == 1103
    october = frame.filter(frame["snapshot_utc"] < datetime(2021, 11, 1, tzinfo=UTC))
    assert october.height > 0
    assert not october["covers_study_box"].any()
