"""Processes that stand beside the clock: each with its log, ended as a whole; some are started again when they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

STOPPED_WITHIN_S = 30.0
AGAIN_AFTER_MOST_S = 30.0
STEADY_AFTER_S = 60.0
"""One that ran for so long had no trouble starting."""


def start(name: str, arguments: Sequence[str], home: Path) -> subprocess.Popen[bytes]:
    """A module of ours as a process of its own session, with its log under the home."""
    log = home / "log" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        return subprocess.Popen(  # noqa: S603  # our own interpreter and fixed arguments
            (sys.executable, "-m", *arguments), stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
        )


def end(*processes: subprocess.Popen[bytes], within_s: float = STOPPED_WITHIN_S) -> None:
    """Ask all to end at once, and kill those that do not within ``within_s``."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + within_s
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@dataclass
class Supervised:
    """A process that is started again whenever it ends, at once at first, later and later while it keeps failing."""

    name: str
    arguments: Sequence[str]
    home: Path
    say: Callable[[str], None]
    process: subprocess.Popen[bytes] = field(init=False)
    _failures: int = 0
    _started_s: float = 0.0
    _again_at_s: float | None = None

    def __post_init__(self) -> None:
        self._start()

    def look(self) -> None:
        """Start it again if it has ended and its time has come."""
        now_s = time.monotonic()
        if self._again_at_s is not None:
            if now_s >= self._again_at_s:
                self._start()
            return
        code = self.process.poll()
        if code is None:
            return
        self._failures = 1 if now_s - self._started_s > STEADY_AFTER_S else self._failures + 1
        wait_s = min(AGAIN_AFTER_MOST_S, 2.0 ** (self._failures - 1) - 1)
        self._again_at_s = now_s + wait_s
        at = datetime.now(UTC).astimezone()
        why = f"ended with code {code}; see log/{self.name}.log"
        self.say(f"{at:%H:%M:%S} the {self.name} {why}; it starts again in {wait_s:.0f} s")

    def _start(self) -> None:
        self.process = start(self.name, self.arguments, self.home)
        self._started_s, self._again_at_s = time.monotonic(), None
