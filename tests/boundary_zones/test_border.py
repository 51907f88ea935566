"""Borders, and where points stand to them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundary_zones.border import (
    WORTH_TWO_THREADS,
    ZoneBorder,
    least_distance_km,
    relation_to_border,
    shared_line,
    zone_stretches,
)
from boundary_zones.catalogue import Catalogue
from boundary_zones.counties import CountyMap
from boundary_zones.geodesy import WGS84, LocalPlane
from boundary_zones.zone import County, Member, MemberRole, Zone

ZONES = ("HR-CD", "YQ-HL", "PG-JZ")
LAT = st.floats(39.4, 41.8)
LON = st.floats(114.9, 118.3)


def geodesic_least_km(border: ZoneBorder, lat: float, lon: float) -> float:
    """The distance by brute force: the line cut to pieces of at most 20 m, and pyproj.Geod to every cut."""
    lines = shapely.get_parts([stretch.line for stretch in border.stretches])
    points = shapely.get_coordinates(shapely.segmentize(lines, 20 / 111_000))
    _, _, distance_m = WGS84.inv(np.full(len(points), lon), np.full(len(points), lat), points[:, 0], points[:, 1])
    return float(np.min(distance_m)) / 1000.0


@pytest.mark.parametrize(
    ("zone_id", "home", "across", "length_km"),
    [
        ("HR-CD", "怀柔", "丰宁", 60.1),
        ("HR-CD", "怀柔", "滦平", 40.6),
        ("YQ-HL", "延庆", "怀来", 49.8),
        ("YQ-HL", "延庆", "赤城", 102.4),
        ("PG-JZ", "平谷", "蓟州", 46.6),
        ("PG-JZ", "平谷", "兴隆", 30.9),
        ("PG-JZ", "平谷", "三河", 38.0),
    ],
)
def test_home_lines_are_as_long_as_an_independent_derivation_says(
    catalogue: Catalogue, zone_id: str, home: str, across: str, length_km: float
) -> None:
    stretches = {
        (one.first.short_zh, one.second.short_zh): one for one in catalogue.border(zone_id).home_lines.stretches
    }
    assert stretches[home, across].length_km == pytest.approx(length_km, rel=0.01)


def test_a_regional_border_between_two_neighbours_counts_for_distances_and_not_for_cells(catalogue: Catalogue) -> None:
    border = catalogue.border("PG-JZ")
    names = {(one.first.short_zh, one.second.short_zh): one.is_home_line for one in border.stretches}
    assert names == {
        ("平谷", "蓟州"): True,
        ("平谷", "兴隆"): True,
        ("平谷", "三河"): True,
        ("蓟州", "兴隆"): False,
        ("蓟州", "三河"): False,
    }
    assert border.length_km == pytest.approx(115.1, abs=0.2)


def test_a_fire_on_jizhou_and_sanhe_stands_at_a_border(catalogue: Catalogue) -> None:
    found = relation_to_border(catalogue.border("PG-JZ"), [39.98], [117.19]).to_dicts()[0]
    assert found["distance_to_border_km"] < 5
    assert found["signed_distance_km"] < 0
    assert found["neighbour_county_gb"] in {120119, 131082}


@pytest.mark.parametrize("zone_id", ZONES)
@settings(max_examples=15, deadline=None)
@given(lat=LAT, lon=LON)
def test_distance_and_bearing_agree_with_pyproj_to_a_thousandth(
    catalogue: Catalogue, zone_id: str, lat: float, lon: float
) -> None:
    border = catalogue.border(zone_id)
    found = relation_to_border(border, [lat], [lon]).to_dicts()[0]
    truth_km = geodesic_least_km(border, lat, lon)
    assert found["distance_to_border_km"] == pytest.approx(truth_km, rel=1e-3, abs=0.011)
    assert abs(found["signed_distance_km"]) == found["distance_to_border_km"]
    reached_lon, reached_lat, _ = WGS84.fwd(
        lon, lat, found["bearing_to_border_deg"], found["distance_to_border_km"] * 1000.0
    )
    assert reached_lat == pytest.approx(found["border_lat_deg"], abs=1e-8)
    assert reached_lon == pytest.approx(found["border_lon_deg"], abs=1e-8)


@pytest.mark.parametrize("zone_id", ZONES)
def test_distances_far_from_the_line_are_true_to_a_thousandth(catalogue: Catalogue, zone_id: str) -> None:
    rng = np.random.default_rng(7)
    lat, lon = rng.uniform(39.4, 41.8, 60), rng.uniform(114.9, 118.3, 60)
    border = catalogue.border(zone_id)
    found = relation_to_border(border, lat, lon)["distance_to_border_km"].to_numpy()
    truth = np.array([geodesic_least_km(border, *point) for point in zip(lat, lon, strict=True)])
    far = truth > 1.0
    assert far.sum() > 50
    np.testing.assert_allclose(found[far], truth[far], rtol=1e-3)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_sign_changes_across_the_home_line(catalogue: Catalogue, data: st.DataObject) -> None:
    border = catalogue.border(data.draw(st.sampled_from(ZONES)))
    stretch = data.draw(st.sampled_from(border.home_lines.stretches))
    points = shapely.get_coordinates(stretch.line)
    piece = data.draw(st.integers(5, len(points) - 7))
    start, end = points[piece], points[piece + 1]
    middle = (start + end) / 2
    azimuth, _, _ = WGS84.inv(*start, *end)
    lon, lat, _ = WGS84.fwd(np.full(2, middle[0]), np.full(2, middle[1]), [azimuth + 90, azimuth - 90], np.full(2, 2.0))
    found = relation_to_border(border, lat, lon)
    assert found["signed_distance_km"].sign().sort().to_list() == [-1.0, 1.0]
    neighbours = dict(zip(found["signed_distance_km"].sign(), found["neighbour_county_gb"], strict=True))
    assert neighbours == {1.0: stretch.second.gb, -1.0: stretch.first.gb}


@settings(max_examples=30, deadline=None)
@given(lat=LAT, lon=LON)
def test_the_distance_is_that_of_the_nearest_stretch(catalogue: Catalogue, lat: float, lon: float) -> None:
    border = catalogue.border("PG-JZ")
    alone = [
        relation_to_border(
            ZoneBorder(border.zone, [one], plane=border.lines.plane, counties=border.counties), [lat], [lon]
        )["distance_to_border_km"][0]
        for one in border.stretches
        if one.is_home_line
    ]
    others = [geodesic_least_km(border, lat, lon)]
    together = relation_to_border(border, [lat], [lon])["distance_to_border_km"][0]
    assert together <= min(alone) + 1e-9
    assert together == pytest.approx(min(*alone, *others), rel=1e-3, abs=0.011)


def test_a_point_on_the_line_is_at_distance_zero(catalogue: Catalogue) -> None:
    border = catalogue.border("HR-CD")
    lon, lat = shapely.get_coordinates(border.stretches[0].line)[10]
    found = relation_to_border(border, [lat], [lon]).to_dicts()[0]
    assert found["distance_to_border_km"] == pytest.approx(0.0, abs=1e-6)
    assert 0 <= found["bearing_to_border_deg"] <= 360


def test_the_bearing_is_from_the_point_to_the_line() -> None:
    border, _ = square_border()
    found = relation_to_border(border, [40.5, 40.5], [116.9, 117.1])
    assert found["bearing_to_border_deg"].to_list() == pytest.approx([90.0, 270.0], abs=0.2)


def test_no_points_give_no_rows(catalogue: Catalogue) -> None:
    assert relation_to_border(catalogue.border("HR-CD"), [], []).height == 0


def test_a_point_that_is_no_place_names_its_row(catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match="row 1"):
        relation_to_border(catalogue.border("HR-CD"), [40.0, np.nan], [116.0, 116.0])


# Three squares side by side: home | near (another region) | third (a third region), and a strip of home's region above.
HOME = County(110116, "怀柔区", "怀柔", "Huairou", "beijing")
NEAR = County(130826, "丰宁满族自治县", "丰宁", "Fengning", "hebei")
THIRD = County(120119, "蓟州区", "蓟州", "Jizhou", "tianjin")
TOP = County(110117, "平谷区", "平谷", "Pinggu", "beijing")


def square_border(gap_deg: float = 0.0, tolerance_m: float = 1.0) -> tuple[ZoneBorder, CountyMap]:
    polygons = {
        HOME.gb: shapely.box(116, 40, 117, 41),
        NEAR.gb: shapely.box(117 + gap_deg, 40, 118, 41),
        THIRD.gb: shapely.box(118, 40, 119, 41),
        TOP.gb: shapely.box(116, 41, 119, 42),
    }
    counties = CountyMap({county.gb: county for county in (HOME, NEAR, THIRD, TOP)}, polygons)
    members = (Member(HOME, MemberRole.HOME), Member(NEAR, MemberRole.NEIGHBOUR))
    zone = Zone("A-B", "甲–乙", "A-B", "forest_fire", members, ())
    plane = LocalPlane(40.5, 117.5)
    stretches = zone_stretches(zone, counties, plane=plane, tolerance_m=tolerance_m)
    return ZoneBorder(zone, stretches, plane=plane, counties=counties), counties


@pytest.mark.parametrize(
    ("lat", "lon", "is_positive", "across"),
    [
        (40.5, 116.9, True, NEAR.gb),
        (40.5, 117.1, False, HOME.gb),
        (40.5, 118.5, False, HOME.gb),  # a third region: it would reach Fengning first
        (41.5, 117.5, True, NEAR.gb),  # home's region, though not home itself
        (39.5, 117.0, False, NEAR.gb),  # no region, beyond the end of the stretch: the stretch's second county
        (40.5, 115.0, False, NEAR.gb),  # no region, beyond home
        (40.5, 120.0, False, HOME.gb),  # no region, beyond the neighbour
    ],
)
def test_the_neighbour_is_the_county_across_the_line(lat: float, lon: float, is_positive: bool, across: int) -> None:
    border, _ = square_border()
    found = relation_to_border(border, [lat], [lon]).to_dicts()[0]
    assert (found["signed_distance_km"] > 0) is is_positive
    assert found["neighbour_county_gb"] == across


def test_the_line_of_two_squares_is_their_common_side() -> None:
    border, _ = square_border()
    (stretch,) = border.stretches
    assert len(stretch.line.geoms) == 1
    assert stretch.line.bounds == pytest.approx((117, 40, 117, 41), abs=2e-5)  # the tolerance of 1 m at its ends
    assert stretch.length_km == pytest.approx(111.0, abs=0.3)


def test_a_gap_between_counties_drawn_one_by_one_is_bridged_by_the_tolerance() -> None:
    gap_deg = 0.0005  # 42 m
    bridged, _ = square_border(gap_deg, tolerance_m=60.0)
    assert bridged.length_km == pytest.approx(111.0, abs=0.5)
    plane = LocalPlane(40.5, 117.0)
    apart = shared_line(
        shapely.box(116, 40, 117, 41), shapely.box(117 + gap_deg, 40, 118, 41), plane=plane, tolerance_m=1.0
    )
    assert apart.is_empty


def test_counties_that_touch_at_a_corner_share_no_line() -> None:
    plane = LocalPlane(41, 117)
    corner = shared_line(shapely.box(116, 40, 117, 41), shapely.box(117, 41, 118, 42), plane=plane, tolerance_m=1.0)
    assert corner.is_empty


@given(st.floats(0, 100), st.floats(0, 100))
def test_the_least_distance_is_never_negative_and_never_more_than_the_distance(distance: float, error: float) -> None:
    (least,) = least_distance_km([distance], [error])
    assert 0 <= least <= distance
    assert least == max(0.0, distance - error)


def test_a_negative_location_error_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        least_distance_km([1.0, 2.0], [0.1, -0.1])


def test_two_threads_find_for_many_points_what_one_finds_for_few(catalogue: Catalogue) -> None:
    rng = np.random.default_rng(7)
    many = rng.uniform(-120_000, 120_000, (WORTH_TWO_THREADS + 1, 2))
    few = slice(WORTH_TWO_THREADS // 2 - 100, WORTH_TWO_THREADS // 2 + 100)
    together, alone = catalogue.lines.nearest(many), catalogue.lines.nearest(many[few])
    assert (together.stretch[few] == alone.stretch).all()
    assert (together.lat_deg[few] == alone.lat_deg).all()
    assert (together.lon_deg[few] == alone.lon_deg).all()
