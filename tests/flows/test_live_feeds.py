"""Rounds on feeds that are asked: kept before they are read, out in every way there is, and never "no fire" for it."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from feeds import firms
from flows.carry_out import Report, carry_out
from flows.gathered import FEED_ZH
from flows.order import FlowName, Order
from flows.wiring import House
from store.run_rows import RunOutcome, Trigger
from tests.flows import feed_server, world
from tests.flows.feed_server import (
    ELEVATION,
    FORECAST,
    NOW,
    Feeds,
    Reply,
    far_away,
    hotspot_table,
    on_the_line,
    serving,
)

KEY = "5ec2e7f00d5ec2e7f00d5ec2e7f00d00"
PRODUCTS = tuple(firms.PRODUCTS)
NAMES_ZH = tuple(FEED_ZH[product.feed] for product in firms.PRODUCTS.values())
WAYS_OUT = {
    "a page": Reply(b"<!DOCTYPE html><html><title>Maintenance</title></html>", content_type="text/html"),
    "a wrong key": Reply(b"Invalid MAP_KEY.", 400),
    "a wrong key that says 200": Reply(b"Invalid MAP_KEY."),
    "the transaction limit": Reply(b"Exceeding allowed transaction limit. Transactions 6000 of 5000."),
    "an empty body": Reply(b""),
    "a server error": Reply(b"oops", 500),
    "a login page elsewhere": Reply(b"", 302, headers={"Location": "http://127.0.0.1:9/login"}),
    "not found": Reply(b"<html><title>404</title></html>", 404),
    "a body cut on the way": Reply(feed_server.VIIRS.encode() + b"\n40.1,117.2,3", cut_short=True),
    "a header cut in the middle": Reply(b"latitude,longitude,bright_ti4,scan"),
    "a missing column": Reply(feed_server.VIIRS.replace(",acq_time", "").encode() + b"\n"),
    "another table": Reply(b"id,name\n1,a\n"),
    "bytes that are no text": Reply(b"\xff\xfe\x00\x01"),
}


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with time_machine.travel(NOW, tick=True), serving(NOW) as served:
        yield served


@pytest.fixture
def live(open_one, feeds, quick_rules, one_unit) -> House:
    """A house that asks the served feeds without a key."""
    return opened(open_one, feeds, quick_rules, one_unit)


@pytest.fixture
def keyed(open_one, feeds, quick_rules, one_unit, monkeypatch) -> House:
    """The same with a key."""
    monkeypatch.setenv("FIRMS_MAP_KEY", KEY)
    return opened(open_one, feeds, quick_rules, one_unit)


def opened(open_one: Callable[..., House], feeds: Feeds, rules: Path, zones: Path | None) -> House:
    return open_one(
        open_meteo_url=feeds.url, firms_url=feeds.url, rules=rules, zones=zones, weather_models=("ecmwf_ifs025",)
    )


def held(house: House, flow: FlowName, *, at: datetime | None = None, live: bool = True, send: bool = True) -> Report:
    asked = Order(flow, at or house.clock(), "试验", "tester", Trigger.MANUAL, live=live, send=send)
    return carry_out(house, asked)


def hotspots(house: House, **changes) -> Report:
    return held(house, FlowName.HOTSPOT_WATCH, **changes)


def danger(house: House, **changes) -> Report:
    return held(house, FlowName.DANGER_WATCH, **changes)


def all_answer(feeds: Feeds, answer: Callable[[str], Reply]) -> None:
    feeds.replies |= {product: answer(product) for product in PRODUCTS}


def archived(house: House) -> list[bytes]:
    return [house.payloads.load(payload_id) for payload_id in payload_ids(house)]


def payload_ids(house: House) -> list[str]:
    import sqlalchemy as sa

    with house.database.read() as connection:
        return list(connection.execute(sa.text("SELECT payload_id FROM payload ORDER BY fetched_utc")).scalars())


def test_headers_without_rows_are_a_quiet_day(keyed, feeds) -> None:
    all_answer(feeds, lambda product: Reply(hotspot_table(product)))
    report = hotspots(keyed)
    assert report.outcome.outcome is RunOutcome.DONE
    assert (report.outcome.missing, report.outcome.alerts) == ((), ())
    assert report.outcome.counts["hotspots"] == 0
    assert len(report.outcome.inputs) == len(PRODUCTS)


def test_a_fire_on_the_line_is_told_from_bytes_to_inbox(live, feeds) -> None:
    feeds.replies["VIIRS_NOAA20_NRT"] = Reply(hotspot_table("VIIRS_NOAA20_NRT", on_the_line(NOW), far_away(NOW)))
    report = hotspots(live)
    assert report.outcome.outcome is RunOutcome.DONE
    (alert,) = world.alerts(live).to_dicts()
    assert alert["event_id"] == "JJJ-PG-JZ-2026-001"
    assert "演练" not in alert["text_long"]
    held(live, FlowName.DISPATCH_ROUND)
    assert len(world.messages(live)) == len(alert["recipients"]) == 9


@pytest.mark.parametrize("way", WAYS_OUT)
def test_a_feed_that_is_out_is_never_no_fire(keyed, feeds, way) -> None:
    all_answer(feeds, lambda _: WAYS_OUT[way])
    report = hotspots(keyed)
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert report.outcome.missing == NAMES_ZH
    run = keyed.runs.load(report.run_id)
    assert run.outcome is RunOutcome.FEED_OUT
    assert run.end is not None
    first, *problems = run.end.note.splitlines()
    assert first == "缺测：" + "、".join(NAMES_ZH)
    assert len(problems) == len(NAMES_ZH)
    assert all(known.is_out for known in keyed.coverage.all_feeds() if known.feed.startswith("firms"))


def test_a_feed_that_nobody_serves_is_out(open_one, quick_rules) -> None:
    report = hotspots(open_one(rules=quick_rules))
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert report.outcome.inputs == ()


def test_a_row_that_was_cut_off_is_said_where_the_other_rows_are_used(keyed, feeds) -> None:
    whole = hotspot_table("VIIRS_NOAA20_NRT", on_the_line(NOW), far_away(NOW)).rstrip()
    feeds.replies["VIIRS_NOAA20_NRT"] = Reply(whole[:-40])
    report = hotspots(keyed)
    assert report.outcome.outcome is RunOutcome.DEGRADED
    assert report.outcome.missing == ("NOAA-20热点1行",)
    assert len(report.outcome.alerts) == 1
    assert "NOAA-20热点1行" in world.alerts(keyed)["text_long"][0]


def test_the_only_row_cut_off_is_no_quiet_day(keyed, feeds) -> None:
    all_answer(feeds, lambda product: Reply(hotspot_table(product, on_the_line(NOW)).rstrip()[:-40]))
    report = hotspots(keyed)
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert report.outcome.missing == NAMES_ZH


def test_one_product_out_of_four_is_named_and_the_others_are_used(live, feeds) -> None:
    feeds.replies["MODIS_NRT"] = WAYS_OUT["an empty body"]
    feeds.replies["VIIRS_NOAA20_NRT"] = Reply(hotspot_table("VIIRS_NOAA20_NRT", on_the_line(NOW)))
    report = hotspots(live)
    assert report.outcome.outcome is RunOutcome.DEGRADED
    assert report.outcome.missing == ("MODIS热点",)
    assert "MODIS热点" in world.alerts(live)["text_long"][0]


def test_a_regional_file_whose_newest_row_is_of_yesterday_has_stopped(live, feeds) -> None:
    all_answer(feeds, lambda product: Reply(hotspot_table(product, far_away(NOW, hours_ago=20))))
    report = hotspots(live)
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert report.outcome.missing == NAMES_ZH


def test_a_product_past_its_announced_end_is_asked_and_not_missed(open_one, quick_rules, one_unit) -> None:
    after_the_end = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    with time_machine.travel(after_the_end, tick=True), serving(after_the_end) as served:
        served.replies["VIIRS_SNPP_NRT"] = WAYS_OUT["not found"]
        report = hotspots(opened(open_one, served, quick_rules, one_unit))
    assert report.outcome.outcome is RunOutcome.DONE
    assert "VIIRS_SNPP_NRT" in served.kinds()


def test_operations_hear_once_of_each_feed_that_is_out_and_once_that_it_is_back(keyed, feeds) -> None:
    feeds.replies["MODIS_NRT"] = WAYS_OUT["a wrong key"]
    for minutes in range(0, 60, 10):
        hotspots(keyed, at=NOW + timedelta(minutes=minutes))
    del feeds.replies["MODIS_NRT"]
    for minutes in (60, 70):
        hotspots(keyed, at=NOW + timedelta(minutes=minutes))
    rows = world.alerts(keyed)
    assert rows["reason"].to_list() == ["feed_out", "feed_back"]
    assert all("MODIS热点" in text for text in rows["text_short"])


def test_an_answer_is_in_the_archive_before_it_is_read(keyed, feeds) -> None:
    broken = b"<html><title>not what was asked</title></html>"
    feeds.replies["MODIS_NRT"] = Reply(broken, content_type="text/html")
    report = hotspots(keyed)
    assert broken in archived(keyed)
    assert set(payload_ids(keyed)) == {read.payload_id for read in report.outcome.inputs}


def test_a_past_time_reads_the_archive_and_asks_nobody(live, feeds) -> None:
    feeds.replies["VIIRS_NOAA20_NRT"] = Reply(hotspot_table("VIIRS_NOAA20_NRT", on_the_line(NOW)))
    first = hotspots(live)
    asked = len(feeds.asked)
    feeds.replies["VIIRS_NOAA20_NRT"] = WAYS_OUT["a page"]
    again = hotspots(live, at=NOW + timedelta(minutes=30), live=False, send=False)
    assert len(feeds.asked) == asked
    assert again.outcome.inputs == first.outcome.inputs
    assert again.outcome.counts["hotspots"] == first.outcome.counts["hotspots"]


def test_what_the_archive_did_not_hold_at_a_time_is_out_and_nobody_is_asked(live, feeds) -> None:
    hotspots(live)
    asked = len(feeds.asked)
    report = hotspots(live, at=NOW - timedelta(hours=1), live=False, send=False)
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert len(feeds.asked) == asked
    late = hotspots(live, at=NOW + timedelta(hours=3), live=False, send=False)
    assert late.outcome.outcome is RunOutcome.FEED_OUT


def test_with_a_key_the_area_is_asked_of_two_days(keyed, feeds) -> None:
    hotspots(keyed)
    assert all(path.startswith(f"/api/area/csv/{KEY}/") and path.endswith("/2") for path in feeds.asked)
    assert sorted(feeds.kinds()) == sorted(PRODUCTS)


def test_without_a_key_the_regional_files_are_asked(live, feeds) -> None:
    hotspots(live)
    assert all(path.startswith("/data/active_fire/") and path.endswith("_Russia_Asia_48h.csv") for path in feeds.asked)
    assert sorted(feeds.kinds()) == sorted(PRODUCTS)


@pytest.mark.parametrize("way", ["good", "a page that repeats the address", "an error that repeats the key"])
def test_the_key_stands_in_no_row_no_log_and_no_message(keyed, feeds, caplog, way) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f"<html><title>/api/area/csv/{KEY}/MODIS_NRT is not available</title></html>".encode()
    if way != "good":
        answer = Reply(echo) if "page" in way else Reply(f"Invalid {KEY}".encode(), 400)
        all_answer(feeds, lambda _: answer)
    for minutes in range(0, 50, 10):
        hotspots(keyed, at=NOW + timedelta(minutes=minutes))
    held(keyed, FlowName.DISPATCH_ROUND)
    assert any(KEY in path for path in feeds.asked)
    kept = [*keyed.home.root.glob("firewatch.db*"), *keyed.home.inbox.rglob("*.jsonl")]
    assert kept
    assert [path.name for path in kept if KEY.encode() in path.read_bytes()] == []
    assert KEY not in caplog.text
    assert KEY not in str([known.last_error for known in keyed.coverage.all_feeds()])


def test_heights_are_asked_once_and_then_read_from_the_archive(live, feeds) -> None:
    first = danger(live)
    assert "网格高程" not in first.outcome.missing
    asked = feeds.kinds().count(ELEVATION)
    assert asked > 0
    danger(live, at=NOW + timedelta(hours=8))
    assert feeds.kinds().count(ELEVATION) == asked


def test_heights_that_do_not_come_degrade_the_product_and_are_asked_again(live, feeds) -> None:
    feeds.replies[ELEVATION] = WAYS_OUT["a server error"]
    report = danger(live)
    assert any(note.startswith("网格高程") for note in report.outcome.missing)
    assert report.outcome.products
    del feeds.replies[ELEVATION]
    assert not any(note.startswith("网格高程") for note in danger(live).outcome.missing)


def test_forecasts_become_grades_and_a_warning(live, feeds) -> None:
    report = danger(live)
    assert feeds.kinds().count(FORECAST) == 1
    assert {row["zone"] for row in report.outcome.table} == {"PG-JZ"}
    assert len(report.outcome.table) == 4
    assert report.outcome.missing == (
        "前期气象仅7天（可燃物湿度尚在累积）",
        "风速单位存疑",
    )  # a made-up gale of seven days
    assert "past_days=6" in feeds.asked[0]


WEATHER_OUT = {
    "a page": Reply(b"<html><title>Maintenance</title></html>", content_type="text/html"),
    "an empty body": Reply(b""),
    "a server error": Reply(b"oops", 503),
    "a limit": Reply(json.dumps({"error": True, "reason": "Daily API request limit exceeded."}).encode(), 429),
    "a refusal": Reply(json.dumps({"error": True, "reason": "Data corrupted at path ''."}).encode(), 400),
    "half a document": Reply(b'[{"latitude": 40.0, "hourly": {"time": ["2026-04-0'),
    "a body cut on the way": Reply(b'[{"latitude": 40.0', cut_short=True),
    "points that nobody asked for": Reply(b'{"latitude": 1.0, "longitude": 2.0}'),
    "a list of nothing": Reply(b"[]"),
}


@pytest.mark.parametrize("way", WEATHER_OUT)
def test_weather_that_does_not_come_makes_no_grade_and_says_so(live, feeds, way) -> None:
    feeds.replies[FORECAST] = WEATHER_OUT[way]
    report = danger(live)
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert report.outcome.missing == ("天气预报",)
    assert report.outcome.products == ()
    assert report.outcome.table[0]["reason"] == "no_data"


def test_an_old_model_run_that_reaches_too_short_is_stale(live, feeds) -> None:
    feeds.now = NOW - timedelta(days=3)
    report = danger(live)
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert "min" not in report.outcome.missing[0]
    error = live.coverage.of("open_meteo").last_error
    assert error is not None
    assert "72 h are needed" in error


def test_a_part_of_the_points_that_is_out_is_named_and_the_rest_is_graded(open_one, feeds, quick_rules) -> None:
    house = opened(open_one, feeds, quick_rules, None)
    good = Feeds.reply
    seen: list[str] = []

    def second_fails(path: str) -> Reply:
        kind = feed_server.kind_of(path)
        seen.append(kind)
        return WEATHER_OUT["a refusal"] if kind == FORECAST and seen.count(FORECAST) == 2 else good(feeds, path)

    feeds.reply = second_fails  # type: ignore[method-assign]
    report = danger(house)
    assert report.outcome.outcome is RunOutcome.DEGRADED
    assert report.outcome.missing[:2] == ("天气预报", "部分地点天气预报")
    assert report.outcome.products


def test_a_message_finds_the_wind_that_the_danger_round_of_the_day_asked_for(live, feeds) -> None:
    """Also on later days, when that round asks for a shorter past."""
    for days in (0, 1, 2):
        at = NOW + timedelta(days=days)
        with time_machine.travel(at, tick=True):
            feeds.now = at
            danger(live, at=at)
    past = {path.split("past_days=")[1].split("&")[0] for path in feeds.asked if "past_days" in path}
    assert past == {"6", "4"}
    later = NOW + timedelta(days=2, hours=1)
    shutil.rmtree(live.home.inbox)
    with time_machine.travel(later, tick=True):
        all_answer(feeds, lambda product: Reply(hotspot_table(product, far_away(later))))
        feeds.replies["VIIRS_NOAA20_NRT"] = Reply(hotspot_table("VIIRS_NOAA20_NRT", on_the_line(later)))
        asked = len(feeds.asked)
        hotspots(live, at=later)
        assert FORECAST not in feeds.kinds()[asked:]
    told = world.alerts(live).to_dicts()[-1]
    assert told["kind"] == "incident"
    assert "西南风" in told["text_long"]
    assert "缺测" not in told["text_long"]
