"""A lease ends when its owner is dead or its time is up on a clock that nobody can set."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from store.database import Database
from store.holders import boot_s, lease_is_over, this_process
from store.ledger import SqlLedger
from tests.store.examples import commit, minutes

ME = this_process()
CHECKOUT = Path(__file__).resolve().parents[2]


def over(owner: str, *, left_s: float = 60.0) -> bool | None:
    return lease_is_over(owner, until_boot_s=1000.0 + left_s, boot_now_s=1000.0)


def test_the_lease_of_a_process_that_lives_runs_to_its_end() -> None:
    assert over(ME.text) is False
    assert over(ME.text, left_s=0.0) is True


def test_a_process_that_is_dead_holds_nothing() -> None:
    code = "from store.holders import this_process; print(this_process().text)"
    done = subprocess.run((sys.executable, "-c", code), cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert over(done.stdout.strip()) is True


def test_a_number_that_came_again_is_another_process() -> None:
    assert over(replace(ME, started="1").text) is True


def test_a_process_of_before_the_boot_is_dead() -> None:
    assert over(replace(ME, boot_id="another").text) is True


@pytest.mark.parametrize(
    "owner", [replace(ME, host="elsewhere").text, "d1", "", "a/b/c/d"], ids=["elsewhere", "name", "empty", "foreign"]
)
def test_of_another_machine_only_the_wall_clock_can_tell(owner: str) -> None:
    assert over(owner) is None


def test_the_clock_of_the_machine_goes_on() -> None:
    before = boot_s()
    time.sleep(0.01)
    assert boot_s() > before


def test_a_wall_clock_that_jumps_frees_no_lease_that_lives(database: Database) -> None:
    booted = [1000.0]
    ledger = SqlLedger(database, boot_s=lambda: booted[0])
    commit(ledger)

    def claim(at: float) -> int:
        return len(ledger.claim(owner=ME.text, now=minutes(at), lease_s=60, limit=10, world="live"))

    assert claim(0) == 3
    assert [claim(at) for at in (60.0, -60.0, 24 * 60.0, 365 * 24 * 60.0)] == [0, 0, 0, 0]
    booted[0] += 60.0
    assert claim(0) == 3


def test_a_lease_whose_owner_died_is_free_at_once(database: Database) -> None:
    ledger = SqlLedger(database)
    commit(ledger)
    dead = replace(ME, started="1").text
    assert len(ledger.claim(owner=dead, now=minutes(0), lease_s=3600, limit=10, world="live")) == 3
    assert len(ledger.claim(owner=ME.text, now=minutes(0), lease_s=60, limit=10, world="live")) == 3


def test_a_row_that_waits_is_sent_though_the_clock_was_set_back(database: Database) -> None:
    ledger = SqlLedger(database)
    commit(ledger)
    back = minutes(0) - timedelta(days=1)
    assert len(ledger.claim(owner=ME.text, now=back, lease_s=60, limit=10, world="live")) == 3
