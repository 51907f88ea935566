"""Decisions on incidents."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.incidents.incident import Incident, IncidentState, Projection
from notify.alert import Draft, IncidentLevel, Reason
from notify.decide_incident import IncidentMemory, decide_incident, incident_memory_of
from notify.decision import Decision
from tests.notify.samples import INCIDENT, MORNING, REGIONS, SCOPE, drafted, hours, incident, silent


def near(found: Incident, memory: IncidentMemory | None = None, at: datetime = MORNING) -> Decision[IncidentMemory]:
    return decide_incident(found, memory or IncidentMemory(), scope=SCOPE, now=at, rules=INCIDENT)


@pytest.mark.parametrize(
    ("distance_km", "error_km", "level"),
    [
        (10.5, 0.4, "none"),
        (10.3, 0.4, "watch"),
        (5.3, 0.4, "notify"),
        (2.5, 0.4, "notify"),
        (2.3, 0.4, "critical"),
        (0.0, 0.0, "critical"),
        (9.0, 9.0, "critical"),
    ],
)
def test_the_ring_is_that_of_the_distance_less_the_error(distance_km: float, error_km: float, level: str) -> None:
    assert near(incident(distance_km, error_km)).outcome.level == level


def test_the_first_word_is_a_notice_with_its_evidence() -> None:
    decision = near(incident(4.0))
    draft = drafted(decision)
    assert (draft.reason, draft.revision, draft.level) == (Reason.INCIDENT_NEAR_BORDER, 1, "notify")
    assert draft.event_id == "JJJ-HR-CD-2027-007"
    assert draft.evidence == ("h0", "h1", "h2")
    assert draft.regions == REGIONS
    assert decision.memory.told_hotspot_count == 3


def test_the_outer_ring_is_a_list_and_no_message() -> None:
    decision = near(incident(9.0))
    assert (silent(decision).reason, silent(decision).level) == (Reason.BELOW_LEVEL, "watch")
    assert decision.memory == IncidentMemory()


def test_a_nearer_ring_is_told_at_once() -> None:
    memory = near(incident(4.0)).memory
    draft = drafted(near(incident(2.0), memory, MORNING + timedelta(minutes=1)))
    assert (draft.reason, draft.level, draft.previous_level) == (Reason.INCIDENT_CLOSER, "critical", "notify")
    assert draft.revision == 2


def test_touching_the_line_is_told_once_even_within_the_inner_ring() -> None:
    memory = near(incident(2.0)).memory
    touched = near(incident(0.3), memory, MORNING + timedelta(minutes=10))
    again = near(incident(0.2), touched.memory, MORNING + timedelta(minutes=20))
    assert drafted(touched).reason is Reason.INCIDENT_CLOSER
    assert silent(again).reason is Reason.UNCHANGED


def test_a_later_hotspot_farther_away_does_not_lower_the_level() -> None:
    memory = near(incident(1.0)).memory
    decision = near(incident(9.0), memory, MORNING + hours(1))
    assert (silent(decision).reason, silent(decision).level) == (Reason.UNCHANGED, "critical")
    assert decision.memory.level is IncidentLevel.CRITICAL


def test_three_more_hotspots_are_growth() -> None:
    memory = near(incident(4.0, count=3)).memory
    late = MORNING + hours(1)
    assert silent(near(incident(4.0, count=5), memory, late)).reason is Reason.UNCHANGED
    grown = near(incident(4.0, count=6), memory, late)
    assert drafted(grown).reason is Reason.INCIDENT_GREW
    assert silent(near(incident(4.0, count=8), grown.memory, late + hours(1))).reason is Reason.UNCHANGED


def test_growth_soon_after_a_word_is_held_and_told_later() -> None:
    memory = near(incident(4.0, count=3)).memory
    grown = incident(4.0, count=9)
    soon = near(grown, memory, MORNING + timedelta(minutes=29))
    assert silent(soon).reason is Reason.HELD
    assert drafted(near(grown, soon.memory, MORNING + timedelta(minutes=30))).reason is Reason.INCIDENT_GREW


def test_growth_is_not_held_by_a_clock_that_went_back() -> None:
    memory = near(incident(4.0, count=3)).memory
    assert drafted(near(incident(4.0, count=9), memory, MORNING - hours(1))).reason is Reason.INCIDENT_GREW


def test_a_suppressed_incident_is_silent_with_its_reason() -> None:
    decision = near(incident(4.0, suppressed=True, reason="常年热源"))
    assert (silent(decision).reason, silent(decision).note) == (Reason.SUPPRESSED, "常年热源")


def test_a_suppressed_incident_in_the_inner_ring_asks_for_a_look() -> None:
    draft = drafted(near(incident(1.0, suppressed=True, reason="常年热源")))
    assert (draft.verification, draft.level) == (True, "critical")


def test_a_doubt_that_is_lifted_becomes_a_notice() -> None:
    asked = near(incident(1.0, suppressed=True, reason="常年热源"))
    notice = near(incident(1.0), asked.memory, MORNING + timedelta(minutes=10))
    assert drafted(notice).reason is Reason.INCIDENT_NEAR_BORDER
    assert (drafted(notice).verification, drafted(notice).revision) == (False, 2)
    assert silent(near(incident(1.0), notice.memory, MORNING + hours(1))).reason is Reason.UNCHANGED


def test_not_seen_for_long_is_not_told_as_an_end() -> None:
    memory = near(incident(1.0)).memory
    ended = near(incident(1.0, state=IncidentState.ENDED), memory, MORNING + hours(80))
    assert silent(ended).reason is Reason.INCIDENT_ENDED


def test_an_incident_of_another_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="of zone PG-JZ, not HR-CD"):
        near(incident(1.0, zone="PG-JZ"))


def test_a_memory_lost_after_the_commit_is_made_anew_from_the_alert() -> None:
    first = near(incident(4.0))
    again = incident_memory_of(drafted(first).alert("怀0410-01", text_short="短", text_long="长"))
    assert again == replace(first.memory, told_projected=True)


def test_a_fire_that_burns_again_after_a_silence_is_told_once_though_it_grew_little() -> None:
    memory = near(incident(1.0)).memory
    quiet = near(incident(1.0, state=IncidentState.DORMANT), memory, MORNING + hours(13))
    assert silent(quiet).reason is Reason.UNCHANGED
    again = near(incident(1.0, count=4), quiet.memory, MORNING + hours(20))
    assert drafted(again).reason is Reason.INCIDENT_REIGNITED
    assert silent(near(incident(1.0, count=4), again.memory, MORNING + hours(21))).reason is Reason.UNCHANGED


def test_a_fire_that_nobody_was_told_of_is_no_re_ignition() -> None:
    quiet = near(incident(30.0, state=IncidentState.DORMANT))
    assert silent(near(incident(30.0), quiet.memory, MORNING + hours(20))).reason is Reason.BELOW_LEVEL


def test_a_fire_that_comes_to_another_unit_is_told_once_to_both() -> None:
    memory = near(incident(4.0)).memory
    both = replace(incident(4.0), other_zones=("YQ-HL",))
    spread = near(both, memory, MORNING + timedelta(minutes=5))
    assert drafted(spread).reason is Reason.INCIDENT_SPREAD
    assert silent(near(both, spread.memory, MORNING + hours(1))).reason is Reason.UNCHANGED


def test_the_projection_that_was_to_follow_is_told_once_where_the_line_may_be_reached() -> None:
    fire = incident(4.0)
    memory = near(fire).memory
    projection = Projection(90.0, 6.0, 9.0, 40.1, 117.2, MORNING, 0.5, hotspots=fire.hotspot_count)
    arrives = replace(fire, projection=projection)
    never = replace(fire, projection=replace(projection, arrival_h_early=None, arrival_h_late=None))
    assert silent(near(never, memory, MORNING + timedelta(minutes=5))).reason is Reason.UNCHANGED
    late = near(arrives, memory, MORNING + timedelta(minutes=5))
    assert drafted(late).reason is Reason.INCIDENT_PROJECTED
    assert silent(near(arrives, late.memory, MORNING + hours(1))).reason is Reason.UNCHANGED


def test_a_projection_that_knows_fewer_hotspots_is_still_to_follow() -> None:
    old = Projection(90.0, 6.0, 9.0, 40.1, 117.2, MORNING, 0.5, hotspots=1)
    fire = replace(incident(4.0, count=3), projection=old)
    memory = near(fire).memory
    assert silent(near(fire, memory, MORNING + hours(1))).reason is Reason.UNCHANGED
    whole = replace(fire, projection=replace(old, hotspots=3))
    assert drafted(near(whole, memory, MORNING + hours(1))).reason is Reason.INCIDENT_PROJECTED


@given(
    st.lists(
        st.tuples(st.floats(0, 20), st.floats(0, 5), st.integers(1, 40), st.booleans(), st.integers(1, 90)),
        max_size=30,
    )
)
def test_levels_never_fall_and_the_inner_ring_is_never_silent_at_first(
    looks: list[tuple[float, float, int, bool, int]],
) -> None:
    memory, now = IncidentMemory(), MORNING
    for distance_km, error_km, count, doubted, minutes in looks:
        now += timedelta(minutes=minutes)
        found = incident(distance_km, error_km, count=count, suppressed=doubted)
        decision = near(found, memory, now)
        assert decision.memory.level.rank >= memory.level.rank
        if found.least_distance_km <= INCIDENT.critical_km and memory.level is not IncidentLevel.CRITICAL:
            assert isinstance(decision.outcome, Draft)
            assert decision.outcome.level == "critical"
        assert decision.memory.revision - memory.revision == isinstance(decision.outcome, Draft)
        memory = decision.memory
