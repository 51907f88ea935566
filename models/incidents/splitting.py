"""One incident that has become two: parts of its newest looks that lie too far apart to be one fire."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from models.incidents.cluster import group_labels
from models.incidents.fold import fragment
from models.incidents.incident import Incident
from models.incidents.track_rules import TrackRules


def split_off(rows: pl.DataFrame, rules: TrackRules) -> dict[str, list[pl.DataFrame]]:
    """Parts of incidents that are fires of their own, in order, by incident; one that is whole has none.

    The part with the most hotspots keeps the number, of equal ones that seen first.

    Args:
        rows: hotspots of incidents in the window, with ``owner``, the number of the incident.
        rules: of the tracker.
    """
    window = timedelta(hours=rules.split_window_h)
    recent = rows.filter(pl.col("acquired_utc") >= pl.col("acquired_utc").max().over("owner") - window)
    if recent.is_empty():
        return {}
    labels = group_labels(recent, eps_km=rules.split_km, eps_h=rules.split_window_h, apart="owner")
    sized = recent.with_columns(labels).with_columns(hotspots=pl.len().over("group"))
    large = sized.filter(pl.col("hotspots") >= rules.split_hotspots).sort("group", "hotspot_id")
    parts = large.unique("group", keep="first", maintain_order=True)
    keeper = parts.sort("hotspots", "group", descending=[True, False]).unique(
        "owner", keep="first", maintain_order=True
    )
    gone = large.join(keeper, on="group", how="anti").drop("hotspots")
    found: dict[str, list[pl.DataFrame]] = {}
    for part in gone.partition_by("group", maintain_order=True):
        found.setdefault(part["owner"][0], []).append(part.drop("group"))
    return found


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
    "zone",
    "other_zones",
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
