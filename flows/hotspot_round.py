"""One look at the hotspots: gather, place, follow, project, level, decide. Plain: it runs with and without Prefect."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import dataframely as dy
import polars as pl

from boundary_zones.places import county_in_words
from boundary_zones.townships import near_in_words
from flows.by_hand import incident_mark
from flows.due import zone_tier
from flows.feed_watch import WATERMARK, codes_of, watch_feeds
from flows.following import follow_and_keep
from flows.gathered import Gathered
from flows.hearing import recipients_of, required_of
from flows.levels import level_and_keep
from flows.order import Conclusion, Order, Outcome
from flows.picture_post import owe_pictures
from flows.picturing import draw_incidents
from flows.projecting import WAITING_ZH, ProjectedRound, arrival_facts, project_incidents, project_waiting
from flows.telling import Event, Told, conclusion_of, settle, zone_prefix, zone_scope
from flows.told_places import as_first_told, county_zh
from flows.verified import verified_as
from flows.verifying import expire_tasks, publish_tasks
from flows.weather_near import wind_near
from flows.wiring import House
from models.frames import HotspotFrame, LocatedHotspotFrame
from models.incidents.deduplicate import deduplicate
from models.incidents.incident import Incident, IncidentState
from models.incidents.match import located
from notify.alert import Alert, Draft, Reason, Silence
from notify.decide_incident import IncidentMemory, decide_incident, incident_memory_of
from notify.decide_verified import decide_verified
from notify.decision import Decision
from notify.incident_facts import IncidentFacts
from notify.incident_wording import incident_texts
from notify.texts import Envelope, Texts
from store.run_rows import RunOutcome


@dataclass(frozen=True)
class Seen:
    """What a round knows beside the incidents themselves."""

    missing: tuple[str, ...]
    """Feeds that were out, in Chinese."""
    ahead: ProjectedRound


def hotspot_round(house: House, order: Order, run_id: str) -> Outcome:
    """Follow the hotspots up to ``order.as_of`` and decide about every incident that they belong to.

    Args:
        house: the world to work in.
        order: what was asked.
        run_id: stands in the catalogue of products.
    """
    gathered = house.hotspots_feed.gather(order.as_of, since=_last_round(house), live=order.live)
    house.between_steps()
    single = deduplicate([gathered.frame])
    matched = located(single.hotspots, house.catalogue)
    new = house.hotspots.save(_plain(matched.hotspots), world=house.world)
    followed = follow_and_keep(house, order, gathered.heard_until_utc)
    result = followed.result
    told = watch_feeds(house, order, gathered)
    seen = Seen(gathered.missing, project_incidents(house, order, result.tracked))
    house.between_steps()
    standing = level_and_keep(house, order, result.incidents, seen.ahead)
    settled = [settle(house, order, incident_event(house, order, each, seen)) for each in standing]
    told += settled
    standing, seen, raised = _after_first_alerts(house, order, standing, seen)
    told += raised
    alerted = {one.alert.event_id for one in told if one.alert is not None}
    spoken = [each for each in standing if each.incident_id in alerted]
    house.between_steps()
    pictures = draw_incidents(house, order, spoken, run_id=run_id, projected=seen.ahead.by_incident)
    if order.send:
        owe_pictures(house, pictures.products, now=order.as_of)
        publish_tasks(house, standing, (each.alert for each in told), now=order.as_of)
        expire_tasks(house, now=order.as_of)
        house.coverage.record_success(
            WATERMARK, attempted_utc=order.as_of, newest_content_utc=gathered.heard_until_utc, world=house.world
        )
    merged = {f"merged_{reason}": number for reason, number in single.merged.items()}
    return Outcome(
        outcome=_outcome(gathered),
        missing=(*gathered.missing, *pictures.missing),
        problems=gathered.problems,
        inputs=gathered.inputs,
        products=pictures.products,
        alerts=codes_of(told),
        counts={
            "hotspots": gathered.frame.height,
            **merged,
            "outside_watch_area": matched.outside,
            "new": len(new),
            "too_late_to_follow": _too_late_to_follow(house, order, matched.hotspots, new),
            **followed.counts,
            **seen.ahead.counts,
            **pictures.counts,
        },
        table=tuple(_row(each) for each in told if each.outcome.zone is not None),
        conclusions=tuple(map(conclusion_of, told)),
        again=partial(_again, standing, seen),
    )


def _after_first_alerts(
    house: House, order: Order, standing: tuple[Incident, ...], seen: Seen
) -> tuple[tuple[Incident, ...], Seen, list[Told]]:
    """Project those that waited, and tell of each whose projection asks for more than was told."""
    if not seen.ahead.waiting:
        return standing, seen, []
    now_seen = replace(seen, ahead=project_waiting(house, order, seen.ahead))
    waited = {each.incident_id for each in seen.ahead.waiting}
    late = level_and_keep(house, order, [each for each in standing if each.incident_id in waited], now_seen.ahead)
    again = [settle(house, order, incident_event(house, order, each, now_seen)) for each in late]
    raised = {each.incident_id: each for each in late}
    levelled = tuple(raised.get(each.incident_id, each) for each in standing)
    return levelled, now_seen, [each for each in again if each.alert is not None]


def _again(incidents: Sequence[Incident], seen: Seen, house: House, order: Order) -> list[Conclusion]:
    """Decide about the same incidents in another house; what a later round knows better is left to that round."""
    standing = {each.incident_id: each for each in house.incidents.all_incidents(world=house.world)}
    ours = [each for each in incidents if not _overtaken(standing.get(each.incident_id), each)]
    if order.send:
        house.incidents.save([each for each in ours if standing.get(each.incident_id) != each], world=house.world)
    told = [settle(house, order, incident_event(house, order, each, seen)) for each in ours]
    if order.send:
        publish_tasks(house, ours, (each.alert for each in told), now=order.as_of)
    return [conclusion_of(each) for each in told]


def _overtaken(standing: Incident | None, found: Incident) -> bool:
    """Whether what stands has pixels that ``found`` does not know, or has ended."""
    if standing is None:
        return False
    return standing.state is IncidentState.ENDED or not standing.hotspot_ids <= found.hotspot_ids


def _last_round(house: House) -> datetime | None:
    return house.coverage.of(WATERMARK, world=house.world).last_success_utc


def _too_late_to_follow(
    house: House, order: Order, hotspots: dy.DataFrame[LocatedHotspotFrame], new: Collection[str]
) -> int:
    """How many came so late that they are kept and followed no more."""
    since = order.as_of - timedelta(hours=house.rules.rounds.hotspot_window_h)
    return hotspots.filter((pl.col("acquired_utc") < since) & pl.col("hotspot_id").is_in(list(new))).height


def _plain(hotspots: dy.DataFrame[LocatedHotspotFrame]) -> dy.DataFrame[HotspotFrame]:
    return HotspotFrame.validate(hotspots.select(HotspotFrame.column_names()))


def _outcome(gathered: Gathered[HotspotFrame]) -> RunOutcome:
    if gathered.out:
        return RunOutcome.FEED_OUT
    return RunOutcome.DEGRADED if gathered.missing else RunOutcome.DONE


def incident_event(house: House, order: Order, incident: Incident, seen: Seen) -> Event[IncidentMemory]:
    """What is decided about an incident, with its words and those who hear them."""
    verified_zh = verified_as(house, incident)
    if verified_zh:
        incident = replace(incident, suppressed=False, reason="")
    zone = house.catalogue.zone(incident.zone)
    scope = zone_scope(house, zone)
    rules = house.rules
    told = rules.season.incident_alert(rules.incident_alert, zone_tier(house, zone.id, order.as_of))
    decide = decide_verified if verified_zh else decide_incident

    def words(draft: Draft, envelope: Envelope) -> Texts:
        return incident_texts(replace(_facts(house, order, incident, draft, seen), verified=verified_zh), envelope)

    return Event(
        key=incident.incident_id,
        fresh=IncidentMemory(),
        latest=lambda: house.alerts.latest(event_id=incident.incident_id, world=house.world),
        recall=partial(_recalled, house, incident),
        decide=lambda memory: _flagged(decide(incident, memory, scope=scope, now=order.as_of, rules=told), seen),
        words=words,
        signature=rules.wording.verification_signature if incident.suppressed else rules.wording.incident_signature,
        prefix=zone_prefix(zone),
        recipients=recipients_of(house, zone, incident),
        required=required_of(house, zone, incident),
        mark=incident_mark(house, order, incident),
    )


def _flagged(decision: Decision[IncidentMemory], seen: Seen) -> Decision[IncidentMemory]:
    """What is told while a hotspot feed is out rests on less than it should: pixels may be missing."""
    if isinstance(decision.outcome, Silence):
        return decision
    return replace(decision, outcome=replace(decision.outcome, degraded=bool(seen.missing)))


def _recalled(house: House, incident: Incident, alert: Alert) -> IncidentMemory:
    """The memory after ``alert``. That it reached the line was told if it has no hotspot that the alert had not."""
    same = set(alert.evidence) == incident.hotspot_ids
    reasons = {one.reason for one in house.alerts.of_event(alert.event_id, world=alert.world)}
    return replace(
        incident_memory_of(alert),
        told_at_line=same and incident.least_distance_km <= 0,
        told_other_zones=incident.other_zones if same else (),
        told_projected=WAITING_ZH not in alert.text_long,
        told_verified=Reason.INCIDENT_VERIFIED in reasons,
    )


def _facts(
    house: House,
    order: Order,
    incident: Incident,
    draft: Draft,
    seen: Seen,
) -> IncidentFacts:
    counties = house.catalogue.counties
    arrival, unprojected = arrival_facts(house, seen.ahead, incident, as_of=order.as_of)
    wind = wind_near(house, incident.lat_deg, incident.lon_deg, as_of=order.as_of)
    return IncidentFacts(
        reason=draft.reason,
        number=incident.incident_id,
        revision=_issue(house, draft),
        county=county_zh(house, incident),
        first_county=county_zh(house, as_first_told(house, incident)) if draft.revision > 1 else "",
        neighbour=counties[incident.neighbour_county_gb].short_zh,
        place_full=county_in_words(house.catalogue, incident.county_gb, with_prefecture=True)
        + near_in_words(house.townships, incident.lat_deg, incident.lon_deg),
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
        relay_zh=_relay_zh(house, incident),
        missing=(*seen.missing, *wind.missing, *unprojected),
        arrival=arrival,
    )


def _issue(house: House, draft: Draft) -> int:
    """Number of a text among the reports of its fire: what was put right or found on the ground counts as none."""
    later = house.alerts.of_event(draft.event_id, world=house.world)[1:]
    return draft.revision - sum(one.reason in {Reason.PUT_RIGHT, Reason.INCIDENT_VERIFIED} for one in later)


def _relay_zh(house: House, incident: Incident) -> str:
    """The region that is asked to tell the county where it burns, because the contacts name nobody there."""
    gb = incident.county_gb
    told = recipients_of(house, house.catalogue.zone(incident.zone), incident)
    if gb is None or str(gb) in {one.office for one in told}:
        return ""
    return house.catalogue.regions[house.catalogue.counties[gb].region_id].name_zh


def _row(told: Told) -> dict[str, object]:
    outcome = told.outcome
    return {
        "zone": outcome.zone,
        "event": outcome.event_id,
        "level": outcome.level,
        "reason": str(outcome.reason),
        "code": told.alert.code if told.alert else "",
    }
