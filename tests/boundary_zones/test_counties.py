"""Polygons and which county a point lies in."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundary_zones.catalogue import Catalogue
from boundary_zones.counties import OUTSIDE, CountyMap, parse_counties
from boundary_zones.errors import CatalogueError
from boundary_zones.geodesy import POINTS_AT_ONCE, LocalPlane
from boundary_zones.zone import County

WEST = County(110116, "怀柔区", "怀柔", "Huairou", "beijing")
EAST = County(130826, "丰宁满族自治县", "丰宁", "Fengning", "hebei")
SQUARES = CountyMap(
    {130826: EAST, 110116: WEST}, {110116: shapely.box(116, 40, 117, 41), 130826: shapely.box(117, 40, 118, 41)}
)
RING = [[116.0, 40.0], [117.0, 40.0], [117.0, 41.0], [116.0, 40.0]]


def test_a_point_is_in_the_county_that_holds_it_and_outside_otherwise() -> None:
    position = SQUARES.position(np.array([40.5, 40.5, 40.5, 39.0]), np.array([116.5, 117.5, 118.5, 116.5]))
    assert position.tolist() == [0, 1, OUTSIDE, OUTSIDE]
    assert SQUARES.names(position).to_dict(as_series=False) == {
        "county_gb": [110116, 130826, None, None],
        "region": ["beijing", "hebei", None, None],
    }
    assert SQUARES.region(position).tolist() == [0, 1, OUTSIDE, OUTSIDE]


def test_a_point_on_the_shared_line_goes_to_the_lower_code() -> None:
    assert SQUARES.position(np.array([40.5]), np.array([117.0])).tolist() == [0]


def test_no_points_have_no_counties() -> None:
    position = SQUARES.position(np.empty(0), np.empty(0))
    assert len(position) == 0
    assert SQUARES.names(position).height == 0


def test_a_plain_and_a_compressed_file_say_the_same(geojson: Callable[..., bytes]) -> None:
    body = geojson(({"gb": 110116, "name_zh": "怀柔区", "population": 1}, RING))
    plain = parse_counties(body, source="x.geojson")
    packed = parse_counties(gzip.compress(body), source="x.geojson.gz")
    assert plain == packed
    assert plain[110116][0] == "怀柔区"
    assert plain[110116][1].area == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("features", "more", "field", "problem"),
    [
        ([({}, RING)], {}, "features[0].properties.gb", "must be a GB/T 2260 code, got None"),
        ([({"gb": "110116"}, RING)], {}, "features[0].properties.gb", "got '110116'"),
        ([({"gb": True}, RING)], {}, "features[0].properties.gb", "got True"),
        ([({"gb": 1}, RING), ({"gb": 1}, RING)], {}, "features[1].properties.gb", "stands twice"),
        (
            [({"gb": 1}, [[40.0, 116.0], [41.0, 116.0], [41.0, 117.0], [40.0, 116.0]])],
            {},
            "features[0] (1)",
            "longitude",
        ),
        ([({"gb": 1}, [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]])], {}, "features[0] (1)", "not a valid polygon"),
        ([({"gb": 1}, [])], {}, "features[0] (1)", "not empty"),
        ([({"gb": 1}, [[0, 0], [1, 1]])], {}, "features[0] (1)", "no readable geometry"),
        ([({"gb": 1}, RING)], {"crs": {"properties": {"name": "EPSG:32650"}}}, "crs", "EPSG:32650"),
        ([({"gb": 1}, RING)], {"features": None}, "features", "is missing"),
        ([({"gb": 1}, RING)], {"features": [7]}, "features[0]", "is not a GeoJSON feature"),
        (
            [({"gb": 1}, RING)],
            {"features": [{"properties": {"gb": 1}, "geometry": None}]},
            "features[0] (1)",
            "geometry",
        ),
    ],
)
def test_a_file_that_is_not_fit_names_the_feature(
    geojson: Callable[..., bytes], features: list[object], more: dict[str, object], field: str, problem: str
) -> None:
    with pytest.raises(CatalogueError) as raised:
        parse_counties(geojson(*features, **more), source="own.geojson")
    assert (raised.value.source, raised.value.field) == ("own.geojson", field)
    assert problem in raised.value.problem


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"\x1f\x8b\x08broken", b"\xff\xfe{}"])
def test_what_is_no_geojson_is_refused(body: bytes) -> None:
    with pytest.raises(CatalogueError, match="GeoJSON"):
        parse_counties(body, source="own.geojson")


def test_points_and_lines_are_no_counties() -> None:
    body = b'{"features": [{"properties": {"gb": 1}, "geometry": {"type": "Point", "coordinates": [116, 40]}}]}'
    with pytest.raises(CatalogueError, match="Polygon or a MultiPolygon"):
        parse_counties(body, source="own.geojson")


def test_shipped_counties_cover_each_other_nowhere(catalogue: Catalogue) -> None:
    polygons = catalogue.county_map.polygons
    tree = shapely.STRtree(polygons)
    one, two = tree.query(polygons, predicate="overlaps")
    overlap = shapely.area(shapely.intersection(polygons[one], polygons[two]))
    assert overlap.max(initial=0.0) < 1e-7  # 0.001 km2


@pytest.mark.parametrize(
    ("lat_deg", "lon_deg", "gb"),
    [
        # The government seats of domain knowledge, GCJ-02 brought to WGS-84, far from any border.
        (40.3232, 116.6312, 110116),
        (40.4641, 115.9789, 110119),
        (40.1434, 117.1057, 110117),
        (40.0439, 117.4007, 120119),
        (41.2082, 116.6452, 130826),
        (40.9348, 117.3304, 130824),
        (40.4042, 115.5145, 130730),
        (40.9106, 115.8265, 130732),
        (40.4172, 117.5006, 130822),
        (39.9814, 117.0705, 131082),
        (40.3762, 116.8374, 110118),
        (40.3774, 115.2128, 130731),
        (40.7670, 118.1660, 130821),
    ],
)
def test_every_county_seat_lies_in_its_county(catalogue: Catalogue, lat_deg: float, lon_deg: float, gb: int) -> None:
    (position,) = catalogue.county_map.position(np.array([lat_deg]), np.array([lon_deg]))
    assert catalogue.county_map.gb[position] == gb


def test_codes_lead_back_to_positions() -> None:
    position = SQUARES.position(np.array([40.5, 40.5, 39.0]), np.array([116.5, 117.5, 116.5]))
    codes = SQUARES.names(position)["county_gb"]
    assert SQUARES.position_of(codes).tolist() == position.tolist()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 3 * POINTS_AT_ONCE))
def test_the_counties_that_circles_touch_are_those_that_asking_polygon_by_polygon_finds(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(39.9, 41.1, count), rng.uniform(115.9, 118.1, count)
    error_km = rng.uniform(0.1, 12.0, count)
    told = SQUARES.touched(lat, lon, error_km, SQUARES.position(lat, lon))
    plane = LocalPlane(40.5, 117.0)
    centres = shapely.points(plane.xy_m(lat, lon))
    shapes = [(gb, plane.to_plane(SQUARES.polygon(gb))) for gb in (110116, 130826)]
    expected = [
        [gb for gb, shape in shapes if shapely.dwithin(shape, centre, reach * 1000)]
        for centre, reach in zip(centres, error_km, strict=True)
    ]
    assert told.to_list() == expected
