"""An incident out of hotspots, and two parts of one incident put together.

``joined`` keeps what is nearest, earliest, latest or in either part: a part that comes twice counts once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from models.incidents.incident import Incident, IncidentState, SourceKind
from models.incidents.sources import SAME_PASS

OF_NEAREST = (
    "lat_deg",
    "lon_deg",
    "location_error_km",
    "distance_to_border_km",
    "signed_distance_km",
    "bearing_to_border_deg",
    "region",
    "county_gb",
    "neighbour_county_gb",
)
"""Where an incident lies: where its nearest hotspot does."""


_TIES = ("distance_to_border_km", "location_error_km", "lat_deg", "lon_deg")
"""Which of two hotspots is named as the nearest when both error circles touch the line."""


def fragment(incident_id: str, rows: pl.DataFrame) -> Incident:
    """The incident that ``rows`` would make alone.

    Args:
        incident_id: its number.
        rows: one or more rows of a JudgedHotspotFrame, all of one source kind.
    """
    return fragments(rows.with_columns(owner=pl.lit(incident_id)), by="owner")[incident_id]


def fragments(rows: pl.DataFrame, *, by: str) -> dict[str, Incident]:
    """The incident that each part of ``rows`` would make alone, all at once, under the part's key as text.

    Args:
        rows: of a JudgedHotspotFrame and a column that names the parts; each is of one source kind.
        by: that column.
    """
    if rows.is_empty():
        return {}
    places = rows.select(by, "zone", "source_kind", *OF_NEAREST)
    whole = places.sort(_least_distance(), *_TIES).unique(by, keep="first", maintain_order=True)
    for table in (_gathered(rows, by), _of_passes(rows, by), _touched(rows, by)):
        whole = whole.join(table, on=by, how="left")
    return {str(row[by]): _incident(str(row[by]), row) for row in whole.iter_rows(named=True)}


def _incident(incident_id: str, row: dict[str, Any]) -> Incident:
    touched = {*row["regions"], *row["neighbour_regions"]}
    return Incident(
        incident_id=incident_id,
        zone=row["zone"],
        other_zones=_others(set(row["zones"]), row["zone"]),
        state=IncidentState.ACTIVE,
        first_seen_utc=row["first_seen_utc"],
        first_available_utc=row["first_available_utc"],
        last_seen_utc=row["last_seen_utc"],
        hotspot_ids=frozenset(row["hotspot_ids"]),
        frp_mw=row["newest_mw"],
        neighbour_regions=_others(touched, row["region"]),
        satellites=tuple(row["satellites"]),
        source_kind=SourceKind(row["source_kind"]),
        looks=row["looks"],
        most_pixels=row["most_pixels"],
        county_gbs=tuple(row["county_gbs"] or ()),
        **{name: row[name] for name in OF_NEAREST},
    )


def _gathered(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    return rows.group_by(by).agg(
        first_seen_utc=pl.col("acquired_utc").min(),
        last_seen_utc=pl.col("acquired_utc").max(),
        first_available_utc=pl.col("available_utc").min(),
        hotspot_ids=pl.col("hotspot_id"),
        satellites=pl.col("satellite").unique().sort(),
        regions=pl.col("region").unique(),
        neighbour_regions=pl.col("neighbour_region").unique(),
        zones=pl.col("zone").unique(),
    )


def _of_passes(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """Passes that saw each part, most hotspots of one, and the radiative power of the newest pass.

    Rows of one satellite within ten minutes of each other are one pass; the newest is that of the newest row, up to ten
    minutes back. Its power is null when no hotspot of it carries any.
    """
    same_part = (pl.col(by) == pl.col(by).shift()) & (pl.col("satellite") == pl.col("satellite").shift())
    same = same_part & (pl.col("acquired_utc").diff() <= SAME_PASS)
    ordered = rows.select(by, "satellite", "acquired_utc", "hotspot_id", "frp_mw").sort(
        by, "satellite", "acquired_utc", "hotspot_id"
    )
    passes = ordered.with_columns((~same.fill_null(value=False)).cum_sum().alias("pass"))
    counted = passes.group_by(by, "pass").len().group_by(by).agg(looks=pl.len(), most_pixels=pl.col("len").max())
    looks = rows.select(by, "satellite", "acquired_utc")
    newest = looks.sort("acquired_utc", "satellite").unique(by, keep="last", maintain_order=True)
    of_newest = ordered.join(newest, on=[by, "satellite"], suffix="_newest").filter(
        pl.col("acquired_utc") >= pl.col("acquired_utc_newest") - SAME_PASS
    )
    power = of_newest.sort(by, "hotspot_id").drop_nulls("frp_mw").group_by(by).agg(newest_mw=pl.col("frp_mw").sum())
    return counted.join(power, on=by, how="left")


def _touched(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    counties = rows.select(by, pl.col("touched_county_gbs").alias("gb")).explode("gb").drop_nulls().unique()
    return counties.group_by(by).agg(pl.col("gb").sort().alias("county_gbs"))


def joined(incident: Incident, part: Incident) -> Incident:
    """The incident with what ``part``, made of its hotspots in the window, says of it.

    Number, zone, state and source stay those of the incident. Radiative power is that of ``part``, which knows the
    whole newest pass, unless the incident was seen later than the window knows.
    """
    nearest = min(incident, part, key=_nearness)
    touched = {incident.region, part.region, *incident.neighbour_regions, *part.neighbour_regions}
    return replace(
        incident,
        first_seen_utc=min(incident.first_seen_utc, part.first_seen_utc),
        first_available_utc=min(incident.first_available_utc, part.first_available_utc),
        last_seen_utc=max(incident.last_seen_utc, part.last_seen_utc),
        hotspot_ids=incident.hotspot_ids | part.hotspot_ids,
        frp_mw=part.frp_mw if part.last_seen_utc >= incident.last_seen_utc else incident.frp_mw,
        neighbour_regions=_others(touched, nearest.region),
        satellites=tuple(sorted({*incident.satellites, *part.satellites})),
        looks=max(incident.looks, part.looks),
        most_pixels=max(incident.most_pixels, part.most_pixels),
        county_gbs=tuple(sorted({*incident.county_gbs, *part.county_gbs})),
        other_zones=_others({*incident.zones, *part.zones}, incident.zone),
        **{name: getattr(nearest, name) for name in OF_NEAREST},
    )


def _least_distance() -> pl.Expr:
    return pl.max_horizontal(pl.col("distance_to_border_km") - pl.col("location_error_km"), pl.lit(0.0))


def _nearness(incident: Incident) -> tuple[float, ...]:
    return incident.least_distance_km, *(getattr(incident, name) for name in _TIES)


def _others(touched: set[str | None], own: str | None) -> tuple[str, ...]:
    return tuple(sorted(region for region in touched - {own} if region is not None))
