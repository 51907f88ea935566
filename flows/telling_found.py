"""What was found on the ground, told to the offices: a verified fire at once, its end to exactly those who were told.

The record of what was found is kept before anything is told. What a crash kept from being told a later round tells: a
verified fire the next one that follows hotspots, an end the auditor's within a minute.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from flows.cap_products import publish_cap
from flows.hotspot_round import Seen, incident_event
from flows.order import FlowName, Order
from flows.projecting import ProjectedRound
from flows.taking_back import take_back
from flows.telling import settle
from flows.told_places import as_first_told, county_zh, moved_to
from flows.verified import last_fire
from flows.verifying import Verified
from flows.wiring import House
from models.field_check.stage import Stage
from models.incidents.incident import Incident, IncidentState
from notify.alert import Alert, AlertKind, Reason
from notify.duty_facts import ClosedFacts, OverFacts
from notify.duty_wording import closed_texts, over_texts
from notify.texts import Envelope, Texts
from store.errors import StoreConflict
from store.run_rows import Trigger
from store.verification import StageRow

LOOK_BACK = timedelta(hours=48)
"""What was said longer ago and never told is left to people."""
_BY_MOST = 20


def tell_found(house: House, done: Verified, *, by: str, now: datetime) -> Alert | None:
    """Tell what came of a verification.

    Args:
        house: the world to work in.
        done: the answer or the step, as it was recorded.
        by: who said so.
        now: when.

    Returns:
        What was committed; None where nobody had been told of the incident, or there is nothing new to say.
    """
    return _told(house, done, by=by, now=now, no_fire=done.closed_texts is not None)


def _told(house: House, done: Verified, *, by: str, now: datetime, no_fire: bool) -> Alert | None:
    former = house.alerts.latest(event_id=done.incident.incident_id, world=house.world)
    if former is None:
        return None
    if done.stage is Stage.CLOSED:
        fire_zh = "" if no_fire else last_fire(house, done.incident)
        return None if former.kind is AlertKind.CANCEL else _closed(house, done, former, fire_zh, by=by, now=now)
    if done.stage is not Stage.VERIFIED:
        return None
    order = Order(
        flow=FlowName.HOTSPOT_WATCH,
        as_of=now,
        reason="现场核实",
        who=by,
        trigger=Trigger.MANUAL,
        send=True,
        world=house.world,
    )
    seen = Seen((), ProjectedRound(by_incident={}, missing={}))
    alert = settle(house, order, incident_event(house, order, done.incident, seen)).alert
    publish_cap(house, now=now, run_id=f"verified-{done.incident.incident_id}")
    return alert


def _closed(house: House, done: Verified, former: Alert, fire_zh: str, *, by: str, now: datetime) -> Alert:
    """A fire that was none, or the end of one: to exactly those whom a former text left for."""
    reason = Reason.INCIDENT_OVER if fire_zh else Reason.INCIDENT_NO_FIRE
    rules = house.rules.wording
    signature = rules.incident_signature if fire_zh else rules.verification_signature
    words = partial(_over, house, done.incident, fire_zh, by) if fire_zh else partial(_no_fire, house, done, by)
    try:
        return take_back(
            house, former, (AlertKind.CANCEL, reason), partial(words, now=now), by=by, now=now, signature=signature
        ).alert
    except StoreConflict:
        # The auditor, or a person, was quicker: the offices have the end.
        return house.alerts.of_event(former.event_id, world=former.world)[-1]


def tell_untold(house: House, *, now: datetime) -> list[Alert]:
    """Tell what was closed, or found to be a fire after its end, and of which a crash kept the offices from hearing.

    Args:
        house: the world to work in.
        now: time of the round.

    Returns:
        What was committed.
    """
    told = []
    for row in house.verification.newest_stages(world=house.world).values():
        incident = house.incidents.resolve(row.incident_id, world=house.world)
        if incident.state is IncidentState.ENDED and now - row.at_utc <= LOOK_BACK:
            done, no_fire = _as_recorded(house, incident, row)
            alert = _told(house, done, by=row.by, now=now, no_fire=no_fire)
            told += [] if alert is None else [alert]
    return told


def _as_recorded(house: House, incident: Incident, row: StageRow) -> tuple[Verified, bool]:
    """What came of a verification, read back; and whether an answer closed it, which found no fire."""
    kept, number, world = house.verification, incident.incident_id, house.world
    proposal = next((one for one in house.heat_proposals.proposals(world=world) if one.incident_id == number), None)
    done = Verified(incident, kept.task(number, world=world), row.stage, proposal=proposal)
    answered = any((one.by, one.at_utc) == (row.by, row.at_utc) for one in kept.answers(number, world=world))
    return done, row.stage is Stage.CLOSED and answered


def _over(house: House, incident: Incident, fire_zh: str, by: str, envelope: Envelope, *, now: datetime) -> Texts:
    first = as_first_told(house, incident)
    neighbour = house.catalogue.counties[first.neighbour_county_gb].short_zh
    facts = OverFacts(
        number=incident.incident_id,
        county=county_zh(house, first),
        neighbour=neighbour,
        verified=fire_zh,
        closed_by_zh=by[:_BY_MOST],
        closed_utc=now,
        moved_to=moved_to(house, incident),
    )
    return over_texts(facts, envelope)


def _no_fire(house: House, done: Verified, by: str, envelope: Envelope, *, now: datetime) -> Texts:
    incident = done.incident
    facts = ClosedFacts(
        number=incident.incident_id,
        county=county_zh(house, as_first_told(house, incident)),
        place_zh="",
        verdict_zh=done.task.result.name_zh if done.task.result is not None else "非火情",
        checked_by_zh=by[:_BY_MOST],
        checked_utc=now,
        heat_source=done.proposal is not None,
    )
    return closed_texts(facts, envelope)
