"""The ellipse and its times of arrival."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from models.spread.acceleration import distance_at_m, minutes_to
from models.spread.ellipse import Ellipse
from tests.models.spread.cases import REFERENCE

rates = st.floats(0.01, 100)
shares = st.floats(0, 1)
ratios = st.floats(1, 8)
bearings = st.floats(0, 359.9)


def ellipse(head: float, share: float, ratio: float, along: float = 0.0) -> Ellipse:
    return Ellipse.of(*(np.array([value]) for value in (head, head * share, ratio)), along_deg=np.array([along]))


def test_arrivals_meet_the_reference() -> None:
    table = pl.read_csv(REFERENCE / "ellipse_arrival.csv")
    head, back, ratio, along, target, normal, distance = (table[name].to_numpy() for name in table.columns[1:8])
    found = Ellipse.of(head, back, ratio, along_deg=along)
    for name, ours in {
        "ros_theta_m_min": found.rate_toward(target),
        "arrival_point_min": distance / found.rate_toward(target),
        "ros_normal_m_min": found.rate_of_line(normal),
        "arrival_line_min": distance / found.rate_of_line(normal),
    }.items():
        np.testing.assert_allclose(ours, table[name], rtol=1e-9, err_msg=name)


@given(head=rates, share=st.floats(0.001, 1), ratio=ratios, along=bearings)
def test_head_and_back_are_what_was_given(head: float, share: float, ratio: float, along: float) -> None:
    found = ellipse(head, share, ratio, along)
    np.testing.assert_allclose(found.rate_toward(np.array([along])), head, rtol=1e-9)
    np.testing.assert_allclose(found.rate_toward(np.array([along + 180])), head * share, rtol=1e-6)


@given(head=rates, share=st.floats(0.01, 1), ratio=ratios, normal=bearings)
def test_a_line_is_reached_no_later_than_its_nearest_point(
    head: float, share: float, ratio: float, normal: float
) -> None:
    found, toward = ellipse(head, share, ratio), np.array([normal])
    assert found.rate_of_line(toward)[0] >= found.rate_toward(toward)[0] * (1 - 1e-9)


@given(head=rates, share=st.floats(0.01, 1), ratio=ratios, normal=bearings)
def test_the_first_touch_lies_on_the_line(head: float, share: float, ratio: float, normal: float) -> None:
    found, toward = ellipse(head, share, ratio), np.array([normal])
    bearing = found.first_bearing_deg(toward)
    reached = found.rate_toward(bearing) * np.cos(np.radians(bearing - normal))
    np.testing.assert_allclose(reached, found.rate_of_line(toward), rtol=1e-6)


@given(head=rates, share=shares, ratio=ratios, theta=st.floats(0, 180))
def test_left_and_right_of_the_spread_are_alike(head: float, share: float, ratio: float, theta: float) -> None:
    found = ellipse(head, max(share, 0.001), ratio, 90.0)
    left, right = found.rate_toward(np.array([90 - theta])), found.rate_toward(np.array([90 + theta]))
    np.testing.assert_allclose(left, right, rtol=1e-7)


@given(rate=rates, minutes=st.floats(0.1, 5000), alpha=st.floats(0.02, 0.115))
def test_time_and_distance_of_an_accelerating_fire_are_inverse(rate: float, minutes: float, alpha: float) -> None:
    distance = distance_at_m(np.array([rate]), np.array([minutes]), np.array([alpha]))
    np.testing.assert_allclose(minutes_to(distance, np.array([rate]), np.array([alpha])), minutes, rtol=1e-6)
    assert minutes_to(distance, np.array([rate]), np.array([alpha]))[0] >= distance[0] / rate - 1e-9
