"""The course of one fire from the ledger, the verification and the processes; its review from there."""

from __future__ import annotations

from datetime import datetime

from boundary_zones.places import border_in_words, county_in_words
from flows.processes.cases import all_cases
from flows.verifying import with_receipts
from flows.wiring import House
from flows.world_time import newest_moment
from models.field_check.stage import Stage
from models.incidents.event import CHANGE_ZH, Change
from models.incidents.incident import Incident
from notify.alert import LIVE
from notify.course import Clocks, Course, Said
from notify.documents.forms.after_action import AfterActionFacts, after_action
from notify.documents.layout import OfficialDocument, Picture
from store.owed import Owed

_TOLD_ELSEWHERE = frozenset({Change.START})


def clocks_of(house: House) -> Clocks:
    """All clocks that run on a fire."""
    rules = house.rules
    return Clocks(rules.escalation, rules.verification_clocks, rules.report_clocks, rules.process_clocks)


def course_of(house: House, number: str, *, ends: datetime | None = None) -> Course:
    """Everything that is known of one fire.

    Args:
        house: the world to look at.
        number: of the incident or of a hotspot.
        ends: up to when; now, and in an exercise its end, where none is given.

    Raises:
        NotInStore: no such incident.
    """
    world = house.world
    incident = house.incidents.resolve(number, world=world)
    event = incident.incident_id
    stages = house.verification.stages(event, world=world)
    came = {stage: next((row.at_utc for row in stages if row.stage is stage), None) for stage in Stage}
    rows = house.alerts.reached(event, world=world)
    answers = house.verification.answers(event, world=world)
    changes = house.incident_events.of(event, world=world)
    tasks = [one for one in house.verification.tasks(world=world) if one.incident_id == event]
    return Course(
        incident=incident,
        alerts=tuple(house.alerts.of_event(event, world=world)),
        offices=tuple(Owed(house.database).offices(event_id=event, world=world)),
        calls=tuple(row for row in rows if row.step > 0),
        ends_utc=ends or newest_moment(house),
        task=next(iter(with_receipts(house, tasks)), None),
        answers=tuple(Said(one.at_utc, one.by, one.result.name_zh + _note(one.note)) for one in answers),
        stages=tuple(Said(row.at_utc, row.by, row.stage.name_zh + _note(row.note)) for row in stages),
        verified_utc=came[Stage.VERIFIED],
        flames_out_utc=came[Stage.FLAMES_OUT],
        closed_utc=came[Stage.CLOSED],
        reports=tuple(house.fire_reports.reports(event, world=world)),
        cases=all_cases(house, event_id=event),
        changes=tuple(
            Said(one.at_utc, "", CHANGE_ZH[one.change] + _note(one.note or _added(one.hotspots_added)))
            for one in changes
            if one.change not in _TOLD_ELSEWHERE
        ),
        first_satellites=_first_satellites(house, incident),
    )


def _first_satellites(house: House, incident: Incident) -> tuple[str, ...]:
    seen = house.hotspots.among(incident.hotspot_ids, since=incident.first_seen_utc, world=house.world)
    first = seen.filter(seen["acquired_utc"] == incident.first_seen_utc)
    return tuple(first["satellite"].unique().sort())


def after_action_of(house: House, number: str, *, ends: datetime | None = None) -> OfficialDocument:
    """The review (复盘报告) of one fire.

    Raises:
        NotInStore: no such incident.
    """
    course = course_of(house, number, ends=ends)
    incident = course.incident
    facts = AfterActionFacts(
        course=course,
        clocks=clocks_of(house),
        unit_zh=house.catalogue.zone(incident.zone).name_zh,
        place_zh=county_in_words(house.catalogue, incident.county_gb, with_prefecture=True),
        border_zh=border_in_words(
            house.catalogue, incident.neighbour_county_gb, distance_km=incident.distance_to_border_km
        ),
        offices_zh=tuple(dict.fromkeys(one.office_zh for one in course.offices)) or ("联防单元各成员",),
        pictures=newest_picture(house, incident),
        exercise=house.world != LIVE,
    )
    return after_action(facts)


def newest_picture(house: House, incident: Incident) -> tuple[Picture, ...]:
    """The picture of an incident that was drawn last, as a round made it; none where none was drawn."""
    drawn = (house.home.products / house.world).glob(f"*/*/{incident.incident_id}.png")
    newest = max(drawn, key=lambda path: path.parts[-3:], default=None)
    if newest is None:
        return ()
    return (Picture(newest.read_bytes(), f"态势图 {incident.incident_id}（内部用图）"),)


def _added(hotspots: int) -> str:
    return f"新增热点{hotspots}个" if hotspots else ""


def _note(text: str) -> str:
    return f"（{text}）" if text else ""
