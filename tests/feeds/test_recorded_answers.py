"""Every real answer that was recorded parses, or raises the right error. A new file fails until it is judged."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from feeds.errors import FeedError, FeedMalformed, FeedRefused, FeedUnavailable
from feeds.firms import parse_hotspots
from feeds.hotspot_rows import HotspotRules
from feeds.open_meteo import WeatherPoint, parse_forecast
from feeds.parsed import Parsed
from feeds.rejects import RejectBounds
from feeds.snapshots import parse_snapshots
from feeds.tables import TableFile, parse_hotspot_table
from tests.feeds.conftest import section, table

RULES, BOUNDS = HotspotRules(**section("hotspots")), RejectBounds(**section("rejects"))
NOW = datetime(2026, 11, 1, tzinfo=UTC)
Reader = Callable[[bytes], Parsed[Any]]


def firms(content: bytes, feed: str = "firms_modis") -> Parsed[Any]:
    return parse_hotspots(content, feed=feed, fetched_utc=NOW, rules=RULES, bounds=BOUNDS)


def layer(content: bytes) -> Parsed[Any]:
    """A stored answer in GeoJSON, as the one snapshot of a record."""
    line = {"snapshot_utc": NOW.isoformat(), "repo": "r", "path": "p", "covers_study_box": False}
    text = json.dumps({**line, "features": json.loads(content)["features"]})
    (snapshot,) = parse_snapshots(table(text), rules=RULES, bounds=BOUNDS)
    return snapshot.hotspots


def forecast(content: bytes, models: tuple[str, ...] = ("ecmwf_ifs025", "cma_grapes_global")) -> Parsed[Any]:
    point = WeatherPoint("beijing", 39.9042, 116.4074)
    return parse_forecast(content, (point,), models, fetched_utc=NOW, bounds=BOUNDS)


one_model = partial(forecast, models=("ecmwf_ifs025",))

GOOD: dict[str, tuple[Reader, int, set[str]]] = {
    "firms/MODIS_C6_1_Global_24h_2022-02-26.csv.gz": (firms, 19416, {"Terra", "Aqua"}),
    "firms/fire_nrt_J1V-C2_157510_head200.csv": (firms, 200, {"NOAA-20"}),
    "firms/fire_nrt_M6_157509_head200.csv": (firms, 200, {"Terra"}),
    "firms/fire_nrt_V1_157511_head200.csv": (firms, 200, {"S-NPP"}),
    "firms/header_only_modis_nrt.csv": (firms, 0, set()),
    "firms/header_only_viirs_nrt.csv": (firms, 0, set()),
    "firms/datadesk_viirs-noaa_2021-12-08T0123Z.json.gz": (layer, -1, {"NOAA-20"}),
    "firms/datadesk_viirs-noaa_2022-06-16T0601Z_empty.json.gz": (layer, 0, set()),
    "firms/datadesk_viirs-suomi_2021-12-08T0123Z.json.gz": (layer, -1, {"S-NPP"}),
    "esri_living_atlas/modis_2026-07-01T1115Z.json.gz": (layer, -1, {"Terra", "Aqua"}),
    "esri_living_atlas/viirs_ne_2026-07-14T0248Z.json.gz": (layer, -1, {"NOAA-20", "NOAA-21"}),
}
"""Reader, rows (-1: as many as there are features) and satellites of every answer that is one."""

BAD: dict[str, tuple[Reader, type[FeedError], str]] = {
    "firms/error_invalid_api_call.txt": (firms, FeedRefused, "Invalid API call"),
    "firms/error_invalid_area.txt": (firms, FeedRefused, "Invalid area"),
    "firms/error_invalid_day_range.txt": (firms, FeedRefused, "Invalid day range"),
    "firms/error_invalid_map_key.txt": (firms, FeedRefused, "throttled"),
    "firms/error_transaction_limit.txt": (firms, FeedUnavailable, "transaction limit"),
    "firms/mapkey_status.json": (firms, FeedMalformed, "not with 'latitude,'"),
    "firms/data_availability_facts_2026-09-20.csv": (firms, FeedMalformed, "not with 'latitude,'"),
    "open_meteo/error_400_bad_daily_variable.json": (forecast, FeedRefused, "tempeture_2m_max"),
    "open_meteo/error_400_forecast_days.json": (forecast, FeedRefused, "Forecast days"),
    "open_meteo/error_400_latitude.json": (forecast, FeedRefused, "Latitude"),
    "open_meteo/error_400_missing_longitude.json": (forecast, FeedRefused, "same number of elements"),
    "open_meteo/error_400_timezone.json": (forecast, FeedRefused, "Invalid timezone"),
    "open_meteo/error_404_path.json": (forecast, FeedRefused, "Not Found"),
    "open_meteo/error_429_minutely.json": (forecast, FeedUnavailable, "Minutely"),
    "open_meteo/ok_200_no_parameters_empty_body.txt": (forecast, FeedUnavailable, "empty"),
    # Asked in Beijing time, or for another place: not what this house asks, and told apart from it.
    "open_meteo/forecast_current_daily_beijing_2026-09-29.json": (one_model, FeedMalformed, "Asia/Shanghai"),
    "open_meteo/forecast_daily_beijing_2026-09-17.json": (one_model, FeedMalformed, "Asia/Shanghai"),
    "open_meteo/forecast_multimodel_ecmwf_cma_beijing_2026-09-14_excerpt.json": (forecast, FeedMalformed, "28800"),
    "open_meteo/historical_weather_era5_enschede_1953_trimmed.json": (one_model, FeedMalformed, "Europe/Amsterdam"),
    "open_meteo/previous_runs_enschede_2026-10-03_trimmed.json": (one_model, FeedMalformed, "52.276 answered"),
}


def content_of(shared: Path, name: str) -> bytes:
    content = (shared / "data" / "api_fixtures" / name).read_bytes()
    return gzip.decompress(content) if name.endswith(".gz") else content


@pytest.mark.shared
def test_every_recorded_answer_has_been_judged(shared: Path):
    folder = shared / "data" / "api_fixtures"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files - {"PROVENANCE.md"} == {*GOOD, *BAD}


@pytest.mark.shared
@pytest.mark.parametrize("name", GOOD)
def test_a_recorded_answer_is_read_without_loss(shared: Path, name: str):
    read, rows, satellites = GOOD[name]
    content = content_of(shared, name)
    parsed = read(content)
    assert parsed.rows_in == (rows if rows >= 0 else len(json.loads(content)["features"]))
    assert (parsed.rejects.total, parsed.blanked.total) == (0, 0)
    assert parsed.frame.height + parsed.duplicates == parsed.rows_in
    assert set(parsed.frame["satellite"]) == satellites
    assert parsed.quiet == (rows == 0)


@pytest.mark.shared
@pytest.mark.parametrize("name", BAD)
def test_a_recorded_answer_that_is_none_raises_the_right_error(shared: Path, name: str):
    read, error, said = BAD[name]
    with pytest.raises(error, match=said):
        read(content_of(shared, name))


@pytest.mark.shared
def test_the_recorded_two_model_answer_is_read_once_it_is_in_the_asked_zone_and_units(shared: Path):
    name = "open_meteo/forecast_multimodel_ecmwf_cma_beijing_2026-09-14_excerpt.json"
    answer = json.loads(content_of(shared, name))
    units = {"temperature": "°C", "relative": "%", "precipitation_p": "%", "precipitation": "mm", "wind_s": "m/s",
             "wind_g": "m/s", "wind_d": "°"}  # fmt: skip
    answer["utc_offset_seconds"] = 0
    answer["hourly_units"] = {
        key: next((unit for start, unit in units.items() if key.startswith(start)), "iso8601")
        for key in answer["hourly"]
    }
    parsed = forecast(json.dumps(answer).encode())
    assert parsed.frame.sort("model", "valid_utc")["air_temperature_degc"].to_list() == [21.9, 22.5, 25.7, 26.1]
    assert parsed.frame["elevation_m"].null_count() == 4


@pytest.mark.shared
def test_the_whole_global_day_of_43_981_rows_is_read(shared: Path):
    folder = shared / "data" / "hotspots" / "viirs_20231109"
    content = gzip.decompress((folder / "SUOMI_VIIRS_C2_Global_VNP14IMGTDL_NRT_2023313.txt.gz").read_bytes())
    parsed = firms(content, "firms_viirs_snpp")
    assert (parsed.rows_in, parsed.rejects.total, parsed.blanked.total) == (43981, 0, 0)
    assert parsed.frame.height + parsed.duplicates == 43981
    assert parsed.duplicates == 220  # pixels of overlapping scans within 100 m of each other in the same minute
    assert parsed.newest_content_utc == datetime(2023, 11, 9, 23, 5, tzinfo=UTC)
    assert set(parsed.frame["confidence"]) == {"low", "nominal", "high"}


@pytest.mark.shared
def test_the_recorded_hotspot_table_of_all_years_is_read_whole(shared: Path):
    path = shared / "data" / "hotspots" / "firms_nrt" / "firms_nrt_dev.csv.gz"
    parsed = parse_hotspot_table(TableFile(path.name, path.read_bytes(), NOW), rules=RULES, bounds=BOUNDS)
    assert parsed.rows_in == 1477
    assert (parsed.rejects.total, parsed.blanked.total, parsed.duplicates) == (0, 0, 0)
    assert dict(parsed.frame["satellite"].value_counts().iter_rows()) == {
        "Terra": 693, "Aqua": 545, "NOAA-20": 111, "S-NPP": 87, "NOAA-21": 41,
    }  # fmt: skip
    assert parsed.frame["acquired_utc"].min() == datetime(2014, 8, 27, 3, 10, tzinfo=UTC)
    lag = parsed.frame.select(pl.col("available_utc") - pl.col("acquired_utc")).to_series()
    assert set(lag.dt.total_hours()) == {3}
