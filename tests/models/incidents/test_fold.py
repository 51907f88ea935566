from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.incidents.fold import fragment, joined
from tests.models.incidents.synthetic import START, hotspot, located

NUMBER = "JJJ-PG-JZ-2027-001"


def at(minutes: float, **fields: object) -> dict[str, object]:
    return hotspot(acquired_utc=START + timedelta(minutes=minutes), **fields)


def test_the_place_is_that_of_the_hotspot_nearest_to_the_line_less_its_error() -> None:
    fine = at(0, lat_deg=40.30, distance_to_border_km=2.0, signed_distance_km=2.0)
    coarse = at(
        1,
        lat_deg=40.31,
        distance_to_border_km=2.5,
        signed_distance_km=-2.5,
        location_error_km=1.5,
        region="tianjin",
        neighbour_region="beijing",
    )
    incident = fragment(NUMBER, located([fine, coarse]))
    assert (incident.lat_deg, incident.distance_to_border_km, incident.signed_distance_km) == (40.31, 2.5, -2.5)
    assert incident.least_distance_km == 1.0
    assert (incident.region, incident.neighbour_regions) == ("tianjin", ("beijing",))


def test_every_region_that_a_hotspot_touches_is_named_once() -> None:
    rows = [
        at(0, region="hebei", neighbour_region="tianjin", distance_to_border_km=0.2),
        at(1, region="tianjin", neighbour_region="hebei"),
        at(2, region=None, county_gb=None, neighbour_region="beijing"),
    ]
    incident = fragment(NUMBER, located(rows))
    assert (incident.region, incident.neighbour_regions) == ("hebei", ("beijing", "tianjin"))


def test_first_and_last_seen_are_those_of_the_satellite_and_availability_is_the_earliest() -> None:
    rows = [at(90, available_utc=START + timedelta(hours=2)), at(0, available_utc=START + timedelta(hours=5))]
    incident = fragment(NUMBER, located(rows))
    assert incident.first_seen_utc == START
    assert incident.last_seen_utc == START + timedelta(minutes=90)
    assert incident.first_available_utc == START + timedelta(hours=2)


def test_radiative_power_is_that_of_the_newest_pass_of_one_satellite() -> None:
    old = [at(0, frp_mw=100.0)]
    newest = [at(600, frp_mw=3.0, lat_deg=40.301), at(604, frp_mw=4.0, lat_deg=40.302), at(603, frp_mw=None)]
    other = [at(604, satellite="NOAA-20", frp_mw=50.0)]
    assert fragment(NUMBER, located([*old, *newest])).frp_mw == pytest.approx(7.0)
    assert fragment(NUMBER, located([*old, *newest, *other])).frp_mw == pytest.approx(7.0)


def test_power_that_nobody_measured_is_not_zero() -> None:
    assert fragment(NUMBER, located([at(0, frp_mw=9.0), at(600, frp_mw=None)])).frp_mw is None


def test_joining_keeps_number_zone_and_state_of_the_first() -> None:
    one = replace(fragment(NUMBER, located([at(0)])), suppressed=True, reason="静态热源")
    both = joined(one, fragment("JJJ-PG-JZ-2027-002", located([at(5, lat_deg=40.301)])))
    assert (both.incident_id, both.zone, both.state) == (NUMBER, one.zone, one.state)
    assert (both.suppressed, both.reason) == (True, "静态热源")
    assert both.hotspot_count == 2


REGIONS = ("beijing", "tianjin", "hebei", None)


def somewhere(place: int, minutes: int, satellite: str, error_km: float, frp_mw: float | None) -> dict[str, object]:
    """A hotspot at one of thirty places; region and distance are those of the place."""
    return at(
        minutes,
        satellite=satellite,
        location_error_km=error_km,
        frp_mw=frp_mw,
        lat_deg=40.3 + place / 1000,
        distance_to_border_km=float(place // 5),
        region=REGIONS[place % 4],
        neighbour_region=REGIONS[place % 3],
    )


ROWS = st.lists(
    st.builds(
        somewhere,
        place=st.integers(0, 30),
        minutes=st.integers(0, 3000),
        satellite=st.sampled_from(["S-NPP", "NOAA-20"]),
        error_km=st.sampled_from([0.375, 1.0]),
        frp_mw=st.none() | st.integers(0, 64).map(float),
    ),
    min_size=2,
    max_size=8,
    unique_by=lambda row: row["hotspot_id"],
)


@given(rows=ROWS, data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_part_and_then_the_whole_are_the_whole(rows, data) -> None:
    early = data.draw(st.permutations(rows))[: data.draw(st.integers(1, len(rows)))]
    whole = fragment(NUMBER, located(data.draw(st.permutations(rows))))
    assert joined(fragment(NUMBER, located(early)), whole) == whole
    assert joined(whole, fragment(NUMBER, located(rows))) == whole


def test_what_the_window_no_longer_holds_stays_known() -> None:
    old = fragment(NUMBER, located([at(0, distance_to_border_km=1.0, frp_mw=9.0, satellite="Terra")]))
    new = fragment(NUMBER, located([at(5000, distance_to_border_km=4.0, frp_mw=2.0)]))
    both = joined(old, new)
    assert both.distance_to_border_km == 1.0
    assert both.frp_mw == 2.0
    assert both.satellites == ("S-NPP", "Terra")
    assert joined(new, old).frp_mw == 2.0
    assert (both.first_seen_utc, both.last_seen_utc) == (START, START + timedelta(minutes=5000))
