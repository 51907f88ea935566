"""One command that keeps the clock: Prefect server, its deployments, one worker; Ctrl-C ends all.

The server comes first and goes last: a worker that is told to stop while the server is away does not stop.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import yaml

from flows.best_effort import attempt
from flows.deadman import arm_deadman
from flows.embedded import embedded_environment
from flows.errors import ConfigurationError
from flows.janitor import sweep_once
from flows.supervised import Supervised, end, start

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

POOL = "firewatch"
PROCESSES_AT_ONCE = 4
"""More than this on Prefect's SQLite loses runs; see docs/operations.md."""
HEALTHY_WITHIN_S = 180.0
SCHEDULED_WITHIN_S = 90.0
SWEEP_EVERY_S = 30.0
LOG = logging.getLogger("firewatch.serve")


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


def serve(
    *,
    home: Path,
    port: int,
    say: Callable[[str], None],
    prefect_file: Path | None = None,
    beside: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Start everything, then watch over it until a signal or until a part ends by itself.

    Args:
        home: where state and logs lie.
        port: of the Prefect server.
        say: takes what an operator should see.
        prefect_file: the deployments; the shipped ones when absent.
        beside: further processes by name, each a module of ours with its arguments; one that ends is started again,
            and all end with the rest.

    Raises:
        ConfigurationError: the server does not answer, or the scheduler makes no run of a deployment that has one.
    """
    prefect_file = prefect_file or shipped_prefect_file()
    _refuse_taken(port)
    home.mkdir(parents=True, exist_ok=True)
    api_url = f"http://127.0.0.1:{port}/api"
    os.environ.update(embedded_environment(home, api_url))
    stop = _stop_on_signals()
    with ExitStack() as running:
        others = [Supervised(name, command, home, say) for name, command in beside.items()]
        running.callback(lambda: end(*(other.process for other in others)))
        server = _started(
            "server", ("prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)), home, running
        )
        say(f"Prefect: http://127.0.0.1:{port}  (log: {home / 'log' / 'server.log'})")
        asyncio.run(_wait_until_healthy(server, stop))
        register(say=say, prefect_file=prefect_file)
        worker = Supervised(
            "worker", ("prefect", "worker", "start", "--pool", POOL, "--limit", str(PROCESSES_AT_ONCE)), home, say
        )
        running.callback(lambda: end(worker.process))
        asyncio.run(_wait_for_worker(worker.process, stop))
        say("running; Ctrl-C ends all")
        _watch({"server": server}, [worker, *others], stop, say=say)


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


def _refuse_taken(port: int) -> None:
    """Another server on this port would answer in the place of ours, with another memory."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ConfigurationError(f"port {port} is taken ({error.strerror}); choose another with --port") from error


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


async def _wait_until_healthy(server: subprocess.Popen[bytes], stop: Callable[[], bool]) -> None:
    from prefect.client.orchestration import get_client

    deadline = time.monotonic() + HEALTHY_WITHIN_S
    async with get_client() as client:
        while (trouble := await client.api_healthcheck()) is not None:
            if server.poll() is not None:
                raise ConfigurationError(f"the Prefect server ended with code {server.returncode}; see log/server.log")
            if stop() or time.monotonic() > deadline:
                raise ConfigurationError(f"the Prefect server did not answer in time: {trouble}")
            await asyncio.sleep(0.5)


async def _wait_for_worker(worker: subprocess.Popen[bytes], stop: Callable[[], bool]) -> None:
    from prefect.client.orchestration import get_client

    deadline = time.monotonic() + HEALTHY_WITHIN_S
    async with get_client() as client:
        while not stop() and not await client.read_workers_for_work_pool(POOL):
            if worker.poll() is not None or time.monotonic() > deadline:
                raise ConfigurationError("the worker did not come up; see log/worker.log")
            await asyncio.sleep(0.5)


async def _make_pool(pool_type: str) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate

    async with get_client() as client:
        await client.create_work_pool(WorkPoolCreate(name=POOL, type=pool_type), overwrite=True)


def _deploy(prefect_file: Path) -> None:
    command = (sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", prefect_file.name)
    done = subprocess.run(command, cwd=prefect_file.parent, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise ConfigurationError(f"prefect deploy failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def _started(name: str, arguments: Sequence[str], home: Path, running: ExitStack) -> subprocess.Popen[bytes]:
    """A process that ends when ``running`` closes, last started first."""
    process = start(name, arguments, home)
    running.callback(end, process)
    return process


def _stop_on_signals() -> Callable[[], bool]:
    """A function that tells whether SIGINT or SIGTERM came; both would otherwise leave children behind."""
    asked: list[int] = []

    def note(number: int, _frame: object) -> None:
        asked.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, note)
    return lambda: bool(asked)


def _sweep(say: Callable[[str], None]) -> None:
    swept = asyncio.run(sweep_once(now=datetime.now(UTC)))
    if swept:
        say(f"ended {len(swept.crashed)} runs without a process, {len(swept.cancelled)} ticks that were too old")


def _watch(
    processes: Mapping[str, subprocess.Popen[bytes]],
    beside: Sequence[Supervised],
    stop: Callable[[], bool],
    *,
    say: Callable[[str], None],
) -> None:
    look_at_s = 0.0
    while not stop():
        for one in beside:
            one.look()
        if time.monotonic() >= look_at_s:
            attempt("look for runs without a process", lambda: _sweep(say), log=LOG)
            look_at_s = time.monotonic() + SWEEP_EVERY_S
        for name, process in processes.items():
            if process.poll() is not None:
                at = datetime.now(UTC).astimezone()
                raise ConfigurationError(
                    f"{at:%H:%M:%S} the {name} ended with code {process.returncode}; see log/{name}.log"
                )
        time.sleep(0.5)
