"""Brings the pool, the deployments and the dead-man's switch to a Prefect server, and sees that it schedules them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from flows.deadman import arm_deadman
from flows.errors import ConfigurationError

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

POOL = "firewatch"
SCHEDULED_WITHIN_S = 90.0
DEPLOYED_WITHIN_S = 180.0
REGISTER_TRIES = 4
"""A server that just started answers 503 while its SQLite is locked: seconds later it takes the same request."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A deployment as the server knows it."""

    name: str
    """``flow/deployment``."""
    next_start_utc: datetime | None


def shipped_prefect_file() -> Path:
    """``prefect.yaml`` beside the packages (a checkout) or inside them (a wheel)."""
    inside = Path(__file__).parent / "prefect.yaml"
    return inside if inside.is_file() else Path(__file__).parent.parent / "prefect.yaml"


def register(*, say: Callable[[str], None], prefect_file: Path | None = None, pool_type: str = "process") -> None:
    """Bring the pool, every deployment and the dead-man's switch to the server of ``PREFECT_API_URL``; again at will.

    Args:
        say: takes what an operator should see.
        prefect_file: the deployments; the shipped ones when absent.
        pool_type: ``process``, or one whose package is installed beside the worker: ``docker``, ``kubernetes``.

    Raises:
        ConfigurationError: Prefect refuses them, or the scheduler makes no run.
    """
    prefect_file = prefect_file or shipped_prefect_file()
    with patience(REGISTER_TRIES):
        asyncio.run(_make_pool(pool_type))
        _deploy(prefect_file)
        for standing in asyncio.run(wait_for_schedules(deployments_of(prefect_file))):
            at = standing.next_start_utc
            when = f"next run {at.astimezone():%m-%d %H:%M:%S}" if at else "by hand only"
            say(f"{standing.name}: {when}")
        asyncio.run(arm_deadman())


def deployments_of(prefect_file: Path) -> dict[str, set[str]]:
    """Declared deployments as ``flow/deployment`` with the slugs of their schedules."""
    declared = yaml.safe_load(prefect_file.read_text(encoding="utf-8"))["deployments"]
    return {
        f"{entry['entrypoint'].rsplit('.', 1)[1].replace('_', '-')}/{entry['name']}": {
            schedule["slug"] for schedule in entry.get("schedules", [])
        }
        for entry in declared
    }


async def wait_for_schedules(declared: dict[str, set[str]]) -> list[Standing]:
    """Remove what prefect.yaml no longer declares, then wait until each scheduled deployment has a run to come.

    Raises:
        ConfigurationError: none came in time. SQLAlchemy 2.1 beside Prefect 3.8 is one cause, and tells nobody.
    """
    from prefect.client.orchestration import get_client

    deadline = time.monotonic() + SCHEDULED_WITHIN_S
    async with get_client() as client:
        await _forget_undeclared(client, declared)
        while True:
            standings = await _standings(client)
            waiting = [s.name for s in standings if s.next_start_utc is None and declared.get(s.name)]
            if not waiting and declared.keys() <= {standing.name for standing in standings}:
                return standings
            if time.monotonic() > deadline:
                raise ConfigurationError(
                    f"no scheduled run of {', '.join(waiting) or 'the deployments'} after {SCHEDULED_WITHIN_S:.0f} s: "
                    "the scheduler is not working; see log/server.log and the bounds in pyproject.toml"
                )
            await asyncio.sleep(1.0)


async def _forget_undeclared(client: PrefectClient, declared: dict[str, set[str]]) -> None:
    for deployment in await client.read_deployments():
        flow = await client.read_flow(deployment.flow_id)
        slugs = declared.get(f"{flow.name}/{deployment.name}")
        if slugs is None and deployment.work_pool_name == POOL:
            await client.delete_deployment(deployment.id)
            continue
        for schedule in deployment.schedules:
            if slugs is not None and schedule.slug not in slugs:
                await client.delete_deployment_schedule(deployment.id, schedule.id)


async def _standings(client: PrefectClient) -> list[Standing]:
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId, FlowRunFilterStateType
    from prefect.client.schemas.filters import FlowRunFilterState as StateFilter
    from prefect.client.schemas.objects import StateType
    from prefect.client.schemas.sorting import FlowRunSort

    standings = []
    for deployment in await client.read_deployments():
        flow = await client.read_flow(deployment.flow_id)
        runs = await client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(any_=[deployment.id]),
                state=StateFilter(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
            ),
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=1,
        )
        standings.append(Standing(f"{flow.name}/{deployment.name}", runs[0].expected_start_time if runs else None))
    return sorted(standings, key=lambda standing: standing.name)


async def _make_pool(pool_type: str) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate

    async with get_client() as client:
        await client.create_work_pool(WorkPoolCreate(name=POOL, type=pool_type), overwrite=True)


def _deploy(prefect_file: Path) -> None:
    command = (sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", prefect_file.name)
    hasty = os.environ | {"PREFECT_CLIENT_MAX_RETRIES": str(REGISTER_TRIES)}
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter
            command,
            cwd=prefect_file.parent,
            env=hasty,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEPLOYED_WITHIN_S,
        )
    except subprocess.TimeoutExpired as error:
        raise ConfigurationError(f"prefect deploy did not end within {DEPLOYED_WITHIN_S:.0f} s") from error
    if done.returncode != 0:
        raise ConfigurationError(f"prefect deploy failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


@contextmanager
def patience(tries: int) -> Iterator[None]:
    """Prefect's client gives up after so many tries: with its ten it would wait for a dead server for half an hour."""
    from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

    with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: tries}):
        yield
