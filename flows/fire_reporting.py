"""Reports of a fire (火情快报): the answer that found it opens the first, each next one says what is known then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from boundary_zones.places import county_in_words
from flows.documents.incident_words import satellites_zh
from flows.wiring import House
from models.field_check.fire_report import FireReport, ReportKind
from models.field_check.stage import Stage
from models.incidents.incident import Incident
from notify.phrases import clock_zh
from store.errors import AnswerUnclear, StoreConflict
from store.verification import Feedback


def open_report(house: House, incident: Incident, said: Feedback) -> FireReport:
    """首报 with what is known; every other field reads 待核. One that is there stays."""
    there = house.fire_reports.reports(incident.incident_id, world=house.world)
    if there:
        return there[-1]
    counties = house.catalogue.counties
    distance, error = incident.distance_to_border_km, incident.location_error_km
    neighbour = counties[incident.neighbour_county_gb].short_zh
    known = {
        "place": county_in_words(house.catalogue, incident.county_gb, with_prefecture=True),
        "coordinates": f"东经{incident.lon_deg:.4f}度，北纬{incident.lat_deg:.4f}度（CGCS2000），误差约{error:.1f}公里",
        "discovered": clock_zh(incident.first_seen_utc, year=True),
        "reported": clock_zh(incident.first_available_utc, year=True),
        "source": f"卫星（{satellites_zh(incident)}）",
        "border": f"距{neighbour}界{distance:.1f}公里（误差{error:.1f}公里）；烧入烧出待核",
        "contact": said.by,
    }
    report = FireReport(incident.incident_id, ReportKind.FIRST, 1, said.at_utc, said.by, known)
    house.fire_reports.save(report, world=house.world)
    return report


def draft_report(
    house: House, number: str, kind: ReportKind, *, fields: Mapping[str, str], by: str, now: datetime
) -> FireReport:
    """Draft the next report of a fire: what the last one said, with what is known now over it.

    首报 that is there already is written again; its number stays. 终报 needs the flames out.

    Raises:
        AnswerUnclear: nobody is named.
        StoreConflict: no fire was verified, the report is over, or the kind may not follow.
    """
    if not by.strip():
        raise AnswerUnclear(f"{number}: say who drafts the report")
    incident = house.incidents.resolve(number, world=house.world)
    earlier = house.fire_reports.reports(incident.incident_id, world=house.world)
    stage = house.verification.stage(incident.incident_id, world=house.world)
    if not earlier:
        raise StoreConflict(f"{incident.incident_id} has no fire report: verify it as a fire first")
    if earlier[-1].kind is ReportKind.FINAL:
        raise StoreConflict(f"{incident.incident_id} has its 终报; a correction reopens nothing")
    if kind is ReportKind.FINAL and stage not in {Stage.FLAMES_OUT, Stage.MOPPING_UP, Stage.CLOSED}:
        raise StoreConflict(f"{incident.incident_id} is {stage.name_zh}; 终报 comes after 明火已扑灭")
    if kind is ReportKind.FIRST and len(earlier) > 1:
        raise StoreConflict(f"{incident.incident_id} has {earlier[-1].title_zh} already; draft the next 续报")
    nth = 1 if kind is ReportKind.FIRST else earlier[-1].number + 1
    try:
        report = FireReport(incident.incident_id, kind, nth, now, by, {**earlier[-1].fields, **fields})
    except ValueError as error:
        raise StoreConflict(f"{incident.incident_id}: {error}") from error
    house.fire_reports.save(report, world=house.world)
    return report
