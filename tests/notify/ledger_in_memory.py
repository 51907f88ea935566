"""A ledger in memory that keeps to the table of states, and that can fail where it is told to."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from notify.account import Account, Later
from notify.alert import Alert
from notify.circuit import Circuit, Sign, heard, probing, wait_of
from notify.delivery_states import SIGNS, DeliveryState, Finding, Outcome, OutcomeClass, next_state, states_after
from notify.ledger import Delivery, Obligation

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
        self.findings: defaultdict[str, list[Finding]] = defaultdict(list)
        self.tokens: Counter[str] = Counter()
        self.paused: dict[str, datetime] = {}
        self.circuits: defaultdict[str, Circuit] = defaultdict(Circuit)
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

    def commit(self, alert: Alert, deliveries: Sequence[Delivery], owed: Sequence[Obligation] = ()) -> bool:
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

    def channels_due(self, *, now: datetime, world: str) -> list[str]:
        with self._lock:
            held = {S.CLAIMED, S.SENDING}
            return sorted(
                {row.channel for row in self.rows.values() if self._due(row, now, world) or row.state in held}
            )

    def _due(self, row: Delivery, now: datetime, world: str) -> bool:
        waiting = row.world == world and row.state is S.PENDING
        return waiting and (row.next_attempt_utc is None or row.next_attempt_utc <= now)

    def defer(self, delivery: Delivery, *, until: datetime) -> None:
        with self._lock:
            row = self.rows[delivery.delivery_id]
            if row.fence == delivery.fence and row.state is S.CLAIMED:
                del self.leases[row.delivery_id]
                self._move(row, S.PENDING, next_attempt_utc=until)

    def _hear(self, account: Account | None, sign: Sign, detour: Sequence[Delivery], now: datetime) -> None:
        if account is None or account.circuit is None:
            return
        key = account.credential
        self.circuits[key] = heard(self.circuits[key], sign, now=now, rules=account.circuit)
        if not self.circuits[key].closed:
            self._write(detour)

    def _write(self, rows: Sequence[Delivery]) -> None:
        for row in rows:
            self.rows.setdefault(row.delivery_id, row)

    def looked_up(
        self,
        delivery: Delivery,
        finding: Finding,
        *,
        now: datetime,
        again_at: datetime,
        most: int,
        account: Account | None = None,
        detour: Sequence[Delivery] = (),
    ) -> bool:
        with self._lock:
            if finding is Finding.UNSURE:
                self._hear(account, Sign.ILL, detour, now)
            row = self.rows[delivery.delivery_id]
            self.findings[row.delivery_id].append(finding)
            if finding in {Finding.ARRIVED, Finding.DELIVERED}:
                self._move(row, S.SENT, sent_utc=now)
                return False
            if finding is Finding.UNSURE and self.findings[row.delivery_id].count(finding) < most:
                self.defer(row, until=again_at)
                return False
            return True

    def pause(self, account: Account, *, until: datetime, now: datetime, world: str) -> None:
        self.paused[account.credential] = until

    def claim(
        self,
        *,
        owner: str,
        now: datetime,
        lease_s: float,
        limit: int,
        world: str,
        channel: str | None = None,
        doubt_s: float = 0.0,
    ) -> list[Delivery]:
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
            due = [row for row in self.rows.values() if self._due(row, now, world) and channel in {None, row.channel}]
            claimed = [self._move(row, S.CLAIMED, fence=row.fence + 1) for row in due[:limit]]
            self.leases |= {row.delivery_id: now + timedelta(seconds=lease_s) for row in claimed}
            return claimed

    def begin_sending(
        self,
        delivery: Delivery,
        *,
        now: datetime,
        account: Account | None = None,
        detour: Sequence[Delivery] = (),
    ) -> Delivery | Later | None:
        with self._lock:
            self._may_crash("begin_sending", "before")
            row = self.rows[delivery.delivery_id]
            if row.fence != delivery.fence or row.state is not S.CLAIMED:
                return None
            event = self.alerts[row.alert_id].event_id
            if any(one.event_id == event and one.revision > row.revision for one in self.alerts.values()):
                self._move(row, S.SUPERSEDED)
                return None
            circuit = Circuit() if account is None else self.circuits[account.credential]
            if account is not None and account.circuit is not None and not circuit.closed:
                wait = wait_of(circuit, now=now, rules=account.circuit)
                if wait:
                    self._write(detour)
                    self.defer(row, until=now + wait)
                    return Later(wait.total_seconds(), cut_off=True)
                self.circuits[account.credential] = probing(circuit, now=now, rules=account.circuit)
            if account is not None:
                self.tokens[account.credential] += 1
                if self.tokens[account.credential] > account.burst:
                    wait_s = 60.0 / account.per_min
                    self.defer(row, until=now + timedelta(seconds=wait_s))
                    return Later(wait_s)
            moved = self._move(row, S.SENDING)
            self._may_crash("begin_sending", "after")
            return moved

    def record(
        self,
        delivery: Delivery,
        outcome: Outcome,
        *,
        now: datetime,
        retry_at: datetime | None,
        failover: Sequence[Delivery] = (),
        account: Account | None = None,
        detour: Sequence[Delivery] = (),
    ) -> None:
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
            self._write(failover)
            self._hear(account, SIGNS[outcome.outcome_class], detour, now)
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
