"""Decisions on danger and incidents."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.incidents.incident import Incident, IncidentState, Projection
from notify.alert import AlertKind, Draft, IncidentLevel, Reason, Silence, WarningColour
from notify.decide import (
    DangerDay,
    DangerMemory,
    Decision,
    IncidentMemory,
    danger_memory_of,
    decide_danger,
    decide_incident,
    incident_memory_of,
)
from tests.notify.samples import DANGER, DRILL, INCIDENT, MORNING, REGIONS, SCOPE, TODAY, day, hours, incident


def danger(*days: DangerDay, memory: DangerMemory | None = None, at: datetime = MORNING) -> Decision[DangerMemory]:
    return decide_danger(days, memory or DangerMemory(), scope=SCOPE, now=at, rules=DANGER)


def near(found: Incident, memory: IncidentMemory | None = None, at: datetime = MORNING) -> Decision[IncidentMemory]:
    return decide_incident(found, memory or IncidentMemory(), scope=SCOPE, now=at, rules=INCIDENT)


def drafted(decision: Decision[DangerMemory] | Decision[IncidentMemory]) -> Draft:
    assert isinstance(decision.outcome, Draft)
    return decision.outcome


def silent(decision: Decision[DangerMemory] | Decision[IncidentMemory]) -> Silence:
    assert isinstance(decision.outcome, Silence)
    return decision.outcome


class TestDanger:
    def test_grade_four_tomorrow_is_orange_today(self) -> None:
        decision = danger(day(2, product_id="p0"), day(4, 1, product_id="p1"))
        draft = drafted(decision)
        assert (draft.kind, draft.level, draft.previous_level) == (AlertKind.DANGER, "orange", "none")
        assert draft.reason is Reason.DANGER_RAISED
        assert draft.event_id == "danger:HR-CD:2027-04-10"
        assert (draft.revision, draft.regions, draft.degraded) == (1, REGIONS, False)
        assert draft.evidence == ("p0", "p1")
        assert decision.memory.level.rank == WarningColour.ORANGE.rank

    def test_a_day_after_the_window_is_not_looked_at(self) -> None:
        assert silent(danger(day(2), day(2, 1), day(5, 2))).reason is Reason.BELOW_LEVEL

    @pytest.mark.parametrize(("grade", "level"), [(1, "none"), (2, "none"), (3, "none"), (4, "orange"), (5, "red")])
    def test_only_orange_and_red_are_told(self, grade: int, level: str) -> None:
        assert danger(day(grade), day(1, 1)).outcome.level == level

    def test_red_after_orange_is_a_new_revision_of_the_same_event(self) -> None:
        first = danger(day(4), day(4, 1))
        draft = drafted(danger(day(5), day(4, 1), memory=first.memory, at=MORNING + hours(1)))
        assert (draft.event_id, draft.revision) == (drafted(first).event_id, 2)
        assert (draft.level, draft.previous_level) == ("red", "orange")

    def test_a_warning_ends_after_two_quiet_runs_and_names_what_it_was(self) -> None:
        memory = danger(day(4), day(4, 1)).memory
        later = [day(2), day(2, 1), day(2, 2)]
        held = danger(*later, memory=memory, at=MORNING + hours(8))
        ended = danger(*later, memory=held.memory, at=MORNING + hours(16))
        assert silent(held).reason is Reason.HELD
        assert silent(held).level == "orange"
        draft = drafted(ended)
        assert (draft.reason, draft.level, draft.previous_level) == (Reason.DANGER_ENDED, "none", "orange")
        assert (draft.event_id, draft.revision) == ("danger:HR-CD:2027-04-10", 2)

    def test_a_second_episode_of_a_day_goes_on_with_the_revisions(self) -> None:
        ended = DangerMemory(event_id="danger:HR-CD:2027-04-10", revision=2)
        draft = drafted(danger(day(4), day(4, 1), memory=ended))
        assert (draft.event_id, draft.revision) == ("danger:HR-CD:2027-04-10", 3)

    def test_an_episode_of_another_day_is_another_event(self) -> None:
        ended = DangerMemory(event_id="danger:HR-CD:2027-04-01", revision=2)
        draft = drafted(danger(day(4), day(4, 1), memory=ended))
        assert (draft.event_id, draft.revision) == ("danger:HR-CD:2027-04-10", 1)

    def test_today_is_the_day_in_beijing(self) -> None:
        late = datetime(2027, 4, 9, 16, 30, tzinfo=UTC)
        assert drafted(danger(day(4), day(1, 1), at=late)).event_id.endswith(str(TODAY))

    @pytest.mark.parametrize("days", [(), (day(None), day(None, 1)), (day(2),), (day(None), day(3, 1))])
    def test_no_data_is_no_quiet_day(self, days: tuple[DangerDay, ...]) -> None:
        decision = silent(danger(*days))
        assert decision.reason is Reason.NO_DATA
        assert decision.note.startswith("缺火险等级：")

    def test_missing_days_never_bring_a_warning_down(self) -> None:
        memory = danger(day(5), day(5, 1)).memory
        for run in range(1, 20):
            decision = danger(day(1), memory=memory, at=MORNING + hours(run))
            assert silent(decision).reason is Reason.NO_DATA
            assert silent(decision).level == "red"
            memory = decision.memory

    def test_a_missing_day_does_not_hide_a_high_one(self) -> None:
        draft = drafted(danger(day(5, 1)))
        assert (draft.level, draft.degraded) == ("red", True)

    def test_a_degraded_day_is_told_as_degraded(self) -> None:
        assert drafted(danger(day(4, degraded=True), day(2, 1))).degraded

    def test_where_the_rules_say_so_a_degraded_day_does_not_lower(self) -> None:
        strict = replace(DANGER, lower_when_degraded=False)
        memory = danger(day(4), day(4, 1)).memory
        for run in (8, 16):
            days = [day(1, lead, degraded=True) for lead in range(3)]
            decision = decide_danger(days, memory, scope=SCOPE, now=MORNING + hours(run), rules=strict)
            assert silent(decision).reason is Reason.NO_DATA
            memory = decision.memory
        assert memory.level.rank == WarningColour.ORANGE.rank

    def test_a_red_warning_is_said_again_after_six_hours(self) -> None:
        memory = danger(day(5), day(5, 1)).memory
        assert silent(danger(day(5), day(5, 1), memory=memory, at=MORNING + hours(5))).reason is Reason.UNCHANGED
        assert drafted(danger(day(5), day(5, 1), memory=memory, at=MORNING + hours(6))).reason is Reason.DANGER_REPEATED

    def test_an_exercise_carries_its_world(self) -> None:
        decision = decide_danger([day(5), day(5, 1)], DangerMemory(), scope=DRILL, now=MORNING, rules=DANGER)
        assert drafted(decision).exercise

    def test_a_row_of_another_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="PG-JZ was given for zone HR-CD"):
            danger(replace(day(4), zone="PG-JZ"))

    def test_a_day_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="two danger rows for 2027-04-10"):
            danger(day(4), day(3))

    @pytest.mark.parametrize("grade", [0, 6])
    def test_a_grade_outside_the_scale_is_refused(self, grade: int) -> None:
        with pytest.raises(ValueError, match="outside 1…5"):
            day(grade)

    def test_a_memory_lost_after_the_commit_is_made_anew_from_the_alert(self) -> None:
        first = danger(day(4), day(4, 1))
        again = danger_memory_of(drafted(first).alert("怀0410-01", text_short="短", text_long="长"))
        assert again == first.memory

    @given(st.lists(st.tuples(st.one_of(st.none(), st.integers(1, 5)), st.integers(1, 12)), max_size=30))
    def test_revisions_of_an_event_count_up_without_a_gap(self, runs: list[tuple[int | None, int]]) -> None:
        memory, now = DangerMemory(), MORNING
        told: dict[str, int] = {}
        for grade, step in runs:
            now += hours(step)
            first = now.astimezone(UTC).date() - TODAY
            days = [day(grade, first.days + lead) for lead in range(3)]
            decision = danger(*days, memory=memory, at=now)
            if isinstance(decision.outcome, Draft):
                draft = decision.outcome
                assert draft.revision == told.get(draft.event_id, 0) + 1
                told[draft.event_id] = draft.revision
            memory = decision.memory


class TestIncident:
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
    def test_the_ring_is_that_of_the_distance_less_the_error(
        self, distance_km: float, error_km: float, level: str
    ) -> None:
        assert near(incident(distance_km, error_km)).outcome.level == level

    def test_the_first_word_is_a_notice_with_its_evidence(self) -> None:
        decision = near(incident(4.0))
        draft = drafted(decision)
        assert (draft.reason, draft.revision, draft.level) == (Reason.INCIDENT_NEAR_BORDER, 1, "notify")
        assert draft.event_id == "JJJ-HR-CD-2027-007"
        assert draft.evidence == ("h0", "h1", "h2")
        assert draft.regions == REGIONS
        assert decision.memory.told_hotspot_count == 3

    def test_the_outer_ring_is_a_list_and_no_message(self) -> None:
        decision = near(incident(9.0))
        assert (silent(decision).reason, silent(decision).level) == (Reason.BELOW_LEVEL, "watch")
        assert decision.memory == IncidentMemory()

    def test_a_nearer_ring_is_told_at_once(self) -> None:
        memory = near(incident(4.0)).memory
        draft = drafted(near(incident(2.0), memory, MORNING + timedelta(minutes=1)))
        assert (draft.reason, draft.level, draft.previous_level) == (Reason.INCIDENT_CLOSER, "critical", "notify")
        assert draft.revision == 2

    def test_touching_the_line_is_told_once_even_within_the_inner_ring(self) -> None:
        memory = near(incident(2.0)).memory
        touched = near(incident(0.3), memory, MORNING + timedelta(minutes=10))
        again = near(incident(0.2), touched.memory, MORNING + timedelta(minutes=20))
        assert drafted(touched).reason is Reason.INCIDENT_CLOSER
        assert silent(again).reason is Reason.UNCHANGED

    def test_a_later_hotspot_farther_away_does_not_lower_the_level(self) -> None:
        memory = near(incident(1.0)).memory
        decision = near(incident(9.0), memory, MORNING + hours(1))
        assert (silent(decision).reason, silent(decision).level) == (Reason.UNCHANGED, "critical")
        assert decision.memory.level is IncidentLevel.CRITICAL

    def test_three_more_hotspots_are_growth(self) -> None:
        memory = near(incident(4.0, count=3)).memory
        late = MORNING + hours(1)
        assert silent(near(incident(4.0, count=5), memory, late)).reason is Reason.UNCHANGED
        grown = near(incident(4.0, count=6), memory, late)
        assert drafted(grown).reason is Reason.INCIDENT_GREW
        assert silent(near(incident(4.0, count=8), grown.memory, late + hours(1))).reason is Reason.UNCHANGED

    def test_growth_soon_after_a_word_is_held_and_told_later(self) -> None:
        memory = near(incident(4.0, count=3)).memory
        grown = incident(4.0, count=9)
        soon = near(grown, memory, MORNING + timedelta(minutes=29))
        assert silent(soon).reason is Reason.HELD
        assert drafted(near(grown, soon.memory, MORNING + timedelta(minutes=30))).reason is Reason.INCIDENT_GREW

    def test_growth_is_not_held_by_a_clock_that_went_back(self) -> None:
        memory = near(incident(4.0, count=3)).memory
        assert drafted(near(incident(4.0, count=9), memory, MORNING - hours(1))).reason is Reason.INCIDENT_GREW

    def test_a_suppressed_incident_is_silent_with_its_reason(self) -> None:
        decision = near(incident(4.0, suppressed=True, reason="常年热源"))
        assert (silent(decision).reason, silent(decision).note) == (Reason.SUPPRESSED, "常年热源")

    def test_a_suppressed_incident_in_the_inner_ring_asks_for_a_look(self) -> None:
        draft = drafted(near(incident(1.0, suppressed=True, reason="常年热源")))
        assert (draft.verification, draft.level) == (True, "critical")

    def test_a_doubt_that_is_lifted_becomes_a_notice(self) -> None:
        asked = near(incident(1.0, suppressed=True, reason="常年热源"))
        notice = near(incident(1.0), asked.memory, MORNING + timedelta(minutes=10))
        assert drafted(notice).reason is Reason.INCIDENT_NEAR_BORDER
        assert (drafted(notice).verification, drafted(notice).revision) == (False, 2)
        assert silent(near(incident(1.0), notice.memory, MORNING + hours(1))).reason is Reason.UNCHANGED

    def test_not_seen_for_long_is_not_told_as_an_end(self) -> None:
        memory = near(incident(1.0)).memory
        ended = near(incident(1.0, state=IncidentState.ENDED), memory, MORNING + hours(80))
        assert silent(ended).reason is Reason.INCIDENT_ENDED

    def test_an_incident_of_another_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="of zone PG-JZ, not HR-CD"):
            near(incident(1.0, zone="PG-JZ"))

    def test_a_memory_lost_after_the_commit_is_made_anew_from_the_alert(self) -> None:
        first = near(incident(4.0))
        again = incident_memory_of(drafted(first).alert("怀0410-01", text_short="短", text_long="长"))
        assert again == replace(first.memory, told_projected=True)

    def test_a_fire_that_burns_again_after_a_silence_is_told_once_though_it_grew_little(self) -> None:
        memory = near(incident(1.0)).memory
        quiet = near(incident(1.0, state=IncidentState.DORMANT), memory, MORNING + hours(13))
        assert silent(quiet).reason is Reason.UNCHANGED
        again = near(incident(1.0, count=4), quiet.memory, MORNING + hours(20))
        assert drafted(again).reason is Reason.INCIDENT_REIGNITED
        assert silent(near(incident(1.0, count=4), again.memory, MORNING + hours(21))).reason is Reason.UNCHANGED

    def test_a_fire_that_nobody_was_told_of_is_no_re_ignition(self) -> None:
        quiet = near(incident(30.0, state=IncidentState.DORMANT))
        assert silent(near(incident(30.0), quiet.memory, MORNING + hours(20))).reason is Reason.BELOW_LEVEL

    def test_a_fire_that_comes_to_another_unit_is_told_once_to_both(self) -> None:
        memory = near(incident(4.0)).memory
        both = replace(incident(4.0), other_zones=("YQ-HL",))
        spread = near(both, memory, MORNING + timedelta(minutes=5))
        assert drafted(spread).reason is Reason.INCIDENT_SPREAD
        assert silent(near(both, spread.memory, MORNING + hours(1))).reason is Reason.UNCHANGED

    def test_the_projection_that_was_to_follow_is_told_once_where_the_line_may_be_reached(self) -> None:
        fire = incident(4.0)
        memory = near(fire).memory
        projection = Projection(90.0, 6.0, 9.0, 40.1, 117.2, MORNING, 0.5, hotspots=fire.hotspot_count)
        arrives = replace(fire, projection=projection)
        never = replace(fire, projection=replace(projection, arrival_h_early=None, arrival_h_late=None))
        assert silent(near(never, memory, MORNING + timedelta(minutes=5))).reason is Reason.UNCHANGED
        late = near(arrives, memory, MORNING + timedelta(minutes=5))
        assert drafted(late).reason is Reason.INCIDENT_PROJECTED
        assert silent(near(arrives, late.memory, MORNING + hours(1))).reason is Reason.UNCHANGED

    def test_a_projection_that_knows_fewer_hotspots_is_still_to_follow(self) -> None:
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
        self, looks: list[tuple[float, float, int, bool, int]]
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
