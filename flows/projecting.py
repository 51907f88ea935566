"""Where followed fires may run: each incident with its projection to the line (推演)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from boundary_zones.counties import OUTSIDE
from boundary_zones.geodesy import Floats
from flows.best_effort import attempt
from flows.conditions import Conditions, conditions_of
from flows.ground import Surroundings
from flows.order import Order
from flows.wiring import House
from models.incidents.incident import Incident, IncidentState, Projection, Telling
from models.incidents.track import Tracked
from models.spread.ensemble import drawn, seed_of
from models.spread.outlook import EARLY, LIMITS_ZH, Asked, Outlook, outlook
from models.spread.paces import Paces
from notify.incident_facts import ArrivalFacts
from notify.phrases import hour_minute_zh

LOG = logging.getLogger("firewatch.projection")
PROJECTION_ZH = "推演"
NO_WIND_ZH = "推演（缺风）"
WAITING_ZH = "推演（稍后）"
_AHEAD_M = 300.0
KEPT_FOR = timedelta(hours=2)
"""Longer no text speaks from a projection: while rounds are held each is made anew every hour."""


@dataclass(frozen=True)
class Projected(Conditions):
    """One incident's outlook with the conditions that it was computed on."""

    incident: Incident
    outlook: Outlook
    facts: ArrivalFacts


@dataclass(frozen=True)
class ProjectedRound:
    """What a round projected; incidents without an entry have none."""

    by_incident: Mapping[str, Projected]
    missing: Mapping[str, str]
    """Why there is none, in Chinese, by incident."""
    waiting: tuple[Incident, ...] = ()
    """Those whose turn comes after the first alerts, most urgent first."""

    @property
    def counts(self) -> Mapping[str, int]:
        """For the run row; nothing where no fire asked for a projection."""
        counted = {"projected": len(self.by_incident), "not_projected": len(self.missing)}
        return counted if any(counted.values()) else {}

    def of(self, incident: Incident) -> Incident:
        """The incident with its projection, where one was made."""
        found = self.by_incident.get(incident.incident_id)
        return incident if found is None else found.incident


def project_incidents(house: House, order: Order, tracked: Iterable[Tracked]) -> ProjectedRound:
    """Project followed fires, those that changed and the nearest to the line first: a few, so that no alert waits long.

    One that did not change keeps its projection until the hour is over; one whose turn did not come is due in the next
    round. A projection that fails stops no alert: it is
    logged, counted, and named among what was missing. Where nothing is sent nobody waits, and all are projected.

    Args:
        house: the world to work in.
        order: what was asked.
        tracked: incidents as followed in this round.
    """
    due = [each for each in tracked if _is_due(each, order.as_of)]
    due = sorted(due, key=lambda each: (not each.changes, each.incident.least_distance_km))
    burning = [each.incident for each in due]
    rules = house.rules.ensemble
    first = rules.most_before_alert if order.send else rules.most_per_round
    return _projected(house, order, burning, most=first)


def project_waiting(house: House, order: Order, first: ProjectedRound) -> ProjectedRound:
    """Project those that waited for the first alerts, as many as a round bears; with what ``first`` made.

    Args:
        house: the world to work in.
        order: what was asked.
        first: what was projected before the alerts.
    """
    rules = house.rules.ensemble
    rest = _projected(house, order, first.waiting, most=rules.most_per_round - rules.most_before_alert)
    failed = {key: words for key, words in first.missing.items() if words != WAITING_ZH}
    by_incident = {**first.by_incident, **rest.by_incident}
    return ProjectedRound(by_incident, {**failed, **rest.missing}, rest.waiting)


def _projected(house: House, order: Order, burning: Sequence[Incident], *, most: int) -> ProjectedRound:
    made: dict[str, Projected] = {}
    waiting = tuple(burning[most:])
    missing = {each.incident_id: WAITING_ZH for each in waiting}
    for incident in burning[:most]:
        found = _tried(house, incident, as_of=order.as_of)
        if isinstance(found, str):
            missing[incident.incident_id] = found
        else:
            made[incident.incident_id] = found
    return ProjectedRound(made, missing, waiting)


def _is_due(tracked: Tracked, as_of: datetime) -> bool:
    incident = tracked.incident
    if incident.state is not IncidentState.ACTIVE or incident.suppressed:
        return False
    made = incident.projection
    if tracked.changes or made is None or not incident.is_projected:
        return True
    return _hour(made.projected_utc) != _hour(as_of)


def _hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)


def _tried(house: House, incident: Incident, *, as_of: datetime) -> Projected | str:
    """The projection, or why there is none, in Chinese."""
    found, done = attempt(f"project {incident.incident_id}", lambda: project(house, incident, as_of=as_of), log=LOG)
    return (found or NO_WIND_ZH) if done else PROJECTION_ZH


def arrival_facts(
    house: House, found: ProjectedRound, incident: Incident, *, as_of: datetime
) -> tuple[ArrivalFacts | None, tuple[str, ...]]:
    """What a message says of the projection, and what it must say is missing: from what is kept, so it costs nothing.

    Args:
        house: the world to work in.
        found: what the round projected.
        incident: with its projection.
        as_of: from when the hours count.
    """
    if incident.incident_id in found.missing:
        return None, (found.missing[incident.incident_id],)
    kept = incident.projection
    if kept is None or incident.state is not IncidentState.ACTIVE:
        return None, ()
    if kept.telling is None or as_of - kept.projected_utc > KEPT_FOR:
        return None, (WAITING_ZH,)
    return _facts(house, incident, kept, kept.telling, as_of=as_of), ()


def project(
    house: House, incident: Incident, *, as_of: datetime, rings: bool = False, again: Conditions | None = None
) -> Projected | None:
    """The projection of one incident from the time at which it was last seen; None without wind or region.

    It starts from all hotspots of the last day, and its hours count from ``as_of``.

    Args:
        house: the world to work in.
        incident: to project.
        as_of: what was known then.
        rings: keep the fronts for a picture.
        again: those of another projection of it at the same time; None to look at all anew.
    """
    rules = house.rules.ensemble
    begin = incident.last_seen_utc
    asked = Asked(rules.horizon_h, age_h=max(0.0, (as_of - begin) / timedelta(hours=1)), rings=rings)
    hours = int(np.ceil(asked.horizon_h + asked.age_h))
    found_in = again or conditions_of(house, incident, hours=hours, as_of=as_of)
    if found_in is None:
        return None
    ahead, around, dryness = found_in.ahead, found_in.surroundings, found_in.dryness
    members = drawn(
        rules,
        seed=seed_of(incident.incident_id, begin),
        location_error_m=1000.0 * incident.location_error_km,
        hotspots_m=_hotspots_m(house, incident, around),
    )
    paces = Paces(house.rules.fuels.settings(), dryness)
    found = outlook(around.ground, paces, ahead.winds, members, asked=asked, air=ahead.air)
    around = replace(around, notes=tuple(dict.fromkeys((*around.notes, *_rim_zh(found, around)))))
    telling = _telling(house, incident, found, around)
    found = replace(found, crossing_m=_on_the_line(house, around, found.crossing_m))
    kept = replace(_projection(found, around, as_of), hotspots=incident.hotspot_count, telling=telling)
    facts = _facts(house, incident, kept, telling, as_of=as_of)
    return Projected(ahead, around, dryness, replace(incident, projection=kept), found, facts)


def _hotspots_m(house: House, incident: Incident, around: Surroundings) -> Floats:
    """Where the fire was seen of late, in metres from the middle of the ground: several fronts run as one."""
    since = incident.last_seen_utc - timedelta(hours=house.rules.track.eps_h)
    mine = house.hotspots.among(incident.hotspot_ids, since=since, world=house.world)
    places = pl.concat(
        [
            mine.select("lat_deg", "lon_deg"),
            pl.DataFrame([[incident.lat_deg], [incident.lon_deg]], schema=["lat_deg", "lon_deg"]),
        ]
    )
    return around.plane.xy_m(places["lat_deg"].to_numpy(), places["lon_deg"].to_numpy())


def _rim_zh(found: Outlook, around: Surroundings) -> tuple[str, ...]:
    """That fires ran out of the ground, where enough did to matter: beyond it nobody computed."""
    if found.left_ground < EARLY:
        return ()
    return (f"推演止于周边{around.ground.half_m / 1000:.0f}公里，更远处未计算",)


def _on_the_line(
    house: House, around: Surroundings, crossing_m: tuple[float, float] | None
) -> tuple[float, float] | None:
    """The nearest place of the line: a front is known step by step, and one of a fire at the line begins beyond it."""
    if crossing_m is None:
        return None
    lines = house.catalogue.lines
    nearest = lines.nearest(lines.plane.xy_m(*around.plane.lat_lon_deg(np.array([crossing_m]))))
    ((x_m, y_m),) = around.plane.xy_m(nearest.lat_deg, nearest.lon_deg)
    return float(x_m), float(y_m)


def _projection(found: Outlook, around: Surroundings, as_of: datetime) -> Projection:
    crossing = None if found.crossing_m is None else around.lat_lon_deg(*found.crossing_m)
    return Projection(
        bearing_deg=found.here.along_deg,
        arrival_h_early=found.arrival_h_early,
        arrival_h_late=found.arrival_h_late,
        crossing_lat_deg=crossing[0] if crossing else None,
        crossing_lon_deg=crossing[1] if crossing else None,
        projected_utc=as_of,
        arrival_probability=found.probability_within[max(found.probability_within)],
    )


def _telling(house: House, incident: Incident, found: Outlook, around: Surroundings) -> Telling:
    return Telling(
        probability_within=dict(found.probability_within),
        into_region=_region_across(house, incident, found, around),
        rate_m_min=found.here.rate_m_min,
        intensity_kw_m=found.here.intensity_kw_m,
        second_rate_m_min=found.here.second_rate_m_min,
        disagrees=found.here.disagrees,
        notes=around.notes,
    )


def _facts(house: House, incident: Incident, kept: Projection, telling: Telling, *, as_of: datetime) -> ArrivalFacts:
    """A projection in the facts of a text: its hours count from ``as_of``, and one of before says of when it is."""
    regions = house.catalogue.regions
    made = () if kept.projected_utc == as_of else (f"推演时次{hour_minute_zh(kept.projected_utc)}",)
    return ArrivalFacts(
        early_h=kept.early_h_from(as_of),
        late_h=kept.late_h_from(as_of),
        probability_within=telling.probability_within,
        into_zh=regions[telling.into_region].name_zh if telling.into_region is not None else "",
        out_of_zh=regions[incident.region].name_zh if incident.region is not None else "",
        rate_m_min=telling.rate_m_min,
        intensity_kw_m=telling.intensity_kw_m,
        along_deg=kept.bearing_deg,
        second_rate_m_min=telling.second_rate_m_min,
        disagrees=telling.disagrees,
        limits_zh=LIMITS_ZH,
        notes=(*made, *telling.notes),
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
