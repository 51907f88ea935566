from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.coverage import Coverage, FeedCoverage, after_failure, after_success
from store.database import Database
from tests.store.examples import minutes


@pytest.fixture
def kept(database: Database) -> Coverage:
    return Coverage(database)


def test_a_feed_that_was_never_asked_is_out(kept: Coverage) -> None:
    assert kept.of("firms") == FeedCoverage("firms")
    assert kept.of("firms").is_out


def test_a_quiet_answer_is_known_silence(kept: Coverage) -> None:
    kept.record_success("firms", attempted_utc=minutes(0), newest_content_utc=None)
    found = kept.of("firms")
    assert (found.quiet, found.is_out, found.last_success_utc) == (True, False, minutes(0))
    assert found.newest_content_utc is None


def test_a_failure_is_no_silence_and_keeps_what_was_known(kept: Coverage) -> None:
    kept.record_success("firms", attempted_utc=minutes(0), newest_content_utc=minutes(-180))
    kept.record_failure("firms", attempted_utc=minutes(10), error="502")
    assert kept.of("firms") == FeedCoverage(
        "firms", minutes(-180), minutes(0), last_attempt_utc=minutes(10), last_error="502", quiet=False
    )
    assert kept.of("firms").is_out


def test_an_answer_after_a_failure_ends_the_outage(kept: Coverage) -> None:
    kept.record_failure("firms", attempted_utc=minutes(0), error="")
    assert kept.of("firms").last_error == "no reason was given"
    kept.record_success("firms", attempted_utc=minutes(10), newest_content_utc=minutes(5))
    assert not kept.of("firms").is_out
    assert kept.of("firms").last_error is None


def test_older_content_does_not_turn_the_watermark_back(kept: Coverage) -> None:
    kept.record_success("firms", attempted_utc=minutes(0), newest_content_utc=minutes(-10))
    kept.record_success("firms", attempted_utc=minutes(10), newest_content_utc=minutes(-60))
    assert kept.of("firms").newest_content_utc == minutes(-10)


def test_feeds_and_worlds_have_rows_of_their_own(kept: Coverage) -> None:
    kept.record_failure("b", attempted_utc=minutes(0), error="x")
    kept.record_success("a", attempted_utc=minutes(0), newest_content_utc=None)
    kept.record_success("c", attempted_utc=minutes(0), newest_content_utc=None, world="replay")
    assert [(item.feed, item.is_out) for item in kept.all_feeds()] == [("a", False), ("b", True)]
    assert kept.of("c").is_out


def test_rounds_at_once_keep_the_newest_of_both(kept: Coverage) -> None:
    def round_at(number: int) -> None:
        kept.record_success("firms", attempted_utc=minutes(number), newest_content_utc=minutes(number - 5))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(round_at, range(12)))
    found = kept.of("firms")
    assert (found.newest_content_utc, found.last_success_utc) == (minutes(6), minutes(11))


@given(st.permutations([(1, True), (2, False), (3, True), (4, False)]))
def test_attempts_recorded_in_any_order_say_the_same_of_errors(attempts: list[tuple[int, bool]]) -> None:
    known = FeedCoverage("firms")
    for at, good in attempts:
        if good:
            known = after_success(known, attempted_utc=minutes(at), newest_content_utc=minutes(at - 1))
        else:
            known = after_failure(known, attempted_utc=minutes(at), error=f"error {at}")
    assert known == FeedCoverage("firms", minutes(2), minutes(3), minutes(4), "error 4", quiet=False)
