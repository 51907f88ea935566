"""An incident out of hotspots, and two parts of one incident put together.

``joined`` keeps what is nearest, earliest, latest or in either part: a part that comes twice counts once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import polars as pl

from models.incidents.incident import Incident, IncidentState, SourceKind
from models.incidents.sources import SAME_PASS

_OF_NEAREST = (
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


_TIES = ("distance_to_border_km", "location_error_km", "lat_deg", "lon_deg")
"""Which of two hotspots is named as the nearest when both error circles touch the line."""


def fragment(incident_id: str, rows: pl.DataFrame) -> Incident:
    """The incident that ``rows`` would make alone.

    Args:
        incident_id: its number.
        rows: one or more rows of a JudgedHotspotFrame, all of one joint unit and one source kind.
    """
    nearest = rows.sort(_least_distance(), *_TIES).row(0, named=True)
    first, last, available = _instants(rows)
    pixels = pixels_by_pass(rows)
    touched = {*rows["region"].unique(), *rows["neighbour_region"].unique()}
    return Incident(
        incident_id=incident_id,
        zone=nearest["zone"],
        state=IncidentState.ACTIVE,
        first_seen_utc=first,
        first_available_utc=available,
        last_seen_utc=last,
        hotspot_ids=frozenset(rows["hotspot_id"]),
        frp_mw=newest_pass_frp_mw(rows),
        neighbour_regions=_others(touched, nearest["region"]),
        satellites=tuple(rows["satellite"].unique().sort()),
        source_kind=SourceKind(nearest["source_kind"]),
        looks=len(pixels),
        most_pixels=max(pixels),
        county_gbs=tuple(rows["touched_county_gbs"].explode().drop_nulls().unique().sort()),
        **{name: nearest[name] for name in _OF_NEAREST},
    )


def pixels_by_pass(rows: pl.DataFrame) -> list[int]:
    """Hotspots of each pass that saw any, one or more: rows of one satellite within ten minutes are one pass."""
    ordered = rows.select("satellite", "acquired_utc").sort("satellite", "acquired_utc")
    new = (pl.col("satellite") != pl.col("satellite").shift()) | (pl.col("acquired_utc").diff() > SAME_PASS)
    return ordered.select(new.fill_null(value=True).cum_sum().alias("pass"))["pass"].value_counts()["count"].to_list()


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
        **{name: getattr(nearest, name) for name in _OF_NEAREST},
    )


def newest_pass_frp_mw(rows: pl.DataFrame) -> float | None:
    """Radiative power of the newest pass of one satellite, summed; None when no hotspot of it carries any."""
    newest = rows.sort("acquired_utc", "satellite").row(-1, named=True)
    of_pass = rows.filter(
        pl.col("satellite") == newest["satellite"], pl.col("acquired_utc") >= newest["acquired_utc"] - SAME_PASS
    )
    known = of_pass.drop_nulls("frp_mw").sort("hotspot_id")["frp_mw"].to_list()
    return sum(known) if known else None


def _instants(rows: pl.DataFrame) -> tuple[datetime, datetime, datetime]:
    """First and last acquisition, first availability."""
    acquired, available = pl.col("acquired_utc"), pl.col("available_utc")
    first, last, had = rows.select(first=acquired.min(), last=acquired.max(), had=available.min()).row(0)
    return first, last, had


def _least_distance() -> pl.Expr:
    return pl.max_horizontal(pl.col("distance_to_border_km") - pl.col("location_error_km"), pl.lit(0.0))


def _nearness(incident: Incident) -> tuple[float, ...]:
    return incident.least_distance_km, *(getattr(incident, name) for name in _TIES)


def _others(touched: set[str | None], own: str | None) -> tuple[str, ...]:
    return tuple(sorted(region for region in touched - {own} if region is not None))
