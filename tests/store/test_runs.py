from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from store.database import Database
from store.errors import NotInStore, StoreConflict, StoreError
from store.run_rows import Run, RunEnd, RunInput, RunOutcome, Trigger
from store.runs import Runs
from tests.store.examples import minutes


@pytest.fixture
def runs(database: Database) -> Runs:
    return Runs(database)


def a_run(run_id: str = "r1", *, at: float = 0, **changes: Any) -> Run:
    begun = Run(run_id, "danger_watch", minutes(at), minutes(at), Trigger.SCHEDULED, config_version="c1")
    return replace(begun, **changes)


def done(at: float = 5, outcome: RunOutcome = RunOutcome.DONE) -> RunEnd:
    return RunEnd(outcome, minutes(at))


def test_a_run_comes_back_as_it_began(runs: Runs) -> None:
    begun = a_run(
        trigger=Trigger.MANUAL,
        who="王",
        reason="补算",
        parameters={"zones": ["PG-JZ"], "send": False, "as_of": None},
        world="exercise-1",
    )
    assert runs.begin_run(begun) == begun
    assert runs.load("r1") == begun
    assert runs.load("r1").outcome is RunOutcome.RUNNING


def test_a_run_comes_back_as_it_ended(runs: Runs) -> None:
    runs.begin_run(a_run())
    end = RunEnd(
        RunOutcome.DEGRADED,
        minutes(5),
        inputs=(RunInput("p1", "ab" * 32), RunInput("p2", "cd" * 32)),
        products=("danger/PG-JZ.csv",),
        alerts=("a1",),
        note="CMA 缺报",
    )
    assert runs.end_run("r1", end) == replace(a_run(), end=end)
    assert runs.load("r1").end == end


def test_a_run_ends_once(runs: Runs) -> None:
    runs.begin_run(a_run())
    runs.end_run("r1", done())
    with pytest.raises(StoreConflict, match="ended already: done"):
        runs.end_run("r1", done(outcome=RunOutcome.FAILED))
    assert runs.load("r1").end == done()


def test_a_run_that_never_began_cannot_end(runs: Runs) -> None:
    with pytest.raises(NotInStore, match="r9"):
        runs.end_run("r9", done())


def test_running_is_no_end_and_an_end_is_no_beginning(runs: Runs) -> None:
    runs.begin_run(a_run())
    with pytest.raises(StoreError, match="not an end"):
        runs.end_run("r1", done(outcome=RunOutcome.RUNNING))
    with pytest.raises(StoreError, match="before it ends"):
        runs.begin_run(a_run("r2", end=done()))


def test_an_id_is_used_once(runs: Runs) -> None:
    runs.begin_run(a_run())
    with pytest.raises(StoreConflict):
        runs.begin_run(a_run(at=9))
    assert runs.load("r1").started_utc == minutes(0)


def test_a_rerun_points_to_a_run_that_exists_and_says_why(runs: Runs) -> None:
    runs.begin_run(a_run())
    with pytest.raises(StoreError, match="needs a reason"):
        runs.begin_run(a_run("r2", rerun_of="r1", reason=" "))
    with pytest.raises(StoreConflict):
        runs.begin_run(a_run("r2", rerun_of="r0", reason="检查"))
    runs.begin_run(a_run("r2", rerun_of="r1", reason="检查"))
    assert runs.load("r2").rerun_of == "r1"
    assert runs.load("r1") == a_run()


def test_the_last_runs_come_newest_first_of_one_flow_and_world(runs: Runs) -> None:
    for number in range(4):
        runs.begin_run(a_run(f"r{number}", at=number))
    runs.begin_run(a_run("other", at=9, flow="hotspot_watch"))
    runs.begin_run(a_run("drill", at=9, world="exercise-1"))
    assert [item.run_id for item in runs.last_runs("danger_watch", limit=2)] == ["r3", "r2"]
    assert [item.run_id for item in runs.last_runs()] == ["other", "r3", "r2", "r1", "r0"]


def test_the_last_good_run_is_not_one_that_failed_or_is_running(runs: Runs) -> None:
    assert runs.last_good("danger_watch") is None
    outcomes = [RunOutcome.DONE, RunOutcome.DEGRADED, RunOutcome.FEED_OUT, RunOutcome.FAILED, RunOutcome.SKIPPED]
    for number, outcome in enumerate(outcomes):
        runs.begin_run(a_run(f"r{number}", at=number))
        runs.end_run(f"r{number}", done(outcome=outcome))
    runs.begin_run(a_run("running", at=9))
    found = runs.last_good("danger_watch")
    assert found is not None
    assert (found.run_id, found.outcome) == ("r1", RunOutcome.DEGRADED)


def test_runs_that_never_said_how_they_ended_are_found(runs: Runs) -> None:
    for number in range(3):
        runs.begin_run(a_run(f"r{number}", at=number))
    runs.end_run("r0", done())
    assert [item.run_id for item in runs.unended(started_before=minutes(2))] == ["r1"]
