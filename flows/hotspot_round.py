"""One look at the hotspots: gather, place, follow, decide. Plain: it runs with and without Prefect."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import dataframely as dy

from boundary_zones.places import county_in_words
from flows.feed_watch import codes_of, watch_feeds
from flows.gathered import Gathered
from flows.order import Order, Outcome
from flows.telling import Event, Told, settle, zone_prefix, zone_scope
from flows.weather_near import wind_near
from flows.wiring import House
from models.frames import HotspotFrame, LocatedHotspotFrame
from models.incidents.deduplicate import deduplicate
from models.incidents.incident import Incident
from models.incidents.match import located
from models.incidents.numbering import Numbering
from models.incidents.track import TrackResult, track
from notify.alert import Draft
from notify.decide import IncidentMemory, decide_incident, incident_memory_of
from notify.facts import IncidentFacts
from notify.texts import Envelope, Texts
from notify.wording import incident_texts
from store.runs import RunOutcome

UNKNOWN_COUNTY_ZH = "县区待核"
WATERMARK = "hotspot_round"
"""Name under which the coverage table keeps the time of the last round."""


def hotspot_round(house: House, order: Order, run_id: str) -> Outcome:  # noqa: ARG001  # no product of its own yet
    """Follow the hotspots up to ``order.as_of`` and decide about every incident that they belong to.

    Args:
        house: the world to work in.
        order: what was asked.
        run_id: of the run row.
    """
    gathered = house.hotspots_feed.gather(order.as_of, since=_last_round(house), live=order.live)
    single = deduplicate([gathered.frame])
    matched = located(single.hotspots, house.catalogue)
    new = house.hotspots.save(_plain(matched.hotspots), world=house.world)
    result = follow(house, order, gathered.heard_until_utc)
    house.incidents.save([each.incident for each in result.tracked if each.changes], world=house.world)
    told = watch_feeds(house, order, gathered)
    told += [settle(house, order, _event(house, order, each.incident, gathered)) for each in result.tracked]
    house.coverage.record_success(WATERMARK, attempted_utc=order.as_of, newest_content_utc=None, world=house.world)
    merged = {f"merged_{reason}": number for reason, number in single.merged.items()}
    return Outcome(
        outcome=_outcome(gathered),
        missing=gathered.missing,
        inputs=gathered.inputs,
        alerts=codes_of(told),
        counts={
            "hotspots": gathered.frame.height,
            **merged,
            "outside_watch_area": matched.outside,
            "new": len(new),
            "too_old": len(result.too_old),
            "incidents_open": sum(each.incident.state != "ended" for each in result.tracked),
        },
        table=tuple(_row(each) for each in told if each.outcome.zone is not None),
    )


def follow(house: House, order: Order, heard_until_utc: datetime | None) -> TrackResult:
    """Incidents after the hotspots of the window. Where no feed was heard, time stands still for them."""
    since = order.as_of - timedelta(hours=house.rules.rounds.hotspot_window_h)
    known = house.hotspots.since(since, world=house.world)
    incidents = house.incidents.all_incidents(world=house.world)
    newest = max((incident.last_seen_utc for incident in incidents), default=order.as_of)
    numbering = Numbering.after((incident.incident_id for incident in incidents), exercise=order.exercise)
    recent = [each for each in incidents if each.last_seen_utc >= since - timedelta(days=1) or each.state != "ended"]
    window = located(known.pipe(HotspotFrame.validate), house.catalogue).hotspots
    if order.zones:
        window = LocatedHotspotFrame.validate(window.filter(window["zone"].is_in(order.zones)))
    now = order.as_of if heard_until_utc is None else min(order.as_of, max(heard_until_utc, newest))
    return track(recent, window, now=now, rules=house.rules.track, next_number=numbering)


def _last_round(house: House) -> datetime | None:
    return house.coverage.of(WATERMARK, world=house.world).last_success_utc


def _plain(hotspots: dy.DataFrame[LocatedHotspotFrame]) -> dy.DataFrame[HotspotFrame]:
    return HotspotFrame.validate(hotspots.select(HotspotFrame.column_names()))


def _outcome(gathered: Gathered[HotspotFrame]) -> RunOutcome:
    if gathered.out:
        return RunOutcome.FEED_OUT
    return RunOutcome.DEGRADED if gathered.missing else RunOutcome.DONE


def _event(house: House, order: Order, incident: Incident, gathered: Gathered[HotspotFrame]) -> Event[IncidentMemory]:
    zone = house.catalogue.zone(incident.zone)
    scope = zone_scope(house, zone)
    rules = house.rules

    def words(draft: Draft, envelope: Envelope) -> Texts:
        return incident_texts(_facts(house, order, incident, draft, missing=gathered.missing), envelope)

    return Event(
        key=incident.incident_id,
        fresh=IncidentMemory(),
        latest=lambda: house.ledger.latest(event_id=incident.incident_id, world=house.world),
        recall=incident_memory_of,
        decide=lambda memory: decide_incident(
            incident, memory, scope=scope, now=order.as_of, rules=rules.incident_alert
        ),
        words=words,
        signature=rules.wording.verification_signature if incident.suppressed else rules.wording.incident_signature,
        prefix=zone_prefix(zone),
        recipients=house.contacts.for_zone(zone, house.catalogue),
    )


def _facts(house: House, order: Order, incident: Incident, draft: Draft, *, missing: Iterable[str]) -> IncidentFacts:
    counties = house.catalogue.counties
    wind = wind_near(house, incident.lat_deg, incident.lon_deg, as_of=order.as_of)
    return IncidentFacts(
        reason=draft.reason,
        number=incident.incident_id,
        revision=draft.revision,
        county=counties[incident.county_gb].short_zh if incident.county_gb is not None else UNKNOWN_COUNTY_ZH,
        neighbour=counties[incident.neighbour_county_gb].short_zh,
        place_full=county_in_words(house.catalogue, incident.county_gb, with_prefecture=True),
        lat_deg=incident.lat_deg,
        lon_deg=incident.lon_deg,
        location_error_km=incident.location_error_km,
        distance_to_border_km=incident.distance_to_border_km,
        bearing_to_border_deg=incident.bearing_to_border_deg,
        observed_utc=incident.last_seen_utc,
        hotspot_count=incident.hotspot_count,
        satellites=incident.satellites,
        wind=wind.wind,
        weather_source=wind.source,
        verification=draft.verification,
        doubt=incident.reason,
        missing=(*missing, *wind.missing),
    )


def _row(told: Told) -> dict[str, object]:
    outcome = told.outcome
    return {
        "zone": outcome.zone,
        "event": outcome.event_id,
        "level": outcome.level,
        "reason": str(outcome.reason),
        "code": told.alert.code if told.alert else "",
    }
