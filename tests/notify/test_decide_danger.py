"""Decisions on fire danger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.alert import AlertKind, Draft, Reason, WarningColour
from notify.decide_danger import DangerDay, DangerMemory, danger_memory_of, decide_danger
from notify.decision import Decision
from tests.notify.samples import DANGER, DRILL, MORNING, REGIONS, SCOPE, TODAY, day, drafted, hours, silent


def danger(*days: DangerDay, memory: DangerMemory | None = None, at: datetime = MORNING) -> Decision[DangerMemory]:
    return decide_danger(days, memory or DangerMemory(), scope=SCOPE, now=at, rules=DANGER)


def test_grade_four_tomorrow_is_orange_today() -> None:
    decision = danger(day(2, product_id="p0"), day(4, 1, product_id="p1"))
    draft = drafted(decision)
    assert (draft.kind, draft.level, draft.previous_level) == (AlertKind.DANGER, "orange", "none")
    assert draft.reason is Reason.DANGER_RAISED
    assert draft.event_id == "danger:HR-CD:2027-04-10"
    assert (draft.revision, draft.regions, draft.degraded) == (1, REGIONS, False)
    assert draft.evidence == ("p0", "p1")
    assert decision.memory.level.rank == WarningColour.ORANGE.rank


def test_a_day_after_the_window_is_not_looked_at() -> None:
    assert silent(danger(day(2), day(2, 1), day(5, 2))).reason is Reason.BELOW_LEVEL


@pytest.mark.parametrize(("grade", "level"), [(1, "none"), (2, "none"), (3, "none"), (4, "orange"), (5, "red")])
def test_only_orange_and_red_are_told(grade: int, level: str) -> None:
    assert danger(day(grade), day(1, 1)).outcome.level == level


def test_red_after_orange_is_a_new_revision_of_the_same_event() -> None:
    first = danger(day(4), day(4, 1))
    draft = drafted(danger(day(5), day(4, 1), memory=first.memory, at=MORNING + hours(1)))
    assert (draft.event_id, draft.revision) == (drafted(first).event_id, 2)
    assert (draft.level, draft.previous_level) == ("red", "orange")


def test_a_warning_ends_after_two_quiet_runs_and_names_what_it_was() -> None:
    memory = danger(day(4), day(4, 1)).memory
    later = [day(2), day(2, 1), day(2, 2)]
    held = danger(*later, memory=memory, at=MORNING + hours(8))
    ended = danger(*later, memory=held.memory, at=MORNING + hours(16))
    assert silent(held).reason is Reason.HELD
    assert silent(held).level == "orange"
    draft = drafted(ended)
    assert (draft.reason, draft.level, draft.previous_level) == (Reason.DANGER_ENDED, "none", "orange")
    assert (draft.event_id, draft.revision) == ("danger:HR-CD:2027-04-10", 2)


def test_a_second_episode_of_a_day_goes_on_with_the_revisions() -> None:
    ended = DangerMemory(event_id="danger:HR-CD:2027-04-10", revision=2)
    draft = drafted(danger(day(4), day(4, 1), memory=ended))
    assert (draft.event_id, draft.revision) == ("danger:HR-CD:2027-04-10", 3)


def test_an_episode_of_another_day_is_another_event() -> None:
    ended = DangerMemory(event_id="danger:HR-CD:2027-04-01", revision=2)
    draft = drafted(danger(day(4), day(4, 1), memory=ended))
    assert (draft.event_id, draft.revision) == ("danger:HR-CD:2027-04-10", 1)


def test_today_is_the_day_in_beijing() -> None:
    late = datetime(2027, 4, 9, 16, 30, tzinfo=UTC)
    assert drafted(danger(day(4), day(1, 1), at=late)).event_id.endswith(str(TODAY))


@pytest.mark.parametrize("days", [(), (day(None), day(None, 1)), (day(2),), (day(None), day(3, 1))])
def test_no_data_is_no_quiet_day(days: tuple[DangerDay, ...]) -> None:
    decision = silent(danger(*days))
    assert decision.reason is Reason.NO_DATA
    assert decision.note.startswith("缺火险等级：")


def test_missing_days_never_bring_a_warning_down() -> None:
    memory = danger(day(5), day(5, 1)).memory
    for run in range(1, 20):
        decision = danger(day(1), memory=memory, at=MORNING + hours(run))
        assert silent(decision).reason is Reason.NO_DATA
        assert silent(decision).level == "red"
        memory = decision.memory


def test_a_missing_day_does_not_hide_a_high_one() -> None:
    draft = drafted(danger(day(5, 1)))
    assert (draft.level, draft.degraded) == ("red", True)


def test_a_degraded_day_is_told_as_degraded() -> None:
    assert drafted(danger(day(4, degraded=True), day(2, 1))).degraded


def test_where_the_rules_say_so_a_degraded_day_does_not_lower() -> None:
    strict = replace(DANGER, lower_when_degraded=False)
    memory = danger(day(4), day(4, 1)).memory
    for run in (8, 16):
        days = [day(1, lead, degraded=True) for lead in range(3)]
        decision = decide_danger(days, memory, scope=SCOPE, now=MORNING + hours(run), rules=strict)
        assert silent(decision).reason is Reason.NO_DATA
        memory = decision.memory
    assert memory.level.rank == WarningColour.ORANGE.rank


def test_a_red_warning_is_said_again_after_six_hours() -> None:
    memory = danger(day(5), day(5, 1)).memory
    assert silent(danger(day(5), day(5, 1), memory=memory, at=MORNING + hours(5))).reason is Reason.UNCHANGED
    assert drafted(danger(day(5), day(5, 1), memory=memory, at=MORNING + hours(6))).reason is Reason.DANGER_REPEATED


def test_an_exercise_carries_its_world() -> None:
    decision = decide_danger([day(5), day(5, 1)], DangerMemory(), scope=DRILL, now=MORNING, rules=DANGER)
    assert drafted(decision).exercise


def test_a_row_of_another_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="PG-JZ was given for zone HR-CD"):
        danger(replace(day(4), zone="PG-JZ"))


def test_a_day_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="two danger rows for 2027-04-10"):
        danger(day(4), day(3))


@pytest.mark.parametrize("grade", [0, 6])
def test_a_grade_outside_the_scale_is_refused(grade: int) -> None:
    with pytest.raises(ValueError, match="outside 1…5"):
        day(grade)


def test_a_memory_lost_after_the_commit_is_made_anew_from_the_alert() -> None:
    first = danger(day(4), day(4, 1))
    again = danger_memory_of(drafted(first).alert("怀0410-01", text_short="短", text_long="长"))
    assert again == first.memory


@given(st.lists(st.tuples(st.one_of(st.none(), st.integers(1, 5)), st.integers(1, 12)), max_size=30))
def test_revisions_of_an_event_count_up_without_a_gap(runs: list[tuple[int | None, int]]) -> None:
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
