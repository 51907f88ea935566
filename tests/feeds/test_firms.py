from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from pydantic import SecretStr

from feeds.errors import FeedError, FeedMalformed, FeedRefused, FeedUnavailable
from feeds.firms import PRODUCTS, Box, FirmsRules, area_request, parse_hotspots, regional_file_request
from feeds.hotspot_rows import HotspotRules
from feeds.parsed import Parsed
from feeds.rejects import RejectBounds, RejectReason
from models.frames import HotspotFrame
from tests.feeds.conftest import FETCHED, RECORDED, section

VIIRS = (RECORDED / "firms" / "area_viirs_noaa20.csv").read_text(encoding="utf-8")
MODIS = (RECORDED / "firms" / "area_modis.csv").read_text(encoding="utf-8")
HEADER, *LINES = VIIRS.splitlines()
NAMES = HEADER.split(",")
SANE = dict(zip(NAMES, LINES[0].split(","), strict=True))
LOOSE = RejectBounds(max_reject_share=1.0, max_blank_share=1.0, allowed_rows=1000)
RULES = HotspotRules(**section("hotspots"))


def parse(text: str | bytes, bounds: RejectBounds = LOOSE, fetched: datetime = FETCHED) -> Parsed[HotspotFrame]:
    content = text.encode() if isinstance(text, str) else text
    return parse_hotspots(content, feed="firms_viirs_noaa20", fetched_utc=fetched, rules=RULES, bounds=bounds)


def body(*rows: dict[str, str], names: list[str] = NAMES) -> str:
    """A body with one sound row and one row for each change to it, a minute apart."""
    lines = [",".join(SANE[name] for name in names)]
    for number, changes in enumerate(rows, start=1):
        row = {**SANE, "acq_time": f"04{number:02d}", **changes}
        lines.append(",".join(row[name] for name in names))
    return "\n".join([",".join(names), *lines, ""])


# What is asked


def test_an_area_is_asked_for_two_days_because_one_is_the_utc_day_so_far():
    request = area_request(PRODUCTS["VIIRS_NOAA20_NRT"], Box(115, 39.6, 118.6, 41.8), map_key=SecretStr("k3y"))
    assert request.wire_url() == (
        "https://firms.modaps.eosdis.nasa.gov/api/area/csv/k3y/VIIRS_NOAA20_NRT/115.0000,39.6000,118.6000,41.8000/2"
    )
    assert "k3y" not in request.public_url + repr(request)
    assert request.feed == "firms_viirs_noaa20"


@pytest.mark.parametrize(
    ("product", "address"),
    [
        ("MODIS_NRT", "modis-c6.1/csv/MODIS_C6_1_Russia_Asia_48h.csv"),
        ("VIIRS_SNPP_NRT", "suomi-npp-viirs-c2/csv/SUOMI_VIIRS_C2_Russia_Asia_48h.csv"),
        ("VIIRS_NOAA20_NRT", "noaa-20-viirs-c2/csv/J1_VIIRS_C2_Russia_Asia_48h.csv"),
        ("VIIRS_NOAA21_NRT", "noaa-21-viirs-c2/csv/J2_VIIRS_C2_Russia_Asia_48h.csv"),
    ],
)
def test_every_product_has_its_keyless_file_of_our_region(product: str, address: str):
    request = regional_file_request(PRODUCTS[product])
    assert request.wire_url() == f"https://firms.modaps.eosdis.nasa.gov/data/active_fire/{address}"
    assert request.secrets == {}
    assert regional_file_request(PRODUCTS[product], "24h").wire_url().endswith("_24h.csv")


@pytest.mark.parametrize(
    "box", [Box(118, 39, 115, 41), Box(115, 41, 118, 39), Box(-190, 39, 118, 41), Box(115, 39, 118, 91)]
)
def test_a_box_that_encloses_nothing_is_not_asked_for(box: Box):
    with pytest.raises(ValueError, match="encloses no area"):
        area_request(PRODUCTS["MODIS_NRT"], box, map_key=SecretStr("k"))


@pytest.mark.parametrize("days", [0, 6, 10])
def test_a_day_range_that_the_service_does_not_know_is_not_asked_for(days: int):
    with pytest.raises(ValueError, match="day_range must be 1–5"):
        area_request(PRODUCTS["MODIS_NRT"], Box(115, 39, 118, 41), map_key=SecretStr("k"), day_range=days)


def test_a_product_past_its_announced_end_is_not_missed():
    rules = FirmsRules(**section("firms"))
    snpp, noaa = PRODUCTS["VIIRS_SNPP_NRT"], PRODUCTS["VIIRS_NOAA20_NRT"]
    assert rules.expects(snpp, datetime(2026, 10, 31, 23, 59, tzinfo=UTC))
    assert not rules.expects(snpp, datetime(2026, 11, 1, tzinfo=UTC))
    assert rules.expects(noaa, datetime(2030, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("wrong", [{"VIIRS_NOAA19_NRT": "2026-01-01"}, {"MODIS_NRT": "soon"}])
def test_an_end_of_delivery_for_no_product_or_no_date_is_refused(wrong: dict[str, str]):
    with pytest.raises(ValueError, match="no product|isoformat"):
        FirmsRules(wrong)


# What a good answer says


def test_a_viirs_answer_becomes_hotspots_in_our_units(bounds: RejectBounds):
    parsed = parse(VIIRS, bounds)
    row = parsed.frame.row(1, named=True)
    assert row == {
        "hotspot_id": "VIIRS|NOAA-20|20260404T0452Z|40.312,117.402",
        "feed": "firms_viirs_noaa20",
        "satellite": "NOAA-20",
        "instrument": "VIIRS",
        "acquired_utc": datetime(2026, 4, 4, 4, 52, tzinfo=UTC),
        "available_utc": FETCHED,
        "lat_deg": 40.31234,
        "lon_deg": 117.40211,
        "frp_mw": 6.42,
        "brightness_k": 341.2,
        "scan_km": 0.39,
        "track_km": 0.36,
        "confidence": "nominal",
        "confidence_pct": None,
        "daynight": "D",
        "location_error_km": 0.375,
    }
    assert parsed.frame["confidence"].to_list() == ["low", "nominal", "high"]
    assert (parsed.rows_in, parsed.duplicates, parsed.rejects.total, parsed.quiet) == (3, 0, 0, False)


def test_a_modis_answer_has_graded_confidence_and_times_without_leading_zeros(bounds: RejectBounds):
    frame = parse(MODIS, bounds).frame
    assert frame["acquired_utc"].to_list() == [
        datetime(2026, 4, 4, 0, 5, tzinfo=UTC),
        datetime(2026, 4, 4, 2, 50, tzinfo=UTC),
    ]
    assert frame["confidence"].to_list() == ["low", "nominal"]
    assert frame["confidence_pct"].to_list() == [24.0, 71.0]
    assert frame["instrument"].to_list() == ["MODIS", "MODIS"]


def test_the_location_error_is_half_the_diagonal_of_the_pixel_but_never_less_than_a_pixel_at_nadir():
    errors = dict(parse(MODIS).frame.select("satellite", "location_error_km").iter_rows())
    assert errors["Aqua"] == pytest.approx((4.8**2 + 2.0**2) ** 0.5 / 2)
    assert errors["Terra"] == 1.0
    assert parse(VIIRS).frame["location_error_km"][0] == pytest.approx((0.61**2 + 0.71**2) ** 0.5 / 2)


def test_a_header_without_rows_is_a_quiet_day(bounds: RejectBounds):
    parsed = parse(HEADER + "\n", bounds)
    assert parsed.quiet
    assert parsed.frame.height == parsed.rows_in == 0
    assert parsed.newest_content_utc is None


def test_a_quiet_day_says_for_which_product_and_until_when_nothing_was_seen(bounds: RejectBounds):
    parsed = parse(HEADER, bounds)
    assert parsed.product == "VIIRS_NOAA20_NRT"
    assert parsed.covered_until_utc == FETCHED - timedelta(hours=3)


def test_the_content_time_is_the_newest_acquisition_of_the_whole_body():
    far_away = {"latitude": "-33.1", "longitude": "18.5", "acq_time": "0530"}
    assert parse(body(far_away)).newest_content_utc == datetime(2026, 4, 4, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "name"),
    [("N", "S-NPP"), ("NPP", "S-NPP"), ("1", "NOAA-20"), ("N20", "NOAA-20"), ("n20", "NOAA-20"), ("NOAA-20", "NOAA-20"),
     ("2", "NOAA-21"), ("N21", "NOAA-21")],
)  # fmt: skip
def test_every_spelling_of_a_viirs_satellite_is_known(code: str, name: str):
    assert parse(body({"satellite": code})).frame["satellite"].to_list()[0] == name


@pytest.mark.parametrize(("code", "name"), [("T", "Terra"), ("Terra", "Terra"), ("A", "Aqua"), ("Aqua", "Aqua")])
def test_every_spelling_of_a_modis_satellite_is_known_without_an_instrument_column(code: str, name: str):
    text = MODIS.replace(",instrument", "").replace(",MODIS", "").replace("Terra", code)
    frame = parse(text).frame
    assert name in frame["satellite"].to_list()
    assert set(frame["instrument"]) == {"MODIS"}


@pytest.mark.parametrize("day", ["2026-04-04", "2026/04/04", "2026/4/4", "2026-04-04T00:00:00", "2026/4/4 0:00"])
def test_every_spelling_of_a_day_is_the_same_day(day: str):
    assert parse(body({"acq_date": day, "acq_time": "0034"})).frame["acquired_utc"][0] == datetime(
        2026, 4, 4, 0, 34, tzinfo=UTC
    )


@pytest.mark.parametrize("clock", ["0034", "034", "34", "00:34", "0:34", " 0034", "00:34 ", "34.0", "00:34:00"])
def test_every_spelling_of_a_time_is_the_same_minute(clock: str):
    assert parse(body({"acq_time": clock})).frame["acquired_utc"][0] == datetime(2026, 4, 4, 0, 34, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "word", "pct"),
    [
        ("l", "low", None),
        ("n", "nominal", None),
        ("h", "high", None),
        ("High", "high", None),
        ("nominal", "nominal", None),
        ("0", "low", 0.0),
        ("29", "low", 29.0),
        ("30", "nominal", 30.0),
        ("79", "nominal", 79.0),
        ("80", "high", 80.0),
        ("100", "high", 100.0),
    ],
)
def test_every_spelling_of_confidence_is_one_of_three_words(text: str, word: str, pct: float | None):
    row = parse(body({"confidence": text})).frame.row(0, named=True)
    assert (row["confidence"], row["confidence_pct"]) == (word, pct)


def test_viirs_may_call_its_brightness_as_modis_does():
    text = VIIRS.replace("bright_ti4", "brightness").replace("bright_ti5", "bright_t31")
    assert parse(text).frame["brightness_k"].to_list() == parse(VIIRS).frame["brightness_k"].to_list()


def test_columns_that_a_product_adds_are_no_fault():
    text = "\n".join([HEADER + ",type,new_column", *(line + ",0,x" for line in LINES)])
    assert parse(text).frame.equals(parse(VIIRS).frame)


def test_the_same_pixel_in_two_feeds_has_one_id():
    rounder = VIIRS.replace("40.31234,117.40211", "40.31,117.40")
    noisy = VIIRS.replace("40.31234,117.40211", "40.312340000000003,117.40210999999")
    ids = parse(VIIRS).frame["hotspot_id"].to_list()
    assert parse(noisy).frame["hotspot_id"].to_list() == ids
    assert parse(rounder).frame["hotspot_id"].to_list() != ids


def test_a_repeated_row_is_merged_counted_and_the_strongest_kept():
    parsed = parse(body({"acq_time": "0452", "frp": "99.5"}, {"acq_time": "0452"}))
    assert (parsed.rows_in, parsed.duplicates, parsed.frame.height) == (3, 2, 1)
    assert parsed.frame["frp_mw"][0] == 99.5


def test_windows_line_ends_a_byte_order_mark_and_blank_lines_are_no_fault(bounds: RejectBounds):
    text = "\ufeff" + VIIRS.replace("\n", "\r\n") + "\r\n\r\n"
    assert parse(text, bounds).frame.equals(parse(VIIRS, bounds).frame)


# What is no answer


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", FeedUnavailable, "body is empty"),
        (" \r\n", FeedUnavailable, "body is empty"),
        ("Invalid MAP_KEY.", FeedRefused, "throttled"),
        ("Exceeding allowed transaction limit.", FeedUnavailable, "transaction limit"),
        ("Invalid day range. Expects [1..5].", FeedRefused, "day range"),
        ("Invalid area coordinate. Expects: [-180..180].", FeedRefused, "area coordinate"),
        ("Invalid API call.", FeedRefused, "API call"),
        ("<!DOCTYPE html><html><title>Earthdata Login</title>", FeedMalformed, "Earthdata Login"),
        ('{"transaction_limit": 5000}', FeedMalformed, "not with 'latitude,'"),
        ("country_id,latitude,longitude\nCHN,40,117\n", FeedMalformed, "not with 'latitude,'"),
        ("Latitude;Longitude\n", FeedMalformed, "not with 'latitude,'"),
    ],
    ids=[
        "empty_body",
        "blank_body",
        "invalid_map_key",
        "transaction_limit",
        "day_range",
        "area",
        "api_call",
        "html",
        "json",
        "another_header",
        "semicolons",
    ],
)
def test_a_body_that_does_not_begin_with_latitude_is_never_a_quiet_day(text: str, error: type[FeedError], said: str):
    with pytest.raises(error, match=said):
        parse(text)


def test_the_transaction_limit_says_when_to_come_back():
    with pytest.raises(FeedUnavailable) as raised:
        parse("Exceeding allowed transaction limit.")
    assert raised.value.retry_after_s == 600.0


@pytest.mark.parametrize(
    "column", ["longitude", "scan", "track", "acq_date", "acq_time", "satellite", "confidence", "frp", "daynight"]
)
def test_a_missing_column_is_named(column: str):
    names = [name for name in NAMES if name != column]
    with pytest.raises(FeedMalformed, match=rf"column {column} is missing; the header has latitude"):
        parse(body(names=names))


def test_a_body_without_any_brightness_is_malformed():
    with pytest.raises(FeedMalformed, match="brightness or bright_ti4 is missing"):
        parse(body(names=[name for name in NAMES if name != "bright_ti4"]))


def test_a_header_cut_in_the_middle_is_malformed_and_no_quiet_day():
    with pytest.raises(FeedMalformed, match="is missing"):
        parse(HEADER[:60])


def test_bytes_that_are_no_text_are_malformed():
    with pytest.raises(FeedMalformed, match="is not UTF-8"):
        parse(b"latitude,\xff\xfe")


# Rows that cannot be used


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"latitude": "abc"}, RejectReason.NOT_A_NUMBER, "latitude"),
        ({"longitude": "NaN"}, RejectReason.NOT_A_NUMBER, "longitude"),
        ({"latitude": "inf"}, RejectReason.NOT_A_NUMBER, "latitude"),
        ({"latitude": ""}, RejectReason.MISSING_VALUE, "latitude"),
        ({"latitude": "91"}, RejectReason.OUT_OF_RANGE, "latitude"),
        ({"longitude": "-180.5"}, RejectReason.OUT_OF_RANGE, "longitude"),
        ({"acq_date": ""}, RejectReason.MISSING_VALUE, "acq_date"),
        ({"acq_date": "2026-02-30"}, RejectReason.BAD_TIME, "acq_time"),
        ({"acq_date": "04/04/2026"}, RejectReason.BAD_TIME, "acq_time"),
        ({"acq_time": "2460"}, RejectReason.BAD_TIME, "acq_time"),
        ({"acq_time": "4:5"}, RejectReason.BAD_TIME, "acq_time"),
        ({"acq_time": "-0034"}, RejectReason.BAD_TIME, "acq_time"),
        ({"acq_date": "2026-04-05"}, RejectReason.FUTURE_TIME, "acq_time"),
        ({"satellite": "N99"}, RejectReason.UNKNOWN_SATELLITE, "satellite"),
        ({"satellite": ""}, RejectReason.MISSING_VALUE, "satellite"),
        ({"instrument": "MODIS"}, RejectReason.CONTRADICTION, "instrument"),
    ],
)
def test_a_row_without_a_usable_place_or_time_is_rejected_and_counted(
    changes: dict[str, str], reason: RejectReason, field: str
):
    parsed = parse(body(changes))
    assert parsed.frame.height == 1
    assert parsed.rejects.counts == {reason: 1}
    (example,) = parsed.rejects.examples[reason]
    assert (example.row, example.field) == (3, field)
    assert next(iter(changes.values())) in example.value


@pytest.mark.parametrize(
    ("changes", "reason", "column"),
    [
        ({"frp": "NaN"}, RejectReason.NOT_A_NUMBER, "frp_mw"),
        ({"frp": "strong"}, RejectReason.NOT_A_NUMBER, "frp_mw"),
        ({"frp": "-1"}, RejectReason.OUT_OF_RANGE, "frp_mw"),
        ({"bright_ti4": "0"}, RejectReason.OUT_OF_RANGE, "brightness_k"),
        ({"scan": "99"}, RejectReason.OUT_OF_RANGE, "scan_km"),
        ({"confidence": "x"}, RejectReason.UNKNOWN_WORD, "confidence"),
        ({"confidence": "101"}, RejectReason.UNKNOWN_WORD, "confidence"),
        ({"confidence": "nan"}, RejectReason.UNKNOWN_WORD, "confidence"),
        ({"daynight": "X"}, RejectReason.UNKNOWN_WORD, "daynight"),
    ],
)
def test_a_fire_with_an_unreadable_measure_stays_a_fire_and_the_value_is_blank(
    changes: dict[str, str], reason: RejectReason, column: str
):
    parsed = parse(body(changes), RejectBounds(0.0, 0.0, 0))
    assert parsed.frame.height == 2
    assert parsed.frame.sort("acquired_utc")[column][0] is None
    assert parsed.blanked.counts == {reason: 1}
    assert parsed.rejects.total == 0


def test_a_pixel_of_unknown_size_has_the_error_of_the_largest():
    assert parse(body({"scan": ""})).frame["location_error_km"][0] == 0.6
    assert parse(body({"frp": ""})).frame["frp_mw"][0] is None


def test_a_clock_that_is_a_little_ahead_is_forgiven():
    assert parse(body({"acq_time": "0614"})).rejects.total == 0
    assert parse(body({"acq_time": "0616"})).rejects.counts == {RejectReason.FUTURE_TIME: 1}


@pytest.mark.parametrize("cut", [2, 5, 20, 60], ids=lambda cut: f"{cut}_characters_short")
def test_a_last_line_that_was_cut_is_rejected_and_the_rest_is_used(cut: int, bounds: RejectBounds):
    parsed = parse(VIIRS.rstrip("\n")[:-cut], bounds)
    assert parsed.rejects.counts == {RejectReason.RAGGED_LINE: 1}
    assert parsed.frame.height == 2


def test_a_last_line_that_lost_only_its_last_letter_is_still_a_fire(bounds: RejectBounds):
    parsed = parse(VIIRS.rstrip("\n")[:-1], bounds)
    assert parsed.frame.height == 3
    assert parsed.frame["daynight"].to_list() == [None, "D", "D"]


def test_a_line_with_too_many_fields_is_rejected(bounds: RejectBounds):
    parsed = parse(VIIRS + LINES[0] + ",surplus\n", bounds)
    assert parsed.rejects.counts == {RejectReason.RAGGED_LINE: 1}
    assert parsed.rejects.examples[RejectReason.RAGGED_LINE][0].row == 5


def test_too_many_rejects_refuse_the_answer_and_name_the_reasons(bounds: RejectBounds):
    text = body(*({"satellite": "N99"} for _ in range(2)), *({} for _ in range(20)))
    with pytest.raises(FeedMalformed, match=r"2 of 23 rows .* 5%: unknown_satellite 2 \(row 3 satellite='N99'"):
        parse(text, bounds)
    assert parse(body({"satellite": "N99"}, *({} for _ in range(20))), bounds).rejects.total == 1


def test_an_answer_of_which_nothing_can_be_used_is_no_quiet_day():
    with pytest.raises(FeedMalformed, match="1 of 1 rows cannot be used"):
        parse("\n".join([HEADER, LINES[0].replace("N20", "N99")]))


def test_a_day_of_the_globe_is_read_in_seconds(bounds: RejectBounds):
    lines = [LINES[0].replace("40.31234", f"{-60 + number * 0.002:.5f}") for number in range(40_000)]
    began = time.process_time()
    parsed = parse("\n".join([HEADER, *lines]), bounds)
    assert parsed.frame.height == 40_000
    assert time.process_time() - began < 15


def test_rules_that_leave_a_satellite_without_numbers_are_refused():
    shipped = section("hotspots")
    with pytest.raises(ValueError, match="satellite GK2A has no instrument"):
        HotspotRules(**{**shipped, "satellites": {**shipped["satellites"], "GK2A": "GK2A"}})
    with pytest.raises(ValueError, match="latency_h has no value for VIIRS"):
        HotspotRules(
            **{**shipped, "latency_h": {name: h for name, h in shipped["latency_h"].items() if name != "VIIRS"}}
        )
    with pytest.raises(ValueError, match="confidence bounds are in disorder"):
        HotspotRules(**{**shipped, "low_below_pct": 90})


def test_the_frame_is_typed_even_when_it_is_empty():
    assert parse(HEADER).frame.schema == parse(VIIRS).frame.schema
    assert parse(HEADER).frame.schema["acquired_utc"] == pl.Datetime("us", "UTC")
