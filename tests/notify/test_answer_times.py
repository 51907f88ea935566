"""How fast offices answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notify.answer_times import answer_times
from notify.three_regions import OfficeFacts

T0 = datetime(2027, 4, 10, 6, 0, tzinfo=UTC)
LIMITS = {"critical": 10.0, "other": 120.0}


def fact(office: str, minutes: float | None, *, level: str = "critical", number: int = 0) -> OfficeFacts:
    came = None if minutes is None else T0 + timedelta(minutes=minutes)
    return OfficeFacts(
        alert_id=f"a{number}", event_id="e", code="怀0410-01", revision=1, newest=True, level=level,
        regions=("beijing",), decided_utc=T0, region="beijing", office=office, office_zh=f"{office}森防办",
        office_level="county", deadline_utc=T0, ways=1, open_ways=0, superseded_ways=0, sent_utc=T0,
        delivered=True, acknowledged_utc=came,
    )  # fmt: skip


def test_answers_are_counted_by_office_and_by_the_limit_of_each_alert() -> None:
    facts = [
        fact("110116", 10), fact("110116", 11, number=1), fact("110116", None, number=2),
        fact("110116", 60, level="blue", number=3), fact("110119", None),
    ]  # fmt: skip
    first, second = answer_times(facts, LIMITS)
    assert (first.owed, first.answered, first.in_time, first.median_min) == (4, 3, 2, 11.0)
    assert (second.owed, second.answered, second.median_min) == (1, 0, None)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.floats(0, 1e4))))
def test_nobody_is_lost_and_nobody_answers_more_than_was_asked(rows: list[tuple[str, float | None]]) -> None:
    found = answer_times([fact(office, minutes, number=n) for n, (office, minutes) in enumerate(rows)], LIMITS)
    assert sum(one.owed for one in found) == len(rows)
    assert sum(one.answered for one in found) == sum(minutes is not None for _, minutes in rows)
    assert all(one.in_time <= one.answered <= one.owed for one in found)
    assert all(list(one.minutes) == sorted(one.minutes) for one in found)
