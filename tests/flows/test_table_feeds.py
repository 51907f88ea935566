"""Tables that an office drops into a folder, in the place of the network."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import time_machine

from flows.carry_out import Report, carry_out
from flows.order import FlowName, Order
from flows.wiring import House
from store.run_rows import RunOutcome, Trigger
from tests.flows import world
from tests.flows.feed_server import far_away, hotspot_table, on_the_line
from tests.flows.world import HOUR, MORNING

OLD = 3600.0
"""Seconds since a file was touched that nobody writes to any more."""


@pytest.fixture
def dropped(tmp_path) -> Path:
    folder = tmp_path / "dropped"
    for kind in ("weather", "hotspots"):
        (folder / kind).mkdir(parents=True)
    return folder


@pytest.fixture
def office(open_one, dropped):
    """A house that reads the folder, at MORNING."""
    with time_machine.travel(MORNING, tick=True):
        yield open_one(tables=dropped)


def drop(folder: Path, name: str, content: bytes, *, age_s: float = OLD) -> None:
    path = folder / name
    path.write_bytes(content)
    touched = MORNING.timestamp() - age_s
    os.utime(path, (touched, touched))


def weather_table(*, at: datetime = MORNING) -> bytes:
    first, ahead = world.noon(world.TODAY - 3 * world.DAY) + HOUR, world.on_the_hour(at) + HOUR
    rows = pl.concat(
        [
            world.weather_rows(first, world.on_the_hour(at)),
            world.weather_rows(ahead, ahead + 2 * world.DAY, issued=at - HOUR),
        ]
    )
    return rows.write_csv(datetime_format="%Y-%m-%dT%H:%M:%SZ").encode()


def held(house: House, flow: FlowName, at: datetime = MORNING) -> Report:
    zones = (world.ZONE,) if flow is FlowName.DANGER_WATCH else ()
    return carry_out(house, Order(flow, at, "试验", "tester", Trigger.MANUAL, zones=zones, send=True))


def hotspots(house: House, at: datetime = MORNING) -> Report:
    return held(house, FlowName.HOTSPOT_WATCH, at)


def test_dropped_tables_become_grades_and_incidents_without_a_network(office, dropped) -> None:
    drop(dropped / "weather", "weather.csv", weather_table())
    drop(dropped / "hotspots", "noaa20.csv", hotspot_table("VIIRS_NOAA20_NRT", on_the_line(MORNING, 5.0)))
    grades = held(office, FlowName.DANGER_WATCH)
    assert grades.outcome.products
    assert grades.outcome.missing == ("网格高程", "前期气象仅3天（可燃物湿度尚在累积）")
    fires = hotspots(office)
    assert fires.outcome.outcome is RunOutcome.DONE
    assert len(fires.outcome.alerts) == 1
    assert "西南风" in world.alerts(office)["text_long"][-1]


def test_a_bad_table_beside_a_good_one_is_named_and_the_good_one_is_used(office, dropped) -> None:
    drop(dropped / "hotspots", "bad.csv", b"latitude,longitude\n40,117\n")
    drop(dropped / "hotspots", "good.csv", hotspot_table("VIIRS_NOAA20_NRT", on_the_line(MORNING, 5.0)))
    report = hotspots(office)
    assert len(report.outcome.alerts) == 1
    assert (report.outcome.outcome, report.outcome.missing) == (RunOutcome.DEGRADED, ("热点表1个文件未用",))
    assert "bad.csv: column acq_date" in report.outcome.problems[0]
    known = office.coverage.of("hotspot_table")
    assert (known.is_out, known.left_out) == (False, report.outcome.problems[0])


def test_a_stray_file_is_named_with_what_to_do_until_it_is_gone(office, dropped) -> None:
    drop(dropped / "hotspots", "noaa20.xlsx", b"PK")
    drop(dropped / "hotspots", "good.csv", hotspot_table("VIIRS_NOAA20_NRT", far_away(MORNING, 5.0)))
    for number in range(4):
        report = hotspots(office, MORNING + number * HOUR / 6)
        assert report.outcome.outcome is RunOutcome.DEGRADED
    assert "noaa20.xlsx: not a table (.csv, .csv.gz, .parquet)；请另存为 CSV" in report.outcome.problems[0]
    assert world.alerts(office).is_empty()
    (dropped / "hotspots" / "noaa20.xlsx").unlink()
    assert hotspots(office, MORNING + HOUR).outcome.outcome is RunOutcome.DONE
    assert office.coverage.of("hotspot_table").left_out is None


def test_a_stray_file_beside_tables_that_are_too_old_is_no_calm(office, dropped) -> None:
    drop(dropped / "hotspots", "noaa20.xlsx", b"PK")
    drop(dropped / "hotspots", "old.csv", hotspot_table("MODIS_NRT", far_away(MORNING, 50.0)))
    report = hotspots(office)
    assert (report.outcome.outcome, report.outcome.missing) == (RunOutcome.FEED_OUT, ("热点表",))
    assert "noaa20.xlsx" in (office.coverage.of("hotspot_table").last_error or "")


def test_danger_is_made_of_the_good_weather_tables_and_says_which_was_not_used(office, dropped) -> None:
    drop(dropped / "weather", "good.csv", weather_table())
    drop(dropped / "weather", "bad.csv", weather_table().replace(b"T01:00:00Z", b"T01:30:00Z", 1))
    report = held(office, FlowName.DANGER_WATCH)
    assert report.outcome.products
    assert "气象表1个文件未用" in report.outcome.missing
    assert "气象表" not in report.outcome.missing


def test_a_file_that_is_still_being_written_waits_for_the_next_round(office, dropped) -> None:
    drop(dropped / "hotspots", "old.csv", hotspot_table("MODIS_NRT", far_away(MORNING, 5.0)))
    drop(dropped / "hotspots", "new.csv", hotspot_table("VIIRS_NOAA20_NRT", on_the_line(MORNING, 5.0)), age_s=5.0)
    assert hotspots(office).outcome.alerts == ()
    with time_machine.travel(MORNING + timedelta(minutes=10), tick=True):
        assert len(hotspots(office, MORNING + timedelta(minutes=10)).outcome.alerts) == 1


def test_a_folder_whose_only_table_is_still_being_written_says_so(office, dropped) -> None:
    drop(dropped / "hotspots", "new.csv", hotspot_table("VIIRS_NOAA20_NRT", on_the_line(MORNING, 5.0)), age_s=5.0)
    assert hotspots(office).outcome.problems[0].startswith("new.csv正在写入，下一轮再读；")


@pytest.mark.parametrize("what", ["absent", "empty"])
def test_an_absent_or_empty_folder_is_no_quiet_day(office, dropped, what) -> None:
    if what == "absent":
        (dropped / "hotspots").rmdir()
    report = hotspots(office)
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert report.outcome.missing == ("热点表",)
    error = office.coverage.of("hotspot_table").last_error
    assert error is not None
    assert ("No such file" in error) == (what == "absent")


def test_an_absent_weather_folder_makes_no_grade(office, dropped) -> None:
    (dropped / "weather").rmdir()
    report = held(office, FlowName.DANGER_WATCH)
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    assert report.outcome.missing == ("气象表",)
    assert report.outcome.products == ()


def test_a_table_whose_newest_row_is_two_days_old_is_out(office, dropped) -> None:
    drop(dropped / "hotspots", "old.csv", hotspot_table("MODIS_NRT", far_away(MORNING, 50.0)))
    assert hotspots(office).outcome.outcome is RunOutcome.FEED_OUT


def test_a_table_that_comes_late_counts_with_all_its_rows(office, dropped) -> None:
    drop(dropped / "hotspots", "a.csv", hotspot_table("MODIS_NRT", far_away(MORNING, 4.0)))
    hotspots(office)
    drop(dropped / "hotspots", "b.csv", hotspot_table("VIIRS_NOAA20_NRT", on_the_line(MORNING, 20.0)))
    assert len(hotspots(office, MORNING + HOUR / 6).outcome.alerts) == 1


def test_each_table_is_kept_once_in_the_archive_before_it_is_read(office, dropped) -> None:
    broken = b"latitude,longitude\n40,117\n"
    drop(dropped / "hotspots", "bad.csv", broken)
    first, again = hotspots(office), hotspots(office, MORNING + HOUR / 6)
    assert first.outcome.inputs == again.outcome.inputs
    (kept,) = first.outcome.inputs
    assert office.payloads.load(kept.payload_id) == broken


def test_where_two_tables_have_the_same_hour_the_one_that_sorts_last_counts(office, dropped) -> None:
    drop(dropped / "weather", "1-wet.csv", weather_table().replace(b"28.0,12.0,9.0", b"5.0,99.0,0.0"))
    wet = held(office, FlowName.DANGER_WATCH)
    drop(dropped / "weather", "2-dry.csv", weather_table())
    dry = held(office, FlowName.DANGER_WATCH, MORNING + HOUR / 6)
    assert max(row["danger_grade"] for row in wet.outcome.table) == 1
    assert min(row["danger_grade"] for row in dry.outcome.table) >= 3


def test_a_station_that_two_tables_place_otherwise_stands_where_the_last_has_it_and_is_named(office, dropped) -> None:
    drop(dropped / "weather", "1.csv", weather_table())
    head, *rows = weather_table().splitlines()
    moved = [row.replace(b"S1,40.05,116.95", b"S1,40.051,116.953") for row in rows if row.startswith(b"S1,")]
    drop(dropped / "weather", "2.csv", b"\n".join([head, *moved[-5:]]))
    told = office.weather.gather(MORNING, since=MORNING - 4 * world.DAY, live=False)
    assert told.missing == ("气象表1站位置不一",)
    (place,) = told.frame.filter(pl.col("station_id") == "S1").select("lat_deg", "lon_deg").unique().rows()
    assert place == (40.051, 116.953)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"T01:00:00Z", b"T01:30:00Z", "is not on the hour"),
        (b"S1,40.05,116.95", b"S1,40.95,116.95", "station S1 has two positions"),
    ],
    ids=["half an hour", "a station at two places"],
)
def test_weather_that_no_noon_can_be_made_of_is_named_and_does_not_stop_the_round(
    office, dropped, old, new, says
) -> None:
    drop(dropped / "weather", "bad.csv", weather_table().replace(old, new, 1))
    report = held(office, FlowName.DANGER_WATCH)
    assert report.outcome.outcome is RunOutcome.FEED_OUT
    error = office.coverage.of("weather_table").last_error
    assert error is not None
    assert "bad.csv" in error
    assert says in error


def test_no_forecast_issued_later_and_no_later_row_is_seen(office, dropped) -> None:
    drop(dropped / "weather", "weather.csv", weather_table())
    drop(dropped / "hotspots", "noaa20.csv", hotspot_table("VIIRS_NOAA20_NRT", on_the_line(MORNING, 5.0)))
    before = MORNING - timedelta(hours=6)
    weather = office.weather.gather(before, since=before - world.DAY, live=False).frame
    assert weather["valid_utc"].max() <= before
    fires = office.hotspots_feed.gather(before, since=None, live=False)
    assert fires.frame.is_empty()
    assert fires.heard_until_utc is None


def test_times_are_those_of_the_table_and_not_of_the_folder(office, dropped) -> None:
    drop(dropped / "hotspots", "noaa20.csv", hotspot_table("VIIRS_NOAA20_NRT", on_the_line(MORNING, 5.0)))
    gathered = office.hotspots_feed.gather(MORNING, since=None, live=True)
    seen = (MORNING - 5 * HOUR).replace(second=0)
    assert gathered.heard_until_utc == seen == gathered.frame["acquired_utc"][0].astimezone(UTC)


def test_rows_that_were_cut_off_are_counted_in_what_is_missing(office, dropped) -> None:
    whole = hotspot_table("VIIRS_NOAA20_NRT", far_away(MORNING), on_the_line(MORNING, 5.0))
    drop(dropped / "hotspots", "noaa20.csv", whole[:-40])
    drop(dropped / "weather", "weather.csv", weather_table()[:-30])
    assert "热点表1行" in hotspots(office).outcome.missing
    assert "气象表1行" in held(office, FlowName.DANGER_WATCH).outcome.missing
