"""A run is a record: how it was asked for, what it read and made, and how it ended, in a row and in one line."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest

from flows import carry_out as carrying
from flows.carry_out import carry_out, skip
from flows.order import FlowName, Outcome, new_run_id
from flows.recorded_feeds import NoHotspots
from notify.delivery_states import Outcome as SendOutcome
from notify.delivery_states import OutcomeClass
from store.holders import this_process
from store.run_rows import RunOutcome, Trigger
from tests.flows import world
from tests.flows.world import MORNING, elsewhere, fire, hotspots, order


@pytest.fixture
def end_lines(caplog):
    """The lines that runs ended with, as documents."""
    caplog.set_level(logging.INFO, "firewatch.run")

    def lines() -> list[dict[str, Any]]:
        return [json.loads(record.getMessage()) for record in caplog.records if record.name == "firewatch.run"]

    return lines


def test_a_run_row_says_what_was_asked_read_made_and_told(dry) -> None:
    report = world.danger(dry)
    run = dry.runs.load(report.run_id)
    assert (run.flow, run.as_of_utc, run.trigger) == ("danger_watch", MORNING, Trigger.EXERCISE)
    assert (run.who, run.reason, run.world) == ("tester", "试验", world.DRILL)
    asked = {"zones": [world.ZONE], "send": True, "live": False}
    assert run.parameters == asked | {"process": this_process().text}
    assert run.config_version.endswith(f"+rules.{dry.rules.version[:12]}")
    assert run.end is not None
    assert run.end.outcome is RunOutcome.DONE
    assert run.end.products == tuple(product.path for product in report.outcome.products)
    assert run.end.alerts == report.outcome.alerts
    assert run.end.note == ""


def test_one_line_of_json_says_how_a_run_ended(drill, end_lines) -> None:
    report = hotspots(drill)
    (line,) = end_lines()
    assert line["event"] == "run_end"
    assert (line["run_id"], line["flow"], line["world"]) == (report.run_id, "hotspot_watch", world.DRILL)
    assert (line["outcome"], line["missing"], line["alerts"]) == ("done", [], [])
    assert line["as_of"] == MORNING.isoformat()
    assert line["counts"]["hotspots"] == 1
    assert isinstance(line["seconds"], float)


def test_a_degraded_run_names_what_was_missing_in_row_and_line(drill, end_lines) -> None:
    report = world.danger(drill)
    (line,) = end_lines()
    assert (line["outcome"], line["missing"]) == ("degraded", ["前期气象仅3天（可燃物湿度尚在累积）"])
    run = drill.runs.load(report.run_id)
    assert run.outcome is RunOutcome.DEGRADED
    assert run.end is not None
    assert run.end.note == "前期气象仅3天（可燃物湿度尚在累积）"


def test_a_run_whose_feeds_are_out_is_no_good_run(drill, end_lines) -> None:
    good = hotspots(drill)
    hotspots(world.recorded(drill, hotspots=NoHotspots()), MORNING + world.HOUR)
    assert end_lines()[-1]["outcome"] == "feed_out"
    last_good = drill.runs.last_good("hotspot_watch", world=drill.world)
    assert last_good is not None
    assert last_good.run_id == good.run_id


def test_what_a_round_raises_is_recorded_and_raised_again(drill, end_lines, monkeypatch) -> None:
    def broken(*_: object) -> Outcome:
        raise RuntimeError("the tracker met a case that nobody thought of")

    monkeypatch.setattr(carrying, "ROUNDS", {FlowName.HOTSPOT_WATCH: broken})
    with pytest.raises(RuntimeError, match="nobody thought of"):
        hotspots(drill)
    run = next(run for run in drill.runs.last_runs(world=drill.world) if run.outcome is RunOutcome.FAILED)
    assert run.end is not None
    assert run.end.note == "RuntimeError: the tracker met a case that nobody thought of"
    failed = next(line for line in end_lines() if line["outcome"] == "failed")
    assert failed["run_id"] == run.run_id
    assert failed["error"] == run.end.note


def test_a_failed_run_logs_an_error(drill, caplog, monkeypatch) -> None:
    def broken(*_: object) -> Outcome:
        raise RuntimeError("broken")

    monkeypatch.setattr(carrying, "ROUNDS", {FlowName.HOTSPOT_WATCH: broken})
    with pytest.raises(RuntimeError):
        hotspots(drill)
    levels = [record.levelno for record in caplog.records if '"failed"' in record.getMessage()]
    assert levels == [logging.ERROR]


def test_a_run_that_was_skipped_is_a_row_with_its_reason_and_does_nothing(drill, end_lines) -> None:
    drill = world.recorded(drill, hotspots=world.recorded_hotspots(drill, [fire(), elsewhere()]))
    report = skip(drill, order(FlowName.HOTSPOT_WATCH), "启动过晚")
    run = drill.runs.load(report.run_id)
    assert run.outcome is RunOutcome.SKIPPED
    assert run.end is not None
    assert run.end.note == "启动过晚"
    (line,) = end_lines()
    assert (line["outcome"], line["why"]) == ("skipped", "启动过晚")
    assert world.alerts(drill).is_empty()


def test_a_dispatch_that_could_not_reach_an_office_is_degraded_and_counts_it(drill, monkeypatch) -> None:
    drill = world.recorded(drill, hotspots=world.recorded_hotspots(drill, [fire(), elsewhere()]))
    hotspots(drill)
    rejected = SendOutcome(OutcomeClass.REJECT_PERMANENT, "no such office")
    monkeypatch.setattr("flows.dispatching.send", lambda *_, **__: rejected)
    report = world.dispatch(drill)
    assert report.outcome.outcome is RunOutcome.DEGRADED
    assert report.outcome.missing == ("有单位未送达:9",)
    assert report.outcome.counts["rejected"] == 9
    assert {row["region"] for row in report.outcome.table} == {"beijing", "tianjin", "hebei"}


def test_a_dispatch_with_nothing_to_send_is_done(drill) -> None:
    report = world.dispatch(drill)
    assert report.outcome.outcome is RunOutcome.DONE
    assert report.outcome.counts["claimed"] == 0


def test_run_ids_differ_and_grow_though_all_else_is_the_same() -> None:
    ids = [new_run_id(MORNING, FlowName.DANGER_WATCH) for _ in range(50)]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"R\d{8}-\d{4}-danger-[0-9a-f]{6}", run_id) for run_id in ids)


def test_every_flow_has_a_round() -> None:
    assert set(carrying.ROUNDS) == set(FlowName)


def test_a_row_is_there_while_the_round_is_under_way(drill, monkeypatch) -> None:
    seen = []

    def looking(house, asked, run_id) -> Outcome:
        seen.append(house.runs.load(run_id).outcome)
        return Outcome(RunOutcome.DONE)

    monkeypatch.setattr(carrying, "ROUNDS", {FlowName.HOTSPOT_WATCH: looking})
    carry_out(drill, order(FlowName.HOTSPOT_WATCH))
    assert seen == [RunOutcome.RUNNING]
