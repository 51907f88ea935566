"""One incident that has become two: parts of its newest looks that lie too far apart to be one fire."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl

from models.incidents.cluster import group_labels
from models.incidents.fold import fragment
from models.incidents.geometry import earth_km
from models.incidents.incident import Incident
from models.incidents.track_rules import TrackRules


def split_off(rows: pl.DataFrame, rules: TrackRules) -> list[pl.DataFrame]:
    """Parts of an incident's hotspots that are fires of their own, in order; empty for one that is whole.

    The part with the most hotspots keeps the number, of equal ones that seen first.

    Args:
        rows: hotspots of one incident in the window.
        rules: of the tracker.
    """
    newest = pl.col("acquired_utc").max()
    recent = rows.filter(pl.col("acquired_utc") >= newest - timedelta(hours=rules.split_window_h))
    if _extent_km(recent) <= rules.split_km:
        return []
    labels = group_labels(recent, eps_km=rules.split_km, eps_h=rules.split_window_h)
    parts = recent.with_columns(labels).sort("group", "hotspot_id").partition_by("group", maintain_order=True)
    large = [part.drop("group") for part in parts if part.height >= rules.split_hotspots]
    keeper = max(range(len(large)), key=lambda index: (large[index].height, -index), default=0)
    return [part for index, part in enumerate(large) if index != keeper]


def without(incident: Incident, rows: pl.DataFrame, parts: list[pl.DataFrame]) -> Incident:
    """The incident after ``parts`` of its ``rows`` have left it; number, zone, state and history stay."""
    gone = frozenset(hotspot_id for part in parts for hotspot_id in part["hotspot_id"])
    rest = fragment(incident.incident_id, rows.filter(~pl.col("hotspot_id").is_in(sorted(gone))))
    return replace(
        rest,
        hotspot_ids=incident.hotspot_ids - gone,
        state=incident.state,
        first_seen_utc=incident.first_seen_utc,
        first_available_utc=incident.first_available_utc,
        looks=incident.looks,
        **{name: getattr(incident, name) for name in _OWN},
    )


_OWN = (
    "hotspot_no",
    "source_kind",
    "suppressed",
    "suppressed_by",
    "reason",
    "confidence",
    "level",
    "level_reasons",
    "projection",
    "merged_from",
    "split_from",
)


def _extent_km(rows: pl.DataFrame) -> float:
    at_km = earth_km(rows["lat_deg"], rows["lon_deg"])
    return float(np.linalg.norm(at_km.max(axis=0) - at_km.min(axis=0)))
