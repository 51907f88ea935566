"""Who is told: recipients by region and role, from a file that an office keeps outside the repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from boundary_zones.catalogue import Catalogue, read_text
from boundary_zones.errors import ContactsError
from boundary_zones.toml_tables import Table, parse_table
from boundary_zones.zone import Zone

_Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]


class RecipientRole(StrEnum):
    """What a recipient is to an alert."""

    COUNTY_DUTY = "county_duty"
    CITY_DUTY = "city_duty"
    PROVINCE_DUTY = "province_duty"
    """Duty desk of a region: told of every alert, on whichever side it is."""
    OPERATIONS = "operations"
    """Keeps the system running; gets no alert of fire."""
    TEST_GROUP = "test_group"
    """Gets what ``doctor --channels`` rehearses, and nothing else."""


NOT_ALERTED = frozenset({RecipientRole.OPERATIONS, RecipientRole.TEST_GROUP})


@dataclass(frozen=True, slots=True)
class Recipient:
    """One office on one channel. The address stays out of ``repr`` and so out of logs."""

    region: str
    office: str
    """GB/T 2260 code of the office as text, or the name of a desk."""
    office_zh: str
    role: RecipientRole
    channel: str
    address: str = field(repr=False)
    rank: int = 1
    """Order of failover within the office: rank 1 is told at once, the next when nothing of the one before arrives."""
    verified_at: date | None = None
    """Day in Asia/Shanghai on which the office last confirmed that a message on this way arrived."""

    @property
    def channel_kind(self) -> str:
        """The channel without what tells two endpoints on it apart: ``sms_aliyun-2`` is on ``sms_aliyun``."""
        return self.channel.partition("-")[0]

    @property
    def key(self) -> str:
        """``region/office/channel``: one row of the file, whatever its address becomes."""
        return f"{self.region}/{self.office}/{self.channel}"


class _RecipientRow(Table):
    region: _Word
    office: _Word
    office_zh: Annotated[str, Field(min_length=1)]
    role: Annotated[RecipientRole, Field(strict=False)]
    channel: _Word
    address: Annotated[str, Field(pattern=r"^[a-z][a-z0-9+.-]*://\S+$")]
    rank: Annotated[int, Field(ge=1, le=9)] = 1
    verified_at: date | None = None


class _Document(Table):
    recipient: Annotated[list[_RecipientRow], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Contacts:
    """All recipients, in the order of the file."""

    recipients: tuple[Recipient, ...]
    source: str = "contacts"

    def for_zone(self, zone: Zone, catalogue: Catalogue, *, also: Iterable[int | None] = ()) -> tuple[Recipient, ...]:
        """Everybody who is told of an alert in ``zone``, each once.

        The offices of all members on both sides of the line, the superiors that have a recipient, and the duty desks
        of every region of the catalogue.

        Args:
            zone: the joint unit.
            catalogue: of regions.
            also: counties that it concerns beside the members, where they have a recipient.
        """
        counties = [county.gb for county in zone.counties] + [gb for gb in also if gb is not None]
        offices = [str(gb) for gb in (*counties, *zone.superiors)]
        chosen: dict[str, Recipient] = {}
        for recipient in [*self._of_offices(offices), *self._duty_desks(catalogue.regions)]:
            chosen.setdefault(recipient.key, recipient)
        return tuple(chosen.values())

    def operations(self) -> tuple[Recipient, ...]:
        """Those who keep the system running."""
        return tuple(one for one in self.recipients if one.role is RecipientRole.OPERATIONS)

    def test_group(self) -> tuple[Recipient, ...]:
        """Those who get rehearsals."""
        return tuple(one for one in self.recipients if one.role is RecipientRole.TEST_GROUP)

    def of_office(self, region: str, office: str) -> tuple[Recipient, ...]:
        """The endpoints of an office in their order of failover, the order of the file within a rank."""
        mine = (one for one in self._alerted() if (one.region, one.office) == (region, office))
        return tuple(sorted(mine, key=lambda one: one.rank))

    def _of_offices(self, offices: Iterable[str]) -> Iterator[Recipient]:
        for office in offices:
            yield from (one for one in self._alerted() if one.office == office)

    def _duty_desks(self, regions: Iterable[str]) -> Iterator[Recipient]:
        for region in regions:
            yield from (
                one for one in self._alerted() if one.region == region and one.role is RecipientRole.PROVINCE_DUTY
            )

    def _alerted(self) -> Iterator[Recipient]:
        return (one for one in self.recipients if one.role not in NOT_ALERTED)


def load_contacts(path: Path) -> Contacts:
    """Read a contacts file.

    Args:
        path: TOML; data/contacts.example.toml is one.

    Raises:
        ContactsError: not readable, or as ``parse_contacts``.
    """
    return parse_contacts(read_text(path, error=ContactsError), source=str(path))


def parse_contacts(text: str, *, source: str) -> Contacts:
    """Parse contacts from TOML: one ``[[recipient]]`` table an office and channel.

    Args:
        text: TOML.
        source: name of the file, for the messages.

    Raises:
        ContactsError: an unknown or missing key, a wrong value, an office twice on one channel, or ranks with a
            gap.
    """
    document = parse_table(text, _Document, source=source, error=ContactsError)
    recipients = tuple(Recipient(**row.model_dump()) for row in document.recipient)
    keys = [recipient.key for recipient in recipients]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            raise ContactsError(source, f"recipient[{index}]", f"{key} stands twice: an office is told once a channel")
    contacts = Contacts(recipients, source)
    if problem := next(_ranks_with_gaps(contacts), None):
        raise ContactsError(source, "recipient", problem)
    return contacts


def check_coverage(contacts: Contacts, catalogue: Catalogue) -> None:
    """Make sure that nobody who must be told is missing, before the first alert.

    Raises:
        ContactsError: naming every region without a duty desk, every member county without a recipient, and every
            recipient whose region does not exist or does not fit the code of its office.
    """
    problems = [*_misplaced(contacts, catalogue), *_missing_desks(contacts, catalogue)]
    problems += _missing_members(contacts, catalogue)
    if problems:
        raise ContactsError(contacts.source, "", "; ".join(problems))


def _ranks_with_gaps(contacts: Contacts) -> Iterator[str]:
    """A missing rank is a slip of the pen: nobody means to begin with the second number."""
    for region, office in dict.fromkeys((one.region, one.office) for one in contacts.recipients):
        ranks = sorted({one.rank for one in contacts.of_office(region, office)})
        if ranks != list(range(1, len(ranks) + 1)):
            listed = ", ".join(map(str, ranks))
            yield f"{region}/{office} has the ranks {listed}: number its endpoints 1, 2, 3 without a gap"


def _misplaced(contacts: Contacts, catalogue: Catalogue) -> Iterator[str]:
    for one in contacts.recipients:
        region = catalogue.regions.get(one.region)
        if region is None:
            yield f"{one.key}: no region {one.region!r}, there are {', '.join(catalogue.regions)}"
        elif one.office.isdigit() and int(one.office) // 10000 != region.gb // 10000:
            yield f"{one.key}: office {one.office} does not lie in {region.name_zh}"


def _missing_desks(contacts: Contacts, catalogue: Catalogue) -> Iterator[str]:
    staffed = {one.region for one in contacts.recipients if one.role is RecipientRole.PROVINCE_DUTY}
    for region in catalogue.regions.values():
        if region.id not in staffed:
            yield f"region {region.id} {region.name_zh} has no duty desk (role {RecipientRole.PROVINCE_DUTY})"


def _missing_members(contacts: Contacts, catalogue: Catalogue) -> Iterator[str]:
    reached = {one.office for one in contacts.recipients if one.role not in NOT_ALERTED}
    for zone in catalogue.zones:
        for county in zone.counties:
            if str(county.gb) not in reached:
                yield f"county {county.gb} {county.name_zh} of {zone.id} has no recipient"
