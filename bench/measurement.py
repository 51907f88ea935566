"""One measured figure beside that of its peer, taken in the same run."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


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
        """How many times better than the peer; without a peer, than the target."""
        other = self.peer if self.peer is not None else self.target
        return self.ours / other if self.higher_is_better else other / self.ours

    @property
    def ok(self) -> bool:
        """Whether the target is met."""
        return self.ratio >= (self.target if self.peer is not None else 1.0)


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
