"""The ledger of deliveries: who is told and who is owed it, and what the dispatcher asks of a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from notify.account import Account, Later
from notify.alert import Alert
from notify.delivery_states import DeliveryState, Finding, Outcome

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
