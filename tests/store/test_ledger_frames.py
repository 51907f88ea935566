from __future__ import annotations

import pytest

from notify.alert import AlertKind
from notify.delivery_states import Outcome, OutcomeClass
from store.database import Database
from store.ledger import SqlLedger
from store.ledger_frames import ALERTS, ATTEMPTS, DELIVERIES, EVENTS, LedgerFrames
from tests.store.examples import an_alert, claim, commit, minutes

ALERT_FIELDS = (
    "alert_id, code, revision, event_id, kind, zone, level, previous_level, reason, decided_utc, regions, recipients, "
    "exercise, degraded, text_short, text_long"
)
DELIVERY_FIELDS = (
    "delivery_id, alert_id, revision, region, office, recipient_role, channel, step, state, attempts, sent_utc, "
    "acknowledged_utc, outcome"
)


@pytest.fixture
def ledger(database: Database) -> SqlLedger:
    return SqlLedger(database)


@pytest.fixture
def frames(ledger: SqlLedger) -> LedgerFrames:
    return LedgerFrames(ledger.database)


def test_the_frames_have_exactly_the_fields_that_others_rely_on(frames: LedgerFrames) -> None:
    assert set(frames.alerts().columns) == set(ALERT_FIELDS.split(", "))
    assert frames.deliveries().columns == DELIVERY_FIELDS.split(", ")


def test_an_empty_ledger_gives_empty_frames_of_the_same_types(frames: LedgerFrames) -> None:
    found = [frames.alerts(), frames.deliveries(), frames.events(), frames.attempts()]
    assert [(frame.schema, frame.height) for frame in found] == [
        (schema, 0) for schema in (ALERTS, DELIVERIES, EVENTS, ATTEMPTS)
    ]


def test_alerts_come_in_the_order_of_commit_with_those_who_are_told(ledger: SqlLedger, frames: LedgerFrames) -> None:
    first = commit(ledger, channels=("inbox", "sms"))
    ledger.commit(an_alert(revision=2, kind=AlertKind.CANCEL), [])
    rows = frames.alerts().to_dicts()
    assert [(row["revision"], row["kind"], row["recipients"]) for row in rows] == [
        (1, "incident", ["110117", "120119", "131082"]),
        (2, "cancel", []),
    ]
    assert rows[0]["decided_utc"] == first.decided_utc
    assert rows[0]["regions"] == ["beijing", "tianjin", "hebei"]


def test_deliveries_are_those_of_one_alert_or_of_all(ledger: SqlLedger, frames: LedgerFrames) -> None:
    one = commit(ledger)
    commit(ledger, an_alert("other"))
    assert frames.deliveries().height == 6
    assert frames.deliveries(one.alert_id)["office"].to_list() == ["110117", "131082", "120119"]
    assert frames.deliveries("nothing").height == 0


def test_a_world_shows_its_own_rows_and_none_shows_all(ledger: SqlLedger, frames: LedgerFrames) -> None:
    commit(ledger)
    commit(ledger, an_alert(world="exercise-1"))
    heights = [
        (frames.alerts(world=world).height, frames.deliveries(world=world).height, frames.events(world=world).height)
        for world in ("live", "exercise-1", "replay", None)
    ]
    assert heights == [(1, 3, 1), (1, 3, 1), (0, 0, 0), (2, 6, 2)]


def test_an_event_stands_as_its_newest_revision_with_who_was_told_and_who_answered(
    ledger: SqlLedger, frames: LedgerFrames
) -> None:
    commit(ledger)
    newest = commit(ledger, an_alert(revision=2, level="notify", code="平0511-02"), channels=("inbox", "sms"))
    for row in claim(ledger, limit=4):
        begun = ledger.begin_sending(row, now=minutes(1 / 2))
        assert begun is not None
        ledger.record(begun, Outcome(OutcomeClass.OK), now=minutes(1 / 2), retry_at=None)
    sent = set(frames.deliveries().drop_nulls("sent_utc")["office"])
    ledger.acknowledge("平0511-02", office="蓟州", by="李", via="phone", now=minutes(2))
    (event,) = frames.events().to_dicts()
    assert (event["revision"], event["alert_id"], event["level"]) == (2, newest.alert_id, "notify")
    assert (event["offices"], event["offices_sent"], event["offices_acknowledged"]) == (3, len(sent), 1)


def test_attempts_tell_what_happened_to_a_row(ledger: SqlLedger, frames: LedgerFrames) -> None:
    commit(ledger)
    begun = ledger.begin_sending(claim(ledger, limit=1)[0], now=minutes(0))
    assert begun is not None
    ledger.record(begun, Outcome(OutcomeClass.NOT_SENT, "refused"), now=minutes(0.1), retry_at=minutes(1))
    (tried,) = frames.attempts(begun.delivery_id).to_dicts()
    assert tried == {
        "delivery_id": begun.delivery_id,
        "fence": 1,
        "owner": "d1",
        "started_utc": minutes(0),
        "ended_utc": minutes(0.1),
        "outcome_class": "not_sent",
        "detail": "refused",
        "stale": False,
    }
    assert frames.attempts(world="replay").height == 0
