"""Who hears of an incident: of a fire all of its joint units; of doubted heat those at the place and above them."""

from __future__ import annotations

from collections.abc import Iterable

from boundary_zones.contacts import Recipient, RecipientRole
from boundary_zones.required import OfficeLevel, RequiredOffice, required_offices
from boundary_zones.zone import Zone
from flows.wiring import House
from models.incidents.incident import Incident


def recipients_of(house: House, zone: Zone, incident: Incident) -> tuple[Recipient, ...]:
    """Everybody who is told, members of the joint unit or not.

    A request for a look (核查) is no alarm: it goes to the counties on both sides of the place, the cities above them
    and the duty desks of all regions, and lets the rest of the unit be.
    """
    told = house.contacts.for_zone(zone, house.catalogue, also=_beside_the_unit(house, incident))
    if not incident.suppressed:
        return told
    return tuple(one for one in told if one.role is RecipientRole.PROVINCE_DUTY or _near(incident, one.office))


def required_of(house: House, zone: Zone, incident: Incident) -> tuple[RequiredOffice, ...]:
    """Every office that must hear, whether or not the contacts know a way to it; as :func:`recipients_of`."""
    owed = required_offices(zone, house.catalogue, house.contacts, also=_beside_the_unit(house, incident))
    if not incident.suppressed:
        return owed
    return tuple(one for one in owed if one.level is OfficeLevel.PROVINCE or _near(incident, str(one.gb)))


def units_of(house: House, event_id: str, zone_id: str) -> tuple[str, ...]:
    """The joint units that something concerns, its own first: of a fire also all others that it has hotspots in."""
    return tuple(dict.fromkeys((zone_id, *house.incidents.zones_of_event(event_id, world=house.world))))


def members_of(house: House, zone_ids: Iterable[str]) -> tuple[int, ...]:
    """Codes of the members of joint units and of their superiors."""
    zones = [house.catalogue.zone(zone_id) for zone_id in zone_ids]
    return tuple(gb for zone in zones for gb in (*(county.gb for county in zone.counties), *zone.superiors))


def counties_of(incident: Incident) -> tuple[int | None, ...]:
    """The counties on both sides of the line and in the circle of error."""
    return tuple(dict.fromkeys((incident.county_gb, incident.neighbour_county_gb, *incident.county_gbs)))


def _beside_the_unit(house: House, incident: Incident) -> tuple[int | None, ...]:
    """Offices beside those of its unit: the counties at the place, and all of other units that it has hotspots in."""
    return tuple(dict.fromkeys((*counties_of(incident), *members_of(house, incident.other_zones))))


def _near(incident: Incident, office: str) -> bool:
    counties = {gb for gb in counties_of(incident) if gb is not None}
    return office in {str(gb) for gb in counties | {gb // 100 * 100 for gb in counties}}
