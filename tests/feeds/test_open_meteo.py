from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from feeds.errors import FeedError, FeedMalformed, FeedRefused, FeedUnavailable
from feeds.open_meteo import (
    MAX_POINTS,
    VARIABLES,
    WeatherPoint,
    archive_request,
    chunks,
    elevation_request,
    forecast_request,
    parse_elevation,
    parse_forecast,
    reach_by_model,
)
from feeds.parsed import Parsed
from feeds.rejects import RejectBounds, RejectReason
from models.frames import WeatherFrame
from tests.feeds.conftest import FETCHED, RECORDED

CONTENT = (RECORDED / "open_meteo" / "forecast_two_points_two_models.json").read_bytes()
POINTS = (WeatherPoint("p1", 40.31, 117.05), WeatherPoint("p2", 40.52, 116.43))
MODELS = ("ecmwf_ifs025", "cma_grapes_global")
BOUNDS = RejectBounds(max_reject_share=0.05, max_blank_share=0.2, allowed_rows=1)


def parse(
    content: bytes = CONTENT, points: tuple[WeatherPoint, ...] = POINTS, models: tuple[str, ...] = MODELS
) -> Parsed[WeatherFrame]:
    return parse_forecast(content, points, models, fetched_utc=FETCHED, bounds=BOUNDS)


def changed(change: Callable[[list[dict[str, Any]]], None]) -> bytes:
    answer = json.loads(CONTENT)
    change(answer)
    return json.dumps(answer).encode()


def with_values(key: str, values: list[object]) -> bytes:
    return changed(lambda answer: answer[0]["hourly"].update({key: values}))


# What is asked


def test_a_request_names_units_time_zone_models_and_every_variable():
    request = forecast_request(POINTS, models=MODELS, past_days=2, forecast_days=10)
    assert dict(request.params) == {
        "latitude": "40.3100,40.5200",
        "longitude": "117.0500,116.4300",
        "hourly": "temperature_2m,relative_humidity_2m,precipitation,wind_speed_10m,wind_direction_10m,wind_gusts_10m,"
        "snow_depth",
        "models": "ecmwf_ifs025,cma_grapes_global",
        "wind_speed_unit": "ms",
        "timezone": "UTC",
        "timeformat": "iso8601",
        "past_days": "2",
        "forecast_days": "10",
    }
    assert request.wire_url().startswith("https://api.open-meteo.com/v1/forecast?latitude=40.3100,40.5200&")


def test_a_reanalysis_is_asked_for_by_its_days():
    request = archive_request(POINTS, model="era5", first=date(1995, 1, 1), last=date(1995, 12, 31))
    asked = dict(request.params)
    assert (asked["start_date"], asked["end_date"], asked["models"]) == ("1995-01-01", "1995-12-31", "era5")
    assert "past_days" not in asked
    assert request.wire_url().startswith("https://archive-api.open-meteo.com/v1/archive?latitude=40.3100,40.5200&")
    with pytest.raises(ValueError, match="from 1996-01-01 to 1995-01-01"):
        archive_request(POINTS, model="era5", first=date(1996, 1, 1), last=date(1995, 1, 1))


def test_many_points_are_asked_for_in_parts_of_a_hundred():
    points = [WeatherPoint(f"p{number}", 40.0, 116.0) for number in range(250)]
    assert [len(part) for part in chunks(points)] == [100, 100, 50]
    assert [point for part in chunks(points) for point in part] == points
    with pytest.raises(ValueError, match="1–100 points"):
        forecast_request(points, models=MODELS, past_days=0, forecast_days=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"models": ()},
        {"models": ("a", "a")},
        {"past_days": -1},
        {"past_days": 93},
        {"forecast_days": 17},
        {"points": ()},
    ],
    ids=["no_model", "model_twice", "past_below", "past_above", "days_above", "no_point"],
)
def test_what_the_service_does_not_have_is_not_asked_for(wrong: dict[str, Any]):
    asked: dict[str, Any] = {"points": POINTS, "models": MODELS, "past_days": 1, "forecast_days": 3, **wrong}
    with pytest.raises(ValueError, match="open_meteo: "):
        forecast_request(asked.pop("points"), **asked)


# What a good answer says


def test_two_points_and_two_models_become_one_frame_in_our_units():
    parsed = parse()
    assert (parsed.rows_in, parsed.frame.height, parsed.duplicates, parsed.rejects.total) == (20, 20, 0, 0)
    row = parsed.frame.filter(station_id="p1", model="ecmwf_ifs025").sort("valid_utc").row(0, named=True)
    assert row == {
        "station_id": "p1",
        "valid_utc": datetime(2026, 4, 4, 4, tzinfo=UTC),
        "model": "ecmwf_ifs025",
        "lat_deg": 40.31,
        "lon_deg": 117.05,
        "elevation_m": 132.0,
        "air_temperature_degc": 14.0,
        "relative_humidity_pct": 30.0,
        "wind_speed_ms": 4.1,
        "wind_direction_deg": 300.0,
        "wind_gust_ms": 9.0,
        "precipitation_mm": 0.0,
        "snow_depth_cm": 2.0,
        "issued_utc": None,
    }


def test_a_variable_that_a_model_does_not_have_is_null_and_not_zero():
    snow = parse().frame.filter(model="cma_grapes_global")["snow_depth_cm"]
    assert snow.null_count() == snow.len() == 10


def test_hours_after_the_fetch_are_a_forecast_issued_then_and_hours_before_an_analysis():
    issued = dict(
        parse().frame.filter(station_id="p1", model="ecmwf_ifs025").select("valid_utc", "issued_utc").iter_rows()
    )
    assert {moment.hour: value for moment, value in issued.items()} == {
        4: None,
        5: None,
        6: None,
        7: FETCHED,
        8: FETCHED,
    }


def one_point_one_model(suffix: str = "") -> bytes:
    answer = json.loads(CONTENT)[0]
    for block in ("hourly", "hourly_units"):
        kept = {key: value for key, value in answer[block].items() if "cma" not in key}
        answer[block] = {key.replace("_ecmwf_ifs025", suffix): value for key, value in kept.items()}
    return json.dumps(answer).encode()


@pytest.mark.parametrize("suffix", ["", "_ecmwf_ifs025"], ids=["without_suffix", "with_suffix"])
def test_one_point_is_an_object_and_one_model_has_keys_with_or_without_suffix(suffix: str):
    parsed = parse(one_point_one_model(suffix), POINTS[:1], MODELS[:1])
    assert parsed.frame["air_temperature_degc"].to_list() == [14.0, 15.0, 16.0, 17.0, 18.0]


def test_content_reaches_to_the_newest_hour_that_has_data():
    cut = with_values("temperature_2m_ecmwf_ifs025", [14, 15, 16, None, None])
    assert parse(cut, POINTS[:2]).newest_content_utc == datetime(2026, 4, 4, 8, tzinfo=UTC)

    def all_cut(answer: list[dict[str, Any]]) -> None:
        for place in answer:
            for model in MODELS:
                place["hourly"][f"temperature_2m_{model}"][2:] = [None] * 3

    assert parse(changed(all_cut)).newest_content_utc == datetime(2026, 4, 4, 5, tzinfo=UTC)


def test_one_model_that_stopped_is_seen_beside_one_that_goes_on():
    def silent(answer: list[dict[str, Any]]) -> None:
        for place in answer:
            place["hourly"]["temperature_2m_cma_grapes_global"] = [None] * 5

    reach = reach_by_model(parse(changed(silent)).frame)
    assert reach == {"cma_grapes_global": None, "ecmwf_ifs025": datetime(2026, 4, 4, 8, tzinfo=UTC)}


def test_a_repeated_hour_is_merged_and_counted():
    def twice(answer: list[dict[str, Any]]) -> None:
        answer[0]["hourly"]["time"][1] = answer[0]["hourly"]["time"][0]

    parsed = parse(changed(twice))
    assert (parsed.duplicates, parsed.frame.height, parsed.rows_in) == (2, 18, 20)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([14, "warm", 16, 17, 18], RejectReason.NOT_A_NUMBER),
        ([14, float("nan"), 16, 17, 18], RejectReason.NOT_A_NUMBER),
        ([14, True, 16, 17, 18], RejectReason.NOT_A_NUMBER),
        ([14, 10**400, 16, 17, 18], RejectReason.NOT_A_NUMBER),
        ([14, 61, 16, 17, 18], RejectReason.OUT_OF_RANGE),
    ],
    ids=["text", "nan", "boolean", "huge", "out_of_range"],
)
def test_a_value_that_cannot_be_is_blank_and_counted(values: list[object], reason: RejectReason):
    parsed = parse(with_values("temperature_2m_ecmwf_ifs025", values))
    assert parsed.blanked.counts == {reason: 1}
    assert parsed.frame.filter(station_id="p1", model="ecmwf_ifs025")["air_temperature_degc"][1] is None


# What is no answer


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        (b'{"error":true,"reason":"Minutely API request limit exceeded."}', FeedUnavailable, "Minutely"),
        (b'{"error":true,"reason":"Invalid timezone"}', FeedRefused, "Invalid timezone"),
        (b'{"reason":"Not Found","error":true}', FeedRefused, "Not Found"),
        (b'{"error":true}', FeedRefused, "no reason given"),
        (b"", FeedUnavailable, "body is empty"),
        (b"\r\n", FeedUnavailable, "body is empty"),
        (b"<html><title>502 Bad Gateway</title>", FeedMalformed, "502 Bad Gateway"),
        (CONTENT[: len(CONTENT) // 2], FeedMalformed, "no whole JSON"),
        (b"null", FeedMalformed, "2 points were asked, 1 answered"),
        (b"[]", FeedMalformed, "2 points were asked, 0 answered"),
        (b"[1, 2]", FeedMalformed, "not an object"),
        (b"[" * 100_000, FeedMalformed, "no whole JSON"),
        (b"\xff\xfe", FeedMalformed, "UTF-8"),
    ],
    ids=[
        "request_limit", "bad_request", "not_found", "error_without_reason", "empty_body", "blank_body", "html",
        "truncated", "null", "no_place", "no_objects", "nested", "no_text",
    ],
)  # fmt: skip
def test_what_is_no_forecast_raises(content: bytes, error: type[FeedError], said: str):
    with pytest.raises(error, match=said):
        parse(content)


@pytest.mark.parametrize(("period", "seconds"), [("Minutely", 60), ("Hourly", 3600), ("Daily", 86400), ("Odd", 60)])
def test_a_request_limit_says_when_to_come_back(period: str, seconds: float):
    with pytest.raises(FeedUnavailable) as raised:
        parse(json.dumps({"error": True, "reason": f"{period} API request limit exceeded."}).encode())
    assert raised.value.retry_after_s == seconds


def _second(**changes: object) -> Callable[[list[dict[str, Any]]], None]:
    return lambda answer: answer[1].update(changes)


def _units(**changes: object) -> Callable[[list[dict[str, Any]]], None]:
    return lambda answer: answer[1]["hourly_units"].update(changes)


def _hours(**changes: object) -> Callable[[list[dict[str, Any]]], None]:
    return lambda answer: answer[1]["hourly"].update(changes)


def _without(block: str, key: str) -> Callable[[list[dict[str, Any]]], None]:
    return lambda answer: answer[1][block].pop(key)


TIMES = ["2026-04-04", 5, None, "x", "2026-04-04T04:00Z"]
OTHER_SHAPES = {
    "too_few_points": (lambda answer: answer.pop(), "2 points were asked, 1 answered"),
    "another_order": (lambda answer: answer.reverse(), "longitude 117.05 was asked, 116.5 answered"),
    "beijing_time": (_second(utc_offset_seconds=28800, timezone="Asia/Shanghai"), "Asia/Shanghai .* UTC was asked"),
    "another_zone": (_second(timezone="Europe/London"), "Europe/London"),
    "zone_is_no_text": (_second(timezone=["UTC"]), "UTC was asked"),
    "no_offset": (_second(utc_offset_seconds=None), "offset None"),
    "no_hours": (lambda answer: answer[1].pop("hourly"), "p2: hourly.time is missing"),
    "no_units": (lambda answer: answer[1].pop("hourly_units"), "p2: hourly_units is missing"),
    "unix_time": (_units(time="unixtime"), "not iso8601"),
    "wind_in_kmh": (_units(wind_speed_10m_ecmwf_ifs025="km/h"), "wind_speed_10m_ecmwf_ifs025 comes in 'km/h'; 'm/s'"),
    "fahrenheit": (_units(temperature_2m_cma_grapes_global="°F"), "'°F'"),
    "unit_missing": (_without("hourly_units", "snow_depth_ecmwf_ifs025"), "snow_depth_ecmwf_ifs025 comes in None"),
    "undefined_unit_with_values": (_units(snow_depth_ecmwf_ifs025="undefined"), "'undefined'"),
    "length_mismatch": (_hours(precipitation_ecmwf_ifs025=[0.0]), "p2: 5 times but 1 values of precipitation_mm"),
    "missing_variable": (
        _without("hourly", "relative_humidity_2m_cma_grapes_global"),
        "relative_humidity_2m_cma_grapes_global is missing",
    ),
    "variable_is_no_list": (_hours(temperature_2m_ecmwf_ifs025=3), "temperature_2m_ecmwf_ifs025 is missing"),
    "place_is_no_number": (_second(latitude="x"), "latitude 40.52 was asked"),
    "unreadable_times": (_hours(time=TIMES), "bad_time 10"),
}


@pytest.mark.parametrize(("change", "said"), OTHER_SHAPES.values(), ids=OTHER_SHAPES)
def test_an_answer_of_another_shape_than_asked_is_malformed_and_says_where(
    change: Callable[[list[dict[str, Any]]], None], said: str
):
    with pytest.raises(FeedMalformed, match=said):
        parse(changed(change))


def test_an_optional_variable_may_be_left_out():
    left_out = changed(lambda answer: answer[0]["hourly"].pop("wind_gusts_10m_ecmwf_ifs025"))
    frame = parse(left_out).frame.filter(station_id="p1", model="ecmwf_ifs025")
    assert frame["wind_gust_ms"].null_count() == 5


def test_a_sensor_gone_mad_is_refused_when_it_is_not_alone():
    def mad(answer: list[dict[str, Any]]) -> None:
        for place in answer:
            for variable in VARIABLES[:2]:
                for model in MODELS:
                    place["hourly"][f"{variable.name}_{model}"] = [9999] * 5

    with pytest.raises(FeedMalformed, match="out_of_range 40"):
        parse(changed(mad))


# Elevation


def test_elevation_is_asked_and_read_in_the_order_of_the_points():
    request = elevation_request(POINTS)
    assert request.wire_url() == (
        "https://api.open-meteo.com/v1/elevation?latitude=40.3100,40.5200&longitude=117.0500,116.4300"
    )
    assert parse_elevation(b'{"elevation":[132.0,641]}', POINTS) == (132.0, 641.0)


def test_a_point_without_elevation_is_none():
    assert parse_elevation(b'{"elevation":[NaN,null]}', POINTS) == (None, None)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b'{"elevation":[1]}', FeedMalformed),
        (b'{"elevation":[1, 99999]}', FeedMalformed),
        (b'{"height":[1, 2]}', FeedMalformed),
        (b"[1, 2]", FeedMalformed),
        (b"", FeedUnavailable),
        (b'{"error":true,"reason":"Parameter must have the same number of elements"}', FeedRefused),
    ],
    ids=["too_few", "not_on_earth", "another_key", "a_list", "empty_body", "error"],
)
def test_what_is_no_elevation_raises(content: bytes, error: type[FeedError]):
    with pytest.raises(error, match="open_meteo_elevation: "):
        parse_elevation(content, POINTS)


def test_more_points_than_a_request_holds_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match=f"1–{MAX_POINTS} points"):
        elevation_request([POINTS[0]] * 101)
