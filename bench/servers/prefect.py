"""A Prefect server and modules of ours as processes, ended with the block."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.servers.ports import free_port
from flows.embedded import embedded_environment

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def process(*arguments: str, log: Path, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A module as a process, ended with the block."""
    command = (sys.executable, "-m", *arguments)
    with log.open("ab") as sink:
        running = subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT, cwd=ROOT, env=env)
        try:
            yield running
        finally:
            running.terminate()
            running.wait(60)


@contextmanager
def prefect_server(home: Path, *, database: str | None) -> Iterator[Mapping[str, str]]:
    """A server until the block ends: the environment of what talks to it.

    Args:
        home: of the server's state and log.
        database: address of its PostgreSQL; SQLite without.
    """
    port = str(free_port())
    ours = embedded_environment(home, f"http://127.0.0.1:{port}/api")
    chosen = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": database} if database else {}
    env = {**os.environ, **ours, **chosen, "NO_PROXY": "127.0.0.1"}
    with process("prefect", "server", "start", "--port", port, log=home / "server.log", env=env):
        yield env
