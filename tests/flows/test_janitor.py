"""Prefect's runs without a process, on a real server: ended, so that the next of their kind may start."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from uuid import UUID

import pytest

from flows.janitor import LATE_MOST, PENDING_MOST, UNSEEN_MOST, Swept, sweep

pytestmark = [
    pytest.mark.flow,
    pytest.mark.usefixtures("in_prefect"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
SECOND = timedelta(seconds=1)


def dead_pid() -> int:
    done = subprocess.Popen((sys.executable, "-c", ""))
    done.wait()
    return done.pid


async def _swept(state: str, pid: int | None, after: timedelta, *, local: bool = True) -> tuple[Swept, str]:
    """One run in a state, with a process, looked at some time later: what was done, and its state after."""
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.states import Pending, Running, Scheduled

    @flow
    async def quiet() -> None:
        """Nothing."""

    running = Running()
    now = running.timestamp
    states = {"running": running, "pending": Pending(), "late": Scheduled(scheduled_time=now)}
    async with get_client() as client:
        run = await client.create_flow_run(quiet, state=states[state])
        if pid is not None:
            await client.update_flow_run(run.id, infrastructure_pid=str(pid))
        swept = await sweep(client, now=now + after, local=local)
        after_all = await _state(client, run.id)
        await client.delete_flow_run(run.id)
    return swept, after_all


async def _state(client, run_id: UUID) -> str:
    found = (await client.read_flow_run(run_id)).state
    assert found is not None
    return str(found.type.value)


@pytest.mark.parametrize(
    ("state", "alive", "after", "ends"),
    [
        ("running", False, SECOND, "CRASHED"),
        ("running", True, timedelta(hours=2), "RUNNING"),
        ("pending", None, PENDING_MOST - SECOND, "PENDING"),
        ("pending", None, PENDING_MOST + timedelta(minutes=1), "CRASHED"),
        ("running", None, UNSEEN_MOST - timedelta(minutes=1), "RUNNING"),
        ("running", None, UNSEEN_MOST + timedelta(minutes=1), "CRASHED"),
    ],
    ids=["dead", "alive", "just taken", "taken and never begun", "elsewhere", "elsewhere for too long"],
)
def test_a_run_without_a_process_is_ended_and_one_with_a_process_is_left(state, alive, after, ends) -> None:
    pid = {None: None, True: os.getpid(), False: dead_pid()}[alive]
    swept, found = asyncio.run(_swept(state, pid, after))
    assert found == ends
    assert bool(swept) == (ends == "CRASHED")


def test_process_numbers_of_other_machines_say_nothing_here() -> None:
    _, found = asyncio.run(_swept("running", dead_pid(), SECOND, local=False))
    assert found == "RUNNING"


def test_a_run_by_hand_that_waits_is_never_cancelled() -> None:
    _, found = asyncio.run(_swept("late", None, LATE_MOST + timedelta(minutes=1)))
    assert found == "SCHEDULED"
