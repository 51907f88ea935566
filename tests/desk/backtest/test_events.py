"""Records of burning come from many hands: honest ones are read, others refused with file, row and field."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from desk.backtest.events import recorded_events
from desk.errors import InputError

SQUARE = [[[117.0, 40.0], [117.2, 40.0], [117.2, 40.2], [117.0, 40.2], [117.0, 40.0]]]


def feature(geometry: object = None, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


@pytest.fixture
def record(tmp_path: Path):
    def written(*features: object) -> Path:
        path = tmp_path / "record.geojson.gz"
        path.write_bytes(gzip.compress(json.dumps({"type": "FeatureCollection", "features": features}).encode()))
        return path

    return written


def test_a_table_of_straw_points_is_read_as_it_was_published(tmp_path: Path) -> None:
    path = tmp_path / "points.csv.gz"
    text = "date,center_lon,center_lat,province,city,county\n2016-08-02,116.755,40.559,北京,北京市,怀柔区\n"
    path.write_bytes(gzip.compress(text.encode()))
    (event,) = recorded_events(path, "straw").to_dicts()
    assert (event["name"], event["local_date"]) == ("怀柔区", date(2016, 8, 2))
    assert (event["lat_deg"], event["lon_deg"]) == (40.559, 116.755)


@pytest.mark.parametrize(
    ("text", "column"),
    [("day,lat,lon\n2016-08-02,40.5,116.7\n", "date"), ("date,lat\n2016-08-02,40.5\n", "lat, lon")],
)
def test_a_table_without_a_column_for_day_or_place_is_refused_by_the_column(tmp_path: Path, text, column) -> None:
    path = tmp_path / "points.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="missing") as refused:
        recorded_events(path, "straw")
    assert (refused.value.row, refused.value.column) == (None, column)


def test_the_largest_of_a_day_and_place_stands_for_all(record) -> None:
    path = record(
        feature(burn_date_cst="2018-04-05", centroid_lat=40.01, centroid_lon=117.02, area=1e4),
        feature(burn_date_cst="2018-04-05", centroid_lat=40.05, centroid_lon=117.08, area=9e4),
        feature(burn_date_cst="2018-04-06", centroid_lat=40.05, centroid_lon=117.08, area=2e4),
    )
    assert recorded_events(path, "burned_area")["name"].to_list() == ["9 ha", "2 ha"]


def test_a_feature_without_a_place_lies_where_its_geometry_does(record) -> None:
    path = record(feature({"type": "Polygon", "coordinates": SQUARE}, Start_Date="2016/03/02"))
    (event,) = recorded_events(path, "forest_event").to_dicts()
    assert 40.0 < event["lat_deg"] < 40.2
    assert event["local_date"] == date(2016, 3, 2)


def test_a_record_without_a_feature_is_a_record_without_an_event(record) -> None:
    found = recorded_events(record(), "burned_area")
    assert found.is_empty()
    assert found.schema["local_date"] == pl.Date


@pytest.mark.parametrize(
    ("properties", "column"),
    [
        ({"date": "5 April", "lat": 40.0, "lon": 117.0}, "date"),
        ({"date": "2018-04-05", "lat": 117.0, "lon": 40.0}, "lat"),
        ({"date": "2018-04-05", "lat": 40.0, "lon": "NaN"}, "lon"),
        ({"date": "2018-04-05", "lat": 40.0, "lon": 117.0, "area": "large"}, "area"),
        ({"date": "2018-04-05", "lat": 40.0}, "lon"),
        ({"date": "2018-04-05"}, "lat, lon"),
        ({"date": "", "lat": 40.0, "lon": 117.0}, "date"),
        ({"lat": 40.0, "lon": 117.0}, "date"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_file_field_and_remedy(record, properties, column) -> None:
    path = record(feature(date="2018-04-04", lat=40.0, lon=117.0), feature(**properties))
    with pytest.raises(InputError) as refused:
        recorded_events(path, "burned_area")
    assert (refused.value.source, refused.value.row, refused.value.column) == (str(path), 2, column)
    assert refused.value.remedy


@pytest.mark.parametrize("content", [b"", b"{}", b'{"features": {"a": 1}}', b'{"features": null}', b"\x1f\x8bcut"])
def test_what_is_no_geojson_is_refused_and_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "record.geojson"
    path.write_bytes(content)
    with pytest.raises(InputError, match="FeatureCollection"):
        recorded_events(path, "burned_area")
