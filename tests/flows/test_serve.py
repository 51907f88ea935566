"""A real server, a real worker: what stands after ``firewatch serve`` and what it refuses."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.servers.ports import free_port
from flows.embedded import embedded_environment
from flows.errors import ConfigurationError
from flows.registering import deployments_of, shipped_prefect_file
from flows.serve import serve
from store.database import Database, open_database

STARTED_WITHIN_S = 200
STOPPED_WITHIN_S = 120


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[subprocess.Popen[str], list[str], Path]]:
    """``firewatch serve`` on a free port, up to the line that says that it runs."""
    home = tmp_path_factory.mktemp("served")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "FIREWATCH_"))}
    process = subprocess.Popen(
        (sys.executable, "-m", "desk.cli", "serve", "--port", str(free_port())),
        env=clean | {"FIREWATCH_HOME": str(home), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    deadline = time.monotonic() + STARTED_WITHIN_S
    for line in process.stdout:
        said.append(line.strip())
        if "running" in line or time.monotonic() > deadline:
            break
    yield process, said, home
    if process.poll() is None:
        process.kill()
    process.stdout.close()
    process.wait()


@pytest.mark.flow
@pytest.mark.timeout(300)
def test_after_a_deploy_every_deployment_has_a_scheduled_run(served) -> None:
    _, said, _ = served
    planned = [line for line in said if "next run" in line]
    assert {line.split(":")[0] for line in planned} == {
        name for name, slugs in deployments_of(shipped_prefect_file()).items() if slugs
    }
    assert said[-1].startswith("running")


@pytest.mark.flow
@pytest.mark.timeout(300)
def test_a_dispatcher_that_is_killed_is_started_again(served) -> None:
    _, _, home = served
    ledger = open_database(f"sqlite:///{home / 'firewatch.db'}")
    first = owner_of_newest(ledger)
    os.kill(int(first.split("/")[2]), signal.SIGKILL)
    deadline = time.monotonic() + STOPPED_WITHIN_S
    while owner_of_newest(ledger) == first:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    ledger.close()


def owner_of_newest(ledger: Database) -> str:
    """The dispatcher that signed last; once there is one."""
    deadline = time.monotonic() + STOPPED_WITHIN_S
    while time.monotonic() < deadline:
        with ledger.read() as connection:
            found = connection.exec_driver_sql("SELECT owner FROM sender ORDER BY seen_utc DESC").scalars().first()
        if found is not None:
            return str(found)
        time.sleep(0.2)
    raise AssertionError("no dispatcher signed")


@pytest.mark.flow
@pytest.mark.timeout(300)
def test_one_signal_ends_server_worker_and_dispatcher(served) -> None:
    process, said, home = served
    assert said[-1].startswith("running")
    (server,) = [line for line in said if line.startswith("Prefect: ")]
    port = int(server.split("127.0.0.1:")[1].split()[0])
    process.send_signal(signal.SIGTERM)
    assert process.wait(STOPPED_WITHIN_S) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert "started" in (home / "log" / "worker.log").read_text(encoding="utf-8")
    ledger = open_database(f"sqlite:///{home / 'firewatch.db'}")
    assert not Path(f"/proc/{owner_of_newest(ledger).split('/')[2]}").exists()
    ledger.close()


def test_a_port_that_another_server_holds_is_refused(tmp_path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port} is taken"):
            serve(home=tmp_path, port=port, say=lambda _: None)


def test_deployments_are_named_as_prefect_names_them() -> None:
    assert deployments_of(shipped_prefect_file()) == {
        "danger-watch/live": {"danger-hourly-tick"},
        "danger-by-unit/by-hand": set(),
        "hotspot-watch/live": {"hotspots-five-minute-tick"},
        "dispatch-round/live": {"dispatch-every-two-minutes"},
        "audit-round/live": {"audit-every-minute"},
        "monthly-training/live": {"training-every-month"},
        "rerun-round/by-hand": set(),
        "watch-ourselves/live": set(),
        "duty-report/live": {"duty-report-after-the-cut-off"},
    }


def test_the_prefect_server_can_be_imported_beside_the_locked_dependencies(tmp_path) -> None:
    code = "import prefect.server.api.server as server; assert server.create_app"
    environment = os.environ | embedded_environment(tmp_path, None)
    done = subprocess.run((sys.executable, "-c", code), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_nothing_leaves_the_machine_and_leases_survive_a_restart() -> None:
    environment = embedded_environment(Path("home"), "http://127.0.0.1:4200/api")
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert environment["DO_NOT_TRACK"] == "1"
    assert environment["PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"].endswith(".filesystem")
    assert environment["PREFECT_HOME"] == str(Path("home") / "prefect")
