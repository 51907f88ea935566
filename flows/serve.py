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
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from flows.best_effort import attempt
from flows.embedded import embedded_environment, note_address
from flows.errors import ConfigurationError
from flows.janitor import sweep_once
from flows.registering import POOL, patience, register, shipped_prefect_file
from flows.supervised import Supervised, end, start

PROCESSES_AT_ONCE = 4
"""More than this on Prefect's SQLite loses runs; see docs/operations.md."""
HEALTHY_WITHIN_S = 180.0
ALONE_S = 5.0
"""What a worker has to end in when its server died before it."""
SWEEP_EVERY_S = 30.0
SWEEP_MOST_S = 20.0
SWEEP_TRIES = 1
LOG = logging.getLogger("firewatch.serve")


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
        note_address(home, api_url)
        register(say=say, prefect_file=prefect_file)
        worker = Supervised(
            "worker", ("prefect", "worker", "start", "--pool", POOL, "--limit", str(PROCESSES_AT_ONCE)), home, say
        )
        running.callback(lambda: _end_worker(worker, server))
        asyncio.run(_wait_for_worker(worker.process, stop))
        say("running; Ctrl-C ends all")
        _watch({"server": server}, [worker, *others], stop, say=say)


def _refuse_taken(port: int) -> None:
    """Another server on this port would answer in the place of ours, with another memory."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ConfigurationError(f"port {port} is taken ({error.strerror}); choose another with --port") from error


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


def _end_worker(worker: Supervised, server: subprocess.Popen[bytes]) -> None:
    """A worker whose server is gone waits for it instead of ending, and keeps everything else from starting again."""
    if server.poll() is None:
        end(worker.process)
    else:
        end(worker.process, within_s=ALONE_S)


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
    with patience(SWEEP_TRIES):
        swept = asyncio.run(asyncio.wait_for(sweep_once(now=datetime.now(UTC)), SWEEP_MOST_S))
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
