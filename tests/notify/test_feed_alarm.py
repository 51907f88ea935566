"""Feeds that go out and come back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.alert import AlertKind, Draft, Reason, Silence
from notify.decide import Decision, Scope
from notify.feed_alarm import FeedMemory, FeedRound, decide_feed, feed_memory_of
from tests.notify.samples import FEED, MORNING

OPERATIONS = Scope(zone=None, regions=())


def round_of(ok: bool, memory: FeedMemory, at: datetime = MORNING) -> Decision[FeedMemory]:
    found = FeedRound("firms_viirs_snpp", ok, "" if ok else "no answer")
    return decide_feed(found, memory, scope=OPERATIONS, now=at, rules=FEED)


def played(*rounds: bool) -> list[Draft | Silence]:
    memory, found = FeedMemory(), []
    for index, ok in enumerate(rounds):
        decision = round_of(ok, memory, MORNING + timedelta(minutes=10 * index))
        found.append(decision.outcome)
        memory = decision.memory
    return found


def test_operations_hear_of_the_third_failed_round_and_not_before() -> None:
    told = played(False, False, False)
    assert [isinstance(outcome, Draft) for outcome in told] == [False, False, True]
    assert [outcome.reason for outcome in told] == [Reason.HELD, Reason.HELD, Reason.FEED_OUT]
    alert = told[-1]
    assert isinstance(alert, Draft)
    assert (alert.kind, alert.level, alert.previous_level, alert.degraded) == (AlertKind.SYSTEM, "out", "none", True)
    assert alert.event_id == "feed:firms_viirs_snpp:20270410T070700Z"


def test_a_feed_that_stays_out_is_told_once() -> None:
    assert [outcome.reason for outcome in played(*[False] * 6)][3:] == [Reason.UNCHANGED] * 3


def test_a_feed_that_comes_back_is_told_once_as_the_same_event() -> None:
    told = played(False, False, False, False, True, True)
    out, back = told[2], told[4]
    assert isinstance(out, Draft)
    assert isinstance(back, Draft)
    assert (back.reason, back.level, back.previous_level) == (Reason.FEED_BACK, "none", "out")
    assert (back.event_id, back.revision) == (out.event_id, 2)
    assert told[5].reason is Reason.UNCHANGED


def test_a_feed_that_was_never_told_out_comes_back_in_silence() -> None:
    assert [outcome.reason for outcome in played(False, False, True)][-1] is Reason.UNCHANGED


def test_a_second_outage_is_another_event() -> None:
    told = [outcome for outcome in played(False, False, False, True, False, False, False) if isinstance(outcome, Draft)]
    assert len({outcome.event_id for outcome in told}) == 2
    assert [outcome.revision for outcome in told] == [1, 2, 1]


def test_the_same_round_twice_counts_once() -> None:
    memory = round_of(False, FeedMemory()).memory
    again = round_of(False, memory)
    assert again.memory.failed_rounds == 1


def test_a_silent_round_keeps_what_was_wrong() -> None:
    outcome = round_of(False, FeedMemory()).outcome
    assert isinstance(outcome, Silence)
    assert outcome.note == "no answer"


def test_a_memory_lost_after_the_commit_still_tells_that_the_feed_is_back() -> None:
    out = played(False, False, False)[-1]
    assert isinstance(out, Draft)
    memory = feed_memory_of(out.alert("运0410-01", text_short="短", text_long="长"))
    back = round_of(True, memory, MORNING + timedelta(hours=1)).outcome
    assert isinstance(back, Draft)
    assert (back.reason, back.event_id, back.revision) == (Reason.FEED_BACK, out.event_id, 2)
    after = feed_memory_of(back.alert("运0410-02", text_short="短", text_long="长"))
    assert after == FeedMemory(last_round_utc=back.decided_utc)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        round_of(True, FeedMemory(), MORNING.replace(tzinfo=None))


@given(st.lists(st.booleans(), max_size=60))
def test_out_and_back_take_turns(rounds: list[bool]) -> None:
    told = [outcome.reason for outcome in played(*rounds) if isinstance(outcome, Draft)]
    assert told == [Reason.FEED_OUT, Reason.FEED_BACK] * (len(told) // 2) + [Reason.FEED_OUT] * (len(told) % 2)
