"""The short form of the fault matrix: dispatchers are really killed, and the receivers' own logs are the truth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from bench.faults import channels, killing, machine, providers, soak
from bench.faults.matrix import matrix
from bench.faults.proofs import PROOFS, Proof, held_by_tests
from bench.faults.results import Result, Results, page
from bench.faults.scene import Verdict
from bench.faults.size import QUICK
from tests.conftest import CHECKOUT

WAITING = {
    "killed, look-up": partial(killing.kills, QUICK, row=1, channel="sms"),
    "flaky, look-up": partial(killing.flaky, QUICK, channel="sms"),
    "killed at each point": partial(killing.every_point, QUICK, channel="bot"),
    "flaky, no look-up": partial(killing.flaky, QUICK, channel="bot"),
    "killed, keyed": partial(killing.kills, QUICK, row=1, channel="webhook"),
    "killed, no look-up": partial(killing.kills, QUICK, row=2, channel="bot"),
    "soak": partial(soak.a_day, QUICK),
    "one channel dead": partial(providers.dead_channel, QUICK),
    "locked": partial(machine.locked, QUICK),
    "clock": partial(machine.clock_jumps, QUICK),
    "login page": partial(providers.login_page, QUICK),
    "ten producers": partial(killing.producers_at_once, QUICK),
    "producer killed": partial(killing.producer_dies, QUICK),
}
"""Rows that mostly wait: two are under way at a time."""
ROWS = WAITING | {
    "error bodies": partial(channels.error_bodies, QUICK),
    "patience": partial(channels.patience, QUICK),
    "twenty a minute": partial(channels.twenty_a_minute, QUICK),
    "dead for half an hour": partial(channels.dead_for_half_an_hour, QUICK),
    "dead for two hours": partial(channels.dead_for_two_hours, QUICK),
    "drills": partial(channels.not_live, QUICK),
    "regions": partial(machine.regions_emptied, QUICK),
    "cancels": partial(providers.cancel_races, QUICK),
    "answers": partial(providers.answer_races, QUICK),
}
MAY_REPEAT = {"killed, no look-up", "killed at each point", "flaky, no look-up", "one channel dead"}


UNDER_WAY: dict[str, Future[Verdict]] = {}


@pytest.fixture(scope="module", autouse=True)
def rows_that_mostly_wait(request: pytest.FixtureRequest) -> Iterator[None]:
    """Start those that the tests of this run ask for, each in a process that is not busy with another row."""
    here = (item for item in request.session.items if item.path == request.path)
    asked = {
        item.callspec.params.get("name")
        for item in here
        if isinstance(item, pytest.Function) and "name" in item.fixturenames
    }
    with ProcessPoolExecutor(2, mp_context=get_context("forkserver")) as pool:
        UNDER_WAY.update({name: pool.submit(run) for name, run in WAITING.items() if name in asked})
        yield


@cache
def verdict_of(name: str) -> Verdict:
    """What came of a row; each is run once."""
    return UNDER_WAY[name].result() if name in UNDER_WAY else ROWS[name]()


@pytest.mark.parametrize("name", ROWS)
def test_nothing_is_lost_nothing_is_said_to_be_sent_that_was_not_and_copies_are_bounded(name: str) -> None:
    verdict = verdict_of(name)
    assert (verdict.lost, verdict.false_sent) == (0, 0), verdict
    assert verdict.duplicates <= (verdict.unknown if name in MAY_REPEAT else 0), verdict
    assert verdict.passed, verdict


def test_dispatchers_are_really_killed() -> None:
    assert verdict_of("killed, keyed").kills >= QUICK.kills


def test_every_row_of_the_matrix_is_run() -> None:
    numbers = [number for number, _ in matrix(QUICK)]
    assert numbers == list(range(1, 36))


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: str(proof.row))
def test_the_tests_that_hold_a_row_are_there_and_run_beside_the_short_form(proof: Proof) -> None:
    assert all((CHECKOUT / name).exists() for name in proof.tests)
    assert held_by_tests(QUICK, proof).passed is None


def test_a_run_that_was_broken_off_goes_on_where_it_stood_and_what_failed_is_run_again(tmp_path: Path) -> None:
    kept = Results.read(tmp_path / "faults.json", fresh=False)
    for name, passed in (("1a", True), ("2a", False), ("34a", None)):
        kept.keep(Result(name, 1, 2.0, Verdict(int(name[:-1]), "fault | x", "3 rows", passed, lost=int(not passed))))
    again = Results.read(tmp_path / "faults.json", fresh=False)
    assert [again.has(name, 1) for name in ("1a", "2a", "34a", "3a")] == [True, False, True, False]
    assert not again.has("1a", 2)
    assert not Results.read(tmp_path / "faults.json", fresh=True).has("1a", 1)
    lines = page(again.all).splitlines()[-35:]
    held = [line.split(" | ")[10] for line in lines]
    assert (held[0], held[1], held[33]) == ("✓", "**no**", "not run")
    assert set(held[2:33]) == {"not run in full"}


def test_two_benches_at_once_keep_what_either_found(tmp_path: Path) -> None:
    first, second = (Results.read(tmp_path / "faults.json", fresh=False) for _ in range(2))
    first.keep(Result("1a", 1, 2.0, Verdict(1, "fault", "3 rows", True)))
    second.keep(Result("2a", 1, 2.0, Verdict(2, "fault", "3 rows", True)))
    assert set(Results.read(tmp_path / "faults.json", fresh=False).found) == {"1a/1", "2a/1"}


def test_copies_are_bounded_by_three_whatever_was_flagged() -> None:
    for name in MAY_REPEAT:
        (copies,) = re.findall(r"max copies (\d+)", verdict_of(name).note)
        assert int(copies) <= 3, name
