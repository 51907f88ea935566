"""Where followed fires may run: each incident with its projection to the line (推演)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from boundary_zones.counties import OUTSIDE
from flows.best_effort import attempt
from flows.ground import Surroundings, surroundings
from flows.order import Order
from flows.weather_ahead import Ahead, weather_ahead
from flows.wiring import House
from models.fire_weather.bui import buildup_index
from models.incidents.incident import Incident, IncidentState, Projection
from models.incidents.track import Tracked
from models.spread.ensemble import drawn, seed_of
from models.spread.outlook import LIMITS_ZH, Outlook, outlook
from models.spread.paces import Dryness, Paces
from notify.facts import ArrivalFacts
from notify.phrases import BEIJING

LOG = logging.getLogger("firewatch.projection")
PROJECTION_ZH = "推演"
NO_WIND_ZH = "推演(缺风)"
NO_CODES_ZH = "推演按干燥估(缺湿度码)"
CODES_REACH_D = 3
_AHEAD_M = 300.0
ROUND_MIN = 10
"""Within so many minutes of the full hour every projection is made anew."""


@dataclass(frozen=True)
class Projected:
    """One incident's outlook with the ground and the weather that it was computed on."""

    incident: Incident
    outlook: Outlook
    surroundings: Surroundings
    ahead: Ahead
    facts: ArrivalFacts


@dataclass(frozen=True)
class ProjectedRound:
    """What a round projected; incidents without an entry have none."""

    by_incident: Mapping[str, Projected]
    missing: Mapping[str, str]
    """Why there is none, in Chinese, by incident."""
    counts: Mapping[str, int]

    def of(self, incident: Incident) -> Incident:
        """The incident with its projection, where one was made."""
        found = self.by_incident.get(incident.incident_id)
        return incident if found is None else found.incident


def project_incidents(house: House, order: Order, tracked: Iterable[Tracked]) -> ProjectedRound:
    """Project followed fires that are burning, nearest to the line first, and keep the projections.

    One that did not change keeps its projection until the hour is over. A projection that fails stops no alert: it is
    logged, counted, and named among what was missing.

    Args:
        house: the world to work in.
        order: what was asked.
        tracked: incidents as followed in this round.
    """
    burning = [each.incident for each in tracked if _is_due(each, order.as_of)]
    burning = sorted(burning, key=lambda each: each.least_distance_km)
    most = house.rules.ensemble.most_per_round
    made: dict[str, Projected] = {}
    missing: dict[str, str] = {}
    for incident in burning[:most]:
        found = _tried(house, incident, as_of=order.as_of)
        if isinstance(found, str):
            missing[incident.incident_id] = found
        else:
            made[incident.incident_id] = found
    if order.send and made:
        house.incidents.save([each.incident for each in made.values()], world=house.world)
    counts = {"projected": len(made), "not_projected": len(missing) + len(burning[most:])}
    return ProjectedRound(made, missing, counts if burning else {})


def _is_due(tracked: Tracked, as_of: datetime) -> bool:
    incident = tracked.incident
    if incident.state is not IncidentState.ACTIVE or incident.suppressed:
        return False
    return bool(tracked.changes) or incident.projection is None or as_of.minute < ROUND_MIN


def _tried(house: House, incident: Incident, *, as_of: datetime) -> Projected | str:
    """The projection, or why there is none, in Chinese."""
    found, done = attempt(f"project {incident.incident_id}", lambda: project(house, incident, as_of=as_of), log=LOG)
    return (found or NO_WIND_ZH) if done else PROJECTION_ZH


def arrival_facts(
    house: House, found: ProjectedRound, incident: Incident, *, as_of: datetime
) -> tuple[ArrivalFacts | None, tuple[str, ...]]:
    """What a message says of the projection, and what it must say is missing; made anew where an old one was kept."""
    if incident.incident_id in found.missing:
        return None, (found.missing[incident.incident_id],)
    projected = found.by_incident.get(incident.incident_id)
    if projected is None and incident.projection is not None and incident.state is IncidentState.ACTIVE:
        tried = _tried(house, incident, as_of=as_of)
        if isinstance(tried, str):
            return None, (tried,)
        projected = tried
    return (None, ()) if projected is None else (projected.facts, ())


def project(house: House, incident: Incident, *, as_of: datetime, rings: bool = False) -> Projected | None:
    """The projection of one incident from the time at which it was last seen; None without wind or region.

    Args:
        house: the world to work in.
        incident: to project.
        as_of: what was known then.
        rings: keep the fronts for a picture.
    """
    rules = house.rules.ensemble
    begin = incident.last_seen_utc
    hours = int(np.ceil(rules.horizon_h))
    ahead = weather_ahead(house, incident.lat_deg, incident.lon_deg, begin_utc=begin, as_of=as_of, hours=hours)
    if ahead is None or incident.region is None:
        return None
    around = surroundings(house, incident, as_of=as_of)
    dryness, notes = _dryness(house, incident, as_of=as_of)
    members = drawn(
        rules, seed=seed_of(incident.incident_id, as_of), location_error_m=1000.0 * incident.location_error_km
    )
    paces = Paces(house.rules.fuels.settings(), dryness)
    found = outlook(around.ground, paces, ahead.winds, members, horizon_h=rules.horizon_h, air=ahead.air, rings=rings)
    around = replace(around, notes=(*around.notes, *notes))
    projected = replace(incident, projection=_projection(found, around))
    return Projected(projected, found, around, ahead, _facts(house, incident, found, around, as_of=as_of))


def _projection(found: Outlook, around: Surroundings) -> Projection:
    crossing = None if found.crossing_m is None else around.lat_lon_deg(*found.crossing_m)
    return Projection(
        bearing_deg=found.here.along_deg,
        arrival_h_early=found.arrival_h_early,
        arrival_h_late=found.arrival_h_late,
        crossing_lat_deg=crossing[0] if crossing else None,
        crossing_lon_deg=crossing[1] if crossing else None,
        arrival_probability=found.probability_within[max(found.probability_within)],
    )


def _facts(house: House, incident: Incident, found: Outlook, around: Surroundings, *, as_of: datetime) -> ArrivalFacts:
    age_h = (as_of - incident.last_seen_utc) / timedelta(hours=1)
    early, late = (
        None if hour is None else max(0.0, hour - age_h) for hour in (found.arrival_h_early, found.arrival_h_late)
    )
    regions = house.catalogue.regions
    across = _region_across(house, incident, found, around)
    return ArrivalFacts(
        early_h=early,
        late_h=late,
        probability_within=dict(found.probability_within),
        into_zh=regions[across].name_zh if across is not None else "",
        out_of_zh=regions[incident.region].name_zh if incident.region is not None else "",
        rate_m_min=found.here.rate_m_min,
        intensity_kw_m=found.here.intensity_kw_m,
        along_deg=found.here.along_deg,
        second_rate_m_min=found.here.second_rate_m_min,
        disagrees=found.here.disagrees,
        limits_zh=LIMITS_ZH,
        notes=around.notes,
    )


def _region_across(house: House, incident: Incident, found: Outlook, around: Surroundings) -> str | None:
    """The region that the fire would run into: a little beyond the crossing, seen from the fire."""
    if found.crossing_m is not None:
        x_m, y_m = found.crossing_m
        far = max(float(np.hypot(x_m, y_m)), 1.0)
        lat, lon = around.lat_lon_deg(*(part * (1 + _AHEAD_M / far) for part in found.crossing_m))
        counties = house.catalogue.county_map
        region = int(counties.region(counties.position(np.array([lat]), np.array([lon])))[0])
        if region != OUTSIDE and counties.region_ids[region] != incident.region:
            return counties.region_ids[region]
    neighbour = house.catalogue.counties[incident.neighbour_county_gb].region_id
    return neighbour if neighbour != incident.region else None


def _dryness(house: House, incident: Incident, *, as_of: datetime) -> tuple[Dryness, tuple[str, ...]]:
    """The codes of the nearest cell: today's danger product, else the newest state, else those of a dry day."""
    rules = house.rules.fuels
    for codes in (_product_codes(house, as_of), _state_codes(house, as_of)):
        if codes is not None and not codes.is_empty():
            apart = (pl.col("lat_deg") - incident.lat_deg) ** 2 + (pl.col("lon_deg") - incident.lon_deg) ** 2
            row = codes.sort(apart).row(0, named=True)
            return Dryness(row["ffmc"], row["bui"], rules.foliar_moisture_pct), ()
    return Dryness(rules.unknown_ffmc, rules.unknown_bui, rules.foliar_moisture_pct), (NO_CODES_ZH,)


def _product_codes(house: House, as_of: datetime) -> pl.DataFrame | None:
    """Today's codes of the newest danger product that was made by ``as_of``."""
    product = house.products.newest("danger_csv", world=house.world)
    if product is None or product.made_utc > as_of:
        return None
    path = house.home.products / product.path
    if not path.is_file():
        return None
    today = as_of.astimezone(BEIJING).date().isoformat()
    table = pl.read_csv(path, columns=["lat_deg", "lon_deg", "local_date", "ffmc", "bui"], try_parse_dates=False)
    return table.filter(pl.col("local_date") == today)


def _state_codes(house: House, as_of: datetime) -> pl.DataFrame | None:
    today = as_of.astimezone(UTC).astimezone(BEIJING).date()
    state = house.moisture.newest(today, world=house.world)
    if state is None or state.is_empty() or state["local_date"].max() < today - timedelta(days=CODES_REACH_D):  # type: ignore[operator]  # dates
        return None
    cells = pl.concat([house.catalogue.cells(zone).select("cell_id", "lat_deg", "lon_deg") for zone in house.zone_ids])
    placed = state.join(cells.unique("cell_id"), on="cell_id")
    bui = buildup_index(placed["dmc"].to_numpy(), placed["dc"].to_numpy())
    return placed.select("lat_deg", "lon_deg", "ffmc", pl.Series("bui", bui))
