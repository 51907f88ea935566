from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime

import polars as pl
import pytest

from feeds import tables
from feeds.errors import FeedMalformed
from feeds.hotspot_rows import HotspotRules
from feeds.rejects import RejectBounds, RejectReason
from feeds.tables import CONVERSIONS, ColumnMapping, parse_hotspot_table, parse_weather_table
from tests.feeds.conftest import section, table

WEATHER = (
    "station_id,lat_deg,lon_deg,elevation_m,valid_utc,air_temperature_degc,relative_humidity_pct,wind_speed_ms,"
    "wind_direction_deg,precipitation_mm\n"
    "54419,40.36,116.63,76,2026-04-04T05:00:00Z,18.2,21,5.1,315,0\n"
    "54419,40.36,116.63,76,2026-04-04T12:00:00+08:00,17.5,23,4.8,310,0.2\n"
)
HOTSPOTS = (
    "latitude,longitude,acq_date,acq_time,satellite,instrument,confidence,frp,available_utc\n"
    "40.31,117.40,2026-04-03,0452,N20,VIIRS,n,6.4,2026-04-03T07:10:00Z\n"
    "40.32,117.41,2026-04-03,0452,N20,VIIRS,h,9.9,\n"
)


def test_a_weather_table_in_any_order_of_rows_and_columns_becomes_one_frame(bounds: RejectBounds):
    parsed = parse_weather_table(table(WEATHER), bounds=bounds)
    assert parsed.frame["valid_utc"].to_list() == [datetime(2026, 4, 4, hour, tzinfo=UTC) for hour in (4, 5)]
    assert parsed.frame["air_temperature_degc"].to_list() == [17.5, 18.2]
    assert set(parsed.frame["model"]) == {"observed"}
    assert parsed.frame["snow_depth_cm"].null_count() == 2
    assert (parsed.feed, parsed.newest_content_utc) == ("office.csv", datetime(2026, 4, 4, 5, tzinfo=UTC))
    head, *rows = WEATHER.splitlines()
    order = list(reversed(range(10)))
    turned = "\n".join(",".join(line.split(",")[place] for place in order) for line in (head, *reversed(rows)))
    assert parse_weather_table(table(turned), bounds=bounds).frame.equals(parsed.frame)


def test_the_same_table_in_three_formats_is_the_same_frame(bounds: RejectBounds):
    plain = parse_weather_table(table(WEATHER), bounds=bounds).frame
    packed = parse_weather_table(table(gzip.compress(WEATHER.encode()), "w.csv.gz"), bounds=bounds).frame
    buffer = io.BytesIO()
    plain.select(WEATHER.split("\n", 1)[0].split(",")).write_parquet(buffer)
    columnar = parse_weather_table(table(buffer.getvalue(), "w.parquet"), bounds=bounds).frame
    assert packed.equals(plain)
    assert columnar.equals(plain)


def test_rows_with_an_issue_are_a_forecast_and_the_latest_issue_of_an_hour_counts(bounds: RejectBounds):
    head, row, _ = WEATHER.splitlines()
    text = "\n".join(
        [
            head + ",issued_utc",
            f"{row},2026-04-03T00:00Z",
            row.replace("18.2", "19.9") + ",2026-04-04T00:00Z",
            row + ",",
        ]
    )
    parsed = parse_weather_table(table(text), bounds=bounds)
    assert dict(parsed.frame.select("model", "air_temperature_degc").iter_rows()) == {"observed": 18.2, "table": 19.9}
    assert parsed.duplicates == 1


@pytest.mark.parametrize("column", WEATHER.split("\n", 1)[0].split(","))
def test_a_weather_table_without_a_column_is_refused_by_its_name(column: str, bounds: RejectBounds):
    with pytest.raises(FeedMalformed, match=f"^office.csv: column {column}（.*） is missing"):
        parse_weather_table(table(WEATHER.replace(column, "x")), bounds=bounds)


def test_a_misspelt_optional_column_is_named_and_not_left_out(bounds: RejectBounds):
    head, row, _ = WEATHER.splitlines()
    text = f"{head},wind_gusts_ms\n{row},12\n"
    with pytest.raises(FeedMalformed, match=r"column wind_gusts_ms is not known .*wind_gust_ms"):
        parse_weather_table(table(text), bounds=bounds)


def test_a_weather_table_without_rows_says_nothing_and_is_not_dry(bounds: RejectBounds):
    parsed = parse_weather_table(table(WEATHER.split("\n", 1)[0]), bounds=bounds)
    assert parsed.quiet
    assert parsed.newest_content_utc is None


@pytest.mark.parametrize(
    ("old", "new", "reason", "field"),
    [
        ("05:00:00Z", "05:00:00", RejectReason.BAD_TIME, "valid_utc"),
        ("2026-04-04T05:00:00Z", "", RejectReason.BAD_TIME, "valid_utc"),
        ("2026-04-04T05:00:00Z", "yesterday", RejectReason.BAD_TIME, "valid_utc"),
        ("54419,40.36", ",40.36", RejectReason.MISSING_VALUE, "station_id"),
        ("40.36,116.63,76,2026-04-04T05", "x,116.63,76,2026-04-04T05", RejectReason.NOT_A_NUMBER, "lat_deg"),
        ("40.36,116.63,76,2026-04-04T05", "40.36,,76,2026-04-04T05", RejectReason.MISSING_VALUE, "lon_deg"),
        ("40.36,116.63,76,2026-04-04T05", "116.63,40.36,76,2026-04-04T05", RejectReason.OUT_OF_RANGE, "lat_deg"),
        (",315,0\n", ",315\n", RejectReason.RAGGED_LINE, "9 of 10 fields"),
    ],
    ids=["naive_time", "no_time", "no_date", "no_station", "place_is_text", "no_longitude", "swapped", "short_line"],
)  # fmt: skip
def test_a_weather_row_that_cannot_be_placed_is_rejected_by_reason(
    old: str, new: str, reason: RejectReason, field: str, bounds: RejectBounds
):
    parsed = parse_weather_table(table(WEATHER.replace(old, new, 1)), bounds=bounds)
    assert parsed.rejects.counts == {reason: 1}
    assert parsed.rejects.examples[reason][0].field == field
    assert parsed.rejects.examples[reason][0].row == 2
    assert parsed.frame.height == 1


@pytest.mark.parametrize(
    ("issue", "reason"),
    [("2026-04-05T00:00Z", RejectReason.CONTRADICTION), ("once", RejectReason.BAD_TIME)],
    ids=["issued_after_it_is_valid", "no_time"],
)
def test_a_forecast_with_an_impossible_issue_is_rejected(issue: str, reason: RejectReason, bounds: RejectBounds):
    head, row, other = WEATHER.splitlines()
    parsed = parse_weather_table(table(f"{head},issued_utc\n{row},{issue}\n{other},\n"), bounds=bounds)
    assert parsed.rejects.counts == {reason: 1}


@pytest.mark.parametrize(
    ("old", "new", "column", "reason"),
    [
        ("18.2", "9999", "air_temperature_degc", RejectReason.OUT_OF_RANGE),
        (",21,", ",121,", "relative_humidity_pct", RejectReason.OUT_OF_RANGE),
        (",5.1,", ",NaN,", "wind_speed_ms", RejectReason.NOT_A_NUMBER),
        (",5.1,", ",calm,", "wind_speed_ms", RejectReason.NOT_A_NUMBER),
        (",315,", ",999017,", "wind_direction_deg", RejectReason.OUT_OF_RANGE),
    ],
)
def test_a_weather_value_that_cannot_be_is_blank_and_its_row_stays(
    old: str, new: str, column: str, reason: RejectReason, bounds: RejectBounds
):
    parsed = parse_weather_table(table(WEATHER.replace(old, new, 1)), bounds=bounds)
    assert parsed.frame.sort("valid_utc")[column].to_list()[1] is None
    assert parsed.blanked.counts == {reason: 1}


def test_a_table_in_other_units_is_refused_and_not_silently_blanked(bounds: RejectBounds):
    kelvin = (
        WEATHER.replace("18.2", "291.4").replace("17.5", "290.7").replace(",0\n", ",300\n").replace("0.2\n", "300\n")
    )
    with pytest.raises(FeedMalformed, match=r"out_of_range 4 \(row 2 air_temperature_degc='291.4'"):
        parse_weather_table(table(kelvin), bounds=bounds)


def test_a_hotspot_table_takes_its_availability_or_adds_the_latency(rules: HotspotRules, bounds: RejectBounds):
    parsed = parse_hotspot_table(table(HOTSPOTS), rules=rules, bounds=bounds)
    assert parsed.frame["available_utc"].to_list() == [
        datetime(2026, 4, 3, 7, 10, tzinfo=UTC),
        datetime(2026, 4, 3, 7, 52, tzinfo=UTC),
    ]
    assert parsed.frame["location_error_km"].to_list() == [0.6, 0.6]
    assert parsed.covered_until_utc == parsed.newest_content_utc == datetime(2026, 4, 3, 4, 52, tzinfo=UTC)


@pytest.mark.parametrize(
    ("available", "reason"),
    [
        ("2026-04-03T04:00:00Z", RejectReason.CONTRADICTION),
        ("2026-04-03T07:10:00", RejectReason.BAD_TIME),
    ],
    ids=["before_it_was_acquired", "without_offset"],
)
def test_an_impossible_availability_is_counted_and_the_latency_taken(
    available: str, reason: RejectReason, rules: HotspotRules, bounds: RejectBounds
):
    text = HOTSPOTS.replace("2026-04-03T07:10:00Z", available)
    parsed = parse_hotspot_table(table(text), rules=rules, bounds=bounds)
    assert parsed.blanked.counts == {reason: 1}
    assert set(parsed.frame["available_utc"]) == {datetime(2026, 4, 3, 7, 52, tzinfo=UTC)}


def test_a_repeated_hotspot_was_known_since_its_first_appearance(rules: HotspotRules, bounds: RejectBounds):
    first, second = HOTSPOTS.splitlines()[1:]
    again = first.replace("07:10", "05:30").replace(",6.4,", ",1.0,")
    text = "\n".join([HOTSPOTS.splitlines()[0], first, again, second])
    row = parse_hotspot_table(table(text), rules=rules, bounds=bounds).frame.row(0, named=True)
    assert (row["available_utc"], row["frp_mw"]) == (datetime(2026, 4, 3, 5, 30, tzinfo=UTC), 6.4)


def test_a_hotspot_table_with_a_header_alone_is_a_quiet_day(rules: HotspotRules, bounds: RejectBounds):
    assert parse_hotspot_table(table(HOTSPOTS.splitlines()[0]), rules=rules, bounds=bounds).quiet


@pytest.mark.parametrize("column", ["latitude", "acq_time", "satellite", "confidence", "frp"])
def test_a_hotspot_table_without_a_column_is_refused_by_its_name(
    column: str, rules: HotspotRules, bounds: RejectBounds
):
    with pytest.raises(FeedMalformed, match=f"^office.csv: column {column} is missing"):
        parse_hotspot_table(table(HOTSPOTS.replace(column, "x")), rules=rules, bounds=bounds)


def naive_parquet() -> bytes:
    buffer = io.BytesIO()
    pl.read_csv(io.StringIO(WEATHER)).with_columns(
        pl.lit("2026-04-04 05:00").str.to_datetime().alias("valid_utc")
    ).write_parquet(buffer)
    return buffer.getvalue()


def nested_parquet() -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame({"station_id": [["a"]]}).write_parquet(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (gzip.compress(b"", mtime=0), "the file is empty"),
        (gzip.compress(WEATHER.encode(), mtime=0)[:-12], "gzip file is damaged"),
        (b"\x1f\x8bnonsense", "gzip file is damaged"),
        (b"PAR1 nonsense", "Parquet file is damaged"),
        (nested_parquet(), "column station_id cannot be read"),
        (naive_parquet(), "bad_time 2"),
        (WEATHER.replace("station_id", "气象站编号").encode("gbk"), "UTF-8"),
        (b"<html></html>", "is missing"),
        (b"PK\x03\x04\x00spreadsheet", "NUL"),
    ],
    ids=[
        "empty", "blank", "empty_gzip", "cut_gzip", "no_gzip", "no_parquet", "nested_parquet", "naive_parquet", "gbk",
        "html", "spreadsheet",
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_with_its_name(content: bytes, said: str, bounds: RejectBounds):
    with pytest.raises(FeedMalformed, match=rf"^office\.bin: .*{said}"):
        parse_weather_table(table(content, "office.bin"), bounds=bounds)


def test_a_gzip_bomb_is_not_unpacked(bounds: RejectBounds, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "MAX_TABLE_BYTES", 1000)
    with pytest.raises(FeedMalformed, match="unpacks to more than 1000 bytes"):
        parse_weather_table(table(gzip.compress(b"x" * 100_000)), bounds=bounds)


# Tables of other sources


MAPPING = ColumnMapping(
    columns={"station_id": "站号", "valid_utc": "时间", "air_temperature_degc": "气温", "relative_humidity_pct": "湿度",
             "wind_speed_ms": "风速", "wind_direction_deg": "风向", "precipitation_mm": "雨量"},
    units={"wind_speed_ms": "km/h", "air_temperature_degc": "K", "relative_humidity_pct": "fraction"},
    constants={"lat_deg": "40.36", "lon_deg": "116.63", "elevation_m": "76"},
    utc_offset="+08:00",
)  # fmt: skip
FOREIGN = "站号,时间,气温,湿度,风速,风向,雨量,备注\n54419,2026-04-04 12:00,290.65,0.23,18,310,0,x\n"


def test_a_declared_mapping_brings_names_units_and_times_of_another_source_to_ours(bounds: RejectBounds):
    row = parse_weather_table(table(FOREIGN), bounds=bounds, mapping=MAPPING).frame.row(0, named=True)
    assert row["valid_utc"] == datetime(2026, 4, 4, 4, tzinfo=UTC)
    assert row["air_temperature_degc"] == pytest.approx(17.5)
    assert row["relative_humidity_pct"] == pytest.approx(23.0)
    assert row["wind_speed_ms"] == pytest.approx(5.0)
    assert (row["lat_deg"], row["station_id"]) == (40.36, "54419")


def test_a_mapped_column_that_is_not_there_is_named_as_they_call_it(bounds: RejectBounds):
    with pytest.raises(FeedMalformed, match="column 气温 is missing"):
        parse_weather_table(table(FOREIGN.replace("气温", "温度")), bounds=bounds, mapping=MAPPING)


def test_a_mapped_value_that_is_no_number_is_counted_under_its_own_text(bounds: RejectBounds):
    parsed = parse_weather_table(table(FOREIGN.replace(",18,", ",大风,")), bounds=bounds, mapping=MAPPING)
    assert parsed.blanked.counts == {RejectReason.NOT_A_NUMBER: 1}


def test_hotspots_of_another_source_may_give_one_time_and_constants(rules: HotspotRules, bounds: RejectBounds):
    mapping = ColumnMapping(
        columns={"latitude": "纬度", "longitude": "经度", "acquired_utc": "时间", "frp": "功率"},
        constants={"satellite": "NOAA-21", "confidence": "n"},
        utc_offset="+08:00",
    )
    text = "纬度,经度,时间,功率\n40.31,117.40,2026-04-04T02:05:00,6.4\n"
    row = parse_hotspot_table(table(text), rules=rules, bounds=bounds, mapping=mapping).frame.row(0, named=True)
    assert row["hotspot_id"] == "VIIRS|NOAA-21|20260403T1805Z|40.310,117.400"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"columns": {"frp": "a"}, "constants": {"frp": "1"}}, "both a column and a constant"),
        ({"columns": {}, "units": {"wind_speed_ms": "furlong"}}, "cannot be made of 'furlong'"),
        ({"columns": {}, "units": {"air_temperature_degc": "km/h"}}, "cannot be made of 'km/h'"),
        ({"columns": {}, "utc_offset": "Beijing"}, "is not like"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_at_the_start(wrong: dict[str, object], said: str):
    with pytest.raises(ValueError, match=said):
        ColumnMapping(**wrong)


def test_every_conversion_is_right_at_a_known_point():
    known = {
        ("_ms", "km/h"): (36, 10), ("_ms", "kn"): (1, 0.514444), ("_degc", "K"): (273.15, 0), ("_cm", "m"): (0.2, 20),
        ("_cm", "mm"): (20, 2), ("_pct", "fraction"): (0.5, 50),
    }  # fmt: skip
    assert set(known) == set(CONVERSIONS)
    for key, (theirs, ours) in known.items():
        factor, offset = CONVERSIONS[key]
        assert theirs * factor + offset == pytest.approx(ours, rel=1e-5)


def test_the_mapping_that_ships_is_valid():
    mapping = ColumnMapping(**section("mapping.firms_recorded"))
    assert mapping.columns["available_utc"] == "first_seen_utc"
