"""Silences have a name and an end; drill windows have two persons; all of it is audited."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from notify.alert import Alert
from notify.drill_gate import DrillWindow
from notify.obligations import obligations
from store.audit import Audit
from store.database import Database
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.ledger import SqlLedger
from store.releases import Hush, Releases
from tests.notify.samples import OFFICES, alert

NOW = datetime(2027, 4, 10, 7, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = 24 * HOUR
HUSH = Hush(NOW, NOW + 3 * HOUR, "张三", "计划烧除", zone="HR-CD")
WINDOW = DrillWindow("W1", "*", ("beijing/110116",), NOW, NOW + HOUR, "演练", "张三")


@pytest.fixture
def releases(database: Database) -> Releases:
    return Releases(database)


def begun(database: Database, said: Alert) -> bool:
    ledger = SqlLedger(database)
    ledger.commit(said, obligations(said, OFFICES))
    (row, *_) = ledger.claim(owner="host/1", now=NOW, lease_s=60, limit=1, world="live")
    return ledger.begin_sending(row, now=NOW) is not None


@pytest.mark.parametrize(
    ("level", "leaves"),
    [("notify", False), ("watch", False), ("yellow", False), ("critical", True), ("orange", True), ("red", True)],
)
def test_a_silence_hides_what_is_minor_and_never_red_orange_or_the_inner_ring(
    database: Database, releases: Releases, level: str, leaves: bool
) -> None:
    releases.silence(HUSH, most=DAY)
    assert begun(database, alert(level=level)) is leaves


def test_a_silence_is_over_at_its_end_and_when_it_is_lifted(releases: Releases) -> None:
    kept = releases.silence(HUSH, most=DAY)
    assert releases.silences(at=NOW + HOUR) == [kept]
    assert releases.silences(at=HUSH.ends_utc) == []
    releases.lift(kept.seq, by="李四", at=NOW + HOUR)
    assert releases.silences(at=NOW + HOUR) == []
    with pytest.raises(NotInStore, match="in force"):
        releases.lift(kept.seq, by="李四", at=NOW + HOUR)
    assert [deed.action for deed in Audit(releases.database).links(subject="HR-CD")] == ["silence", "lift"]


@pytest.mark.parametrize(
    "broken",
    [
        {"hushed_by": " "},
        {"reason": ""},
        {"ends_utc": NOW + 25 * HOUR},
        {"ends_utc": NOW},
        {"zone": None},
        {"event_id": "JJJ-1"},
    ],
)
def test_a_silence_without_name_reason_subject_or_a_near_end_is_refused(releases: Releases, broken) -> None:
    with pytest.raises(AnswerUnclear):
        releases.silence(replace(HUSH, **broken), most=DAY)
    assert releases.silences(at=NOW) == []


def test_a_window_opens_with_the_second_person_and_is_shut_by_either(releases: Releases) -> None:
    releases.ask_window(WINDOW, at=NOW, most=DAY)
    assert not releases.window("W1").is_open(NOW)
    with pytest.raises(StoreConflict, match="another person"):
        releases.confirm_window("W1", by=" 张三 ", at=NOW)
    releases.confirm_window("W1", by="李四", at=NOW)
    assert releases.window("W1").is_open(NOW)
    with pytest.raises(StoreConflict, match="already"):
        releases.confirm_window("W1", by="王五", at=NOW)
    releases.close_window("W1", by="张三", at=NOW)
    assert not releases.window("W1").is_open(NOW)
    assert [deed.action for deed in Audit(releases.database).links(subject="W1")] == [
        "drill_open",
        "drill_open",
        "drill_close",
    ]


def test_a_window_that_is_too_long_unknown_or_there_already_is_refused(releases: Releases) -> None:
    with pytest.raises(AnswerUnclear, match="at most"):
        releases.ask_window(replace(WINDOW, ends_utc=NOW + 2 * DAY), at=NOW, most=DAY)
    releases.ask_window(WINDOW, at=NOW, most=DAY)
    with pytest.raises(StoreConflict, match="there already"):
        releases.ask_window(WINDOW, at=NOW, most=DAY)
    with pytest.raises(NotInStore, match="drill window"):
        releases.window("W2")


def test_a_signature_says_as_what_a_person_signed_and_is_that_of_one_person_in_any_role(releases: Releases) -> None:
    releases.sign("京平预〔2027〕3", by="张三（值班长）", at=NOW)
    with pytest.raises(StoreConflict, match="张三 has signed it already"):
        releases.sign("京平预〔2027〕3", by="张三", at=NOW)
    names = releases.sign("京平预〔2027〕3", by="李四 (带班领导)", at=NOW)
    assert names == ("张三（值班长）", "李四（带班领导）")
    first, second = Audit(releases.database).links(subject="京平预〔2027〕3")
    assert (first.actor, second.actor) == ("张三", "李四")
    assert '"role":"shift_lead"' in first.payload.replace(" ", "")


def test_a_window_is_not_opened_by_one_person_in_two_roles(releases: Releases) -> None:
    releases.ask_window(WINDOW, at=NOW, most=DAY)
    with pytest.raises(StoreConflict, match="another person's"):
        releases.confirm_window("W1", by="张三（带班领导）", at=NOW)
