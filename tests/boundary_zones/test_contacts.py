"""Who is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from boundary_zones.catalogue import SHIPPED, Catalogue
from boundary_zones.contacts import Contacts, RecipientRole, check_coverage, load_contacts, parse_contacts
from boundary_zones.errors import ContactsError

EXAMPLE = SHIPPED / "contacts.example.toml"
ROW = """
[[recipient]]
region = "{region}"
office = "{office}"
office_zh = "{name}"
role = "{role}"
channel = "{channel}"
address = "inbox://{region}/{office}"
"""


def row(region: str, office: str, role: str = "county_duty", channel: str = "inbox") -> str:
    return ROW.format(region=region, office=office, name=f"{office}森防办", role=role, channel=channel)


def without(office: str) -> Contacts:
    return Contacts(tuple(one for one in load_contacts(EXAMPLE).recipients if one.office != office), "own.toml")


@pytest.mark.parametrize(
    ("zone_id", "offices"),
    [
        ("HR-CD", ["110116", "130826", "130824", "110000", "130000", "130800", "120000"]),
        ("YQ-HL", ["110119", "130730", "130732", "110000", "130000", "130700", "120000"]),
        ("PG-JZ", ["110117", "120119", "130822", "131082", "110000", "120000", "130000", "130800", "131000"]),
    ],
)
def test_members_superiors_and_all_three_regions_are_told_each_once(
    catalogue: Catalogue, zone_id: str, offices: list[str]
) -> None:
    told = load_contacts(EXAMPLE).for_zone(catalogue.zone(zone_id), catalogue)
    assert [one.office for one in told] == offices
    assert {one.region for one in told} == {"beijing", "tianjin", "hebei"}


def test_both_sides_of_the_line_are_told(catalogue: Catalogue) -> None:
    contacts = load_contacts(EXAMPLE)
    for zone in catalogue.zones:
        told = {one.office for one in contacts.for_zone(zone, catalogue)}
        assert {str(county.gb) for county in zone.counties} <= told


def test_the_example_covers_everybody_and_reaches_the_inbox_only(catalogue: Catalogue) -> None:
    contacts = load_contacts(EXAMPLE)
    check_coverage(contacts, catalogue)
    assert len(contacts.recipients) == 17
    for one in contacts.recipients:
        assert one.channel == "inbox"
        assert one.address == f"inbox://{one.region}/{one.office}"
    assert [one.office for one in contacts.operations()] == ["operations"]


def test_operations_get_no_alert_of_fire(catalogue: Catalogue) -> None:
    text = EXAMPLE.read_text(encoding="utf-8") + row("beijing", "110116", role="operations", channel="mail")
    contacts = parse_contacts(text, source="own.toml")
    told = contacts.for_zone(catalogue.zone("HR-CD"), catalogue)
    assert all(one.role is not RecipientRole.OPERATIONS for one in told)
    assert len(contacts.operations()) == 2


def test_an_office_with_two_channels_is_told_on_both(catalogue: Catalogue) -> None:
    text = EXAMPLE.read_text(encoding="utf-8") + row("hebei", "130826", channel="mail")
    told = parse_contacts(text, source="own.toml").for_zone(catalogue.zone("HR-CD"), catalogue)
    assert [one.channel for one in told if one.office == "130826"] == ["inbox", "mail"]
    assert len({one.key for one in told}) == len(told) == 8


def test_a_duty_desk_may_have_a_name_in_the_place_of_a_code(catalogue: Catalogue) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace('office = "120000"', 'office = "duty-room"')
    contacts = parse_contacts(text, source="own.toml")
    check_coverage(contacts, catalogue)
    assert "duty-room" in [one.office for one in contacts.for_zone(catalogue.zone("HR-CD"), catalogue)]


def test_a_superior_without_recipient_is_left_out(catalogue: Catalogue) -> None:
    contacts = without("130800")
    check_coverage(contacts, catalogue)
    assert "130800" not in [one.office for one in contacts.for_zone(catalogue.zone("HR-CD"), catalogue)]


@pytest.mark.parametrize(
    ("office", "message"),
    [
        ("120000", "region tianjin 天津市 has no duty desk"),
        ("110000", "region beijing 北京市 has no duty desk"),
        ("130000", "region hebei 河北省 has no duty desk"),
        ("130824", "county 130824 滦平县 of HR-CD has no recipient"),
        ("131082", "county 131082 三河市 of PG-JZ has no recipient"),
    ],
)
def test_a_missing_recipient_stops_the_start(catalogue: Catalogue, office: str, message: str) -> None:
    with pytest.raises(ContactsError, match=message) as raised:
        check_coverage(without(office), catalogue)
    assert str(raised.value).startswith("own.toml: ")


def test_all_that_is_missing_is_named_at_once(catalogue: Catalogue) -> None:
    contacts = parse_contacts(row("beijing", "110116"), source="own.toml")
    with pytest.raises(ContactsError) as raised:
        check_coverage(contacts, catalogue)
    problems = str(raised.value).split("; ")
    assert len(problems) == 3 + 9
    assert not any("110116" in problem for problem in problems)


def test_operations_are_no_recipient_of_a_county(catalogue: Catalogue) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace(
        'office_zh = "滦平县森防办"\nrole = "county_duty"', 'office_zh = "滦平县森防办"\nrole = "operations"'
    )
    with pytest.raises(ContactsError, match="county 130824 滦平县 of HR-CD has no recipient"):
        check_coverage(parse_contacts(text, source="own.toml"), catalogue)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (row("shanxi", "140000", "province_duty"), "shanxi/140000/inbox: no region 'shanxi', there are beijing"),
        (row("tianjin", "130824", channel="mail"), "tianjin/130824/mail: office 130824 does not lie in 天津市"),
    ],
)
def test_a_recipient_in_the_wrong_region_stops_the_start(catalogue: Catalogue, extra: str, message: str) -> None:
    contacts = parse_contacts(EXAMPLE.read_text(encoding="utf-8") + extra, source="own.toml")
    with pytest.raises(ContactsError, match=message):
        check_coverage(contacts, catalogue)


@pytest.mark.parametrize(
    ("old", "new", "field", "problem"),
    [
        ("office_zh", "office_cn", "recipient[0].office_zh", "Field required"),
        ('channel = "inbox"', 'channel = "inbox"\nphone = "1"', "recipient[0].phone", "Extra inputs"),
        ('role = "county_duty"', 'role = "boss"', "recipient[0].role", "county_duty"),
        ('office = "110116"', "office = 110116", "recipient[0].office", "valid string"),
        ('office = "110116"', 'office = "../etc"', "recipient[0].office", "match pattern"),
        ("inbox://beijing", "beijing", "recipient[0].address", "match pattern"),
        ("[[recipient]]", "[[person]]", "recipient", "Field required"),
        ("[[recipient]]", "[[recipient]", "", "is not TOML"),
    ],
)
def test_a_wrong_row_names_file_and_field(old: str, new: str, field: str, problem: str) -> None:
    text = row("beijing", "110116")
    assert old in text
    with pytest.raises(ContactsError) as raised:
        parse_contacts(text.replace(old, new, 1), source="own.toml")
    assert (raised.value.source, raised.value.field) == ("own.toml", field)
    assert problem in str(raised.value)


def test_an_office_stands_once_a_channel() -> None:
    with pytest.raises(ContactsError, match=r"recipient\[1\]: beijing/110116/inbox stands twice"):
        parse_contacts(row("beijing", "110116") * 2, source="own.toml")


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ContactsError, match=r"contacts.toml: cannot be read"):
        load_contacts(tmp_path / "contacts.toml")


def test_an_address_stays_out_of_what_is_printed() -> None:
    contacts = load_contacts(EXAMPLE)
    assert "inbox://" not in repr(contacts)


def test_a_county_that_it_concerns_is_told_though_it_is_no_member(catalogue: Catalogue) -> None:
    told = load_contacts(EXAMPLE).for_zone(catalogue.zone("YQ-HL"), catalogue, also=(110116, None, 110114))
    offices = [one.office for one in told]
    assert "110116" in offices
    assert "110114" not in offices
    assert len(offices) == len(set(offices))


def test_endpoints_of_an_office_come_in_their_order_of_failover() -> None:
    text = row("hebei", "130824", channel="voice") + "rank = 2\nverified_at = 2027-03-01\n"
    text += row("hebei", "130824", channel="sms-2") + row("hebei", "130824", channel="sms")
    contacts = parse_contacts(text, source="c.toml")
    ends = contacts.of_office("hebei", "130824")
    assert [(one.channel, one.rank) for one in ends] == [("sms-2", 1), ("sms", 1), ("voice", 2)]
    assert [one.channel_kind for one in ends] == ["sms", "sms", "voice"]
    assert ends[2].verified_at == date(2027, 3, 1)


@pytest.mark.parametrize("ranks", [[2], [1, 3]])
def test_ranks_with_a_gap_are_refused(ranks: list[int]) -> None:
    text = "".join(row("hebei", "130824", channel=f"sms-{rank}") + f"rank = {rank}\n" for rank in ranks)
    with pytest.raises(ContactsError, match="hebei/130824 has the ranks .* without a gap"):
        parse_contacts(text, source="c.toml")


def test_the_test_group_hears_of_no_fire(catalogue: Catalogue) -> None:
    test = parse_contacts(row("beijing", "110000", role="test_group"), source="c.toml")
    assert [one.office for one in test.test_group()] == ["110000"]
    for zone in catalogue.zones:
        assert test.for_zone(zone, catalogue) == ()
    with pytest.raises(ContactsError, match="region beijing"):
        check_coverage(test, catalogue)
