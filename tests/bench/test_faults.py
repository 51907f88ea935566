"""The short form of the fault matrix: dispatchers are really killed, and the receivers' own logs are the truth."""

from __future__ import annotations

from functools import cache, partial

import pytest

from bench.faults import killing, machine, providers
from bench.faults.matrix import ELSEWHERE, matrix
from bench.faults.scene import Verdict
from bench.faults.size import QUICK

ROWS = {
    "killed, look-up": partial(killing.kills, QUICK, row=1, channel="sms"),
    "killed, keyed": partial(killing.kills, QUICK, row=1, channel="webhook"),
    "killed, no look-up": partial(killing.kills, QUICK, row=2, channel="bot"),
    "killed at each point": partial(killing.every_point, QUICK, channel="bot"),
    "producer killed": partial(killing.producer_dies, QUICK),
    "ten producers": partial(killing.producers_at_once, QUICK),
    "flaky, look-up": partial(killing.flaky, QUICK, channel="sms"),
    "flaky, no look-up": partial(killing.flaky, QUICK, channel="bot"),
    "login page": partial(providers.login_page, QUICK),
    "one channel dead": partial(providers.dead_channel, QUICK),
    "cancels": partial(providers.cancel_races, QUICK),
    "answers": partial(providers.answer_races, QUICK),
    "locked": partial(machine.locked, QUICK),
    "clock": partial(machine.clock_jumps, QUICK),
    "regions": partial(machine.regions_emptied, QUICK),
}
MAY_REPEAT = {"killed, no look-up", "killed at each point", "flaky, no look-up", "one channel dead"}


@cache
def verdict_of(name: str) -> Verdict:
    """What came of a row; each is run once."""
    return ROWS[name]()


@pytest.mark.parametrize("name", ROWS)
def test_nothing_is_lost_nothing_is_said_to_be_sent_that_was_not_and_copies_are_bounded(name: str) -> None:
    verdict = verdict_of(name)
    assert (verdict.lost, verdict.false_sent) == (0, 0), verdict
    assert verdict.duplicates <= (verdict.unknown if name in MAY_REPEAT else 0), verdict
    assert verdict.passed, verdict


def test_dispatchers_are_really_killed() -> None:
    assert verdict_of("killed, keyed").kills >= QUICK.kills


def test_every_row_of_the_matrix_is_run_or_says_why_not() -> None:
    numbers = [number for number, _ in matrix(QUICK)]
    assert numbers == list(range(1, 36))
    assert all(why for _, why in ELSEWHERE.values())
