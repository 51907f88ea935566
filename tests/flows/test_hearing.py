"""Who is told of a fire, and who is asked to look at heat that is doubted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.hearing import recipients_of, required_of
from flows.wiring import House
from tests.flows import world
from tests.flows.world import DRILL

BOTH_SIDES = {"110117", "120119", "131082"}
DESKS = {"110000", "120000", "130000"}


@pytest.fixture
def drill(tmp_path) -> House:
    return world.told_fire(tmp_path / "home")


def offices(house: House, *, suppressed: bool) -> tuple[set[str], set[str]]:
    """Who is told, and who must hear."""
    [incident] = house.incidents.open_incidents(world=DRILL)
    zone, incident = house.catalogue.zone(incident.zone), replace(incident, suppressed=suppressed)
    told = {one.office for one in recipients_of(house, zone, incident)}
    return told, {one.office for one in required_of(house, zone, incident)}


def test_a_fire_is_told_to_the_whole_joint_unit_and_all_three_desks(drill) -> None:
    told, owed = offices(drill, suppressed=False)
    assert told == owed == BOTH_SIDES | DESKS | {"130800", "130822", "131000"}


def test_a_look_is_asked_of_the_counties_at_the_place_and_those_above_them(drill) -> None:
    told, owed = offices(drill, suppressed=True)
    [incident] = drill.incidents.open_incidents(world=DRILL)
    counties = {str(incident.county_gb), str(incident.neighbour_county_gb), *map(str, incident.county_gbs)}
    assert told == owed
    assert counties | DESKS <= told
    assert "130822" not in told, "Xinglong lies elsewhere on the line"
    assert "130800" not in told, "and so does what is above it"
    assert ("131000" in told) is ("131082" in counties)
