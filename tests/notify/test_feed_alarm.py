"""How the rounds of a feed went, and which feeds are out by that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from notify.feed_alarm import FeedMemory, FeedRound, counted, feeds_out
from tests.notify.samples import FEED, MORNING, hours

VIIRS = "firms_viirs_snpp"


def played(*rounds: bool, memory: FeedMemory | None = None, start: datetime = MORNING) -> FeedMemory:
    memory = memory or FeedMemory()
    for index, ok in enumerate(rounds):
        found = FeedRound(VIIRS, ok, "" if ok else f"problem {index}")
        memory = counted(found, memory, now=start + hours(index / 6))
    return memory


def out(memory: FeedMemory, at: datetime = MORNING) -> list[str]:
    return feeds_out({VIIRS: memory}, now=at, rules=FEED)


@pytest.mark.parametrize(
    ("rounds", "is_out"),
    [
        ((False, False), False),
        ((False, False, False), True),
        ((False,) * 6, True),
        ((False, False, True, False), False),
        ((False, False, False, True), False),
        ((), False),
    ],
)
def test_a_feed_is_out_from_its_third_failed_round_in_a_row_until_it_answers(
    rounds: tuple[bool, ...], is_out: bool
) -> None:
    assert out(played(*rounds)) == ([VIIRS] if is_out else [])


def test_an_outage_keeps_when_it_began_how_often_and_what_was_wrong_last() -> None:
    memory = played(True, False, False, False)
    assert (memory.out_since_utc, memory.failed_rounds, memory.problem) == (MORNING + hours(1 / 6), 3, "problem 3")


def test_a_feed_that_is_back_keeps_its_last_outage_until_the_next() -> None:
    memory = played(False, False, False, True, True)
    assert (memory.fails, memory.out_since_utc, memory.back_utc) == (False, MORNING, MORNING + hours(1 / 2))
    next_one = played(False, memory=memory, start=MORNING + hours(2))
    assert (next_one.out_since_utc, next_one.back_utc, next_one.failed_rounds) == (MORNING + hours(2), None, 1)


def test_the_same_round_twice_counts_once() -> None:
    assert played(False, memory=played(False)).failed_rounds == 1


def test_feeds_are_named_from_the_longest_outage_to_the_shortest() -> None:
    long, short = played(*[False] * 3), played(*[False] * 3, start=MORNING + hours(1))
    assert feeds_out({"a": short, "b": long, "c": short}, now=MORNING, rules=FEED) == ["b", "a", "c"]


def test_a_feed_that_is_asked_no_more_is_no_outage() -> None:
    memory = replace(played(*[False] * 3), last_round_utc=MORNING)
    assert [bool(out(memory, MORNING + hours(later))) for later in (72, 72.1)] == [True, False]


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        counted(FeedRound(VIIRS, ok=True), FeedMemory(), now=MORNING.replace(tzinfo=None))
