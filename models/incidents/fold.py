"""An incident out of hotspots, and two parts of one incident put together.

``joined`` keeps what is nearest, earliest, latest or in either part, so the order in which parts come plays no role and
a part that comes twice counts once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from models.incidents.incident import Incident, IncidentState, Sighting
from models.incidents.sources import SAME_PASS

_SIGHTING = ("hotspot_id", "satellite", "acquired_utc", "lat_deg", "lon_deg", "frp_mw")
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
        rows: one or more rows of a LocatedHotspotFrame, all of one joint unit.
    """
    nearest = rows.sort(_least_distance(), *_TIES).row(0, named=True)
    sightings = tuple(Sighting(*row) for row in rows.select(_SIGHTING).sort("acquired_utc", "hotspot_id").iter_rows())
    touched = {*rows["region"], *rows["neighbour_region"]}
    return Incident(
        incident_id=incident_id,
        zone=nearest["zone"],
        state=IncidentState.ACTIVE,
        first_seen_utc=sightings[0].acquired_utc,
        first_available_utc=rows.select(pl.col("available_utc").min()).item(),
        last_seen_utc=sightings[-1].acquired_utc,
        hotspot_ids=frozenset(rows["hotspot_id"]),
        frp_mw=newest_pass_frp_mw(sightings),
        neighbour_regions=_others(touched, nearest["region"]),
        satellites=tuple(sorted(set(rows["satellite"]))),
        sightings=sightings,
        **{name: nearest[name] for name in _OF_NEAREST},
    )


def joined(one: Incident, other: Incident) -> Incident:
    """Both parts as one incident, with the number, zone, state and source of ``one``."""
    nearest = min(one, other, key=_nearness)
    known = {sighting.hotspot_id: sighting for sighting in (*other.sightings, *one.sightings)}
    sightings = tuple(sorted(known.values(), key=lambda each: (each.acquired_utc, each.hotspot_id)))
    touched = {one.region, other.region, *one.neighbour_regions, *other.neighbour_regions}
    return replace(
        one,
        first_seen_utc=min(one.first_seen_utc, other.first_seen_utc),
        first_available_utc=min(one.first_available_utc, other.first_available_utc),
        last_seen_utc=max(one.last_seen_utc, other.last_seen_utc),
        hotspot_ids=one.hotspot_ids | other.hotspot_ids,
        frp_mw=newest_pass_frp_mw(sightings),
        neighbour_regions=_others(touched, nearest.region),
        satellites=tuple(sorted({*one.satellites, *other.satellites})),
        sightings=sightings,
        **{name: getattr(nearest, name) for name in _OF_NEAREST},
    )


def newest_pass_frp_mw(sightings: Iterable[Sighting]) -> float | None:
    """Radiative power of the newest pass of one satellite, summed; None when no hotspot of it carries any."""
    newest = max(sightings, key=lambda each: (each.acquired_utc, each.satellite))
    of_pass = [
        each.frp_mw
        for each in sightings
        if each.satellite == newest.satellite and newest.acquired_utc - each.acquired_utc <= SAME_PASS
    ]
    known = [frp_mw for frp_mw in of_pass if frp_mw is not None]
    return sum(known) if known else None


def _least_distance() -> pl.Expr:
    return pl.max_horizontal(pl.col("distance_to_border_km") - pl.col("location_error_km"), pl.lit(0.0))


def _nearness(incident: Incident) -> tuple[float, ...]:
    return incident.least_distance_km, *(getattr(incident, name) for name in _TIES)


def _others(touched: set[str | None], own: str | None) -> tuple[str, ...]:
    return tuple(sorted(region for region in touched - {own} if region is not None))
