"""Laws of levels: up at once, down late, repeated seldom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.hysteresis import Change, HysteresisRules, LevelMemory, next_level
from tests.notify.samples import MORNING, hours

RULES = HysteresisRules(lower_after_runs=2, min_hold_h=6.0, repeat_after_h=(24.0, 24.0, 24.0, 6.0))
RANKS = st.one_of(st.none(), st.integers(0, 4))
RUNS = st.lists(st.tuples(RANKS, st.integers(1, 600)), max_size=60)
"""Candidate ranks and minutes since the run before."""


def history(runs: Sequence[tuple[int | None, int]]) -> list[tuple[datetime, int | None, LevelMemory, Change]]:
    """Every run with the memory after it."""
    memory, now, found = LevelMemory(), MORNING, []
    for candidate, minutes in runs:
        now += timedelta(minutes=minutes)
        memory, change = next_level(memory, candidate, now=now, rules=RULES)
        found.append((now, candidate, memory, change))
    return found


def after(*candidates: int | None, step_h: float = 4.0) -> list[Change]:
    return [change for *_, change in history([(candidate, int(step_h * 60)) for candidate in candidates])]


def test_a_level_goes_up_at_once() -> None:
    memory, change = next_level(LevelMemory(), 3, now=MORNING, rules=RULES)
    assert change is Change.RAISED
    assert (memory.rank, memory.since_utc, memory.told_utc) == (3, MORNING, MORNING)


def test_nothing_stays_nothing() -> None:
    assert after(0, 0) == [Change.BELOW_LEVEL, Change.BELOW_LEVEL]


def test_one_run_below_is_held_and_the_second_lowers() -> None:
    assert after(3, 3, 0, 0) == [Change.RAISED, Change.UNCHANGED, Change.HELD, Change.ENDED]


def test_a_run_at_the_level_starts_the_count_anew() -> None:
    assert after(3, 3, 0, 3, 0, 0)[2:] == [Change.HELD, Change.UNCHANGED, Change.HELD, Change.ENDED]


def test_runs_below_within_the_minimum_hold_do_not_lower() -> None:
    assert after(3, 0, 0, 0, step_h=2.0) == [Change.RAISED, Change.HELD, Change.HELD, Change.ENDED]


def test_a_level_comes_down_to_the_highest_of_the_last_runs_below() -> None:
    runs = history([(4, 1), (0, 240), (3, 240), (0, 240)])
    assert [change for *_, change in runs] == [Change.RAISED, Change.HELD, Change.LOWERED, Change.HELD]
    assert runs[2][2].rank == 3


def test_a_run_without_data_changes_no_level_and_breaks_the_row() -> None:
    assert after(3, 0, None, 0, 0) == [Change.RAISED, Change.HELD, Change.NO_DATA, Change.HELD, Change.ENDED]


def test_an_unchanged_level_is_repeated_after_its_interval() -> None:
    told = [change for *_, change in history([(4, 1)] + [(4, 120)] * 7)]
    assert [index for index, change in enumerate(told) if change is Change.REPEATED] == [3, 6]


def test_a_lower_rank_is_repeated_less_often() -> None:
    assert Change.REPEATED not in after(3, 3, 3, 3, 3, 3)
    assert after(3, *[3] * 6)[-1] is Change.REPEATED


def test_the_same_run_twice_counts_once() -> None:
    memory, _ = next_level(LevelMemory(), 3, now=MORNING, rules=RULES)
    late = MORNING + hours(10)
    memory, first = next_level(memory, 0, now=late, rules=RULES)
    memory, second = next_level(memory, 0, now=late, rules=RULES)
    assert (first, second, memory.runs_below) == (Change.HELD, Change.HELD, 1)


def test_a_clock_that_went_back_can_raise_but_not_lower() -> None:
    memory, _ = next_level(LevelMemory(), 3, now=MORNING, rules=RULES)
    memory, _ = next_level(memory, 0, now=MORNING + hours(10), rules=RULES)
    _, lowered = next_level(memory, 0, now=MORNING + hours(9), rules=RULES)
    _, raised = next_level(memory, 4, now=MORNING - hours(1), rules=RULES)
    assert (lowered, raised) == (Change.HELD, Change.RAISED)


@given(RUNS)
def test_raising_is_never_delayed(runs: list[tuple[int | None, int]]) -> None:
    before = 0
    for now, candidate, memory, change in history(runs):
        if candidate is not None and candidate > before:
            assert (change, memory.rank, memory.told_utc) == (Change.RAISED, candidate, now)
        assert candidate is None or memory.rank >= candidate
        before = memory.rank


@given(RUNS)
def test_a_change_is_followed_by_no_lowering_within_the_hold(runs: list[tuple[int | None, int]]) -> None:
    changed: datetime | None = None
    for now, _, _, change in history(runs):
        if change in {Change.LOWERED, Change.ENDED}:
            assert changed is not None
            assert now - changed >= hours(RULES.min_hold_h)
        if change in {Change.LOWERED, Change.ENDED, Change.RAISED}:
            changed = now


@given(st.lists(st.tuples(st.sampled_from([0, 3]), st.integers(1, 240)), max_size=200))
def test_flapping_around_a_threshold_raises_and_lowers_once_a_hold(runs: list[tuple[int | None, int]]) -> None:
    for wanted in (Change.RAISED, Change.ENDED):
        times = [now for now, _, _, change in history(runs) if change is wanted]
        assert all(later - former >= hours(RULES.min_hold_h) for former, later in pairwise(times))


@given(RUNS)
def test_a_lowering_needs_its_runs_in_a_row_below(runs: list[tuple[int | None, int]]) -> None:
    found = history(runs)
    for index, (_, _, memory, change) in enumerate(found):
        if change in {Change.LOWERED, Change.ENDED}:
            last = [candidate for _, candidate, _, _ in found[index + 1 - RULES.lower_after_runs : index + 1]]
            former = found[index - 1][2].rank
            assert len(last) == RULES.lower_after_runs
            assert all(candidate is not None and candidate < former for candidate in last)
            assert memory.rank == max(candidate for candidate in last if candidate is not None)


@given(RUNS)
def test_no_data_tells_nothing_and_keeps_the_level(runs: list[tuple[int | None, int]]) -> None:
    former = LevelMemory()
    for _, candidate, memory, change in history(runs):
        assert (candidate is None) == (change is Change.NO_DATA)
        if candidate is None:
            assert not change.told
            assert (memory.rank, memory.since_utc, memory.told_utc) == (former.rank, former.since_utc, former.told_utc)
        former = memory


@given(RUNS)
def test_two_words_on_an_unchanged_level_keep_the_interval(runs: list[tuple[int | None, int]]) -> None:
    told: datetime | None = None
    for now, _, memory, change in history(runs):
        if change is Change.REPEATED:
            assert told is not None
            assert now - told >= hours(RULES.repeat_after_h[memory.rank - 1])
        told = now if change.told else told
        assert not change.told or memory.told_utc == now


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"lower_after_runs": 0}, "lower_after_runs"),
        ({"min_hold_h": -1.0}, "min_hold_h"),
        ({"repeat_after_h": ()}, "repeat_after_h"),
        ({"repeat_after_h": (24.0, 0.0)}, "repeat_after_h"),
    ],
)
def test_rules_that_make_no_sense_are_refused_by_name(wrong: dict[str, object], named: str) -> None:
    whole: dict[str, object] = {"lower_after_runs": 2, "min_hold_h": 6.0, "repeat_after_h": (24.0,)}
    with pytest.raises(ValueError, match=named):
        HysteresisRules(**whole | wrong)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("rank", [-1, 5])
def test_a_rank_without_a_rule_is_refused(rank: int) -> None:
    with pytest.raises(ValueError, match="outside 0…4"):
        next_level(LevelMemory(), rank, now=MORNING, rules=RULES)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        next_level(LevelMemory(), 0, now=MORNING.replace(tzinfo=None), rules=RULES)
