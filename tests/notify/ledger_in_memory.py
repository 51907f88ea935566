"""A ledger in memory that keeps to the table of states, and that can fail where it is told to."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from notify.alert import Alert
from notify.ledger import Delivery, DeliveryState, Outcome, OutcomeClass, next_state, states_after

S = DeliveryState


class Crash(Exception):
    """A power cut, for a test."""


class LedgerInMemory:
    """Implements :class:`notify.ledger.Ledger`; every method is one transaction."""

    def __init__(self) -> None:
        self.alerts: dict[str, Alert] = {}
        self.rows: dict[str, Delivery] = {}
        self.leases: dict[str, datetime] = {}
        self.attempts: list[tuple[str, Outcome]] = []
        self.crashes: dict[tuple[str, str], int] = {}
        """How often to fail at (method, ``before`` or ``after`` its commit)."""
        self._lock = threading.RLock()

    def _may_crash(self, method: str, when: str) -> None:
        left = self.crashes.get((method, when), 0)
        if left:
            self.crashes[method, when] = left - 1
            raise Crash(f"{when} {method}")

    def _move(self, row: Delivery, *path: DeliveryState, **values: object) -> Delivery:
        state = row.state
        for wanted in path:
            state = next_state(state, wanted)
        self.rows[row.delivery_id] = replace(row, state=state, **values)  # type: ignore[arg-type]  # fields by name
        return self.rows[row.delivery_id]

    def commit(self, alert: Alert, deliveries: Sequence[Delivery]) -> bool:
        with self._lock:
            if alert.alert_id in self.alerts:
                return False
            self.alerts[alert.alert_id] = alert
            self.rows |= {row.delivery_id: row for row in deliveries}
            for row in list(self.rows.values()):
                older = self.alerts[row.alert_id]
                if older.event_id == alert.event_id and row.revision < alert.revision and row.state is S.PENDING:
                    self._move(row, S.SUPERSEDED)
            return True

    def claim(self, *, owner: str, now: datetime, lease_s: float, limit: int, world: str) -> list[Delivery]:
        with self._lock:
            self._may_crash("claim", "before")
            for row in list(self.rows.values()):
                if row.world == world and self.leases.get(row.delivery_id, now + timedelta(1)) <= now:
                    del self.leases[row.delivery_id]
                    if row.state is S.CLAIMED:
                        self._move(row, S.PENDING)
                    elif row.state is S.SENDING:
                        counts = {"attempts": row.attempts + 1, "unknowns": row.unknowns + 1}
                        self._move(row, S.UNKNOWN, S.PENDING, next_attempt_utc=now, **counts)
            due = [
                row
                for row in self.rows.values()
                if row.world == world
                and row.state is S.PENDING
                and (row.next_attempt_utc is None or row.next_attempt_utc <= now)
            ]
            claimed = [self._move(row, S.CLAIMED, fence=row.fence + 1) for row in due[:limit]]
            self.leases |= {row.delivery_id: now + timedelta(seconds=lease_s) for row in claimed}
            return claimed

    def begin_sending(self, delivery: Delivery, *, now: datetime) -> Delivery | None:
        with self._lock:
            self._may_crash("begin_sending", "before")
            row = self.rows[delivery.delivery_id]
            if row.fence != delivery.fence or row.state is not S.CLAIMED:
                return None
            event = self.alerts[row.alert_id].event_id
            if any(one.event_id == event and one.revision > row.revision for one in self.alerts.values()):
                self._move(row, S.SUPERSEDED)
                return None
            moved = self._move(row, S.SENDING)
            self._may_crash("begin_sending", "after")
            return moved

    def record(self, delivery: Delivery, outcome: Outcome, *, now: datetime, retry_at: datetime | None) -> None:
        with self._lock:
            self._may_crash("record", "before")
            row = self.rows[delivery.delivery_id]
            self.attempts.append((row.delivery_id, outcome))
            if row.fence != delivery.fence or row.state is not S.SENDING:
                return
            del self.leases[row.delivery_id]
            doubtful = outcome.outcome_class is OutcomeClass.UNKNOWN
            self._move(
                row,
                *states_after(outcome.outcome_class, again=retry_at is not None),
                attempts=row.attempts + 1,
                unknowns=row.unknowns + doubtful,
                sent_utc=now if outcome.outcome_class is OutcomeClass.OK else row.sent_utc,
                outcome=outcome.outcome_class.value,
                next_attempt_utc=retry_at,
            )
            self._may_crash("record", "after")

    def alert(self, alert_id: str) -> Alert:
        with self._lock:
            self._may_crash("alert", "before")
            return self.alerts[alert_id]

    def acknowledge(self, code: str, *, office: str | None, by: str, via: str, now: datetime) -> list[Delivery]:
        with self._lock:
            answered = [
                row
                for row in self.rows.values()
                if self.alerts[row.alert_id].code == code and row.office == office and row.state is S.SENT
            ]
            return [self._move(row, S.DELIVERED, acknowledged_utc=now, acknowledged_by=by) for row in answered]
