"""What burns at the start: a circle around one hotspot, the hull of several."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from models.spread.start import starting_rings

PLACES = st.lists(st.tuples(st.integers(-5000, 5000), st.integers(-5000, 5000)), min_size=1, max_size=8, unique=True)


def polygon(places: list[tuple[int, int]], radius_m: float = 300.0) -> shapely.Polygon:
    x, y = starting_rings(np.array(places, dtype=float), np.array([radius_m]), 96)
    return shapely.Polygon(np.column_stack([x[0], y[0]]))


def test_one_hotspot_is_a_circle() -> None:
    x, y = starting_rings(np.array([[100.0, -50.0]]), np.array([10.0, 300.0]), 96)
    np.testing.assert_allclose(np.hypot(x - 100.0, y + 50.0), np.broadcast_to([[10.0], [300.0]], x.shape))


@given(places=PLACES)
def test_every_hotspot_burns_and_the_ring_runs_counter_clockwise(places) -> None:
    ring = polygon(places)
    assert ring.exterior.is_ccw
    assert all(ring.buffer(30.0).contains(shapely.Point(place)) for place in places)
    hull = shapely.MultiPoint(places).convex_hull.buffer(300.0)
    assert ring.difference(hull.buffer(5.0)).area < 1.0
    assert ring.area == pytest.approx(hull.area, rel=0.05)


def test_no_side_of_a_long_fire_is_left_with_its_ends_alone() -> None:
    x, y = starting_rings(np.array([[0.0, 0.0], [12_000.0, 0.0]]), np.array([10.0]), 96)
    gaps = np.hypot(np.diff(x[0]), np.diff(y[0]))
    assert gaps.max() < 700.0


def test_hotspots_in_the_same_place_are_one() -> None:
    x, y = starting_rings(np.zeros((3, 2)), np.array([50.0]), 96)
    np.testing.assert_allclose(np.hypot(x, y), 50.0)
