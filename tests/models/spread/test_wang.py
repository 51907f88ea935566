"""The second opinion, held against its formula in two families of coefficients."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from models.spread.wang import (
    FITTED,
    disagree,
    rate_m_min,
    slope_along_deg,
    starting_rate_m_min,
    terrain_factor,
    wind_factor,
    wind_force,
)
from tests.models.spread.cases import REFERENCE


def test_every_case_of_the_formula_is_met() -> None:
    table = pl.read_csv(REFERENCE / "wang_zhengfei_formula.csv.gz")
    warm, wind, force, humidity, angle, slope, fuel = (
        table[name].to_numpy().astype(float) for name in table.columns[:7]
    )
    assert table.height == 1920
    np.testing.assert_array_equal(wind_force(wind), force)
    plain = starting_rate_m_min(warm, force, humidity)
    fitted = starting_rate_m_min(warm, force, humidity, by=FITTED)
    pushed, raised = wind_factor(wind, angle), terrain_factor(slope)
    for name, ours in {
        "r0_a_m_min": plain,
        "r0_b_m_min": fitted,
        "kw": pushed,
        "kphi": raised,
        "ros_a_m_min": rate_m_min(plain, fuel, wind=pushed, terrain=raised, clipped=False),
        "ros_b_m_min": rate_m_min(fitted, fuel, wind=pushed, terrain=raised, clipped=False),
        "ros_a_clipped_m_min": rate_m_min(plain, fuel, wind=pushed, terrain=raised, clipped=True),
    }.items():
        np.testing.assert_allclose(ours, table[name], rtol=1e-9, atol=1e-8, err_msg=name)


def test_wet_cold_calm_air_gives_no_negative_rate() -> None:
    assert starting_rate_m_min(np.array([-20.0]), np.array([0.0]), np.array([100.0]))[0] == 0


def test_uphill_downhill_and_across_are_told_apart() -> None:
    toward = np.array([0.0, 180.0, 90.0, 270.0])
    slope = slope_along_deg(np.full(4, 50.0), np.zeros(4), toward)
    np.testing.assert_allclose(slope, [26.565, -26.565, 0, 0], atol=1e-3)
    up, down, *_ = terrain_factor(slope)
    assert up > 1 > down
    assert up * down == pytest.approx(1)


def test_a_slope_beyond_the_law_is_refused() -> None:
    with pytest.raises(ValueError, match="the law holds below 60"):
        terrain_factor(np.array([10.0, -61.0]))


@pytest.mark.parametrize(("first", "second", "apart"), [(1, 3, False), (3.01, 1, True), (1, 0, True), (0, 0, False)])
def test_more_than_three_times_apart_is_a_disagreement(first: float, second: float, apart: bool) -> None:
    assert bool(disagree(np.array([first]), np.array([second]))[0]) is apart
