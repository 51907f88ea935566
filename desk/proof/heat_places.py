"""Places of persistent heat in a recording, by name: since when each is known, what was held back, what was told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from boundary_zones.catalogue import Catalogue
from boundary_zones.heat_sources import HeatSource
from boundary_zones.places import place_in_words
from boundary_zones.townships import Township, near_in_words
from desk.proof.coverage import local_days
from desk.proof.following import Followed
from models.incidents.cluster import group_labels
from models.incidents.false_alarm_rules import HeatRules
from models.incidents.geometry import chord_km, earth_km
from models.incidents.incident import Incident
from models.incidents.sources import SAME_PASS

_EVER_H = 24.0 * 36_525
NOT_LISTED_ZH = "未列名"


def left_its_history(incident: Incident) -> bool:
    """Whether an incident over known heat was passed on because its pass was larger, or could not be compared."""
    return "超出其历史" in incident.reason or "无法与历史比较" in incident.reason


def heat_places(
    watched: pl.DataFrame,
    learned: frozenset[str],
    run: Followed,
    sources: Sequence[HeatSource],
    *,
    rules: HeatRules,
    where: tuple[Catalogue, Sequence[Township]],
) -> list[dict[str, Any]]:
    """One row a place that became known for heat, the most seen first.

    Args:
        watched: hotspots of the watch area.
        learned: those whose place was known for heat when they came.
        run: what came of them.
        sources: registers, for the name of a listed plant.
        rules: of heat.
        where: the catalogue and the townships, for the words.
    """
    if watched.is_empty():
        return []
    labels = group_labels(watched.drop("location_error_km"), eps_km=rules.reach_km, eps_h=_EVER_H)
    placed = watched.with_columns(labels, local_days(watched).alias("day"), learned=pl.col("hotspot_id").is_in(learned))
    known = placed.filter(pl.col("learned").any().over("group"))
    parts = known.partition_by("group", maintain_order=True)
    rows = [_row(part, run, sources, where) for part in parts]
    return sorted(rows, key=lambda row: (-row["looks"], row["lat_deg"]))


def _row(
    part: pl.DataFrame, run: Followed, sources: Sequence[HeatSource], where: tuple[Catalogue, Sequence[Township]]
) -> dict[str, Any]:
    catalogue, townships = where
    lat, lon = (round(float(np.median(part[name])), 3) for name in ("lat_deg", "lon_deg"))
    nearest = part.sort("distance_to_border_km", "hotspot_id").row(0, named=True)
    border = {"neighbour_county_gb": nearest["neighbour_county_gb"], "distance_km": nearest["distance_to_border_km"]}
    words = place_in_words(catalogue, nearest["county_gb"], with_prefecture=True, **border)
    ids, learned = set(part["hotspot_id"]), set(part.filter("learned")["hotspot_id"])
    here = [each for each in run.incidents if each.merged_into is None and each.hotspot_ids & ids]
    after = [each for each in here if each.hotspot_ids <= learned]
    held = [each for each in here if each.suppressed]
    told = [each for each in after if each.incident_id in run.told]
    return {
        "place": words + near_in_words(townships, lat, lon),
        "lat_deg": lat,
        "lon_deg": lon,
        "listed": _listed(lat, lon, sources),
        "looks": part.select("satellite", pl.col("acquired_utc").dt.truncate(SAME_PASS)).n_unique(),
        "days": part["day"].n_unique(),
        "first_local_date": part["day"].min(),
        "last_local_date": part["day"].max(),
        "learned_since_local_date": part.filter("learned")["day"].min(),
        "held_back_since_utc": min((run.started[each.incident_id] for each in held), default=None),
        "held_back": len(held),
        "told_while_learning": sum(each.incident_id in run.told for each in here if each not in after),
        "told_after_learning": sum(not left_its_history(each) for each in told),
        "told_because_it_left_its_history": sum(left_its_history(each) for each in told),
    }


def _listed(lat_deg: float, lon_deg: float, sources: Sequence[HeatSource]) -> str:
    here = earth_km(pl.Series([lat_deg]), pl.Series([lon_deg]))
    for each in sources:
        there = earth_km(pl.Series([each.lat_deg]), pl.Series([each.lon_deg]))
        if float(np.linalg.norm(here - there)) <= chord_km(each.radius_km + 1.0):
            return each.name_zh
    return NOT_LISTED_ZH
