"""What is found at the start, and not when the first alert fails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from boundary_zones.catalogue import SHIPPED, Catalogue
from boundary_zones.contacts import Contacts, load_contacts
from flows.errors import ConfigurationError
from flows.gathered import FEED_ZH
from flows.start_up import OFFICE_NAME_MOST, check_start_up
from flows.wiring import catalogue_of
from tests.flows.world import build_house

EXAMPLE = SHIPPED / "contacts.example.toml"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return catalogue_of(None)


@pytest.fixture(scope="module")
def contacts() -> Contacts:
    return load_contacts(EXAMPLE)


def short_named(catalogue: Catalogue, gb: int, name: str) -> Catalogue:
    counties = dict(catalogue.counties)
    counties[gb] = replace(counties[gb], short_zh=name)
    return replace(catalogue, counties=MappingProxyType(counties))


def named(contacts: Contacts, name: str) -> Contacts:
    first, *others = contacts.recipients
    return replace(contacts, recipients=(replace(first, office_zh=name), *others), source="contacts.toml")


def unit_named(catalogue: Catalogue, name: str) -> Catalogue:
    first, *others = catalogue.zones
    return replace(catalogue, zones=(replace(first, name_zh=name), *others))


def test_what_ships_is_fit(catalogue: Catalogue, contacts: Contacts) -> None:
    check_start_up(catalogue, contacts, FEED_ZH)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("围场满族蒙古", "has 6 characters, messages have room for 4"),
        ("", "is empty"),
        ("丰\n宁", "control characters"),
    ],
)
def test_a_county_that_no_text_can_name_is_named_here(
    catalogue: Catalogue, contacts: Contacts, name: str, why: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"zones.toml: county 130826 丰宁满族自治县: short_zh .* {why}"):
        check_start_up(short_named(catalogue, 130826, name), contacts, FEED_ZH)


def test_contacts_without_operations_are_refused(catalogue: Catalogue, contacts: Contacts) -> None:
    nobody = replace(contacts, recipients=tuple(one for one in contacts.recipients if one.role != "operations"))
    with pytest.raises(ConfigurationError, match="no recipient has the role operations: nobody would hear"):
        check_start_up(catalogue, nobody, FEED_ZH)


@pytest.mark.parametrize(
    ("name", "why"), [("办" * (OFFICE_NAME_MOST + 1), "has 21 characters"), ("  ", "is empty"), ("甲\t乙", "control")]
)
def test_an_office_without_a_fit_name_is_refused_by_its_key_and_not_by_its_address(
    catalogue: Catalogue, contacts: Contacts, name: str, why: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"contacts.toml: beijing/110000/inbox: office_zh .* {why}") as caught:
        check_start_up(catalogue, named(contacts, name), FEED_ZH)
    assert "inbox://" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "others"), [("平原–承德", "HR-CD, PG-JZ"), ("运河–承德", "alerts to operations, HR-CD")]
)
def test_two_units_whose_codes_could_be_mistaken_are_refused(
    catalogue: Catalogue, contacts: Contacts, name: str, others: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"{others} have one code prefix '{name[0]}'"):
        check_start_up(unit_named(catalogue, name), contacts, FEED_ZH)


def test_a_feed_with_a_long_name_is_refused(catalogue: Catalogue, contacts: Contacts) -> None:
    with pytest.raises(ConfigurationError, match="feed new: its name .* has 15 characters"):
        check_start_up(catalogue, contacts, {**FEED_ZH, "new": "长" * 15})


def test_every_problem_is_named_at_once(catalogue: Catalogue, contacts: Contacts) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_start_up(short_named(catalogue, 110116, ""), named(contacts, " "), {"new": ""})
    assert str(caught.value).count("; ") == 2


def test_a_house_does_not_open_when_nobody_would_hear_of_a_failure(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace('role = "operations"', 'role = "county_duty"')
    file = tmp_path / "contacts.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="no recipient has the role operations"):
        build_house(tmp_path / "home", contacts=file)
    assert not (tmp_path / "home").exists()
