"""What was found on the ground, told to the offices: a verified fire at once, its end to exactly those who were told.

The record of what was found is kept before anything is told. A verified fire that a crash kept from being told is told
by the next round.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from flows.cap_products import publish_cap
from flows.hotspot_round import UNKNOWN_COUNTY_ZH, Seen, incident_event
from flows.order import FlowName, Order
from flows.projecting import ProjectedRound
from flows.taking_back import take_back
from flows.telling import settle
from flows.verified import last_fire
from flows.verifying import Verified
from flows.wiring import House
from models.field_check.stage import Stage
from models.incidents.incident import Incident
from notify.alert import Alert, AlertKind, Reason
from notify.duty_facts import ClosedFacts, OverFacts
from notify.duty_wording import closed_texts, over_texts
from notify.texts import Envelope, Texts
from store.runs import Trigger

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
    former = house.ledger.latest(event_id=done.incident.incident_id, world=house.world)
    if former is None:
        return None
    if done.stage is Stage.CLOSED:
        return None if former.kind is AlertKind.CANCEL else _closed(house, done, former, by=by, now=now)
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


def _closed(house: House, done: Verified, former: Alert, *, by: str, now: datetime) -> Alert:
    """A fire that was none, or the end of one: to exactly those whom a former text left for."""
    fire_zh = last_fire(house, done.incident) if done.closed_texts is None else ""
    reason = Reason.INCIDENT_OVER if fire_zh else Reason.INCIDENT_NO_FIRE
    rules = house.rules.wording
    signature = rules.incident_signature if fire_zh else rules.verification_signature
    words = partial(_over, house, done.incident, fire_zh, by) if fire_zh else partial(_no_fire, house, done, by)
    return take_back(
        house, former, (AlertKind.CANCEL, reason), partial(words, now=now), by=by, now=now, signature=signature
    ).alert


def _over(house: House, incident: Incident, fire_zh: str, by: str, envelope: Envelope, *, now: datetime) -> Texts:
    neighbour = house.catalogue.counties[incident.neighbour_county_gb].short_zh
    facts = OverFacts(incident.incident_id, county_zh(house, incident), neighbour, fire_zh, by[:_BY_MOST], now)
    return over_texts(facts, envelope)


def _no_fire(house: House, done: Verified, by: str, envelope: Envelope, *, now: datetime) -> Texts:
    incident = done.incident
    facts = ClosedFacts(
        number=incident.incident_id,
        county=county_zh(house, incident),
        place_zh="",
        verdict_zh=done.task.result.name_zh if done.task.result is not None else "非火情",
        checked_by_zh=by[:_BY_MOST],
        checked_utc=now,
        heat_source=done.proposal is not None,
    )
    return closed_texts(facts, envelope)


def county_zh(house: House, incident: Incident) -> str:
    """Short name of the county where it is."""
    gb = incident.county_gb
    return house.catalogue.counties[gb].short_zh if gb is not None else UNKNOWN_COUNTY_ZH
