"""The counties that the texts of a fire named, as they were told: the fire may have moved since."""

from __future__ import annotations

from datetime import timedelta

from flows.wiring import House
from models.frames import JudgementFrame
from models.incidents.fold import fragment
from models.incidents.incident import Incident
from models.incidents.judge import with_judgements
from models.incidents.match import located
from notify.alert import Alert
from notify.incident_facts import UNKNOWN_COUNTY_ZH


def county_zh(house: House, incident: Incident) -> str:
    """Short name of the county of its hotspot nearest to the line."""
    gb = incident.county_gb
    return house.catalogue.counties[gb].short_zh if gb is not None else UNKNOWN_COUNTY_ZH


def as_first_told(house: House, incident: Incident) -> Incident:
    """The incident as its first text knew it; as it is where nobody was told."""
    first = house.alerts.of_event(incident.incident_id, world=house.world)[:1]
    return as_told(house, incident, first[0]) if first else incident


def moved_to(house: House, incident: Incident) -> tuple[str, ...]:
    """Counties that later texts named in the place of the first one's, in order."""
    alerts = house.alerts.of_event(incident.incident_id, world=house.world)
    named = dict.fromkeys(county_zh(house, as_told(house, incident, alert)) for alert in alerts)
    return tuple(named)[1:]


def as_told(house: House, incident: Incident, alert: Alert) -> Incident:
    """The incident that the hotspots of a text make; as it is where none of them is kept any more."""
    since = incident.first_seen_utc - timedelta(days=1)
    told = house.hotspots.among(alert.evidence, since=since, world=house.world)
    rows = located(told, house.catalogue).hotspots
    return fragment("", with_judgements(rows, JudgementFrame.create_empty())) if rows.height else incident
