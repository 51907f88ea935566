"""One round of sending: claim, say that it is being sent, send, record what is known. Retries live here only.

A row that fails in an unforeseen way stops no other. It stays as it is, and when its lease is over it comes back: as
one that was not sent, or, from SENDING on, as one that may have arrived. Each channel has its own few workers, so one
that hangs takes no place from another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from boundary_zones.contacts import Recipient
from notify.alert import LIVE, Alert, require_utc
from notify.ledger import Delivery, DeliveryState, Ledger, Outcome, OutcomeClass, states_after
from notify.parcel import Parcel
from notify.rules import DispatchRules, by_channel

INBOX_SCHEME = "inbox://"
_LEAST_WAIT_S = 1.0
_C = OutcomeClass

Send = Callable[[str, Parcel], Outcome]
Addresses = Mapping[tuple[str, str, str], str]


class Ending(StrEnum):
    """What a round did with a row."""

    SENT = "sent"
    RETRIED = "retried"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    DEAD = "dead"
    SKIPPED = "skipped"
    """Superseded, or another dispatcher's by now: nothing was sent."""
    CRASHED = "crashed"


_ENDING = {
    DeliveryState.SENT: Ending.SENT,
    DeliveryState.PENDING: Ending.RETRIED,
    DeliveryState.REJECTED: Ending.REJECTED,
    DeliveryState.UNKNOWN: Ending.UNKNOWN,
    DeliveryState.DEAD: Ending.DEAD,
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One row of a round."""

    delivery_id: str
    region: str
    office: str
    channel: str
    ending: Ending
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DispatchReport:
    """What a round did, row by row."""

    attempts: tuple[Attempt, ...] = ()

    @property
    def claimed(self) -> int:
        """Rows that were taken."""
        return len(self.attempts)

    def count(self, ending: Ending) -> int:
        """Rows with this ending."""
        return sum(attempt.ending is ending for attempt in self.attempts)

    @property
    def counts(self) -> dict[Ending, int]:
        """Rows by ending, every ending named."""
        return {ending: self.count(ending) for ending in Ending}

    @property
    def by_region(self) -> dict[str, Counter[Ending]]:
        """Rows by region and ending."""
        found: dict[str, Counter[Ending]] = {}
        for attempt in self.attempts:
            found.setdefault(attempt.region, Counter())[attempt.ending] += 1
        return found

    @property
    def crashed(self) -> tuple[Attempt, ...]:
        """Rows that failed in a way nobody foresaw: an operator must look."""
        return tuple(attempt for attempt in self.attempts if attempt.ending is Ending.CRASHED)


@dataclass(frozen=True, slots=True)
class PostRoom:
    """What a dispatcher works with."""

    ledger: Ledger
    send: Send
    now: Callable[[], datetime]
    jitter: Callable[[], float]
    """Uniform in [0, 1)."""
    rules: DispatchRules
    addresses: Addresses = field(repr=False)
    """By region, office and channel, as the contacts file says now."""


def addresses_of(recipients: Sequence[Recipient]) -> dict[tuple[str, str, str], str]:
    """The addresses of a contacts file, by region, office and channel."""
    return {(one.region, one.office, one.channel): one.address for one in recipients}


def dispatch_round(room: PostRoom, *, owner: str, world: str) -> DispatchReport:
    """Send everything of a world that is due.

    Args:
        room: ledger, channels, clock and rules.
        owner: name of this dispatcher, for the lease.
        world: ``live``, or an exercise, which reaches the inbox only.
    """
    attempts: list[Attempt] = []
    rules = room.rules
    with ExitStack() as stack:
        pools: dict[str, ThreadPoolExecutor] = {}
        while True:
            now = require_utc(room.now())
            rows = room.ledger.claim(owner=owner, now=now, lease_s=rules.lease_s, limit=rules.batch, world=world)
            for row in rows:
                if row.channel not in pools:
                    pools[row.channel] = stack.enter_context(
                        ThreadPoolExecutor(by_channel(rules.workers, row.channel), f"send-{row.channel}")
                    )
            under_way = [(row, pools[row.channel].submit(_deliver, room, row)) for row in rows]
            attempts.extend(_ended(row, future) for row, future in under_way)
            if len(rows) < rules.batch:
                return DispatchReport(tuple(attempts))


def _ended(row: Delivery, future: Future[tuple[Ending, str]]) -> Attempt:
    crash = future.exception()
    ending, detail = future.result() if crash is None else (Ending.CRASHED, type(crash).__name__)
    return Attempt(row.delivery_id, row.region, row.office, row.channel, ending, detail)


def _deliver(room: PostRoom, claimed: Delivery) -> tuple[Ending, str]:
    """One row from its claim to its record."""
    alert = room.ledger.alert(claimed.alert_id)
    row = room.ledger.begin_sending(claimed, now=require_utc(room.now()))
    if row is None:
        return Ending.SKIPPED, "superseded or claimed anew"
    outcome = _refusal(room, row) or _sent(room, row, alert)
    now = require_utc(room.now())
    retry_at = _retry_at(room, row, outcome, now=now)
    room.ledger.record(row, outcome, now=now, retry_at=retry_at)
    return _ENDING[states_after(outcome.outcome_class, again=retry_at is not None)[-1]], outcome.detail


def _sent(room: PostRoom, row: Delivery, alert: Alert) -> Outcome:
    resend = row.unknowns > 0 and row.channel not in room.rules.keyed_channels
    parcel = Parcel(row, alert, sending_utc=require_utc(room.now()), resend=resend)
    return room.send(room.addresses[row.region, row.office, row.channel], parcel)


def _refusal(room: PostRoom, row: Delivery) -> Outcome | None:
    """Why this row is not sent at all, or None."""
    address = room.addresses.get((row.region, row.office, row.channel))
    if address is None:
        return Outcome(_C.REJECT_PERMANENT, f"no address for {row.region}/{row.office}/{row.channel} in the contacts")
    if row.world != LIVE and not address.startswith(INBOX_SCHEME):
        return Outcome(_C.REJECT_PERMANENT, "an exercise or a replay reaches the inbox only")
    if row.channel not in room.rules.keyed_channels and row.unknowns > room.rules.doubtful_resends:
        return Outcome(_C.UNKNOWN, "not repeated: earlier attempts may have arrived")
    return None


def _retry_at(room: PostRoom, row: Delivery, outcome: Outcome, *, now: datetime) -> datetime | None:
    """When to try again; None when this was the end."""
    if not _again(room.rules, row, outcome):
        return None
    wait_s = backoff_s(room.rules, row.channel, attempts=row.attempts, jitter=room.jitter())
    asked_s = min(outcome.retry_after_s or 0.0, room.rules.retry_after_cap_s)
    return now + timedelta(seconds=max(_LEAST_WAIT_S, wait_s, asked_s))


def _again(rules: DispatchRules, row: Delivery, outcome: Outcome) -> bool:
    if outcome.outcome_class in {_C.OK, _C.REJECT_PERMANENT}:
        return False
    if row.attempts + 1 >= by_channel(rules.max_attempts, row.channel):
        return False
    if outcome.outcome_class is _C.UNKNOWN and row.channel not in rules.keyed_channels:
        return row.unknowns < rules.doubtful_resends
    return True


def backoff_s(rules: DispatchRules, channel: str, *, attempts: int, jitter: float) -> float:
    """Wait before the next attempt: full jitter over ``min(cap, base * 2**attempts)``."""
    cap_s = by_channel(rules.backoff_cap_s, channel)
    return jitter * min(cap_s, by_channel(rules.backoff_base_s, channel) * 2.0 ** min(attempts, 32))
