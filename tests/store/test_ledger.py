from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from notify.alert import Alert, AlertKind, Reason
from notify.delivery_states import DeliveryState, Outcome, OutcomeClass
from notify.ledger import Delivery, Ledger
from store.database import Database
from store.errors import NotInStore, StoreConflict, StoreError
from store.ledger import SqlLedger
from store.ledger_rows import alert_table, delivery_table
from tests.store.examples import an_alert, claim, commit, minutes, rows_of


@pytest.fixture
def ledger(database: Database) -> SqlLedger:
    return SqlLedger(database)


def states(ledger: SqlLedger, alert: Alert) -> list[str]:
    chosen = sa.select(delivery_table.c.state).where(delivery_table.c.alert_id == alert.alert_id)
    with ledger.database.read() as connection:
        return sorted(connection.execute(chosen).scalars())


def rows(ledger: SqlLedger) -> tuple[int, int]:
    with ledger.database.read() as connection:
        counts = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (alert_table, delivery_table)
        ]
    return counts[0], counts[1]


def test_the_ledger_of_the_store_is_the_ledger_that_notify_asks_for(ledger: SqlLedger) -> None:
    asked: Ledger = ledger
    assert asked is ledger


def test_an_alert_comes_back_with_every_field(ledger: SqlLedger) -> None:
    item = an_alert(degraded=True, world="exercise-1", expires_utc=minutes(60), text_full="一\n二")
    assert {field.name for field in fields(Alert) if not getattr(item, field.name)} == set()
    commit(ledger, item)
    assert ledger.alert(item.alert_id) == item


def test_an_alert_of_operations_has_no_zone(ledger: SqlLedger) -> None:
    item = an_alert("feed:firms", zone=None, kind=AlertKind.SYSTEM, reason=Reason.FEED_OUT, regions=(), evidence=())
    commit(ledger, item)
    assert ledger.alert(item.alert_id) == item


def test_an_unknown_alert_is_named(ledger: SqlLedger) -> None:
    with pytest.raises(NotInStore, match="'nothing'"):
        ledger.alert("nothing")


def test_a_second_commit_writes_nothing(ledger: SqlLedger) -> None:
    item = commit(ledger)
    assert not ledger.commit(item, rows_of(item))
    assert not ledger.commit(item, rows_of(item, channels=("inbox", "sms")))
    assert rows(ledger) == (1, 3)


def test_the_same_decision_in_other_words_is_the_same_alert(ledger: SqlLedger) -> None:
    item = commit(ledger)
    again = replace(item, code="平0511-02", text_short="…", decided_utc=minutes(3), evidence=("h1",))
    assert not ledger.commit(again, rows_of(again))
    assert ledger.alert(item.alert_id) == item


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "notify"},
        {"previous_level": "watch"},
        {"reason": Reason.INCIDENT_GREW},
        {"kind": AlertKind.CANCEL},
        {"zone": "HR-CD"},
        {"regions": ("beijing", "tianjin")},
        {"alert_id": "another"},
        {"exercise": True},
    ],
    ids=lambda changes: str(next(iter(changes))),
)
def test_one_revision_never_says_two_things(ledger: SqlLedger, changes: dict[str, Any]) -> None:
    item = commit(ledger)
    other = replace(item, **changes)
    with pytest.raises(StoreConflict, match=f"another {next(iter(changes))}; read it and decide again"):
        ledger.commit(other, rows_of(other))
    assert ledger.alert(item.alert_id) == item
    assert rows(ledger) == (1, 3)


def test_ten_producers_at_once_make_exactly_one_set_of_rows(ledger: SqlLedger) -> None:
    def produce(number: int) -> list[bool]:
        new = []
        for event in range(5):
            item = an_alert(f"JJJ-PG-JZ-2017-{event:03d}", code=f"平0511-{number:02d}")
            new.append(ledger.commit(item, rows_of(item, channels=("inbox", "sms"))))
        return new

    with ThreadPoolExecutor(10) as pool:
        new = list(pool.map(produce, range(10)))
    assert [sum(column) for column in zip(*new, strict=True)] == [1] * 5
    assert rows(ledger) == (5, 30)


def test_a_crash_in_the_middle_of_a_commit_leaves_nothing_and_a_second_try_leaves_all(ledger: SqlLedger) -> None:
    item = an_alert()

    def crash() -> None:
        with ledger.database.begin():
            ledger.commit(item, rows_of(item))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash()
    assert rows(ledger) == (0, 0)
    commit(ledger, item)
    assert rows(ledger) == (1, 3)


def test_rows_that_are_not_this_alerts_are_refused_with_all_the_rest(ledger: SqlLedger) -> None:
    item = an_alert()
    good = rows_of(item)
    strange: list[tuple[Delivery, str]] = [
        (replace(good[0], alert_id="other"), "not of alert"),
        (replace(good[0], revision=2), "not of alert"),
        (replace(good[0], world="replay"), "not of alert"),
        (replace(good[0], state=DeliveryState.SENT), "a new row is pending"),
        (replace(good[1], delivery_id="twice"), "told twice"),
    ]
    for row, why in strange:
        with pytest.raises(StoreError, match=why):
            ledger.commit(item, [*good, row] if why == "told twice" else [row, *good[1:]])
    assert rows(ledger) == (0, 0)


def test_two_regions_may_call_their_desks_alike(ledger: SqlLedger) -> None:
    item = an_alert()
    desks = [replace(row, office="duty", delivery_id=f"d{number}") for number, row in enumerate(rows_of(item))]
    assert ledger.commit(item, desks)


def test_a_first_alert_that_tells_nobody_is_refused(ledger: SqlLedger) -> None:
    with pytest.raises(StoreError, match="tells nobody"):
        ledger.commit(an_alert(), [])
    item = commit(ledger)
    assert ledger.commit(an_alert(revision=2, kind=AlertKind.CANCEL), [])
    assert states(ledger, item) == ["superseded"] * 3


def test_a_naive_time_of_decision_is_refused(ledger: SqlLedger) -> None:
    item = an_alert(decided_utc=datetime(2017, 5, 11, 12))  # noqa: DTZ001 - the thing under test
    with pytest.raises(StoreError, match="naive"):
        ledger.commit(item, rows_of(item))


def test_a_newer_revision_stops_what_was_not_begun_and_leaves_the_rest(ledger: SqlLedger) -> None:
    first = commit(ledger)
    sending, sent, _claimed = claim(ledger)
    for row in (sending, sent):
        assert ledger.begin_sending(row, now=minutes(0)) is not None
    ledger.record(sent, Outcome(OutcomeClass.OK), now=minutes(0), retry_at=None)
    second = commit(ledger, an_alert(revision=2))
    assert states(ledger, first) == ["sending", "sent", "superseded"]
    assert states(ledger, second) == ["pending"] * 3


def test_a_newer_revision_stops_nothing_of_other_events_or_worlds(ledger: SqlLedger) -> None:
    others = [commit(ledger, an_alert("JJJ-PG-JZ-2017-002")), commit(ledger, an_alert(world="exercise-1"))]
    commit(ledger)
    commit(ledger, an_alert(revision=2))
    assert [states(ledger, other) for other in others] == [["pending"] * 3] * 2


def test_an_older_revision_comes_too_late(ledger: SqlLedger) -> None:
    commit(ledger, an_alert(revision=3))
    with pytest.raises(StoreConflict, match="revision 2 comes after 3"):
        ledger.commit(an_alert(revision=2), rows_of(an_alert(revision=2)))


def test_a_revision_that_was_committed_before_is_known_after_newer_ones(ledger: SqlLedger) -> None:
    first = commit(ledger)
    commit(ledger, an_alert(revision=2))
    assert not ledger.commit(first, rows_of(first))


def test_codes_count_by_prefix_beijing_day_and_world(ledger: SqlLedger) -> None:
    def code(prefix: str = "平", at: float = 0, world: str = "live") -> str:
        return ledger.next_code(prefix, decided_utc=minutes(at), exercise=world != "live", world=world)

    assert [code(), code(), code("HR")] == ["平0511-01", "平0511-02", "HR0511-01"]
    assert code(at=12 * 60) == "平0512-01"
    assert code(at=12 * 60 - 1) == "平0511-03"
    assert "0511-01" in code(world="exercise-1")
    assert code(world="exercise-1") not in {"平0511-02", "平0511-04"}
    assert code(at=365 * 24 * 60) == "平0511-01"


def test_a_code_of_an_alert_that_was_not_committed_is_given_again(ledger: SqlLedger) -> None:
    def refuse() -> None:
        with ledger.database.begin():
            code = ledger.next_code("平", decided_utc=minutes(0), exercise=False, world="live")
            ledger.commit(an_alert(code=code), [])

    with pytest.raises(StoreError, match="nobody"):
        refuse()
    assert ledger.next_code("平", decided_utc=minutes(0), exercise=False, world="live") == "平0511-01"
