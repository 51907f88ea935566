"""What must be true of names and recipients before the first alert: found at the start, and not in the night."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from boundary_zones.catalogue import ZONES_FILE, Catalogue
from boundary_zones.contacts import Contacts, RecipientRole
from flows.errors import ConfigurationError
from notify.alert import SYSTEM_PREFIX
from notify.facts import COUNTY_NAME_MOST, FEED_NAME_MOST
from notify.phrases import length_of

OFFICE_NAME_MOST = 20


def check_start_up(catalogue: Catalogue, contacts: Contacts, feeds: Mapping[str, str]) -> None:
    """Make sure that every alert can be put into words, has a code of its own and reaches operations.

    Args:
        catalogue: of joint units.
        contacts: of offices and operations.
        feeds: names of the known feeds by their id.

    Raises:
        ConfigurationError: naming every county, joint unit, office and feed that is not fit, and why.
    """
    problems = [*_counties(catalogue), *_prefixes(catalogue), *_recipients(contacts), *_feeds(feeds)]
    if problems:
        raise ConfigurationError("; ".join(problems))


def _counties(catalogue: Catalogue) -> Iterator[str]:
    for county in catalogue.counties.values():
        if problem := _unfit(county.short_zh, COUNTY_NAME_MOST):
            yield f"{ZONES_FILE}: county {county.gb} {county.name_zh}: short_zh {county.short_zh!r} {problem}"


def _prefixes(catalogue: Catalogue) -> Iterator[str]:
    """Two joint units with one prefix would share their codes: an answer would count for the wrong alert."""
    units = defaultdict(list, {SYSTEM_PREFIX: ["alerts to operations"]})
    for zone in catalogue.zones:
        units[zone.code_prefix_zh].append(zone.id)
    for prefix, names in units.items():
        if len(names) > 1:
            yield f"{ZONES_FILE}: {', '.join(names)} have one code prefix {prefix!r}: begin a name_zh otherwise"


def _recipients(contacts: Contacts) -> Iterator[str]:
    if not contacts.operations():
        why = "nobody would hear that a run failed or a feed is out"
        yield f"{contacts.source}: no recipient has the role {RecipientRole.OPERATIONS}: {why}"
    for one in contacts.recipients:
        if problem := _unfit(one.office_zh, OFFICE_NAME_MOST):
            yield f"{contacts.source}: {one.key}: office_zh {one.office_zh!r} {problem}"


def _feeds(feeds: Mapping[str, str]) -> Iterator[str]:
    for feed, name in feeds.items():
        if problem := _unfit(name, FEED_NAME_MOST):
            yield f"feed {feed}: its name {name!r} {problem}"


def _unfit(name: str, most: int) -> str:
    """Why a name cannot stand in a short message; empty when it can."""
    if not name.strip() or not name.isprintable():
        return "is empty or has control characters"
    return f"has {length_of(name)} characters, messages have room for {most}" if length_of(name) > most else ""
