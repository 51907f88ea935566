"""Datum, planes and checks."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundary_zones.catalogue import Catalogue
from boundary_zones.errors import DatumError
from boundary_zones.geodesy import (
    WGS84,
    LocalPlane,
    apart_km,
    assert_wgs84,
    coordinates,
    datum_offset_m,
    gcj02_from_wgs84,
    segments,
    wgs84_from_gcj02,
)
from boundary_zones.places import locate

LAT = st.floats(38.5, 43.0)
LON = st.floats(113.5, 119.5)


def shifted_to_gcj02(polygons: np.ndarray) -> np.ndarray:
    def shift(points: np.ndarray) -> np.ndarray:
        lat, lon = gcj02_from_wgs84(points[:, 1], points[:, 0])
        return np.column_stack([lon, lat])

    return shapely.transform(polygons, shift)


@pytest.mark.parametrize(
    ("lat", "lon", "lat_gcj02", "lon_gcj02"),
    [
        (40.3232, 116.6312, 40.3243, 116.6371),
        (41.2082, 116.6452, 41.2099, 116.6512),
        (39.9814, 117.0705, 39.9828, 117.0770),
        (40.9106, 115.8265, 40.9121, 115.8327),
    ],
)
def test_gcj02_agrees_with_listed_county_seats(lat: float, lon: float, lat_gcj02: float, lon_gcj02: float) -> None:
    found_lat, found_lon = gcj02_from_wgs84(lat, lon)
    assert found_lat[0] == pytest.approx(lat_gcj02, abs=1e-4)
    assert found_lon[0] == pytest.approx(lon_gcj02, abs=1e-4)


@given(LAT, LON)
def test_gcj02_is_510_to_600_m_off_around_the_three_borders(lat: float, lon: float) -> None:
    lat_gcj02, lon_gcj02 = gcj02_from_wgs84(lat, lon)
    _, _, shift_m = WGS84.inv(lon, lat, lon_gcj02[0], lat_gcj02[0])
    assert 450 < shift_m < 700


@given(LAT, LON)
def test_the_way_to_gcj02_and_back_ends_where_it_began(lat: float, lon: float) -> None:
    back_lat, back_lon = wgs84_from_gcj02(*gcj02_from_wgs84(lat, lon))
    assert back_lat[0] == pytest.approx(lat, abs=1e-8)
    assert back_lon[0] == pytest.approx(lon, abs=1e-8)


def test_outside_china_the_two_datums_are_one() -> None:
    lat, lon = gcj02_from_wgs84([48.8566, -33.87], [2.3522, 151.2])
    assert lat.tolist() == [48.8566, -33.87]
    assert lon.tolist() == [2.3522, 151.2]


@pytest.mark.parametrize(
    ("lat", "lon"), [(41.0081, 116.6819), (40.5974, 115.964), (40.8966, 116.4528), (40.1652, 117.3442)]
)
def test_a_point_in_beijing_lies_in_the_other_province_under_the_wrong_datum(
    catalogue: Catalogue, lat: float, lon: float
) -> None:
    truth = locate(catalogue, [lat], [lon])
    trap = locate(catalogue, *gcj02_from_wgs84(lat, lon))
    assert truth["region"][0] == "beijing"
    assert trap["region"][0] in {"hebei", "tianjin"}
    assert truth["signed_distance_km"][0] > 0.2
    assert trap["signed_distance_km"][0] < -0.2


@pytest.mark.shared
def test_the_shipped_counties_pass_the_datum_test_and_gcj02_fails(catalogue: Catalogue, shared: Path) -> None:
    body = (shared / "data/boundaries/osm_control_segment_sanhe.geojson.gz").read_bytes()
    control = shapely.GeometryCollection(
        [shapely.from_geojson(json.dumps(one["geometry"])) for one in json.loads(gzip.decompress(body))["features"]]
    )
    polygons = catalogue.county_map.polygons
    assert len(shapely.get_coordinates(control)) == 44
    assert assert_wgs84(shapely.GeometryCollection(list(polygons)), control, source="ours") == pytest.approx(13, abs=2)
    wrong = shapely.GeometryCollection(list(shifted_to_gcj02(polygons)))
    with pytest.raises(DatumError, match=r"ours: lies a median 2\d\d m .* probably GCJ-02"):
        assert_wgs84(wrong, control, source="ours")


def test_the_offset_is_the_median_distance_in_metres() -> None:
    line = shapely.LineString([(117.0, 40.0), (117.0, 41.0)])
    east_m = np.array([10.0, 30.0, 90.0])
    lon, lat, _ = WGS84.fwd(np.full(3, 117.0), np.full(3, 40.5), np.full(3, 90.0), east_m)
    assert datum_offset_m(line, shapely.MultiPoint(np.column_stack([lon, lat]))) == pytest.approx(30.0, abs=0.1)


@pytest.mark.parametrize(
    ("lines", "control"),
    [
        (shapely.LineString([(0, 0), (1, 1)]), shapely.MultiPoint()),
        (shapely.MultiLineString(), shapely.Point(0, 0)),
    ],
)
def test_nothing_to_compare_is_no_pass(lines: shapely.LineString, control: shapely.Point) -> None:
    with pytest.raises(ValueError, match="cannot be judged"):
        datum_offset_m(lines, control)


@settings(max_examples=50)
@given(st.lists(st.tuples(LAT, LON), min_size=1, max_size=20))
def test_a_plane_and_back_is_the_same_place(points: list[tuple[float, float]]) -> None:
    lat, lon = (np.array(column) for column in zip(*points, strict=True))
    plane = LocalPlane(40.5, 116.5)
    back_lat, back_lon = plane.lat_lon_deg(plane.xy_m(lat, lon))
    np.testing.assert_allclose(back_lat, lat, atol=1e-9)
    np.testing.assert_allclose(back_lon, lon, atol=1e-9)


@given(st.floats(0, 360), st.floats(1_000, 150_000))
def test_lengths_in_the_plane_are_true_to_a_thousandth(azimuth_deg: float, length_m: float) -> None:
    lon, lat, _ = WGS84.fwd(117.2, 40.9, azimuth_deg, length_m)
    plane = LocalPlane(40.5, 116.5)
    (start, end) = plane.xy_m(np.array([40.9, lat]), np.array([117.2, lon]))
    assert float(np.hypot(*(end - start))) == pytest.approx(length_m, rel=1e-3)


def test_segments_are_those_of_all_rings_and_lines() -> None:
    ring = shapely.Polygon([(0, 0), (3, 0), (3, 3), (0, 0)], [[(1, 0.5), (2, 0.5), (2, 1), (1, 0.5)]])
    line = shapely.LineString([(9, 9), (10, 9)])
    assert segments(shapely.GeometryCollection([ring, line])).shape == (7, 2, 2)
    assert segments(shapely.MultiPolygon([ring])).shape == (6, 2, 2)


@pytest.mark.parametrize(
    ("lat", "lon", "problem"),
    [
        ([40.0, 91.0], [116.0, 116.0], r"row 1: lat_deg 91.0"),
        ([40.0], [181.0], r"row 0"),
        ([40.0, np.nan], [116.0, 116.0], r"row 1: lat_deg nan"),
        ([np.inf], [116.0], r"row 0: lat_deg inf"),
        ([40.0], [116.0, 117.0], "one length"),
        ([[40.0]], [[116.0]], "two columns"),
    ],
)
def test_what_is_no_place_on_earth_names_its_row(lat: list[float], lon: list[float], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        coordinates(lat, lon)


@given(
    lat_deg=st.floats(38, 43),
    lon_deg=st.floats(113, 120),
    north_km=st.floats(-70, 70),
    east_km=st.floats(-70, 70),
)
def test_the_flat_distance_is_within_one_per_cent_of_the_geodesic(
    lat_deg: float, lon_deg: float, north_km: float, east_km: float
) -> None:
    azimuth, true_km = float(np.degrees(np.arctan2(east_km, north_km))), float(np.hypot(north_km, east_km))
    lon, lat, _ = WGS84.fwd(lon_deg, lat_deg, azimuth, true_km * 1000)
    found = pl.DataFrame({"lat_deg": [lat], "lon_deg": [lon]}).select(apart_km(lat_deg, lon_deg)).item()
    assert found == pytest.approx(true_km, rel=0.01, abs=1e-6)
