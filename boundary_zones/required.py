"""Which offices must hear of an alert: by joint unit and administrative list, whoever stands in the contacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from boundary_zones.catalogue import Catalogue
from boundary_zones.contacts import NOT_ALERTED, Contacts, Recipient, RecipientRole
from boundary_zones.zone import Zone

OFFICE_ZH = "森防办"


class OfficeLevel(StrEnum):
    """How high an office stands."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"


@dataclass(frozen=True, slots=True)
class RequiredOffice:
    """An office that must hear of an alert, with every way to it that the contacts know; none is a gap to be seen."""

    region: str
    office: str
    """GB/T 2260 code as text, or the name under which the contacts keep a region's duty desk."""
    office_zh: str
    level: OfficeLevel
    gb: int
    endpoints: tuple[Recipient, ...] = ()
    """In their order of failover."""

    @property
    def city(self) -> int:
        """Code of the prefecture above a county; a municipality has none under it, and then it names nothing."""
        return self.gb // 100 * 100


def required_offices(
    zone: Zone, catalogue: Catalogue, contacts: Contacts, *, also: Iterable[int | None] = ()
) -> tuple[RequiredOffice, ...]:
    """Every office that must hear of an alert in a joint unit, each once.

    The counties of all members on both sides of the line, the superiors, and the duty desk of every region.

    Args:
        zone: the joint unit.
        catalogue: regions, prefectures and counties by code.
        contacts: the ways to each office.
        also: counties that it concerns beside the members.
    """
    codes = [county.gb for county in zone.counties] + [gb for gb in also if gb is not None]
    codes += [*zone.superiors, *(region.gb for region in catalogue.regions.values())]
    return tuple(_office(gb, catalogue, contacts) for gb in dict.fromkeys(codes))


def all_required(catalogue: Catalogue, contacts: Contacts) -> tuple[RequiredOffice, ...]:
    """Every office that an alert in any joint unit must reach."""
    found = {office.gb: office for zone in catalogue.zones for office in required_offices(zone, catalogue, contacts)}
    return tuple(found.values())


def _office(gb: int, catalogue: Catalogue, contacts: Contacts) -> RequiredOffice:
    region = next(region for region in catalogue.regions.values() if region.gb // 10000 == gb // 10000)
    name, level = _named(gb, catalogue)
    ways = tuple(sorted(_ways(gb, region.id, level, contacts), key=lambda one: one.rank))
    desk = ways[0].office if ways else str(gb)
    office_zh = ways[0].office_zh if ways else f"{name}{OFFICE_ZH}"
    return RequiredOffice(region.id, desk, office_zh, level, gb, tuple(one for one in ways if one.office == desk))


def _named(gb: int, catalogue: Catalogue) -> tuple[str, OfficeLevel]:
    if gb in catalogue.counties:
        return catalogue.counties[gb].name_zh, OfficeLevel.COUNTY
    if gb in catalogue.prefectures:
        return catalogue.prefectures[gb].name_zh, OfficeLevel.CITY
    return next(region.name_zh for region in catalogue.regions.values() if region.gb == gb), OfficeLevel.PROVINCE


def _ways(gb: int, region_id: str, level: OfficeLevel, contacts: Contacts) -> Iterator[Recipient]:
    """Endpoints under the office's code; a region's desk may have a name of its own instead."""
    mine: Sequence[Recipient] = [one for one in contacts.recipients if one.role not in NOT_ALERTED]
    coded = [one for one in mine if one.office == str(gb)]
    if level is OfficeLevel.PROVINCE and not coded:
        coded = [one for one in mine if one.region == region_id and one.role is RecipientRole.PROVINCE_DUTY]
    yield from coded
