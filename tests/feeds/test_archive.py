from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from feeds.archive import Archive, Payload, digest
from tests.feeds.archive_in_memory import ArchiveInMemory

T0 = datetime(2026, 4, 4, 6, tzinfo=UTC)
BODY = b"latitude,longitude\n"


def save(archive: Archive, content: bytes = BODY, *, after_h: float = 0, world: str = "live") -> Payload:
    moment = T0 + timedelta(hours=after_h)
    return archive.save("firms", "GET x", content, fetched_utc=moment, status=200, world=world, content_type="text/csv")


def test_what_was_saved_is_loaded_byte_for_byte():
    archive = ArchiveInMemory()
    payload = save(archive)
    assert archive.load(payload.payload_id) == BODY
    assert payload.sha256 == digest(BODY)


def test_the_newest_answer_is_the_last_that_was_known_at_the_time():
    archive = ArchiveInMemory()
    save(archive, b"first")
    second = save(archive, b"second", after_h=1)
    save(archive, b"third", after_h=2)
    assert archive.newest("firms", "GET x", not_after=T0 + timedelta(hours=1.5), world="live") == second


def test_there_is_no_newest_before_the_first_nor_for_another_question_nor_in_another_world():
    archive = ArchiveInMemory()
    save(archive)
    assert archive.newest("firms", "GET x", not_after=T0 - timedelta(seconds=1), world="live") is None
    assert archive.newest("firms", "GET y", not_after=T0, world="live") is None
    assert archive.newest("firms", "GET x", not_after=T0, world="exercise-1") is None


def test_an_unknown_id_is_an_error_and_not_an_empty_body():
    with pytest.raises(KeyError):
        ArchiveInMemory().load("nothing")


def test_a_payload_that_does_not_match_its_digest_is_refused():
    with pytest.raises(ValueError, match="does not match its digest"):
        Payload("1", "firms", "GET x", T0, b"changed", digest(BODY), 200)


@pytest.mark.parametrize(
    "moment", [T0.replace(tzinfo=None), T0.astimezone(timezone(timedelta(hours=8)))], ids=["naive", "beijing_time"]
)
def test_a_payload_carries_utc_only(moment: datetime):
    with pytest.raises(ValueError, match="UTC"):
        Payload("1", "firms", "GET x", moment, BODY, digest(BODY), 200)


def test_a_payload_does_not_print_its_content():
    assert "latitude" not in repr(save(ArchiveInMemory()))
