from __future__ import annotations

from dataclasses import replace

import pytest

from models.incidents.fold import fragment
from models.incidents.incident import NEXT_STATES, IncidentState, next_state
from tests.models.incidents.synthetic import hotspot, located


def test_every_state_says_what_may_follow() -> None:
    assert set(NEXT_STATES) == set(IncidentState)


@pytest.mark.parametrize("state", IncidentState)
@pytest.mark.parametrize("wanted", IncidentState)
def test_the_guard_lets_only_the_declared_steps_through(state, wanted) -> None:
    if wanted in NEXT_STATES[state]:
        assert next_state(state, wanted) is wanted
    else:
        with pytest.raises(ValueError, match=f"{state} cannot become {wanted}"):
            next_state(state, wanted)


def test_an_incident_that_ended_does_not_come_back() -> None:
    assert NEXT_STATES[IncidentState.ENDED] == frozenset()


def test_the_least_distance_is_zero_when_the_error_circle_touches_the_line() -> None:
    incident = fragment("JJJ-PG-JZ-2027-001", located([hotspot()]))
    assert incident.least_distance_km == pytest.approx(3.0 - 0.375)
    assert replace(incident, location_error_km=3.4).least_distance_km == 0.0
