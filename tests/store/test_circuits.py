"""A provider account that takes no messages: its rows go another way at once, probes go on, nothing is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from notify.account import Account, Later
from notify.alert import Alert
from notify.circuit import CircuitRules
from notify.delivery_states import DeliveryState, Finding, Outcome, OutcomeClass
from notify.ledger import Delivery
from store.database import Database
from store.ledger import SqlLedger
from store.ledger_frames import LedgerFrames
from tests.store.examples import an_alert, claim, commit, minutes

ACCOUNT = Account("sms", per_min=6000, burst=1000, circuit=CircuitRules(2, 10.0, 15.0, 60.0))
ILL, DOUBT, OK = (Outcome(one) for one in (OutcomeClass.NOT_SENT, OutcomeClass.UNKNOWN, OutcomeClass.OK))
SECOND = 1 / 60


@pytest.fixture
def ledger(database: Database) -> SqlLedger:
    return SqlLedger(database)


def next_way(row: Delivery) -> tuple[Delivery, ...]:
    """The row of the office's next endpoint."""
    fresh = replace(
        row, delivery_id=f"{row.delivery_id}-2", channel="sms", rank=2, state=DeliveryState.PENDING, fence=0
    )
    return (replace(fresh, attempts=0, unknowns=0, outcome=None, next_attempt_utc=None),)


def attempt(ledger: SqlLedger, row: Delivery, outcome: Outcome, *, at: float = 0) -> Later | None:
    """Send a claimed row if its account lets it; what was said where it does not."""
    begun = ledger.begin_sending(row, now=minutes(at), account=ACCOUNT, detour=next_way(row))
    if isinstance(begun, Later):
        return begun
    assert begun is not None
    again = None if outcome is OK else minutes(at + 2 * SECOND)
    ledger.record(begun, outcome, now=minutes(at), retry_at=again, account=ACCOUNT, detour=next_way(row))
    return None


def by_channel(ledger: SqlLedger) -> Counter[str]:
    return Counter(LedgerFrames(ledger.database).deliveries()["channel"].to_list())


def cut_off_by(ledger: SqlLedger, *outcomes: Outcome) -> list[Delivery]:
    """Claim three rows of one account and let it fail; the claimed rows that have not been begun."""
    commit(ledger)
    first, second, third = claim(ledger)
    for row, outcome in zip((first, second), outcomes, strict=True):
        assert attempt(ledger, row, outcome) is None
    return [third]


def test_once_it_is_cut_off_what_waits_goes_another_way_unsent_and_keeps_its_place_here(ledger: SqlLedger) -> None:
    (third,) = cut_off_by(ledger, ILL, ILL)
    assert by_channel(ledger) == {"inbox": 3, "sms": 1}, "the failure that cut it off goes another way at once"
    assert attempt(ledger, third, OK) == Later(15.0, cut_off=True)
    assert by_channel(ledger) == {"inbox": 3, "sms": 2}
    (shut,) = ledger.cut_off()
    assert (shut.channel, shut.since_utc, shut.detours, shut.doubtful) == ("inbox", minutes(0), 2, 0)
    states = LedgerFrames(ledger.database).deliveries().filter(channel="inbox")["state"].to_list()
    assert set(states) == {"pending"}


def test_each_row_goes_another_way_once_however_often_it_waits(ledger: SqlLedger) -> None:
    (third,) = cut_off_by(ledger, ILL, ILL)
    attempt(ledger, third, OK)
    for at in (3 * SECOND, 9 * SECOND):
        for row in claim(ledger, at=at):
            if row.channel == "inbox":
                attempt(ledger, row, OK, at=at)
    assert by_channel(ledger) == {"inbox": 3, "sms": 3}


def test_a_doubtful_message_of_a_dead_account_goes_another_way_without_waiting_and_is_counted(
    ledger: SqlLedger,
) -> None:
    cut_off_by(ledger, DOUBT, DOUBT)
    (shut,) = ledger.cut_off()
    assert (shut.detours, shut.doubtful) == (1, 1)


def test_receipts_that_cannot_be_had_speak_against_the_account_too(ledger: SqlLedger) -> None:
    commit(ledger)
    first, second, _ = claim(ledger)
    for row in (first, second):
        ledger.looked_up(
            row, Finding.UNSURE, now=minutes(0), again_at=minutes(1), most=5, account=ACCOUNT, detour=next_way(row)
        )
    assert len(ledger.cut_off()) == 1
    assert by_channel(ledger)["sms"] == 1


def test_one_row_probes_and_the_first_that_is_taken_lets_all_go_again(ledger: SqlLedger) -> None:
    cut_off_by(ledger, ILL, ILL)
    at = 0.3
    rows = [row for row in claim(ledger, at=at) if row.channel == "inbox"]
    tried, fresh = [row for row in rows if row.attempts], [row for row in rows if not row.attempts]
    begun = ledger.begin_sending(tried[0], now=minutes(at), account=ACCOUNT)
    assert isinstance(begun, Delivery)
    assert attempt(ledger, tried[1], OK, at=at) == Later(15.0, cut_off=True), "one probe at a time"
    ledger.record(begun, OK, now=minutes(at), retry_at=None, account=ACCOUNT)
    assert ledger.cut_off() == []
    assert [attempt(ledger, row, OK, at=at) for row in fresh] == [None] * len(fresh)


def test_a_row_that_was_tried_before_is_the_probe_and_a_fresh_one_gives_way(ledger: SqlLedger) -> None:
    (third,) = cut_off_by(ledger, ILL, ILL)
    assert attempt(ledger, third, OK, at=0.3) == Later(1.0, cut_off=True)


def tried(ledger: SqlLedger, row: Delivery, outcome: Outcome, *, at: float = 0, account: Account = ACCOUNT) -> bool:
    """Send a claimed row of an office that has no other endpoint; whether its account let it."""
    begun = ledger.begin_sending(row, now=minutes(at), account=account)
    if isinstance(begun, Delivery):
        again = None if outcome is OK else minutes(at + 2 * SECOND)
        ledger.record(begun, outcome, now=minutes(at), retry_at=again, account=account)
    return isinstance(begun, Delivery)


def kept_back(ledger: SqlLedger, *alerts: Alert, account: Account = ACCOUNT) -> list[str]:
    """Cut an account off at noon by two rows of so many alerts; all of them wait for it then."""
    for told in alerts or (an_alert(),):
        commit(ledger, told)
    rows = claim(ledger)
    assert [tried(ledger, row, ILL, account=account) for row in rows] == [True] * 2 + [False] * (len(rows) - 2)
    for row in claim(ledger, at=2 * SECOND):
        assert not tried(ledger, row, OK, at=2 * SECOND, account=account)
    return [row.delivery_id for row in rows]


def test_rows_that_wait_for_an_account_are_left_alone_between_its_probes_and_one_is_taken_for_each(
    ledger: SqlLedger,
) -> None:
    kept_back(ledger)
    for at in (5 * SECOND, 14 * SECOND):
        assert (ledger.channels_due(now=minutes(at), world="live"), claim(ledger, at=at)) == ([], [])
    assert ledger.next_due(world="live") == minutes(0.25), "its first probe"
    assert ledger.channels_due(now=minutes(0.25), world="live") == ["inbox"]
    (row,) = claim(ledger, at=0.25)
    assert row.attempts == 1, "tried before: it says most"
    assert tried(ledger, row, ILL, at=0.25)
    assert claim(ledger, at=0.5)[1:] == []
    assert ledger.next_due(world="live") == minutes(0.75), "after 30 s the next"


def test_the_probe_that_is_taken_lets_all_go_at_once_in_the_order_of_their_decisions(ledger: SqlLedger) -> None:
    late, early = an_alert("late"), an_alert("early", code="平0511-02", decided_utc=minutes(-9))
    waiting = kept_back(ledger, early, an_alert("between", code="平0511-03", decided_utc=minutes(-1)), late)
    (probe,) = claim(ledger, at=0.25)
    assert tried(ledger, probe, OK, at=0.25)
    assert ledger.channels_due(now=minutes(0.25), world="live") == ["inbox"]
    rest = claim(ledger, at=0.25)
    assert {row.delivery_id for row in rest} == {*waiting} - {probe.delivery_id}
    decided = [ledger.alert(row.alert_id).decided_utc for row in rest if not row.attempts]
    assert decided == sorted(decided)
    assert all(tried(ledger, row, OK, at=0.25) for row in rest)


def test_two_dispatchers_take_no_row_of_each_other_and_send_one_probe(ledger: SqlLedger) -> None:
    kept_back(ledger)
    (mine,), (theirs,) = claim(ledger, at=0.25, owner="d1"), claim(ledger, at=0.25, owner="d2")
    assert mine.delivery_id != theirs.delivery_id
    assert isinstance(ledger.begin_sending(mine, now=minutes(0.25), account=ACCOUNT), Delivery)
    assert ledger.begin_sending(theirs, now=minutes(0.25), account=ACCOUNT) == Later(15.0, cut_off=True)
    assert claim(ledger, at=0.25, owner="d2") == []


def test_a_probe_whose_dispatcher_died_is_followed_by_another(ledger: SqlLedger) -> None:
    kept_back(ledger)
    (dead,) = claim(ledger, at=0.25)
    assert isinstance(ledger.begin_sending(dead, now=minutes(0.25), account=ACCOUNT), Delivery)
    (another,) = claim(ledger, at=0.5)
    assert another.delivery_id != dead.delivery_id


def test_a_row_whose_alert_is_over_ends_while_its_account_is_cut_off(ledger: SqlLedger) -> None:
    ending = an_alert("ending", code="平0511-02", expires_utc=minutes(0.1))
    kept_back(ledger, an_alert(), ending)
    over = claim(ledger, at=0.1)
    assert {row.alert_id for row in over} == {ending.alert_id}
    assert [ledger.begin_sending(row, now=minutes(0.1), account=ACCOUNT) for row in over] == [None] * 3
    states = LedgerFrames(ledger.database).deliveries().filter(alert_id=ending.alert_id)["state"].to_list()
    assert states == [DeliveryState.EXPIRED] * 3


def test_a_row_that_may_have_arrived_is_taken_at_each_probe_to_be_asked_for(ledger: SqlLedger) -> None:
    cut_off_by(ledger, DOUBT, DOUBT)
    for row in claim(ledger, at=2 * SECOND):
        tried(ledger, row, OK, at=2 * SECOND)
    doubtful = [row for row in claim(ledger, at=0.25) if row.channel == "inbox"]
    assert [row.unknowns for row in doubtful] == [1, 1]


def test_rows_of_one_account_do_not_hold_back_the_probe_of_another_on_the_same_channel(ledger: SqlLedger) -> None:
    other = replace(ACCOUNT, credential="other")
    ours = kept_back(ledger)
    theirs = kept_back(ledger, an_alert("another", code="平0511-02"), account=other)
    rows = claim(ledger, at=0.25)
    assert [sum(row.delivery_id in keys for row in rows) for keys in (ours, theirs)] == [1, 1]
    our_probe, their_probe = sorted(rows, key=lambda row: row.delivery_id in theirs)
    assert tried(ledger, our_probe, ILL, at=0.25)
    assert tried(ledger, their_probe, OK, at=0.25, account=other)
    assert [row.delivery_id in theirs for row in claim(ledger, at=0.25)] == [True, True]


def test_rows_are_looked_at_anew_when_the_contacts_may_name_another_account(ledger: SqlLedger) -> None:
    waiting = kept_back(ledger)
    ledger.let_go(world="exercise-1")
    assert claim(ledger, at=5 * SECOND) == []
    ledger.let_go(world="live")
    again = claim(ledger, at=5 * SECOND)
    assert {row.delivery_id for row in again} == {*waiting}
    assert all(tried(ledger, row, OK, at=5 * SECOND, account=replace(ACCOUNT, credential="new")) for row in again)


def test_a_success_just_before_keeps_an_account_in_use(ledger: SqlLedger) -> None:
    commit(ledger)
    first, second, third = claim(ledger)
    assert [attempt(ledger, row, said) for row, said in ((first, OK), (second, ILL), (third, ILL))] == [None] * 3
    assert ledger.cut_off() == []


def test_worlds_and_accounts_share_nothing(ledger: SqlLedger) -> None:
    cut_off_by(ledger, ILL, ILL)
    commit(ledger, an_alert("other", world="exercise-1"))
    row = ledger.claim(owner="d1", now=minutes(0), lease_s=60, limit=1, world="exercise-1")[0]
    assert attempt(ledger, row, OK) is None


def test_first_attempts_are_claimed_before_repeats(ledger: SqlLedger) -> None:
    commit(ledger)
    first, second, _ = claim(ledger)
    ledger.begin_sending(first, now=minutes(0))
    ledger.record(first, ILL, now=minutes(0), retry_at=minutes(1))
    ledger.defer(second, until=minutes(5))
    assert [row.delivery_id for row in claim(ledger, at=9)][-1] == first.delivery_id
