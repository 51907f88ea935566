"""Rows of pictures in both databases: taken once, after their texts, and never again where they may have arrived."""

from __future__ import annotations

import pytest

from notify.delivery_states import Outcome, OutcomeClass
from store.database import Database
from store.ledger import SqlLedger
from store.picture_rows import PicturePost, PictureRow, PictureState
from tests.store.examples import an_alert, claim, commit, minutes, rows_of

P = PictureState


@pytest.fixture
def ledger(database: Database) -> SqlLedger:
    return SqlLedger(database)


@pytest.fixture
def post(ledger: SqlLedger) -> PicturePost:
    """Three offices that are owed a text and a picture."""
    commit(ledger)
    post = PicturePost(ledger.database)
    post.owe(an_alert().alert_id, "live/map.png", channels={"inbox"}, now=minutes(0), world="live")
    return post


def texts_leave(ledger: SqlLedger, *, at: float = 1) -> None:
    for row in claim(ledger, at=at):
        begun = ledger.begin_sending(row, now=minutes(at))
        assert begun is not None
        ledger.record(row, Outcome(OutcomeClass.OK), now=minutes(at), retry_at=None)


def take(post: PicturePost, *, at: float, limit: int = 10) -> list[PictureRow]:
    return post.take(now=minutes(at), limit=limit, world="live")


def states(post: PicturePost) -> list[PictureState]:
    return [row.state for row in post.rows(an_alert().alert_id)]


def test_a_picture_is_owed_once_to_each_office_on_a_channel_that_carries_it(post: PicturePost) -> None:
    again = post.owe(an_alert().alert_id, "live/other.png", channels={"inbox"}, now=minutes(1), world="live")
    assert again == 0
    assert states(post) == [P.PENDING] * 3
    assert {row.path for row in post.rows(an_alert().alert_id)} == {"live/map.png"}
    assert post.owe(an_alert().alert_id, "live/map.png", channels={"mail"}, now=minutes(1), world="live") == 0


def test_it_waits_for_its_text_and_is_taken_once(ledger: SqlLedger, post: PicturePost) -> None:
    assert take(post, at=0) == []
    texts_leave(ledger)
    assert len(take(post, at=2, limit=2)) == 2
    [last] = take(post, at=2)
    assert (last.state, last.attempts) == (P.SENDING, 1)
    assert take(post, at=3) == []
    post.end(last, P.SENT, outcome="written", due=minutes(3))
    assert sorted(states(post)) == [P.SENDING, P.SENDING, P.SENT]


def test_what_a_killed_sender_left_is_ended_and_not_repeated(ledger: SqlLedger, post: PicturePost) -> None:
    texts_leave(ledger)
    [row, *_] = take(post, at=2)
    assert take(post, at=13) == []
    assert states(post) == [P.DEAD] * 3
    post.end(row, P.SENT, outcome="late word", due=minutes(14))
    assert states(post) == [P.DEAD] * 3


def test_a_newer_text_ends_the_picture_of_the_former(ledger: SqlLedger, post: PicturePost) -> None:
    texts_leave(ledger)
    newer = an_alert(revision=2)
    ledger.commit(newer, rows_of(newer))
    assert take(post, at=2) == []
    assert [row.outcome for row in post.rows(an_alert().alert_id)] == ["a newer text replaced it"] * 3


def test_a_text_that_does_not_leave_in_time_takes_its_picture_with_it(post: PicturePost) -> None:
    assert take(post, at=119) == []
    assert states(post) == [P.PENDING] * 3
    assert take(post, at=121) == []
    assert states(post) == [P.DEAD] * 3
