"""Alerts looked up as they were committed, and whom they reached."""

from __future__ import annotations

import pytest

from notify.alert import AlertKind
from notify.delivery_states import Outcome, OutcomeClass
from store.alerts import Alerts
from store.database import Database
from store.ledger import SqlLedger
from tests.store.examples import an_alert, claim, commit, minutes


@pytest.fixture
def ledger(database: Database) -> SqlLedger:
    return SqlLedger(database)


@pytest.fixture
def alerts(database: Database) -> Alerts:
    return Alerts(database)


def test_the_latest_alert_is_found_by_event_zone_or_kind(ledger: SqlLedger, alerts: Alerts) -> None:
    incident = commit(ledger)
    danger = commit(ledger, an_alert("danger:HR-CD:2017-05-11", zone="HR-CD", kind=AlertKind.DANGER))
    newer = commit(ledger, an_alert(revision=2))
    assert alerts.latest() == newer
    assert alerts.latest(event_id=incident.event_id) == newer
    assert alerts.latest(zone="HR-CD") == danger
    assert alerts.latest(kind=AlertKind.DANGER, zone="PG-JZ") is None
    assert alerts.latest(world="replay") is None


def test_the_latest_alert_of_a_feed_is_not_that_of_another(ledger: SqlLedger, alerts: Alerts) -> None:
    first = commit(ledger, an_alert("feed:a_b:20170511T000000Z", kind=AlertKind.SYSTEM))
    second = commit(ledger, an_alert("feed:a_b:20170512T000000Z", kind=AlertKind.SYSTEM))
    commit(ledger, an_alert("feed:aXb:20170513T000000Z", kind=AlertKind.SYSTEM))
    commit(ledger, an_alert("feed:a_b2:20170513T000000Z", kind=AlertKind.SYSTEM))
    assert alerts.latest(event_prefix="feed:a_b:") == second
    assert alerts.latest(event_prefix="feed:a_b:", event_id=first.event_id) == first
    assert alerts.latest(event_prefix="feed:none:") is None


def test_the_end_reaches_all_who_may_have_heard_and_nobody_else(ledger: SqlLedger, alerts: Alerts) -> None:
    commit(ledger)
    sent, unknown, _never = claim(ledger)
    for row, outcome in ((sent, OutcomeClass.OK), (unknown, OutcomeClass.UNKNOWN)):
        assert ledger.begin_sending(row, now=minutes(0)) is not None
        retry = minutes(5) if outcome is OutcomeClass.UNKNOWN else None
        ledger.record(row, Outcome(outcome), now=minutes(0), retry_at=retry)
    commit(ledger, an_alert(revision=2))
    reached = alerts.reached("JJJ-PG-JZ-2017-001")
    assert {row.office for row in reached} == {sent.office, unknown.office}
    assert alerts.reached("JJJ-PG-JZ-2017-001", world="replay") == []
