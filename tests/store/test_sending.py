from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from notify.delivery_states import DeliveryState, IllegalTransition, Outcome, OutcomeClass
from notify.ledger import Delivery
from store.database import Database
from store.errors import NotInStore, StoreError
from store.ledger import SqlLedger
from store.ledger_frames import LedgerFrames
from store.ledger_rows import delivery_of, delivery_table
from tests.store.examples import an_alert, claim, commit, minutes

CHECKOUT = Path(__file__).resolve().parents[2]
OK = Outcome(OutcomeClass.OK, provider_id="msg-1")
UNKNOWN = Outcome(OutcomeClass.UNKNOWN, "read timeout")
_S = DeliveryState


@pytest.fixture
def ledger(database: Database) -> SqlLedger:
    return SqlLedger(database)


def row_of(ledger: SqlLedger, delivery: Delivery) -> Delivery:
    chosen = sa.select(delivery_table).where(delivery_table.c.delivery_id == delivery.delivery_id)
    with ledger.database.read() as connection:
        return delivery_of(connection.execute(chosen).one())


def attempts_of(ledger: SqlLedger, delivery: Delivery) -> list[dict[str, Any]]:
    return LedgerFrames(ledger.database).attempts(delivery.delivery_id).to_dicts()


def one_sending(ledger: SqlLedger, *, at: float = 0) -> Delivery:
    commit(ledger)
    row = claim(ledger, at=at, limit=1)[0]
    begun = ledger.begin_sending(row, now=minutes(at))
    assert begun is not None
    return begun


def test_a_claim_gives_a_new_fence_and_takes_each_row_once(ledger: SqlLedger) -> None:
    commit(ledger)
    first, second, third = claim(ledger, limit=2), claim(ledger), claim(ledger)
    assert (len(first), len(second), third) == (2, 1, [])
    assert {(row.state, row.fence, row.attempts) for row in first + second} == {(_S.CLAIMED, 1, 0)}
    assert len({row.delivery_id for row in first + second}) == 3


def test_a_claim_looks_at_its_own_world_only(ledger: SqlLedger) -> None:
    commit(ledger, an_alert(world="exercise-1"))
    assert claim(ledger) == []
    assert len(ledger.claim(owner="d1", now=minutes(0), lease_s=60, limit=9, world="exercise-1")) == 3


def test_the_gravest_alert_goes_before_what_was_decided_earlier_and_no_row_twice_before_another_once(
    ledger: SqlLedger,
) -> None:
    notice = commit(ledger, an_alert("notice", level="notify", decided_utc=minutes(-9)))
    critical = commit(ledger, an_alert("critical", code="平0511-02"))
    tried, *_ = first = claim(ledger, limit=3)
    assert {row.alert_id for row in first} == {critical.alert_id}
    assert ledger.begin_sending(tried, now=minutes(0)) is not None
    ledger.record(tried, Outcome(OutcomeClass.NOT_SENT), now=minutes(0), retry_at=minutes(0))
    assert [row.alert_id for row in claim(ledger)] == [notice.alert_id] * 3 + [critical.alert_id]


def test_a_row_is_not_claimed_before_it_is_due_and_the_longest_waiting_goes_first(ledger: SqlLedger) -> None:
    commit(ledger)
    late, soon, abandoned = claim(ledger)
    for row, due in ((late, 9), (soon, 5)):
        assert ledger.begin_sending(row, now=minutes(0)) is not None
        ledger.record(row, Outcome(OutcomeClass.NOT_SENT), now=minutes(0), retry_at=minutes(due))
    assert claim(ledger, at=0.5) == []
    assert [row.delivery_id for row in claim(ledger, at=9)] == [
        abandoned.delivery_id,
        soon.delivery_id,
        late.delivery_id,
    ]


@pytest.mark.parametrize(("lease_s", "limit"), [(0, 1), (-5, 1), (60, 0)])
def test_a_claim_that_can_hold_nothing_is_refused(ledger: SqlLedger, lease_s: float, limit: int) -> None:
    with pytest.raises(StoreError, match="a claim needs"):
        ledger.claim(owner="d1", now=minutes(0), lease_s=lease_s, limit=limit, world="live")


def test_threads_that_claim_at_once_share_the_rows_between_them(ledger: SqlLedger) -> None:
    for number in range(20):
        commit(ledger, an_alert(f"event-{number}"), channels=("inbox", "sms"))

    def dispatch(worker: int) -> list[str]:
        taken = []
        while rows := claim(ledger, owner=f"d{worker}", limit=7):
            taken += [row.delivery_id for row in rows]
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = Counter(key for keys in pool.map(dispatch, range(4)) for key in keys)
    assert len(taken) == 120
    assert set(taken.values()) == {1}


def test_processes_that_claim_at_once_share_the_rows_between_them(ledger: SqlLedger, url: str) -> None:
    for number in range(10):
        commit(ledger, an_alert(f"event-{number}"), channels=("inbox", "sms"))
    program = (
        "import json, sys\n"
        "from datetime import UTC, datetime\n"
        "from store.database import open_database\nfrom store.ledger import SqlLedger\n"
        "ledger, taken = SqlLedger(open_database(sys.argv[1])), []\n"
        "now = datetime(2017, 5, 11, 5, tzinfo=UTC)\n"
        "print(flush=True); sys.stdin.readline()\n"
        "while rows := ledger.claim(owner=sys.argv[2], now=now, lease_s=60, limit=3, world='live'):\n"
        "    taken += [row.delivery_id for row in rows]\n"
        "print(json.dumps(taken))\n"
    )
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    commands = [[sys.executable, "-c", program, url, f"d{number}"] for number in range(2)]
    started = [subprocess.Popen(command, cwd=CHECKOUT, text=True, **pipes) for command in commands]
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()
    ended = [process.communicate("go\n", timeout=240) for process in started]
    assert [errors for _, errors in ended] == ["", ""]
    taken = Counter(key for output, _ in ended for key in json.loads(output))
    assert len(taken) == 60
    assert set(taken.values()) == {1}


def test_a_message_that_was_accepted_is_sent_and_its_row_is_done(ledger: SqlLedger) -> None:
    begun = one_sending(ledger)
    assert (begun.state, begun.attempts) == (_S.SENDING, 0)
    ledger.record(begun, OK, now=minutes(0.2), retry_at=None)
    row = row_of(ledger, begun)
    assert (row.state, row.attempts, row.sent_utc, row.outcome) == (_S.SENT, 1, minutes(0.2), "ok")
    assert begun.delivery_id not in {item.delivery_id for item in claim(ledger, at=9)}
    tried = attempts_of(ledger, begun)
    assert [(item["outcome_class"], item["started_utc"], item["ended_utc"], item["stale"]) for item in tried] == [
        ("ok", minutes(0), minutes(0.2), False)
    ]


@pytest.mark.parametrize(
    ("outcome_class", "again", "state", "unknowns"),
    [
        (OutcomeClass.REJECT_PERMANENT, False, _S.REJECTED, 0),
        (OutcomeClass.REJECT_TEMPORARY, True, _S.PENDING, 0),
        (OutcomeClass.REJECT_TEMPORARY, False, _S.DEAD, 0),
        (OutcomeClass.NOT_SENT, True, _S.PENDING, 0),
        (OutcomeClass.NOT_SENT, False, _S.DEAD, 0),
        (OutcomeClass.UNKNOWN, True, _S.PENDING, 1),
        (OutcomeClass.UNKNOWN, False, _S.UNKNOWN, 1),
    ],
)
def test_each_outcome_leads_to_its_state(
    ledger: SqlLedger, outcome_class: OutcomeClass, again: bool, state: DeliveryState, unknowns: int
) -> None:
    begun = one_sending(ledger)
    due = minutes(5) if again else None
    ledger.record(begun, Outcome(outcome_class, "errcode 45009"), now=minutes(0.2), retry_at=due)
    row = row_of(ledger, begun)
    assert (row.state, row.attempts, row.unknowns, row.sent_utc) == (state, 1, unknowns, None)
    assert (row.next_attempt_utc, row.outcome) == (due, f"{outcome_class.value}: errcode 45009")
    claimed = {item.delivery_id: item for item in claim(ledger, at=5)}
    assert (begun.delivery_id in claimed) == again
    if again:
        assert (claimed[begun.delivery_id].fence, claimed[begun.delivery_id].unknowns) == (2, unknowns)


def test_another_attempt_after_the_end_is_refused_but_kept(ledger: SqlLedger) -> None:
    begun = one_sending(ledger)
    with pytest.raises(IllegalTransition, match="not tried again"):
        ledger.record(begun, OK, now=minutes(0.2), retry_at=minutes(5))
    assert row_of(ledger, begun).state is _S.SENDING
    assert [item["outcome_class"] for item in attempts_of(ledger, begun)] == ["ok"]


def test_a_dispatcher_that_died_before_sending_gives_its_rows_back(ledger: SqlLedger) -> None:
    commit(ledger)
    dead = claim(ledger)
    assert claim(ledger, at=0.99, owner="d2") == []
    freed = claim(ledger, at=1, owner="d2")
    assert {row.delivery_id for row in freed} == {row.delivery_id for row in dead}
    assert {(row.fence, row.attempts, row.unknowns) for row in freed} == {(2, 0, 0)}
    assert all(ledger.begin_sending(row, now=minutes(1)) is None for row in dead)
    assert all(attempts_of(ledger, row) == [] for row in dead)


def test_a_dispatcher_that_died_while_sending_leaves_a_row_that_may_have_arrived(ledger: SqlLedger) -> None:
    begun = one_sending(ledger)
    again = {row.delivery_id: row for row in claim(ledger, at=1, owner="d2")}[begun.delivery_id]
    assert (again.state, again.fence, again.attempts, again.unknowns) == (_S.CLAIMED, 2, 1, 1)
    assert again.outcome == "unknown: the lease ran out while sending"
    tried = attempts_of(ledger, begun)
    assert [(item["outcome_class"], item["owner"], item["stale"]) for item in tried] == [("unknown", "d1", False)]


def test_a_dispatcher_that_comes_back_from_the_dead_changes_nothing_but_is_heard(ledger: SqlLedger) -> None:
    begun = one_sending(ledger)
    claim(ledger, at=1, owner="d2")
    before = row_of(ledger, begun)
    ledger.record(begun, OK, now=minutes(1.5), retry_at=None)
    assert row_of(ledger, begun) == before
    assert [(item["outcome_class"], item["stale"]) for item in attempts_of(ledger, begun)] == [
        ("unknown", False),
        ("ok", True),
    ]


def test_a_dispatcher_that_lost_its_row_does_not_speak_for_the_one_that_has_it(ledger: SqlLedger) -> None:
    begun = one_sending(ledger)
    theirs = {row.delivery_id: row for row in claim(ledger, at=1, owner="d2")}[begun.delivery_id]
    assert ledger.begin_sending(theirs, now=minutes(1.1)) is not None
    before = row_of(ledger, begun)
    ledger.record(begun, OK, now=minutes(1.2), retry_at=None)
    assert row_of(ledger, begun) == before
    ledger.record(theirs, UNKNOWN, now=minutes(1.3), retry_at=minutes(5))
    assert row_of(ledger, begun).unknowns == 2


def test_the_same_attempt_recorded_twice_counts_once(ledger: SqlLedger) -> None:
    begun = one_sending(ledger)
    ledger.record(begun, OK, now=minutes(0.2), retry_at=None)
    ledger.record(begun, UNKNOWN, now=minutes(0.3), retry_at=minutes(5))
    row = row_of(ledger, begun)
    assert (row.state, row.attempts, row.unknowns) == (_S.SENT, 1, 0)
    assert [item["stale"] for item in attempts_of(ledger, begun)] == [False, True]


def test_nothing_is_begun_twice_or_after_its_lease(ledger: SqlLedger) -> None:
    commit(ledger)
    first, second, _ = claim(ledger)
    assert ledger.begin_sending(first, now=minutes(0)) is not None
    assert ledger.begin_sending(first, now=minutes(0)) is None
    assert ledger.begin_sending(second, now=minutes(1)) is None
    assert row_of(ledger, second).state is _S.CLAIMED


def test_nothing_is_begun_after_a_newer_revision(ledger: SqlLedger) -> None:
    commit(ledger)
    row = claim(ledger, limit=1)[0]
    commit(ledger, an_alert(revision=2))
    assert ledger.begin_sending(row, now=minutes(0)) is None
    assert row_of(ledger, row).state is _S.SUPERSEDED


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Outcome(OutcomeClass.NOT_SENT), _S.SUPERSEDED), (UNKNOWN, _S.UNKNOWN), (OK, _S.SENT)],
    ids=["not sent", "unknown", "ok"],
)
def test_a_row_caught_by_a_newer_revision_while_sending_is_not_sent_again(
    ledger: SqlLedger, outcome: Outcome, state: DeliveryState
) -> None:
    begun = one_sending(ledger)
    second = commit(ledger, an_alert(revision=2))
    due = None if outcome is OK else minutes(0.5)
    ledger.record(begun, outcome, now=minutes(0.2), retry_at=due)
    assert row_of(ledger, begun).state is state
    assert {row.alert_id for row in claim(ledger, at=5)} == {second.alert_id}


def test_a_crash_while_sending_an_old_revision_stays_unknown(ledger: SqlLedger) -> None:
    begun = one_sending(ledger)
    second = commit(ledger, an_alert(revision=2))
    assert {row.alert_id for row in claim(ledger, at=5)} == {second.alert_id}
    row = row_of(ledger, begun)
    assert (row.state, row.unknowns, row.next_attempt_utc) == (_S.UNKNOWN, 1, None)


def slip_back(ledger: SqlLedger, row: Delivery, **values: Any) -> None:
    """What a race on PostgreSQL could leave: a superseded row in an earlier state."""
    changed = delivery_table.update().where(delivery_table.c.delivery_id == row.delivery_id).values(**values)
    with ledger.database.begin() as connection:
        connection.execute(changed)


def test_a_waiting_row_of_an_old_revision_is_stopped_by_the_next_claim(ledger: SqlLedger) -> None:
    commit(ledger)
    row = claim(ledger, limit=1)[0]
    second = commit(ledger, an_alert(revision=2))
    slip_back(ledger, row, state="pending")
    assert {item.alert_id for item in claim(ledger)} == {second.alert_id}
    assert row_of(ledger, row).state is _S.SUPERSEDED


def test_a_claimed_row_of_an_old_revision_is_stopped_before_it_is_sent(ledger: SqlLedger) -> None:
    commit(ledger)
    row = claim(ledger, limit=1)[0]
    commit(ledger, an_alert(revision=2))
    slip_back(ledger, row, state="claimed", lease_until_utc=minutes(1))
    assert ledger.begin_sending(row, now=minutes(0)) is None
    assert row_of(ledger, row).state is _S.SUPERSEDED


def test_no_send_begins_after_a_cancel_was_committed(ledger: SqlLedger) -> None:
    for number in range(8):
        commit(ledger, an_alert(f"event-{number}"))
    claimed = claim(ledger, limit=24)

    def cancel(number: int) -> None:
        commit(ledger, an_alert(f"event-{number}", revision=2))

    def send(row: Delivery) -> Delivery | None:
        return ledger.begin_sending(row, now=minutes(0))

    with ThreadPoolExecutor(6) as pool:
        cancels = [pool.submit(cancel, number) for number in range(8)]
        begun = list(pool.map(send, claimed))
        for future in cancels:
            future.result()
    frame = LedgerFrames(ledger.database).deliveries().filter(pl.col("revision") == 1)
    assert sorted(frame["state"].unique()) in (["sending", "superseded"], ["superseded"], ["sending"])
    assert (frame["state"] == "sending").sum() == sum(row is not None for row in begun)
    assert all(ledger.begin_sending(row, now=minutes(0)) is None for row in claimed)


def test_a_delivery_that_was_never_committed_is_named(ledger: SqlLedger) -> None:
    begun = one_sending(ledger)
    with pytest.raises(NotInStore, match="no delivery 'nothing'"):
        ledger.record(replace(begun, delivery_id="nothing"), OK, now=minutes(0), retry_at=None)
    with pytest.raises(NotInStore, match="no alert 'nothing'"):
        ledger.begin_sending(replace(begun, alert_id="nothing"), now=minutes(0))
