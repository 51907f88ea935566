"""Troubles of one kind in one event: when operations hear of more, of fewer, and of the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.alert import AlertKind, Draft, Reason, Silence
from notify.bundling import BundleLaw, BundleMemory, bundle_memory_of, decide_bundle
from notify.decision import Decision, Scope
from tests.notify.samples import MORNING

OPERATIONS = Scope(zone=None, regions=())
LAW = BundleLaw("feeds:", Reason.FEED_OUT, Reason.FEED_BACK, fewer_too=True)
SLOW = replace(LAW, wait=timedelta(minutes=30), cause_of=lambda key: key[0])
OUT, BACK, HELD, UNCHANGED = Reason.FEED_OUT, Reason.FEED_BACK, Reason.HELD, Reason.UNCHANGED


def decided(keys: str, memory: BundleMemory, *, law: BundleLaw = LAW, minute: float = 0) -> Decision[BundleMemory]:
    """``keys``: names with blanks in between."""
    now = MORNING + timedelta(minutes=minute)
    return decide_bundle(keys.split(), memory, law=law, scope=OPERATIONS, now=now)


def played(*rounds: str, law: BundleLaw = LAW, every_min: float = 10) -> list[Draft | Silence]:
    memory, found = BundleMemory(), []
    for number, keys in enumerate(rounds):
        decision = decided(keys, memory, law=law, minute=every_min * number)
        found.append(decision.outcome)
        memory = decision.memory
    return found


def reasons(outcomes: Sequence[Draft | Silence]) -> list[Reason]:
    return [outcome.reason for outcome in outcomes]


def test_all_that_stand_are_one_event_from_the_first_to_the_last() -> None:
    told = played("a", "a b", "b", "", "c")
    assert reasons(told) == [OUT, OUT, OUT, BACK, OUT]
    drafts = [one for one in told if isinstance(one, Draft)]
    assert [(one.revision, one.evidence) for one in drafts] == [
        (1, ("a",)),
        (2, ("a", "b")),
        (3, ("b",)),
        (4, ()),
        (1, ("c",)),
    ]
    assert len({one.event_id for one in drafts[:4]}) == 1
    assert drafts[4].event_id != drafts[0].event_id
    assert [(one.previous_level, one.level) for one in drafts[:4]] == [
        ("none", "out"),
        ("out", "out"),
        ("out", "out"),
        ("out", "none"),
    ]


def test_a_first_message_goes_to_operations_as_a_system_alert_of_no_joint_unit() -> None:
    (alert,) = played("a")
    assert isinstance(alert, Draft)
    assert (alert.kind, alert.zone, alert.regions, alert.degraded) == (AlertKind.SYSTEM, None, (), True)
    assert alert.event_id == "feeds:20270410T070700Z"


def test_what_stays_as_it_was_is_told_once() -> None:
    assert reasons(played("", "a b", "b a", "a b", "", "")) == [UNCHANGED, OUT, UNCHANGED, UNCHANGED, BACK, UNCHANGED]


def test_a_silence_is_under_one_name_whenever_nothing_stands() -> None:
    assert {one.event_id for one in played("", "")} == {"feeds:"}


def test_where_only_more_matters_fewer_are_a_silence() -> None:
    assert reasons(played("a b", "a", "a b", "", law=replace(LAW, fewer_too=False))) == [
        OUT,
        UNCHANGED,
        UNCHANGED,
        BACK,
    ]


def test_more_of_one_cause_and_fewer_wait_for_the_interval_and_come_in_one_message() -> None:
    told = played("x1", "x1 x2", "x2 x3", "x2 x3", law=SLOW)
    assert reasons(told) == [OUT, HELD, HELD, OUT]
    last = told[-1]
    assert isinstance(last, Draft)
    assert (last.revision, last.evidence) == (2, ("x2", "x3"))


def test_a_new_cause_and_the_end_wait_for_nothing() -> None:
    assert reasons(played("x1", "x1 y1", "", law=SLOW, every_min=1)) == [OUT, OUT, BACK]


def test_a_clock_that_was_set_back_holds_nothing() -> None:
    memory = decided("x1", BundleMemory(), law=SLOW).memory
    assert decided("x1 x2", memory, law=SLOW, minute=-60).outcome.reason is OUT


@given(st.lists(st.sampled_from(["", "a", "b", "a b", "a b c"]), max_size=40))
def test_the_ledger_alone_remembers_what_operations_know(rounds: list[str]) -> None:
    memory, told = BundleMemory(), set[str]()
    for number, keys in enumerate(rounds):
        decision = decided(keys, memory, minute=number)
        if isinstance(decision.outcome, Draft):
            alert = decision.outcome.alert("运0410-01", text_short="短", text_long="长")
            memory, told = bundle_memory_of(alert, LAW), set(keys.split())
            assert memory == decision.memory
        assert told == set(keys.split()), "and operations always know what stands"


def test_nothing_is_remembered_of_an_event_that_ended() -> None:
    assert bundle_memory_of(None, LAW) == BundleMemory()


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        decide_bundle([], BundleMemory(), law=LAW, scope=OPERATIONS, now=MORNING.replace(tzinfo=None))
