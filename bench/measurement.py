"""One measured figure beside that of its peer, taken in the same run."""

from __future__ import annotations

import gc
import math
import multiprocessing
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Measurement:
    """A row of ``var/bench.json``. ``ratio`` > 1 is better than the peer, or better than the target where none exists.

    Attributes:
        ours, peer: in ``unit``.
        higher_is_better: True for a rate, False for a time or a size.
        target: least ``ratio`` for a row with a peer; the bound on ``ours`` for a row without.
        bound_by: what limits the figure, in one sentence for docs/performance.md.
    """

    name: str
    unit: str
    ours: float
    peer_name: str | None
    peer: float | None
    target: float
    higher_is_better: bool
    bound_by: str

    @property
    def ratio(self) -> float:
        """How many times better than the peer; without a peer, than the target. No loss at all is infinitely better."""
        other = self.peer if self.peer is not None else self.target
        if self.ours == 0 and not self.higher_is_better:
            return math.inf
        return self.ours / other if self.higher_is_better else other / self.ours

    @property
    def ok(self) -> bool:
        """Whether the target is met."""
        return self.ratio >= (self.target if self.peer is not None else 1.0)


def at_most(name: str, unit: str, ours: float, *, target: float, bound_by: str) -> Measurement:
    """A figure without a peer that must not pass a bound."""
    return Measurement(
        name=name,
        unit=unit,
        ours=ours,
        peer_name=None,
        peer=None,
        target=target,
        higher_is_better=False,
        bound_by=bound_by,
    )


def in_a_fresh_process(job: Callable[..., Answer], *arguments: object) -> Answer:
    """What ``job`` gives in a process of its own, whose peak memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(job, arguments)


def peak_memory_mb() -> float:
    """The most memory that this process ever held.

    Raises:
        OSError: the system does not tell.
    """
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    if found is None:
        raise OSError("this system does not tell a process its peak memory (VmHWM)")
    return int(found[1]) / 1024


def median_seconds(job: Callable[[], object], *, runs: int = 5, warm_up: int = 1) -> float:
    """Median wall time of ``job`` in seconds, after ``warm_up`` runs that do not count."""
    for _ in range(warm_up):
        job()
    taken = []
    for _ in range(runs):
        gc.collect()
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)
