"""The same recording, come in another order: rows shuffled, and arrivals permuted within what may be late."""

from __future__ import annotations

import dataframely as dy
import numpy as np
import polars as pl

from models.frames import HotspotFrame, LocatedHotspotFrame

SEED = 20170511


def shuffled(watched: dy.DataFrame[LocatedHotspotFrame]) -> dy.DataFrame[LocatedHotspotFrame]:
    """Rows in another order, each available when it was."""
    return LocatedHotspotFrame.validate(watched.sample(fraction=1.0, shuffle=True, seed=SEED))


def arrivals_permuted(hotspots: dy.DataFrame[HotspotFrame], *, latest_h: float) -> dy.DataFrame[HotspotFrame]:
    """Each hotspot with the delay of another one, and every fourth with a delay up to ``latest_h``.

    Args:
        hotspots: a recording. One that came later than ``latest_h`` keeps its time: it is too late for any round.
        latest_h: the window of a round.
    """
    rng = np.random.default_rng(SEED)
    ordered = hotspots.sort("hotspot_id")
    delay_s = (ordered["available_utc"] - ordered["acquired_utc"]).dt.total_seconds().to_numpy().copy()
    movable = np.flatnonzero(delay_s < latest_h * 3600)
    mixed = rng.permutation(delay_s[movable])
    late = rng.random(len(mixed)) < 0.25
    mixed[late] = rng.integers(mixed[late], int(latest_h * 3600))
    delay_s[movable] = mixed
    moved = pl.col("acquired_utc") + pl.Series("delay", delay_s * 1_000_000, dtype=pl.Int64).cast(pl.Duration("us"))
    return HotspotFrame.validate(
        ordered.with_columns(available_utc=moved).sort("available_utc", "hotspot_id"), cast=True
    )
