"""Receipts (送达回执): providers that report what became of a message are asked, for a while, after it was sent.

Sent is not delivered. A receipt that says "delivered" is kept; one that says "failed" takes the row back from SENT, and
the office's next endpoint gets the message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from notify.alert import require_utc
from notify.channel_rules import kind_of
from notify.delivering import PostRoom, next_endpoint
from notify.delivery_states import Finding
from notify.drill_gate import shut_out
from notify.ledger import Delivery
from notify.parcel import Parcel


@dataclass(frozen=True, slots=True)
class ReceiptRules:
    """How receipts are asked for (section ``receipts`` of ``rules/channels.toml``).

    Raises:
        ValueError: a number that is not positive.
    """

    first_after_s: Mapping[str, float]
    """By channel: seconds after sending until the first inquiry. Channels that are not named have no receipts."""
    window_h: float
    """After this nobody asks any more: the message stays sent."""
    per_min: float
    """Inquiries a minute and channel, of all dispatchers together."""
    at_once: int
    """Inquiries in one go; a message that has none yet is asked for again after twice its age."""

    def __post_init__(self) -> None:
        if min(self.window_h, self.per_min, self.at_once, *self.first_after_s.values()) <= 0:
            raise ValueError("every number of the receipts must be positive")

    def wait(self, channel: str) -> ReceiptWait | None:
        """When a channel's receipts are asked for; None where it has none."""
        first_s = self.first_after_s.get(kind_of(channel))
        if first_s is None:
            return None
        return ReceiptWait(timedelta(seconds=first_s), timedelta(hours=self.window_h), self.per_min)


@dataclass(frozen=True, slots=True)
class ReceiptWait:
    """When one channel's receipts are asked for."""

    first: timedelta
    window: timedelta
    per_min: float
    """Inquiries of all dispatchers together."""

    def again_at(self, sent_utc: datetime, now: datetime) -> datetime:
        """When to ask again for a message that was sent then: after as much time again."""
        return now + max(self.first, now - sent_utc)


class ReceiptBook(Protocol):
    """What is asked of the ledger beside :class:`notify.ledger.Ledger`."""

    def channels_sent(self, *, since: datetime, world: str) -> list[str]:
        """Channels with rows that were sent since an instant and have no receipt."""

    def take_up_receipts(
        self, channel: str, wait: ReceiptWait, *, now: datetime, limit: int, world: str
    ) -> list[Delivery]:
        """Rows whose receipt is asked for now."""

    def confirm(self, delivery_id: str, *, now: datetime, detail: str = "") -> bool:
        """The message reached its end; whether that was news."""

    def bounce(self, delivery_id: str, *, now: datetime, detail: str, failover: Sequence[Delivery] = ()) -> bool:
        """The message reached nobody; whether that was news."""


def ask_for_receipts(
    room: PostRoom, book: ReceiptBook, rules: ReceiptRules, *, world: str, over: Callable[[], bool] = lambda: False
) -> Counter[Finding]:
    """Ask once for every receipt that is due.

    Args:
        room: channels, clock, contacts.
        book: the ledger.
        rules: of the receipts.
        world: ``live``, or an exercise, which asks only where it may send.
        over: whether to stop; what was taken up and not asked for is due again.

    Returns:
        How many said what.
    """
    said: Counter[Finding] = Counter()
    if room.look_up is None:
        return said
    now = require_utc(room.now())
    for channel in book.channels_sent(since=now - timedelta(hours=rules.window_h), world=world):
        wait = rules.wait(channel)
        rows = () if wait is None else book.take_up_receipts(channel, wait, now=now, limit=rules.at_once, world=world)
        for row in rows:
            if over():
                return said
            if (found := _asked(room, book, row)) is not None:
                said[found] += 1
    return said


def _asked(room: PostRoom, book: ReceiptBook, row: Delivery) -> Finding | None:
    """What a provider said of one row, after the ledger has it; None for a row that nobody may ask about."""
    alert = room.ledger.alert(row.alert_id)
    address = room.addresses.get((row.region, row.office, row.channel))
    now = require_utc(room.now())
    wall = require_utc((room.wall or room.now)())
    if address is None or room.look_up is None or shut_out(row, alert, address, windows=room.drills, now=wall):
        return None
    finding = room.look_up(address, Parcel(row, alert, sending_utc=now))
    if finding is Finding.DELIVERED:
        book.confirm(row.delivery_id, now=now, detail="receipt")
    elif finding is Finding.FAILED:
        book.bounce(row.delivery_id, now=now, detail="could not be delivered", failover=next_endpoint(room, row, alert))
    return finding
