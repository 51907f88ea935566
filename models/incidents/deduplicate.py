"""One row a detection, however many feeds brought it.

The same pixel comes by several ways: the area API and the regional file, the fast and the careful processing of one
pass. Their rows have the same id, or coordinates cut to another number of decimals. Two passes over one fire, or two
satellites, are two detections and stay two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import dataframely as dy
import numpy as np
import polars as pl
from scipy.spatial import KDTree

from models.frames import HotspotFrame
from models.incidents.geometry import IntArray, chord_km, earth_km
from models.incidents.sources import INSTRUMENTS, SAME_PASS, Instrument

_RANK = ("available_utc", "acquired_utc", "feed", "hotspot_id")
"""Who had it first keeps it; the rest only settles ties."""


class MergeReason(StrEnum):
    """Why a row was taken for another one."""

    SAME_ID = "same_id"
    SAME_PIXEL = "same_pixel"
    """Another feed, the same satellite and pass, and nearer than two pixels can be."""


@dataclass(frozen=True, slots=True)
class Deduplicated:
    """Each detection once, and how many rows were merged into others."""

    hotspots: dy.DataFrame[HotspotFrame]
    merged: Mapping[MergeReason, int]


def deduplicate(frames: Iterable[dy.DataFrame[HotspotFrame]]) -> Deduplicated:
    """Merge the hotspots of several feeds; of each detection the row that was available first stays, as it was.

    Neither the order of the frames nor that of their rows plays a part.
    """
    rows = pl.concat([HotspotFrame.create_empty(), *frames])
    ranked = rows.sort(*_RANK, *(name for name in rows.columns if name not in _RANK), nulls_last=True)
    by_id = ranked.unique("hotspot_id", keep="first", maintain_order=True)
    twins = np.concatenate([_twins(by_id, instrument) for instrument in INSTRUMENTS.values()])
    single = np.ones(by_id.height, dtype=np.bool_)
    single[twins] = False
    kept = by_id.filter(pl.Series(single)).sort("acquired_utc", "hotspot_id")
    merged = {MergeReason.SAME_ID: rows.height - by_id.height, MergeReason.SAME_PIXEL: by_id.height - kept.height}
    return Deduplicated(HotspotFrame.validate(kept), merged)


def _twins(ranked: pl.DataFrame, instrument: Instrument) -> IntArray:
    """Positions of rows that spell a pixel which an earlier row of another feed has spelt already."""
    rows = ranked.with_row_index("position").filter(pl.col("instrument") == instrument.name)
    near_km = chord_km(instrument.same_pixel_km)
    time = (rows["acquired_utc"].dt.epoch("ms") / (SAME_PASS / timedelta(milliseconds=1)) * near_km).to_numpy()
    at = np.column_stack((earth_km(rows["lat_deg"], rows["lon_deg"]), time))
    pairs = KDTree(at).query_pairs(near_km, p=np.inf, output_type="ndarray") if len(at) else np.empty((0, 2), np.intp)
    first, second = pairs.min(axis=1), pairs.max(axis=1)
    near = np.linalg.norm(at[first, :3] - at[second, :3], axis=1) <= near_km
    feed, satellite = (rows[name].rank("dense").to_numpy() for name in ("feed", "satellite"))
    twin = near & (feed[first] != feed[second]) & (satellite[first] == satellite[second])
    return np.unique(rows["position"].to_numpy()[second[twin]]).astype(np.int64)
