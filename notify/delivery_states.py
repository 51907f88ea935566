"""How a delivery goes from state to state, what one attempt can come to, and the one guard between them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
