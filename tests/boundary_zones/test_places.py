"""Places of points, and places in words."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from boundary_zones.border import RelationFrame, relation_to_border
from boundary_zones.catalogue import Catalogue
from boundary_zones.places import (
    border_in_words,
    county_in_words,
    distance_in_words,
    locate,
    place_in_words,
)


def points(count: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(39.4, 41.8, count), rng.uniform(114.9, 118.3, count)


def test_the_joint_unit_of_a_point_is_the_nearest(catalogue: Catalogue) -> None:
    lat, lon = points(400)
    found = locate(catalogue, lat, lon)
    distances = {
        zone.id: relation_to_border(catalogue.border(zone.id), lat, lon)["distance_to_border_km"]
        for zone in catalogue.zones
    }
    table = np.column_stack(list(distances.values()))
    np.testing.assert_allclose(found["distance_to_border_km"], table.min(axis=1), rtol=1e-4)
    ids = np.array(list(distances))
    clear = np.ptp(np.sort(table, axis=1)[:, :2], axis=1) > 0.1
    assert clear.sum() > 380
    assert found["zone"].to_numpy()[clear].tolist() == ids[table.argmin(axis=1)][clear].tolist()


def test_the_relation_of_a_located_point_is_that_to_the_border_of_its_unit(catalogue: Catalogue) -> None:
    lat, lon = points(300, seed=4)
    found = locate(catalogue, lat, lon)
    for zone in catalogue.zones:
        here = (found["zone"] == zone.id).to_numpy()
        relation = relation_to_border(catalogue.border(zone.id), lat[here], lon[here])
        assert here.sum() > 30
        assert_frame_equal(found.filter(pl.Series(here)).select(RelationFrame.column_names()), relation, rel_tol=1e-4)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_place_of_a_point_does_not_depend_on_the_others(catalogue: Catalogue, seed: int) -> None:
    lat, lon = points(30, seed)
    order = np.random.default_rng(seed).permutation(30)
    together = locate(catalogue, lat, lon)
    shuffled = locate(catalogue, lat[order], lon[order])
    assert_frame_equal(together[order.tolist()], shuffled, check_exact=True)
    alone = locate(catalogue, lat[:1], lon[:1])
    assert_frame_equal(together[:1], alone, check_exact=True)


def test_every_point_of_the_watch_area_has_a_county_and_a_region(catalogue: Catalogue) -> None:
    lat, lon = (axis.ravel() for axis in np.meshgrid(np.arange(39.2, 42.2, 0.02), np.arange(114.6, 118.6, 0.02)))
    found = locate(catalogue, lat, lon)
    watched = found.filter(pl.col("in_watch_area"))
    assert watched.height > 10_000
    assert watched["county_gb"].null_count() == 0
    assert watched["region"].null_count() == 0
    assert (found["in_watch_area"] == (found["distance_to_border_km"] <= 50.0)).all()


def test_a_point_far_away_has_no_county_and_is_not_watched(catalogue: Catalogue) -> None:
    found = locate(catalogue, [31.2, 51.5], [121.5, -0.1])
    assert found["county_gb"].to_list() == [None, None]
    assert found["region"].to_list() == [None, None]
    assert found["in_watch_area"].to_list() == [False, False]
    assert (found["distance_to_border_km"] > 900).all()


def test_no_points_give_a_frame_without_rows(catalogue: Catalogue) -> None:
    found = locate(catalogue, [], [])
    assert found.height == 0
    assert "in_watch_area" in found.columns


@pytest.mark.parametrize(
    ("lat", "lon", "zone", "region", "gb", "across", "is_home"),
    [
        (41.00, 116.42, "HR-CD", "hebei", 130826, 110116, False),
        (40.85, 116.66, "HR-CD", "beijing", 110116, 130824, True),
        (40.33, 115.70, "YQ-HL", "hebei", 130730, 110119, False),
        (40.47, 115.95, "YQ-HL", "beijing", 110119, 130732, True),
        (40.15, 117.40, "PG-JZ", "tianjin", 120119, 110117, False),
        (40.04, 117.05, "PG-JZ", "hebei", 131082, 110117, False),
        (40.20, 117.20, "PG-JZ", "beijing", 110117, 120119, True),
    ],
)
def test_points_on_each_side_of_each_border(
    catalogue: Catalogue, lat: float, lon: float, zone: str, region: str, gb: int, across: int, is_home: bool
) -> None:
    found = locate(catalogue, [lat], [lon]).to_dicts()[0]
    assert (found["zone"], found["region"], found["county_gb"]) == (zone, region, gb)
    assert found["neighbour_county_gb"] == across
    assert (found["signed_distance_km"] > 0) is is_home


def test_a_place_in_words_is_what_an_office_says(catalogue: Catalogue) -> None:
    text = place_in_words(catalogue, 130826, neighbour_county_gb=110116, distance_km=1.8)
    assert text == "河北省丰宁满族自治县，距怀柔界1.8公里"
    full = place_in_words(catalogue, 130826, neighbour_county_gb=110116, distance_km=1.8, with_prefecture=True)
    assert full == "河北省承德市丰宁满族自治县，距怀柔界1.8公里"


def test_a_municipality_has_no_prefecture_to_name(catalogue: Catalogue) -> None:
    assert county_in_words(catalogue, 110116, with_prefecture=True) == "北京市怀柔区"
    assert county_in_words(catalogue, 120119) == "天津市蓟州区"


def test_an_unknown_county_is_said_to_be_unknown(catalogue: Catalogue) -> None:
    text = place_in_words(catalogue, None, neighbour_county_gb=130826, distance_km=0.01)
    assert text == "行政区不明，位于丰宁界上"


@pytest.mark.parametrize(
    ("distance_km", "text"),
    [(0.05, "0.1公里"), (1.84, "1.8公里"), (9.94, "9.9公里"), (9.96, "10公里"), (10.4, "10公里"), (49.6, "50公里")],
)
def test_distances_are_said_as_exactly_as_they_matter(distance_km: float, text: str) -> None:
    assert distance_in_words(distance_km) == text


@pytest.mark.parametrize("distance_km", [-0.1, float("nan"), float("inf")])
def test_what_is_no_distance_is_not_said(distance_km: float) -> None:
    with pytest.raises(ValueError, match="a distance is 0 or more"):
        distance_in_words(distance_km)


def test_a_fire_within_fifty_metres_is_on_the_line(catalogue: Catalogue) -> None:
    assert border_in_words(catalogue, 120119, distance_km=0.049) == "位于蓟州界上"
    assert border_in_words(catalogue, 120119, distance_km=0.051) == "距蓟州界0.1公里"
