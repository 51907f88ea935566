from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from notify.alert import WarningColour
from notify.warning.document import DocumentState, WarningAction, WarningReason
from store.database import Database
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.warning_documents import LETTER, WARNING, DocumentRow, OutsideWarning, WarningDocuments
from tests.store.examples import NOON, minutes

PINGGU = 110117


@pytest.fixture
def kept(database: Database) -> WarningDocuments:
    return WarningDocuments(database)


def a_warning(number: str = "JJJ-YJ-110117-2017-001", **changes: Any) -> DocumentRow:
    plain: dict[str, Any] = {
        "number": number,
        "kind": WARNING,
        "zone": "PG-JZ",
        "county_gb": PINGGU,
        "state": DocumentState.DRAFT,
        "colour": WarningColour.ORANGE,
        "previous_colour": WarningColour.NONE,
        "begins_utc": NOON,
        "ends_utc": NOON + timedelta(days=2),
        "decided_utc": NOON,
        "action": WarningAction.ISSUE,
        "reason": WarningReason.GRADE_ROSE,
        "first_number": number,
        "degraded": True,
        "text_short": "短",
        "text_long": "长",
        "content": {"county_zh": "平谷区"},
    }
    return DocumentRow(**plain | changes)


def test_every_field_of_a_document_comes_back(kept) -> None:
    kept.save(a_warning())
    letter = a_warning("JJJ-TS-110117-2017-001", kind=LETTER, receiver_gb=120119, action=None, reason=None)
    kept.save(letter)
    assert kept.load(a_warning().number) == a_warning()
    assert kept.load(letter.number) == letter


def test_a_number_is_taken_once_and_unknown_ones_are_named(kept) -> None:
    kept.save(a_warning())
    with pytest.raises(StoreConflict):
        kept.save(a_warning())
    with pytest.raises(NotInStore, match="firewatch warnings --all"):
        kept.load("JJJ-YJ-0")


def test_only_a_named_person_signs_and_what_is_signed_stands_until_it_ends(kept) -> None:
    kept.save(a_warning())
    number = a_warning().number
    assert kept.standing(WARNING, PINGGU, at=NOON) is None
    with pytest.raises(AnswerUnclear, match="signed by a named person"):
        kept.move(number, DocumentState.SIGNED, by=" ", at=NOON)
    signed = kept.move(number, DocumentState.SIGNED, by="李四", at=minutes(5))
    assert (signed.signed_by, signed.signed_utc) == ("李四", minutes(5))
    assert kept.standing(WARNING, PINGGU, at=minutes(6)) == signed
    assert kept.drafts(WARNING, PINGGU) == []
    assert kept.standing(WARNING, PINGGU, at=NOON + timedelta(days=2)) is None
    released = kept.move(number, DocumentState.RELEASED, by="李四", at=minutes(9))
    assert released.released_utc == minutes(9)


def test_a_released_document_is_never_taken_back_silently(kept) -> None:
    kept.save(a_warning())
    kept.move(a_warning().number, DocumentState.SIGNED, by="李四", at=NOON)
    with pytest.raises(StoreConflict, match="已签发 cannot become 已被替代"):
        kept.move(a_warning().number, DocumentState.REPLACED, by="系统", at=NOON)


def test_a_signed_end_leaves_nothing_standing(kept) -> None:
    kept.save(a_warning())
    kept.move(a_warning().number, DocumentState.SIGNED, by="李四", at=NOON)
    end = a_warning("JJJ-YJ-110117-2017-002", action=WarningAction.END, decided_utc=minutes(60))
    kept.save(end)
    kept.move(end.number, DocumentState.SIGNED, by="李四", at=minutes(61))
    assert kept.standing(WARNING, PINGGU, at=minutes(62)) is None


def test_what_another_office_published_holds_until_its_end_and_the_newest_word_counts(kept) -> None:
    def noted(colour: WarningColour, by: str = "王五") -> OutsideWarning:
        return OutsideWarning(110000, colour, NOON, NOON + timedelta(days=1), "第12期", by, NOON)

    kept.record_outside(noted(WarningColour.ORANGE))
    assert kept.outside(110000, at=minutes(1)) == noted(WarningColour.ORANGE)
    kept.record_outside(noted(WarningColour.NONE))
    assert kept.outside(110000, at=minutes(1)) == noted(WarningColour.NONE)
    assert kept.outside(110000, at=NOON + timedelta(days=1)) is None
    assert kept.outside(120000, at=minutes(1)) is None
    with pytest.raises(AnswerUnclear, match="who records"):
        kept.record_outside(noted(WarningColour.RED, by=""))


def test_worlds_do_not_mix_and_count_for_themselves(kept) -> None:
    kept.save(a_warning(), world="exercise-1")
    assert kept.all_documents() == []
    assert [kept.next_number("document:YJ") for _ in range(2)] == [1, 2]
    assert kept.next_number("document:YJ", world="exercise-1") == 1
