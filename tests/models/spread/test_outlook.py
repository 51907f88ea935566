"""The ensemble summed up: reproducible, and alike in a mirrored and in a turned world."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.spread.ensemble import EnsembleRules, drawn, seed_of
from models.spread.outlook import Asked, DayAir, Outlook, outlook
from tests.models.spread.worlds import RULES, paces, plain, steady

AS_OF = datetime(2027, 4, 10, 6, tzinfo=UTC)
AIR = DayAir(24.0, 20.0)


def seen(*, wind_kmh: float = 20.0, wind_from: float = 270.0, normal: float = 90.0, line_m: float = 2500.0) -> Outlook:
    members = drawn(RULES, seed=7, location_error_m=300.0)
    ground = plain(line_m=line_m, normal_deg=normal, cells=41, cell_m=200.0)
    return outlook(ground, paces(), steady(wind_kmh, wind_from), members, asked=Asked(24.0, rings=True), air=AIR)


def test_an_incident_has_the_same_members_whenever_it_is_looked_at_again() -> None:
    first, again = (drawn(RULES, seed=seed_of("JJJ-HR-CD-2027-001", AS_OF), location_error_m=500) for _ in range(2))
    other = drawn(RULES, seed=seed_of("JJJ-HR-CD-2027-001", AS_OF + timedelta(minutes=10)), location_error_m=500)
    np.testing.assert_array_equal(first.wind_factor, again.wind_factor)
    assert not np.array_equal(first.wind_factor, other.wind_factor)


def test_members_stay_within_their_bounds_and_turn_both_ways_alike() -> None:
    members = drawn(RULES, seed=1, location_error_m=500.0)
    assert np.abs(members.turn_deg).max() <= 20
    assert members.turn_deg.sum() == pytest.approx(0)
    assert 0.7 <= members.wind_factor.min() <= members.wind_factor.max() <= 1.3
    assert 0.6 <= members.rate_factor.min() <= members.rate_factor.max() <= 1.6
    assert 0 <= members.radius_m.min() <= members.radius_m.max() <= 500


@pytest.mark.parametrize("wrong", [{"members": 41}, {"rate_factors": (1.6, 0.6)}, {"wind_speed_share": 1.5}])
def test_an_impossible_ensemble_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must be|out of range"):
        replace(RULES, **wrong)
    assert isinstance(RULES, EnsembleRules)


def test_early_comes_before_late_and_probability_grows_with_time() -> None:
    found = seen()
    assert found.arrival_h_early is not None
    assert found.arrival_h_late is not None
    assert 0 < found.arrival_h_early < found.arrival_h_late <= 24
    shares = list(found.probability_within.values())
    assert shares == sorted(shares)
    assert list(found.probability_within) == [6, 12, 24]


@settings(max_examples=5, deadline=None)
@given(wind=st.floats(5, 40), off=st.floats(0, 60))
def test_a_mirrored_world_has_the_mirrored_outlook(wind: float, off: float) -> None:
    left, right = (seen(wind_kmh=wind, wind_from=270.0, normal=90.0 + side * off) for side in (-1, 1))
    assert left.probability_within == pytest.approx(right.probability_within, abs=0.051)
    if left.arrival_h_early is not None and right.arrival_h_early is not None:
        assert left.arrival_h_early == pytest.approx(right.arrival_h_early, rel=0.02, abs=0.02)


@settings(max_examples=5, deadline=None)
@given(turn=st.sampled_from([90.0, 180.0, 270.0]), wind=st.floats(8, 40))
def test_a_turned_world_has_the_same_arrival(turn: float, wind: float) -> None:
    first, turned = seen(wind_kmh=wind), seen(wind_kmh=wind, wind_from=270.0 + turn, normal=90.0 + turn)
    assert turned.arrival_h_early == pytest.approx(first.arrival_h_early, rel=0.02)
    assert turned.probability_within == pytest.approx(first.probability_within, abs=0.051)


def test_more_wind_toward_the_line_is_never_later() -> None:
    early = [seen(wind_kmh=wind).arrival_h_early for wind in (8.0, 16.0, 24.0, 32.0)]
    known = [hour for hour in early if hour is not None]
    assert len(known) >= 3
    assert known == sorted(known, reverse=True)


def test_a_line_out_of_reach_has_no_arrival_and_no_crossing() -> None:
    found = seen(wind_kmh=3.0, wind_from=90.0, line_m=3900.0)
    assert found.arrival_h_early is None
    assert found.arrival_h_late is None
    assert found.probability_within == {6: 0.0, 12: 0.0, 24: 0.0}
    assert found.crossing_m is None


def test_both_opinions_are_told_and_a_large_difference_is_flagged() -> None:
    here = seen(wind_kmh=30.0).here
    assert here.second_rate_m_min is not None
    assert here.disagrees is (
        max(here.rate_m_min, here.second_rate_m_min) > 3 * min(here.rate_m_min, here.second_rate_m_min)
    )
    members = drawn(RULES, seed=7, location_error_m=0.0)
    ground = plain(line_m=2500.0, normal_deg=90.0, cells=41, cell_m=200.0)
    silent = outlook(ground, paces(), steady(5, 270), members, asked=Asked(1.0), air=None).here
    assert silent.second_rate_m_min is None
    assert silent.disagrees is False
