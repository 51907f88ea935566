"""The ledger of deliveries: states, the one guard between them, and what the dispatcher asks of a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from notify.account import Account, Later
from notify.alert import Alert
from notify.circuit import Sign


class DeliveryState(StrEnum):
    """Where one alert to one recipient on one channel stands."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    DEAD = "dead"


_S = DeliveryState
NEXT_STATES: dict[DeliveryState, frozenset[DeliveryState]] = {
    _S.PENDING: frozenset({_S.CLAIMED, _S.SUPERSEDED, _S.EXPIRED, _S.DEAD}),
    # A claimed row becomes SENT when a look-up finds that an earlier, doubtful attempt arrived.
    _S.CLAIMED: frozenset({_S.SENDING, _S.PENDING, _S.SENT, _S.SUPERSEDED, _S.EXPIRED}),
    _S.SENDING: frozenset({_S.SENT, _S.PENDING, _S.REJECTED, _S.UNKNOWN}),
    _S.UNKNOWN: frozenset({_S.PENDING, _S.SENT, _S.DEAD, _S.SUPERSEDED, _S.EXPIRED}),
    # A receipt that says "failed" takes the word of the provider that took the message over.
    _S.SENT: frozenset({_S.DELIVERED, _S.REJECTED}),
    _S.DELIVERED: frozenset(),
    _S.REJECTED: frozenset(),
    _S.SUPERSEDED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.DEAD: frozenset(),
}


class IllegalTransition(ValueError):
    """A delivery cannot go from this state to that one."""


def next_state(state: DeliveryState, wanted: DeliveryState) -> DeliveryState:
    """Return ``wanted`` if it may follow ``state``.

    Raises:
        IllegalTransition: it may not.
    """
    if wanted not in NEXT_STATES[state]:
        raise IllegalTransition(f"a delivery that is {state} cannot become {wanted}")
    return wanted


class OutcomeClass(StrEnum):
    """What is known after a send (alerting.md §4.4)."""

    OK = "ok"
    REJECT_PERMANENT = "reject_permanent"
    REJECT_TEMPORARY = "reject_temporary"
    NOT_SENT = "not_sent"
    """The request never left: safe to repeat."""
    UNKNOWN = "unknown"
    """It may have arrived: a repeat may be a second copy."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The structured result of one attempt. ``detail`` holds no address and no secret."""

    outcome_class: OutcomeClass
    detail: str = ""
    retry_after_s: float | None = None
    provider_id: str | None = None


SIGNS = {
    OutcomeClass.OK: Sign.WELL,
    # A wrong number or key is a clear answer: its row ends, and fails over by itself.
    OutcomeClass.REJECT_PERMANENT: Sign.WELL,
    OutcomeClass.REJECT_TEMPORARY: Sign.ILL,
    OutcomeClass.NOT_SENT: Sign.ILL,
    OutcomeClass.UNKNOWN: Sign.ILL,
}
"""What an outcome tells of the account, and not of the recipient."""


class Finding(StrEnum):
    """What a provider says of an earlier attempt when it is asked by its key (look-up of receipts)."""

    ARRIVED = "arrived"
    """It took the message over."""
    DELIVERED = "delivered"
    """It reached the handset or mailbox."""
    MISSING = "missing"
    """It never had it: safe to send again."""
    FAILED = "failed"
    """It had it, and could not bring it to the handset: nobody has read it."""
    UNSURE = "unsure"
    """It cannot say yet."""


_C = OutcomeClass
_ENDS: dict[OutcomeClass, tuple[DeliveryState, ...]] = {
    _C.OK: (_S.SENT,),
    _C.REJECT_PERMANENT: (_S.REJECTED,),
    _C.REJECT_TEMPORARY: (_S.PENDING, _S.DEAD),
    _C.NOT_SENT: (_S.PENDING, _S.DEAD),
    _C.UNKNOWN: (_S.UNKNOWN,),
}
_AGAIN: dict[OutcomeClass, tuple[DeliveryState, ...]] = {
    _C.REJECT_TEMPORARY: (_S.PENDING,),
    _C.NOT_SENT: (_S.PENDING,),
    _C.UNKNOWN: (_S.UNKNOWN, _S.PENDING),
}


def states_after(outcome_class: OutcomeClass, *, again: bool) -> tuple[DeliveryState, ...]:
    """The states that a row which is SENDING walks through after an attempt; the last one is where it stays.

    Args:
        outcome_class: what is known of the attempt.
        again: whether another attempt is wanted (``retry_at`` is given).

    Raises:
        IllegalTransition: another attempt after an outcome that ends the row.
    """
    if again and outcome_class not in _AGAIN:
        raise IllegalTransition(f"a delivery whose attempt ended {outcome_class} is not tried again")
    return _AGAIN[outcome_class] if again else _ENDS[outcome_class]


EVERY_SILENT = "*"
"""In the place of an office on whose behalf another is called: all that have not answered when the call begins."""
NAMES_APART = "、"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert to one recipient on one channel."""

    delivery_id: str
    """sha256(world | event | revision | recipient | channel | step)[:32]: the same input is the same row."""
    alert_id: str
    revision: int
    region: str
    office: str
    """GB/T 2260 code of the office as text, or the name of a desk."""
    office_zh: str
    recipient_role: str
    channel: str
    step: int
    state: DeliveryState
    attempts: int = 0
    sent_utc: datetime | None = None
    acknowledged_utc: datetime | None = None
    acknowledged_by: str | None = None
    outcome: str | None = None
    next_attempt_utc: datetime | None = None
    fence: int = 0
    world: str = "live"
    unknowns: int = 0
    """Attempts that may have arrived: outcomes UNKNOWN, and leases that ran out while SENDING."""
    rank: int = 1
    """Of the endpoint among those of its office; the ones of rank 1 are told at once."""
    to_group: bool = False
    """A message to a chat group: it fulfils nobody's obligation."""
    for_region: str = ""
    for_office: str = ""
    """The office that has not answered, where this row calls another one on its behalf.

    ``EVERY_SILENT`` for all of ``for_region``, or of all regions where that is ``EVERY_SILENT`` too.
    """
    for_office_zh: str = ""
    """Its name; of all that are silent their names, known when the call begins."""
    provider_id: str | None = None
    """Under which its provider took it over."""

    @property
    def silent_zh(self) -> tuple[str, ...]:
        """Names of the offices that a step of the ladder is about: they have not answered."""
        return tuple((self.for_office_zh or self.office_zh).split(NAMES_APART))


class ObligationState(StrEnum):
    """Where an office that must hear of an alert stands. Delivered is not read, and read is not acknowledged."""

    OPEN = "open"
    SENT = "sent"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    UNREACHED = "unreached"
    """Nothing can reach it any more: no endpoint, or every endpoint refused or gave up."""
    EXPIRED = "expired"
    """The last way to it ran out of its time of validity before anything was sent."""
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Obligation:
    """An office that must hear of an alert, whether or not the contacts know a way to it."""

    alert_id: str
    region: str
    office: str
    office_zh: str
    level: str
    """Province, city or county."""
    deadline_utc: datetime
    """By when it must at least be sent."""
    world: str = "live"


class Ledger(Protocol):
    """What notify needs of a store. Times are arguments; every method is one transaction."""

    def commit(self, alert: Alert, deliveries: Sequence[Delivery], owed: Sequence[Obligation] = ()) -> bool:
        """Write the alert with all its rows at once; False when it was there already (nothing is written)."""

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
        """Take pending rows that are due, and those whose lease is over, for ``owner``; each gets a new fence.

        A row whose lease was over while SENDING goes through UNKNOWN first, and its ``unknowns`` count one more: it may
        have been sent. It is taken again after ``doubt_s``, when its provider knows what became of it.
        """

    def channels_due(self, *, now: datetime, world: str) -> list[str]:
        """Channels that have something to send now, or rows whose lease is over."""

    def defer(self, delivery: Delivery, *, until: datetime) -> None:
        """Give a claimed row back, to be taken again not before ``until``: no attempt was made."""

    def begin_sending(
        self,
        delivery: Delivery,
        *,
        now: datetime,
        account: Account | None = None,
        detour: Sequence[Delivery] = (),
    ) -> Delivery | Later | None:
        """Commit SENDING just before the request, and take a token of the account with it.

        None when the fence is stale, a newer revision or an answer made the row needless, it is silenced or expired.
        ``Later`` when the account has no token left or is cut off: the row waits for its turn, and no attempt was made.
        ``detour`` are rows of the office's next endpoint; they are written, once, where the account is cut off.
        """

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
        """Append the attempt and walk ``states_after``; a stale fence appends only.

        ``attempts`` counts one more, and ``unknowns`` too when the outcome is UNKNOWN. ``failover`` are rows of the
        office's next endpoint; they are written once, and not when the office has answered. ``account`` hears of the
        outcome; where that leaves it cut off, ``detour`` is written like ``failover``.
        """

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
        """Keep what a provider said of a claimed row whose earlier attempt may have arrived.

        ARRIVED and DELIVERED end it without a send; UNSURE gives it back until ``again_at``, at most ``most`` times,
        and speaks against the ``account``; see :meth:`record`.

        Returns:
            Whether it is to be sent again now.
        """

    def pause(self, account: Account, *, until: datetime, now: datetime, world: str) -> None:
        """Let no token of an account be taken before an instant: its provider asked for patience."""

    def alert(self, alert_id: str) -> Alert:
        """The alert of a delivery."""

    def acknowledge(self, code: str, *, office: str | None, by: str, via: str, now: datetime) -> list[Delivery]:
        """Record an answer; the rows it answered."""
