"""The ledger against the map of transitions, driven by any order of producers, dispatchers, crashes and answers."""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from notify.delivery_states import NEXT_STATES, DeliveryState, Outcome, OutcomeClass
from notify.ledger import Delivery
from store.database import open_database
from store.ledger import SqlLedger
from store.ledger_rows import alert_table, attempt_table, delivery_table, event_table
from store.tables import TABLES
from tests.store.examples import an_alert, minutes, rows_of

_S = DeliveryState
EVENTS = ("fire-a", "fire-b")
AGAIN = {OutcomeClass.REJECT_TEMPORARY, OutcomeClass.NOT_SENT, OutcomeClass.UNKNOWN}


def reachable() -> dict[str, set[str]]:
    """Every state to which the map leads from each, itself included."""
    found: dict[str, set[str]] = {}
    for begin in DeliveryState:
        seen, front = {begin}, [begin]
        while front:
            new = NEXT_STATES[front.pop()] - seen
            seen |= new
            front += new
        found[begin.value] = {state.value for state in seen}
    return found


REACHABLE = reachable()


class LedgerLaw(RuleBasedStateMachine):
    """Two dispatchers, one of them slow; time only goes forward."""

    url: ClassVar[str]

    @initialize()
    def begin(self) -> None:
        self.database = open_database(self.url)
        with self.database.begin() as connection:
            for table in reversed(TABLES):
                connection.execute(table.delete())
        self.ledger = SqlLedger(self.database)
        self.at = 0.0
        self.revisions = dict.fromkeys(EVENTS, 0)
        self.claimed: list[Delivery] = []
        self.begun: list[Delivery] = []
        self.recorded = self.lost = 0
        self.before: dict[str, Any] = {}

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()

    @rule(event=st.sampled_from(EVENTS))
    def commit_the_next_revision(self, event: str) -> None:
        self.revisions[event] += 1
        alert = an_alert(event, self.revisions[event], code=event)
        assert self.ledger.commit(alert, rows_of(alert, steps=(0, 1)))
        assert not self.ledger.commit(alert, rows_of(alert, steps=(0, 1)))

    @rule(pause=st.sampled_from([0.1, 0.6, 1.1, 7.0]))
    def wait(self, pause: float) -> None:
        self.at += pause

    @rule(limit=st.integers(1, 7))
    def claim(self, limit: int) -> None:
        sending = [row for row in self.rows().values() if row.state == _S.SENDING]
        self.lost += sum(row.lease_until_utc <= minutes(self.at) for row in sending)
        found = self.ledger.claim(owner="d", now=minutes(self.at), lease_s=60, limit=limit, world="live")
        assert len(found) <= limit
        assert all(row.revision == self.newest(row) for row in found)
        self.claimed += found

    @precondition(lambda self: self.claimed)
    @rule(data=st.data())
    def begin_sending(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(self.claimed))
        begun = self.ledger.begin_sending(row, now=minutes(self.at))
        if begun is not None:
            assert row.revision == self.newest(row)
            self.begun.append(begun)

    @precondition(lambda self: self.begun)
    @rule(data=st.data(), outcome_class=st.sampled_from(OutcomeClass), again=st.booleans())
    def record(self, data: st.DataObject, outcome_class: OutcomeClass, again: bool) -> None:
        row = data.draw(st.sampled_from(self.begun))
        due = minutes(self.at + 0.5) if again and outcome_class in AGAIN else None
        before = self.rows()[row.delivery_id]
        self.ledger.record(row, Outcome(outcome_class), now=minutes(self.at), retry_at=due)
        self.recorded += 1
        if before.fence != row.fence:
            assert self.rows()[row.delivery_id] == before

    @precondition(lambda self: any(self.revisions.values()))
    @rule(office=st.sampled_from(["110117", "120119"]), data=st.data())
    def acknowledge(self, office: str, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from([name for name, revision in self.revisions.items() if revision]))
        answered = self.ledger.acknowledge(event, office=office, by="李", via="phone", now=minutes(self.at))
        assert {(row.office, row.revision) for row in answered} == {(office, self.revisions[event])}
        assert all(row.acknowledged_utc is not None for row in answered)

    @invariant()
    def every_change_follows_the_map(self) -> None:
        if not hasattr(self, "ledger"):
            return
        now = self.rows()
        assert self.before.keys() <= now.keys()
        for key, row in now.items():
            former = self.before.get(key)
            if former is None:
                assert row.state in {_S.PENDING, _S.SUPERSEDED}
                continue
            assert row.state in REACHABLE[former.state], (former.state, row.state)
            assert row.fence >= former.fence
            assert row.attempts >= former.attempts
            assert former.sent_utc in {None, row.sent_utc}
            assert former.acknowledged_utc in {None, row.acknowledged_utc}
        self.before = now

    @invariant()
    def what_is_written_is_consistent(self) -> None:
        if not hasattr(self, "ledger"):
            return
        rows = self.rows().values()
        assert len(rows) == 6 * sum(self.revisions.values())
        for row in rows:
            assert (row.sent_utc is not None) == (row.state == _S.SENT)
            assert (row.lease_until_utc is not None) == (row.state in {_S.CLAIMED, _S.SENDING})
            assert row.unknowns <= row.attempts
            if row.revision < row.newest:
                assert row.state not in {_S.PENDING, _S.CLAIMED}
        with self.database.read() as connection:
            tried = connection.execute(sa.select(sa.func.count()).select_from(attempt_table)).scalar_one()
        assert tried == self.recorded + self.lost

    def newest(self, row: Delivery) -> int:
        return self.revisions[self.ledger.alert(row.alert_id).event_id]

    def rows(self) -> dict[str, Any]:
        chosen = (
            sa.select(delivery_table, event_table.c.newest_revision.label("newest"))
            .join(alert_table, alert_table.c.alert_id == delivery_table.c.alert_id)
            .join(event_table, event_table.c.event_id == alert_table.c.event_id)
        )
        with self.database.read() as connection:
            return {row.delivery_id: row for row in connection.execute(chosen)}


def law(url: str) -> type[LedgerLaw]:
    return type("LedgerLawHere", (LedgerLaw,), {"url": url})


def test_any_order_of_events_keeps_the_law(url: str) -> None:
    run_state_machine_as_test(
        law(url),
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_states_that_end_a_row_lead_nowhere() -> None:
    ends = {state for state, after in REACHABLE.items() if after == {state}}
    assert ends == {"delivered", "rejected", "superseded", "expired", "dead"}
