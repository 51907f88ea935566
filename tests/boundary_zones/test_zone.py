"""The noun."""

from __future__ import annotations

import pytest

from boundary_zones.zone import County, Member, MemberRole, Zone

HOME = Member(County(110116, "怀柔区", "怀柔", "Huairou", "beijing"), MemberRole.HOME)
ACROSS = Member(County(130826, "丰宁满族自治县", "丰宁", "Fengning", "hebei"), MemberRole.NEIGHBOUR)
BESIDE = Member(County(110119, "延庆区", "延庆", "Yanqing", "beijing"), MemberRole.NEIGHBOUR)


def zone(*members: Member) -> Zone:
    return Zone("HR-CD", "怀柔–承德", "Huairou-Chengde", "forest_fire", members, (110000,))


def test_a_joint_unit_knows_its_regions_and_its_home() -> None:
    unit = zone(HOME, ACROSS, BESIDE)
    assert unit.region_ids == ("beijing", "hebei")
    assert unit.home_region_ids == ("beijing",)
    assert [county.short_zh for county in unit.counties] == ["怀柔", "丰宁", "延庆"]


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ((), "two or more members"),
        ((HOME,), "two or more members"),
        ((HOME, ACROSS, HOME), "named twice"),
        ((HOME, BESIDE), "no border"),
        ((ACROSS, BESIDE), "no member has the role 'home'"),
    ],
)
def test_what_is_no_joint_unit_is_refused(members: tuple[Member, ...], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        zone(*members)
