"""Who holds a lease: a process that can be told from every other one, and whether it lives.

A lease ends by the clock of the machine that nobody can set: a wall clock that jumps frees no live lease. The wall
clock is looked at only for a holder on another machine, whose own clock cannot be read here.
"""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_PROC = Path("/proc")
_BOOT_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_STATE, _STARTED = 0, 19
"""Positions in /proc/<pid>/stat behind the name of the program."""


@dataclass(frozen=True, slots=True)
class Holder:
    """One process of one start of one machine."""

    host: str
    """With the namespace of its process numbers: containers of one host may share its name."""
    boot_id: str
    pid: int
    started: str
    """Ticks since the boot, as the kernel has them: a process number comes again."""

    @property
    def text(self) -> str:
        """As the ledger keeps it."""
        return f"{self.host}/{self.boot_id}/{self.pid}/{self.started}"


def boot_s() -> float:
    """Seconds since this machine started, sleep included."""
    return time.clock_gettime(_BOOT_CLOCK)


def this_process() -> Holder:
    """The process that asks."""
    return Holder(_host(), _boot_id(), os.getpid(), _started(os.getpid()) or "0")


def lease_is_over(owner: str | None, *, until_boot_s: float | None, boot_now_s: float) -> bool | None:
    """Whether the lease of ``owner`` is over; None when only the wall clock can tell.

    Args:
        owner: as :attr:`Holder.text`.
        until_boot_s: end of the lease on the clock of its machine.
        boot_now_s: that clock now.
    """
    holder = holder_in(owner)
    if holder is None or holder.host != _host() or until_boot_s is None:
        return None
    if holder.boot_id != _boot_id():
        return True
    return until_boot_s <= boot_now_s or _started(holder.pid) != holder.started


def holder_in(owner: str | None) -> Holder | None:
    """The holder whose :attr:`Holder.text` this is; None where it is none."""
    parts = (owner or "").split("/")
    if len(parts) != 4 or not parts[2].isdigit():
        return None
    return Holder(parts[0], parts[1], int(parts[2]), parts[3])


@lru_cache(maxsize=1)
def _boot_id() -> str:
    return _read(_PROC / "sys/kernel/random/boot_id").strip() or "unknown"


@lru_cache(maxsize=1)
def _host() -> str:
    try:
        namespace = (_PROC / "self/ns/pid").readlink().name
    except OSError:
        namespace = ""
    return f"{socket.gethostname()}{namespace}".replace("/", "")


def _started(pid: int) -> str | None:
    """When a process began; None when there is none, or only its remains."""
    fields = _read(_PROC / str(pid) / "stat").rpartition(")")[2].split()
    if not (_PROC / "self").exists():
        return "0"
    return None if len(fields) <= _STARTED or fields[_STATE] in {"Z", "X"} else fields[_STARTED]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
