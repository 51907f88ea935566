"""One row from its claim to its record: looked up, paid for with a token, begun, sent, recorded, failed over."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from boundary_zones.contacts import Recipient
from notify.account import Account, Later
from notify.alert import Alert, require_utc
from notify.channel_rules import ChannelLimits, kind_of
from notify.delivery_states import DeliveryState, Finding, Outcome, OutcomeClass, states_after
from notify.drill_gate import DrillWindow, shut_out
from notify.ledger import Delivery, Ledger
from notify.obligations import failover_rows
from notify.parcel import Parcel
from notify.rules import DispatchRules, by_channel

_LEAST_WAIT_S = 1.0
_C = OutcomeClass
_THERE = {Finding.ARRIVED, Finding.DELIVERED}
_NOT_THERE = {Finding.MISSING, Finding.FAILED}

Send = Callable[[str, Parcel], Outcome]
LookUp = Callable[[str, Parcel], Finding]
"""Asks a provider by the parcel's key what became of an earlier attempt."""
Addresses = Mapping[tuple[str, str, str], str]


class Ending(StrEnum):
    """What a round did with a row."""

    SENT = "sent"
    RETRIED = "retried"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    DEAD = "dead"
    SKIPPED = "skipped"
    """Needless by now, or another dispatcher's: nothing was sent."""
    DEFERRED = "deferred"
    """Given back until its provider's rate, circuit or receipt allows: nothing was sent."""
    CRASHED = "crashed"


_ENDING = {
    DeliveryState.SENT: Ending.SENT,
    DeliveryState.PENDING: Ending.RETRIED,
    DeliveryState.REJECTED: Ending.REJECTED,
    DeliveryState.UNKNOWN: Ending.UNKNOWN,
    DeliveryState.DEAD: Ending.DEAD,
}


def credential_of(address: str) -> str:
    """A name for the account behind an address, from which nothing of it can be read: one account, one rate."""
    account = urlsplit(address)
    return hashlib.sha256(f"{account.scheme}://{account.netloc}".encode()).hexdigest()[:16]


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
    endpoints: Mapping[tuple[str, str], Sequence[Recipient]] = field(default_factory=dict, repr=False)
    """Of each office, in their order of failover."""
    limits: ChannelLimits | None = None
    """Rates and receipts by channel; without them every row may go at once and none is looked up."""
    look_up: LookUp | None = None
    drills: Callable[[], Sequence[DrillWindow]] = tuple
    """Windows in which an exercise may use real channels."""
    wall: Callable[[], datetime] | None = None
    """The clock on the wall, where ``now`` is an exercise's own."""
    credential: Callable[[str], str] = credential_of

    def receipt_after_s(self, channel: str) -> float:
        """Seconds until a provider can be asked for a receipt; 0 where it cannot be."""
        if self.look_up is None or self.limits is None:
            return 0.0
        return by_channel(self.limits.look_up_after_s, channel)


def deliver(room: PostRoom, claimed: Delivery) -> tuple[Ending, str]:
    """Send a claimed row, or find that it need not be sent."""
    alert = room.ledger.alert(claimed.alert_id)
    missing = False
    sendable = _refusal(room, claimed, alert, missing=True) is None
    account = _account(room, claimed) if sendable else None
    detour = next_endpoint(room, claimed, alert)
    if claimed.unknowns and room.receipt_after_s(claimed.channel) and sendable:
        finding = _ask(room, claimed, alert, account=account, detour=detour)
        if finding is None:
            return Ending.DEFERRED, "the provider cannot say yet"
        if finding in _THERE:
            return Ending.SENT, f"looked up: {finding}"
        missing = finding in _NOT_THERE
    row = room.ledger.begin_sending(claimed, now=require_utc(room.now()), account=account, detour=detour)
    if isinstance(row, Later):
        return Ending.DEFERRED, "its provider takes no messages" if row.cut_off else "its provider's rate"
    if row is None:
        return Ending.SKIPPED, "needless, or claimed anew"
    refused = _refusal(room, row, alert, missing=missing)
    if refused is not None:
        return _closed(room, row, refused, detour=detour)
    return _recorded(room, row, _sent(room, row, alert, missing=missing), account=account, detour=detour)


def _ask(
    room: PostRoom, claimed: Delivery, alert: Alert, *, account: Account | None, detour: Sequence[Delivery]
) -> Finding | None:
    """What the provider said; None when the row was given back because it cannot say yet."""
    assert room.look_up is not None
    parcel = Parcel(claimed, alert, sending_utc=require_utc(room.now()))
    finding = room.look_up(room.addresses[claimed.region, claimed.office, claimed.channel], parcel)
    now = require_utc(room.now())
    again_at = now + timedelta(seconds=room.receipt_after_s(claimed.channel))
    most = room.rules.look_ups_most
    goes_on = room.ledger.looked_up(
        claimed, finding, now=now, again_at=again_at, most=most, account=account, detour=detour
    )
    return finding if goes_on or finding in _THERE else None


def _account(room: PostRoom, claimed: Delivery) -> Account | None:
    """The account behind a row; None where no limits are at hand."""
    if room.limits is None:
        return None
    return Account(
        room.credential(room.addresses[claimed.region, claimed.office, claimed.channel]),
        per_min=by_channel(room.limits.per_min, claimed.channel),
        burst=by_channel(room.limits.burst, claimed.channel),
        circuit=room.rules.circuit,
    )


def _sent(room: PostRoom, row: Delivery, alert: Alert, *, missing: bool) -> Outcome:
    resend = row.unknowns > 0 and not missing and not _keyed(room.rules, row)
    parcel = Parcel(row, alert, sending_utc=require_utc(room.now()), resend=resend)
    return room.send(room.addresses[row.region, row.office, row.channel], parcel)


def _refusal(room: PostRoom, row: Delivery, alert: Alert, *, missing: bool) -> Outcome | None:
    """Why this row is not sent at all, or None. ``missing``: the provider says that it has none of it."""
    address = room.addresses.get((row.region, row.office, row.channel))
    if address is None:
        return Outcome(_C.REJECT_PERMANENT, f"no address for {row.region}/{row.office}/{row.channel} in the contacts")
    why = shut_out(row, alert, address, windows=room.drills, now=require_utc((room.wall or room.now)()))
    if why is not None:
        return Outcome(_C.REJECT_PERMANENT, why)
    if not missing and not _keyed(room.rules, row) and row.unknowns > room.rules.doubtful_resends:
        return Outcome(_C.UNKNOWN, "not repeated: earlier attempts may have arrived")
    return None


def _closed(room: PostRoom, row: Delivery, refused: Outcome, *, detour: Sequence[Delivery]) -> tuple[Ending, str]:
    """Record that a row is not sent, now or later: its office is told on its next endpoint."""
    now = require_utc(room.now())
    room.ledger.record(row, refused, now=now, retry_at=None, failover=detour, account=None, detour=detour)
    return _ENDING[states_after(refused.outcome_class, again=False)[-1]], refused.detail


def _recorded(
    room: PostRoom,
    row: Delivery,
    outcome: Outcome,
    *,
    account: Account | None,
    detour: Sequence[Delivery],
) -> tuple[Ending, str]:
    """Record what became of a row that was sent. ``account`` hears of it."""
    now = require_utc(room.now())
    retry_at = _retry_at(room, row, outcome, now=now)
    if account is not None and outcome.outcome_class is _C.REJECT_TEMPORARY and outcome.retry_after_s:
        until = now + timedelta(seconds=min(outcome.retry_after_s, room.rules.retry_after_cap_s))
        room.ledger.pause(account, until=until, now=now, world=row.world)
    had_its_chance = retry_at is None or row.attempts + 1 >= by_channel(room.rules.failover_after, row.channel)
    detour = () if outcome.outcome_class is _C.OK else detour
    failover = detour if had_its_chance else ()
    room.ledger.record(row, outcome, now=now, retry_at=retry_at, failover=failover, account=account, detour=detour)
    return _ENDING[states_after(outcome.outcome_class, again=retry_at is not None)[-1]], outcome.detail


def next_endpoint(room: PostRoom, row: Delivery, alert: Alert) -> tuple[Delivery, ...]:
    """Rows of the office's next endpoint, for when this one had its chance or is cut off; none on another's behalf."""
    if row.for_office:
        return ()
    return failover_rows(alert, row, room.endpoints.get((row.region, row.office), ()))


def _retry_at(room: PostRoom, row: Delivery, outcome: Outcome, *, now: datetime) -> datetime | None:
    """When to try again; None when this was the end."""
    if not _again(room, row, outcome):
        return None
    wait_s = backoff_s(room.rules, row.channel, attempts=row.attempts, jitter=room.jitter())
    asked_s = min(outcome.retry_after_s or 0.0, room.rules.retry_after_cap_s)
    receipt_s = room.receipt_after_s(row.channel) if outcome.outcome_class is _C.UNKNOWN else 0.0
    return now + timedelta(seconds=max(_LEAST_WAIT_S, wait_s, asked_s, receipt_s))


def _again(room: PostRoom, row: Delivery, outcome: Outcome) -> bool:
    if outcome.outcome_class in {_C.OK, _C.REJECT_PERMANENT}:
        return False
    if row.attempts + 1 >= by_channel(room.rules.max_attempts, row.channel):
        return False
    if outcome.outcome_class is _C.UNKNOWN and not _keyed(room.rules, row) and not room.receipt_after_s(row.channel):
        return row.unknowns < room.rules.doubtful_resends
    return True


def _keyed(rules: DispatchRules, row: Delivery) -> bool:
    return kind_of(row.channel) in rules.keyed_channels


def backoff_s(rules: DispatchRules, channel: str, *, attempts: int, jitter: float) -> float:
    """Wait before the next attempt: full jitter over ``min(cap, base * 2**attempts)``."""
    cap_s = by_channel(rules.backoff_cap_s, channel)
    return jitter * min(cap_s, by_channel(rules.backoff_base_s, channel) * 2.0 ** min(attempts, 32))
