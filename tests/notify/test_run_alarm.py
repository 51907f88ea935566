"""How the runs of a flow ended, and which flows fail by that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notify.run_alarm import RunMemory, RunRound, counted_run, failing_flows, flow_of, runs_law
from tests.notify.samples import MORNING, hours


def played(*errors: str) -> RunMemory:
    """Runs in a row, one in ten minutes; the empty error is a good run."""
    memory = RunMemory()
    for index, error in enumerate(errors):
        found = RunRound("danger_watch", ok=not error, run_id=f"R{index}", error=error, problem="no space")
        memory = counted_run(found, memory, now=MORNING + hours(index / 6))
    return memory


def test_a_failure_lasts_from_its_first_run_and_keeps_its_first_error() -> None:
    memory = played("OSError", "ValueError", "OSError")
    assert memory == RunMemory(3, MORNING, run_id="R0", error="OSError", problem="no space")
    assert failing_flows({"danger_watch": memory}) == {"danger_watch": "danger_watch:OSError"}


def test_a_flow_that_is_good_again_keeps_what_was_for_the_words() -> None:
    memory = played("OSError", "OSError", "", "")
    assert (memory.fails, memory.failed_runs, memory.failing_since_utc) == (False, 2, MORNING)
    assert (memory.good_utc, memory.run_id) == (MORNING + hours(2 / 6), "R2")


def test_a_second_failure_counts_anew() -> None:
    memory = played("OSError", "", "KeyError")
    assert memory == RunMemory(1, MORNING + hours(2 / 6), run_id="R2", error="KeyError", problem="no space")


def test_a_flow_that_never_failed_remembers_nothing() -> None:
    assert played("", "") == RunMemory()
    assert failing_flows({"danger_watch": RunMemory()}) == {}


def test_what_fails_longest_is_named_first_and_flow_and_error_are_read_from_a_key() -> None:
    late = counted_run(RunRound("a", ok=False, run_id="R", error="OSError"), RunMemory(), now=MORNING + hours(1))
    failing = failing_flows({"a": late, "b": played("ValueError"), "c": RunMemory()})
    assert list(failing.items()) == [("b", "b:ValueError"), ("a", "a:OSError")]
    assert [flow_of(key) for key in failing.values()] == ["b", "a"]
    assert [runs_law(timedelta(0)).cause_of(key) for key in failing.values()] == ["ValueError", "OSError"]


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        counted_run(RunRound("danger_watch", ok=True), RunMemory(), now=MORNING.replace(tzinfo=None))
