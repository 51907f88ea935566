from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN

from models.incidents import cluster
from models.incidents.cluster import group_labels
from models.incidents.geometry import chord_km, earth_km
from tests.models.incidents.synthetic import KM_PER_DEG_LAT, START

Point = tuple[float, float, float]
"""Kilometres north and east of 40 N 117 E, and hours after START."""


def points(rows: list[Point]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (
                40 + north / KM_PER_DEG_LAT,
                117 + east / KM_PER_DEG_LAT / np.cos(np.radians(40)),
                START + timedelta(hours=h),
            )
            for north, east, h in rows
        ],
        schema={"lat_deg": pl.Float64, "lon_deg": pl.Float64, "acquired_utc": pl.Datetime("us", "UTC")},
        orient="row",
    )


def labels(rows: list[Point], *, eps_km: float = 2.0, eps_h: float = 24.0) -> list[int]:
    return group_labels(points(rows), eps_km=eps_km, eps_h=eps_h).to_list()


def partition(group: pl.Series | list[int] | np.ndarray) -> set[frozenset[int]]:
    numbers = list(group)
    return {frozenset(i for i, other in enumerate(numbers) if other == one) for one in set(numbers)}


def by_definition(frame: pl.DataFrame, *, eps_km: float, eps_h: float) -> set[frozenset[int]]:
    """Groups by looking at every pair: slow and plain."""
    at = earth_km(frame["lat_deg"], frame["lon_deg"])
    hours = frame["acquired_utc"].dt.epoch("ms").to_numpy() / 3_600_000
    near = np.linalg.norm(at[:, None] - at[None], axis=2) <= chord_km(eps_km)
    linked = near & (np.abs(hours[:, None] - hours[None]) <= eps_h)
    group = np.arange(len(frame))
    for _ in range(len(frame)):
        group = np.array([group[row].min() for row in linked])
    return partition(group)


def test_two_hotspots_within_both_bounds_are_one_group() -> None:
    assert labels([(0, 0, 0), (1.9, 0, 23)]) == [0, 0]


def test_two_hotspots_too_far_apart_are_two_groups() -> None:
    assert labels([(0, 0, 0), (2.1, 0, 0)]) == [0, 1]


def test_two_hotspots_too_long_apart_are_two_groups() -> None:
    assert labels([(0, 0, 0), (0, 0, 24.1)]) == [0, 1]


def test_a_day_apart_to_the_minute_is_still_within_a_day() -> None:
    assert labels([(0, 0, 0), (0, 0, 24)]) == [0, 0]


def test_a_chain_holds_its_ends_together() -> None:
    assert labels([(0, 0, 0), (6, 0, 0), (2, 0, 0), (4, 0, 0)], eps_km=2.01) == [0, 0, 0, 0]


def test_the_earliest_group_has_the_first_number() -> None:
    assert labels([(50, 0, 5), (0, 0, 1), (50, 0, 4), (90, 0, 0)]) == [2, 1, 2, 0]


def test_a_fire_on_the_date_line_is_one_fire() -> None:
    frame = points([(0, 0, 0), (0, 0, 0)]).with_columns(lon_deg=pl.Series([179.995, -179.995]))
    assert group_labels(frame, eps_km=2, eps_h=24).to_list() == [0, 0]


def test_no_hotspots_are_no_groups() -> None:
    group = group_labels(points([]), eps_km=2, eps_h=24)
    assert group.to_list() == []
    assert group.dtype == pl.Int64


@pytest.mark.parametrize(("eps_km", "eps_h"), [(0.0, 24.0), (-1.0, 24.0), (2.0, -1.0), (float("nan"), 24.0)])
def test_a_bound_that_links_nothing_is_refused(eps_km, eps_h) -> None:
    with pytest.raises(ValueError, match="eps_km must be positive"):
        group_labels(points([(0, 0, 0)]), eps_km=eps_km, eps_h=eps_h)


@given(
    rows=st.lists(
        st.tuples(st.floats(-6, 6), st.floats(-6, 6), st.integers(0, 60).map(float)), min_size=1, max_size=40
    ),
    eps_km=st.sampled_from([0.5, 2.0, 3.7]),
    eps_h=st.sampled_from([0.0, 6.0, 24.0]),
)
@settings(max_examples=40, deadline=None)
def test_groups_are_those_of_the_definition(rows, eps_km, eps_h) -> None:
    frame = points(rows)
    found = partition(group_labels(frame, eps_km=eps_km, eps_h=eps_h))
    assert found == by_definition(frame, eps_km=eps_km, eps_h=eps_h)


@given(data=st.data(), rows=st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5), st.floats(0, 60)), max_size=30))
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_changes_no_label(data, rows) -> None:
    order = data.draw(st.permutations(range(len(rows))))
    straight, shuffled = labels(rows), labels([rows[i] for i in order])
    assert [straight[i] for i in order] == shuffled


def test_thousands_of_points_give_the_groups_of_scikit_learn() -> None:
    rng = np.random.default_rng(20270403)
    centres = rng.uniform((-60, -60), (60, 60), size=(150, 2))
    at = np.concatenate(
        [
            centre + rng.normal(0, 1.5, size=(size, 2))
            for centre, size in zip(centres, rng.integers(1, 60, 150), strict=True)
        ]
    )
    frame = points([(north, east, 0.0) for north, east in at])
    ours = group_labels(frame, eps_km=2.0, eps_h=24.0)
    theirs = DBSCAN(eps=chord_km(2.0), min_samples=1).fit_predict(earth_km(frame["lat_deg"], frame["lon_deg"]))
    assert len(at) > 3000
    assert partition(ours) == partition(theirs)


def test_steps_bound_the_memory_and_not_the_result(monkeypatch) -> None:
    rng = np.random.default_rng(7)
    rows = [(north, east, hour) for north, east, hour in rng.uniform((0, 0, 0), (12, 12, 90), size=(400, 3))]
    whole = labels(rows, eps_h=3.0)
    monkeypatch.setattr(cluster, "STEP_ROWS", 5)
    assert labels(rows, eps_h=3.0) == whole
    assert len(set(whole)) > 20


def test_pixels_whose_circles_of_error_touch_are_linked_however_wide_they_are() -> None:
    rows = pl.DataFrame(
        {
            "acquired_utc": [START] * 4,
            "lat_deg": [40.0, 40.0, 40.0, 40.5],
            "lon_deg": [117.0, 117.035, 117.07, 117.0],
            "location_error_km": [1.9, 1.9, 0.4, 1.9],
        }
    )
    assert group_labels(rows, eps_km=2.0, eps_h=24.0).to_list() == [0, 0, 1, 2]
    assert group_labels(rows.drop("location_error_km"), eps_km=2.0, eps_h=24.0).n_unique() == 4
