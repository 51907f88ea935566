from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.area_danger import AreaDay
from notify.alert import WarningColour
from notify.hysteresis import Change, LevelMemory
from notify.phrases import BEIJING
from notify.warning.document import NEXT_ACTIONS, WarningAction, WarningReason
from notify.warning.lifecycle import Standing, next_area_level, validity_end, wanted
from notify.warning.rules import ColourTable, WarningRules

NOW = datetime(2027, 4, 10, 11, 7, tzinfo=UTC)
"""19:07 Beijing time."""
COLOURS = tuple(WarningColour)
RULES = WarningRules(
    min_drafted_colour=WarningColour.YELLOW,
    window_d=2,
    lower_after_runs=2,
    min_hold_h=6.0,
    max_validity_d=10,
    extend_before_h=12.0,
    township_reach_km=5.0,
    letter_min_difference=1,
)


def days(*grades: int | None, at: datetime = NOW) -> list[AreaDay]:
    first = at.astimezone(BEIJING).date()
    return [
        AreaDay(110116, first + timedelta(days=lead), grade, degraded=False)
        for lead, grade in enumerate(grades)
        if grade is not None
    ]


def asked(known: Sequence[AreaDay], *, standing: Standing | None = None, memory: LevelMemory | None = None):
    level = next_area_level(known, memory or LevelMemory(), colours=COLOURS, now=NOW, rules=RULES)
    return wanted(level, standing, known, colours=COLOURS, now=NOW, rules=RULES)


def standing_at(colour: WarningColour, *, hours_left: float = 48.0) -> Standing:
    return Standing("JJJ-YJ-110116-2027-001", "JJJ-YJ-110116-2027-001", colour, NOW + timedelta(hours=hours_left))


def at_level(rank: int, *, runs_below: int = 0) -> LevelMemory:
    long_ago = NOW - timedelta(days=2)
    return LevelMemory(rank, since_utc=long_ago, below=(0,) * runs_below, last_run_utc=NOW - timedelta(hours=8))


def test_a_first_warning_is_issued_from_the_hour_to_the_end_of_its_last_day() -> None:
    found = asked(days(4, 4, 4, 2))
    assert (found.action, found.reason, found.colour) == (
        WarningAction.ISSUE,
        WarningReason.GRADE_ROSE,
        WarningColour.ORANGE,
    )
    assert found.begins_utc == datetime(2027, 4, 10, 11, tzinfo=UTC)
    assert found.ends_utc == datetime(2027, 4, 12, 16, tzinfo=UTC)


def test_below_the_drafted_colour_nothing_is_drafted() -> None:
    found = asked(days(2, 2))
    assert (found.action, found.reason) == (None, WarningReason.BELOW_LEVEL)


def test_without_data_nothing_is_judged_and_it_says_so() -> None:
    found = asked([])
    assert (found.action, found.reason) == (None, WarningReason.NO_DATA)


def test_a_rise_above_what_is_signed_raises() -> None:
    found = asked(days(5, 5), standing=standing_at(WarningColour.ORANGE), memory=at_level(3))
    assert (found.action, found.previous_colour) == (WarningAction.RAISE, WarningColour.ORANGE)


def test_one_run_below_holds_and_the_second_lowers() -> None:
    held = asked(days(3, 3), standing=standing_at(WarningColour.ORANGE), memory=at_level(3))
    assert held.action is None
    lowered = asked(days(3, 3), standing=standing_at(WarningColour.ORANGE), memory=at_level(3, runs_below=1))
    assert (lowered.action, lowered.colour) == (WarningAction.LOWER, WarningColour.YELLOW)


def test_two_quiet_runs_end_the_warning_now() -> None:
    found = asked(days(1, 1), standing=standing_at(WarningColour.ORANGE), memory=at_level(3, runs_below=1))
    assert (found.action, found.reason, found.ends_utc) == (WarningAction.END, WarningReason.DANGER_PAST, NOW)


def test_a_day_of_the_window_that_is_missing_cannot_lower() -> None:
    found = asked(days(1, None), standing=standing_at(WarningColour.ORANGE), memory=at_level(3, runs_below=1))
    assert found.action is None
    assert found.colour is WarningColour.ORANGE


def test_shortly_before_its_end_an_unchanged_warning_is_extended_from_that_end() -> None:
    signed = standing_at(WarningColour.ORANGE, hours_left=5)
    found = asked(days(4, 4, 4), standing=signed, memory=at_level(3))
    assert (found.action, found.begins_utc) == (WarningAction.EXTEND, signed.ends_utc)
    assert found.ends_utc > signed.ends_utc


def test_a_warning_whose_end_is_far_is_left_alone() -> None:
    found = asked(days(4, 4, 4), standing=standing_at(WarningColour.ORANGE), memory=at_level(3))
    assert (found.action, found.reason) == (None, WarningReason.UNCHANGED)


def test_a_warning_is_valid_no_longer_than_the_rules_say() -> None:
    end = validity_end(days(*[5] * 20), WarningColour.RED, colours=COLOURS, now=NOW, rules=RULES)
    assert end == datetime(2027, 4, 19, 16, tzinfo=UTC)


@given(
    st.lists(
        st.tuples(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=2, max_size=6), st.booleans()),
        min_size=1,
        max_size=20,
    )
)
def test_whatever_comes_and_whoever_signs_a_chain_follows_the_law_of_its_life(runs) -> None:
    memory, standing, former = LevelMemory(), None, None
    for step, (grades, signs) in enumerate(runs):
        now = NOW + timedelta(hours=8 * step)
        known = days(*grades, at=now)
        if standing is not None and standing.ends_utc <= now:
            standing, former = None, None
        level = next_area_level(known, memory, colours=COLOURS, now=now, rules=RULES)
        memory = level[0]
        found = wanted(level, standing, known, colours=COLOURS, now=now, rules=RULES)
        if found.action is None:
            continue
        assert found.action in NEXT_ACTIONS[former]
        assert found.ends_utc >= found.begins_utc or found.action is WarningAction.END
        assert (found.colour is WarningColour.NONE) == (found.action is WarningAction.END)
        if signs:
            ended = found.action is WarningAction.END
            former = None if ended else found.action
            standing = None if ended else Standing(str(step), "0", found.colour, found.ends_utc)


@given(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=2, max_size=4), st.integers(0, 4))
def test_a_level_never_falls_for_lack_of_data(grades, rank) -> None:
    memory = at_level(rank, runs_below=1) if rank else LevelMemory()
    after, change = next_area_level(days(*grades), memory, colours=COLOURS, now=NOW, rules=RULES)
    if any(grade is None for grade in grades[:2]):
        assert after.rank >= memory.rank
        assert change is not Change.ENDED


def test_colours_that_fall_with_the_grade_are_refused() -> None:
    with pytest.raises(ValueError, match="hebei needs five colours that never fall"):
        ColourTable({"hebei": (WarningColour.RED, *COLOURS[1:])})
    with pytest.raises(ValueError, match="no colours for region 'shanxi'"):
        ColourTable({"hebei": COLOURS}).colour("shanxi", 3)
    assert ColourTable({"hebei": COLOURS}).colour("hebei", 5) is WarningColour.RED


def test_rules_that_would_draft_every_day_are_refused() -> None:
    plain = {name: getattr(RULES, name) for name in RULES.__slots__}
    with pytest.raises(ValueError, match="every quiet day"):
        WarningRules(**plain | {"min_drafted_colour": WarningColour.NONE})
    with pytest.raises(ValueError, match="window_d 2 must lie in"):
        WarningRules(**plain | {"max_validity_d": 1})
    with pytest.raises(ValueError, match="must be positive"):
        WarningRules(**plain | {"extend_before_h": 0.0})
