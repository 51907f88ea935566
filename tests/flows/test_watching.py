"""The watch on ourselves, with a real store: a silent auditor, dead runs, readings, an outage told from a failure."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from flows.auditing import audit_of
from flows.carry_out import carry_out
from flows.errors import ConfigurationError
from flows.janitor import GONE_ZH, end_dead_rows
from flows.order import FlowName
from flows.readings import EXPIRY_FILE, ends_of, reading_of
from flows.recorded_feeds import NoHotspots, NoWeather
from flows.watching import look, prefect_trouble
from flows.wiring import House
from notify.alert import LIVE
from store.holders import this_process
from store.run_rows import Run, RunOutcome, Trigger
from tests.flows import world
from tests.flows.world import MORNING

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _no_server(monkeypatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)


@pytest.fixture
def live(house) -> House:
    return world.recorded(house, world=LIVE)


def audit(house: House, at_min: float) -> None:
    house.clock.now = MORNING + at_min * MINUTE
    carry_out(house, world.order(FlowName.AUDIT_ROUND, house.clock.now, world=LIVE, live=True))


def watch(house: House, at_min: float) -> list[str]:
    house.clock.now = MORNING + at_min * MINUTE
    return [one.said_zh for one in look(house)]


def told(house: House) -> list[str]:
    rows = world.alerts(house).iter_rows(named=True)
    return [row["text_short"] for row in rows if row["event_id"].startswith("watchdog:")]


def test_audits_that_fall_silent_are_told_within_four_minutes_once_and_told_back(live) -> None:
    audit(live, 0)
    assert [watch(live, at) for at in (1, 2, 3)] == [[], [], []]
    assert watch(live, 3.5) == ["审计中断"]
    assert watch(live, 10) == ["审计中断"]
    audit(live, 11)
    assert watch(live, 11.5) == []
    first, back = told(live)
    assert first.startswith("【火险管线】运行异常：审计中断，请查服务。")
    assert "恢复正常" in back


def test_where_nobody_sends_the_watchdog_sends_by_itself(live) -> None:
    audit(live, 0)
    watch(live, 5)
    assert any("operations" in office for office, _ in world.messages(live))


def test_a_house_that_never_ran_is_quiet_and_one_without_any_audit_is_not(live) -> None:
    assert watch(live, 0) == []
    world.hotspots(live, MORNING, live=True)
    assert watch(live, 4) == ["审计中断"]


def test_a_server_that_does_not_answer_is_named(live, monkeypatch) -> None:
    audit(live, 0)
    monkeypatch.setenv("PREFECT_API_URL", f"{world.NOWHERE}/api")
    assert watch(live, 5) == ["审计中断", "调度服务无应答"]


def test_a_server_is_asked_for_its_health() -> None:
    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/api/health" else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        assert prefect_trouble(f"http://127.0.0.1:{server.server_port}/api") is None
        assert prefect_trouble(f"http://127.0.0.1:{server.server_port}/other") == "HTTP 503"
        server.shutdown()
        thread.join()
    assert prefect_trouble("") is None


def begun(house: House, run_id: str, process: str | None, at: datetime = MORNING) -> None:
    asked = {"zones": [], "send": True, "live": True} | ({"process": process} if process else {})
    house.runs.begin_run(Run(run_id, FlowName.HOTSPOT_WATCH, at, at, Trigger.SCHEDULED, parameters=asked))


def dead_process() -> str:
    asked = "from store.holders import this_process; print(this_process().text)"
    return subprocess.run((sys.executable, "-c", asked), capture_output=True, text=True, check=True).stdout.strip()


def test_a_run_whose_process_is_gone_is_ended_and_others_are_left(live) -> None:
    begun(live, "R-dead", dead_process())
    begun(live, "R-alive", this_process().text)
    begun(live, "R-elsewhere", "other-host/boot/1/1")
    begun(live, "R-of-old", "other-host/boot/1/1", MORNING - timedelta(hours=2))
    ended = end_dead_rows(live, now=MORNING + MINUTE)
    assert {row.run_id for row in ended} == {"R-dead", "R-of-old"}
    row = live.runs.load("R-dead")
    assert row.end is not None
    assert (row.outcome, row.end.note) == (RunOutcome.FAILED, GONE_ZH)
    assert end_dead_rows(live, now=MORNING + MINUTE) == []


def test_an_audit_ends_what_died_since_the_last_one(live) -> None:
    begun(live, "R-dead", dead_process())
    audit(live, 1)
    assert live.runs.load("R-dead").outcome is RunOutcome.FAILED


def test_a_round_notes_the_process_that_holds_it(live) -> None:
    report = world.hotspots(live)
    assert live.runs.load(report.run_id).parameters["process"] == this_process().text


def test_a_clock_that_was_set_back_is_seen_from_rows_of_the_future(live) -> None:
    live.clock.now = MORNING
    audit(live, 0)
    assert reading_of(live, now=MORNING).clock_ahead_s == 0.0
    assert reading_of(live, now=MORNING - timedelta(hours=1)).clock_ahead_s == -3600.0
    live.clock.now = MORNING - timedelta(hours=1)
    assert [one.said_zh for one in audit_of(live).problems] == ["本机时钟慢3600秒"]


def answered(house: House, feed: str, ahead_s: float | None, *, hours_ago: float = 0.5) -> None:
    at = MORNING - timedelta(hours=hours_ago)
    house.payloads.save(feed, f"GET {ahead_s}", b"x", fetched_utc=at, status=200, world=LIVE, clock_ahead_s=ahead_s)


@pytest.mark.parametrize(
    ("answers", "ahead_s"),
    [
        ([("firms", 3601.0), ("firms", 3600.0), ("open-meteo", 3605.0)], 3600.0),
        ([("firms", -3600.0), ("open-meteo", 1.0)], 1.0),
        ([("firms", None)], 0.0),
    ],
    ids=["fast by every feed", "one server is wrong", "nobody says the time"],
)
def test_a_fast_clock_is_seen_by_the_clocks_of_the_feeds_where_the_store_has_none(live, answers, ahead_s) -> None:
    live.clock.now = MORNING
    audit(live, 0)
    answered(live, "firms", 9000.0, hours_ago=4)
    for feed, said in answers:
        answered(live, feed, said)
    assert reading_of(live, now=MORNING).clock_ahead_s == ahead_s
    assert [one.said_zh for one in audit_of(live).problems] == (["本机时钟快3600秒"] if ahead_s == 3600.0 else [])


def test_an_outage_of_all_feeds_is_told_as_theirs_and_as_our_network_and_not_as_a_round_that_failed(live) -> None:
    blind = world.recorded(live, world=LIVE, hotspots=NoHotspots(), weather=NoWeather())
    for at in range(0, 31, 5):
        blind.clock.now = MORNING + at * MINUTE
        world.hotspots(blind, blind.clock.now, live=True)
        world.danger(blind, blind.clock.now, live=True, zones=())
        world.dispatch(blind, blind.clock.now)
    found = audit_of(blind)
    assert [one.said_zh for one in found.problems] == ["全部数据源同时中断"]
    kinds = {row["event_id"].split(":")[0] for row in world.alerts(blind).iter_rows(named=True)}
    assert "feeds" in kinds
    assert "run" not in kinds


def test_the_ends_of_secrets_stand_in_a_file_beside_them(open_one, tmp_path) -> None:
    (tmp_path / EXPIRY_FILE).write_text("wecom_secret = 2027-03-01\n", encoding="utf-8")
    house = open_one(secrets=tmp_path)
    assert ends_of(house) == {"wecom_secret": datetime(2027, 3, 1, 16, tzinfo=UTC)}
    (tmp_path / EXPIRY_FILE).write_text('wecom_secret = "soon"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="wecom_secret must be a day"):
        ends_of(house)


def test_an_exercise_is_not_asked_about_our_machine(dry) -> None:
    assert audit_of(replace(dry, clock=lambda: MORNING - timedelta(days=9))).problems == ()
