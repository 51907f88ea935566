"""zones.toml."""

from __future__ import annotations

import pytest

from boundary_zones.catalogue import SHIPPED
from boundary_zones.errors import CatalogueError
from boundary_zones.zone import MemberRole
from boundary_zones.zones_table import ZonesTable, parse_zones

SMALL = """
county = [
  { gb = 110116, name_zh = "怀柔区", short_zh = "怀柔", name_en = "Huairou" },
  { gb = 130826, name_zh = "丰宁满族自治县", short_zh = "丰宁", name_en = "Fengning" },
]
region = [
  { id = "beijing", gb = 110000, name_zh = "北京市", short_zh = "京" },
  { id = "hebei", gb = 130000, name_zh = "河北省", short_zh = "冀" },
]
prefecture = [{ gb = 130800, name_zh = "承德市" }]
extent = { cells_km = 15, watch_km = 50.0, counties_km = 65.0, touch_tolerance_m = 1.0 }
[[zone]]
id = "HR-CD"
name_zh = "怀柔–承德"
name_en = "Huairou-Chengde"
hazard = "forest_fire"
members = [{ gb = 110116, role = "home" }, { gb = 130826, role = "neighbour" }]
superiors = [110000, 130800]
"""


def parse(*changes: tuple[str, str]) -> ZonesTable:
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return parse_zones(text, source="zones.toml")


def test_a_small_table_is_read_whole() -> None:
    table = parse()
    assert table.extent.cells_km == 15.0
    assert table.regions["hebei"].short_zh == "冀"
    assert table.prefectures[130800].region_id == "hebei"
    assert table.counties[130826].region_id == "hebei"
    (zone,) = table.zones
    assert zone.members[0].role is MemberRole.HOME
    assert zone.members[1].county is table.counties[130826]
    assert zone.superiors == (110000, 130800)


@pytest.mark.parametrize(
    ("old", "new", "field", "problem"),
    [
        ("hazard =", "hazzard =", "zone[0].hazard", "Field required"),
        ("superiors =", 'colour = "red"\nsuperiors =', "zone[0].colour", "Extra inputs"),
        ("watch_km = 50.0", "watch_km = -1.0", "extent.watch_km", "greater than 0"),
        ("watch_km = 50.0", 'watch_km = "50"', "extent.watch_km", "valid number"),
        ('role = "home"', 'role = "owner"', "zone[0].members[0].role", "'home' or 'neighbour'"),
        ("{ gb = 110116, role", "{ gb = 110117, role", "zone[0].members[0].gb", "no [[county]] declares 110117"),
        ("130800]", "130700]", "zone[0].superiors[1]", "no [[prefecture]] declares 130700"),
        ("{ gb = 130826, name_zh", "{ gb = 140826, name_zh", "county[1].gb", "lies in 140000"),
        ("{ gb = 130800, name_zh", "{ gb = 150800, name_zh", "prefecture[0].gb", "lies in 150000"),
        ("{ gb = 130826, name_zh", "{ gb = 110116, name_zh", "county[1].gb", "110116 stands twice"),
        ('id = "hebei"', 'id = "beijing"', "region[1].id", "beijing stands twice"),
        ('role = "neighbour"', 'role = "home"', "", ""),
        ('id = "HR-CD"', 'id = "HR/CD"', "zone[0].id", "pattern"),
        ('short_zh = "京"', 'short_zh = "北京"', "region[0].short_zh", "at most 1"),
        ("[[zone]]", "[[zone]", "", "is not TOML"),
    ],
)
def test_a_wrong_table_names_file_and_field(old: str, new: str, field: str, problem: str) -> None:
    if not problem:
        assert len(parse((old, new)).zones) == 1  # two home members of two regions are a joint unit all the same
        return
    with pytest.raises(CatalogueError) as raised:
        parse((old, new))
    assert raised.value.source == "zones.toml"
    assert raised.value.field == field
    assert problem in str(raised.value)


def test_a_zone_whose_members_make_no_joint_unit_names_its_members() -> None:
    with pytest.raises(CatalogueError, match=r"zone\[0\].members: zone HR-CD: no member has the role 'home'"):
        parse(('role = "home"', 'role = "neighbour"'))


def test_further_errors_are_counted() -> None:
    with pytest.raises(CatalogueError, match=r"and 1 more"):
        parse(("hazard =", "hazzard ="))


def test_a_zone_id_stands_once() -> None:
    start = SMALL.index("[[zone]]")
    with pytest.raises(CatalogueError, match=r"zone\[1\].id: HR-CD stands twice"):
        parse_zones(SMALL + SMALL[start:], source="zones.toml")


def test_the_shipped_table_holds_the_three_joint_units() -> None:
    table = parse_zones((SHIPPED / "zones.toml").read_text(encoding="utf-8"), source="zones.toml")
    members = {zone.id: [(member.county.gb, str(member.role)) for member in zone.members] for zone in table.zones}
    near = "neighbour"
    assert members == {
        "HR-CD": [(110116, "home"), (130826, near), (130824, near)],
        "YQ-HL": [(110119, "home"), (130730, near), (130732, near)],
        "PG-JZ": [(110117, "home"), (120119, near), (130822, near), (131082, near)],
    }
    assert {zone.id: zone.superiors for zone in table.zones} == {
        "HR-CD": (110000, 130000, 130800),
        "YQ-HL": (110000, 130000, 130700),
        "PG-JZ": (110000, 120000, 130000, 130800, 131000),
    }
    assert {zone.hazard for zone in table.zones} == {"forest_fire"}
    assert list(table.regions) == ["beijing", "tianjin", "hebei"]


def test_short_names_of_counties_of_the_shipped_table_are_not_ambiguous() -> None:
    table = parse_zones((SHIPPED / "zones.toml").read_text(encoding="utf-8"), source="zones.toml")
    shorts = [county.short_zh for county in table.counties.values()]
    assert len(set(shorts)) == len(shorts)
    regions_and_prefectures = {region.name_zh[:-1] for region in table.regions.values()}
    regions_and_prefectures |= {prefecture.name_zh[:-1] for prefecture in table.prefectures.values()}
    assert not regions_and_prefectures & set(shorts)
