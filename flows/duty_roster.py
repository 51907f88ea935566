"""Which county owes a report of a day, and whether its office gave it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from boundary_zones.required import RequiredOffice, required_offices
from boundary_zones.zone import County
from flows.cadence_rules import Duty
from flows.wiring import House
from models.field_check.duty import duty_words
from notify.duty_report import asked_event


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One county's report of a day."""

    county_gb: int
    county_zh: str
    region: str
    owed: bool
    """Whether a report is owed (``rules/cadence.toml``)."""
    why_zh: tuple[str, ...]
    """What makes the day one of reports there."""
    code: str = ""
    """Of the alert that asked for it; empty while nobody was asked."""
    reported_utc: datetime | None = None


def roster(house: House, day: date) -> tuple[DutyLine, ...]:
    """Every member county: whether it owes a report of a day, and whether it gave it."""
    return tuple(_line(house, county, day) for county in members(house))


def members(house: House) -> tuple[County, ...]:
    """Member counties of all joint units, each once."""
    return tuple(dict.fromkeys(county for zone in house.catalogue.zones for county in zone.counties))


def _line(house: House, county: County, day: date) -> DutyLine:
    calendar = house.rules.calendar
    owed = Duty.ZERO_REPORT in house.rules.season.duties_of(calendar, county.gb, day)
    line = DutyLine(county.gb, county.short_zh, county.region_id, owed, duty_words(calendar, county.gb, day))
    alerts = house.alerts.of_event(asked_event(county.gb, day), world=house.world)
    if not alerts:
        return line
    office = office_of(house, county).office
    answered = [house.alerts.answered_at(one.alert_id, county.region_id, office) for one in alerts]
    came = min((at for at in answered if at is not None), default=None)
    return replace(line, code=alerts[-1].code, reported_utc=came)


def office_of(house: House, county: County) -> RequiredOffice:
    """The office of a member county, with every way to it."""
    zone = next(zone for zone in house.catalogue.zones if county in zone.counties)
    return next(one for one in required_offices(zone, house.catalogue, house.contacts) if one.gb == county.gb)
