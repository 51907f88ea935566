"""The gate before real channels: what is no real alert passes only through a window that two persons opened.

A drill must never be taken for a fire, and a fire alarm must not begin with a drill's mistake: by default whatever is
not live reaches the inbox only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from notify.alert import LIVE, Alert, require_utc
from notify.ledger import Delivery
from notify.texts import DRILL

INBOX_SCHEME = "inbox://"


@dataclass(frozen=True, slots=True)
class DrillWindow:
    """When and for which offices an exercise may use real channels.

    Raises:
        ValueError: an end that is not after the beginning, no office, or nobody who asks.
    """

    window_id: str
    world: str
    """The exercise that may pass: its name, or ``*`` for any."""
    offices: tuple[str, ...]
    """``region/office``: nobody else is reached."""
    begins_utc: datetime
    ends_utc: datetime
    reason: str
    asked_by: str
    confirmed_by: str = ""
    """The second person. Without one the window is shut."""
    closed_utc: datetime | None = None

    def __post_init__(self) -> None:
        if require_utc(self.ends_utc) <= require_utc(self.begins_utc):
            raise ValueError("a drill window ends after it begins")
        if not self.offices or not self.asked_by.strip() or not self.reason.strip():
            raise ValueError("a drill window needs offices, a reason and the name of who asks for it")

    def is_open(self, now: datetime) -> bool:
        """Whether two different persons signed it, and ``now`` lies in it."""
        signed = bool(self.confirmed_by.strip()) and self.confirmed_by.strip() != self.asked_by.strip()
        return signed and self.closed_utc is None and self.begins_utc <= now < self.ends_utc

    def admits(self, row: Delivery, *, now: datetime) -> bool:
        """Whether a row of this exercise may go to this office now."""
        return self.covers(row) and self.is_open(now)

    def covers(self, row: Delivery) -> bool:
        """Whether it is meant for this exercise and this office, open or not."""
        return self.world in {"*", row.world} and f"{row.region}/{row.office}" in self.offices


def shut_out(
    row: Delivery, alert: Alert, address: str, *, windows: Callable[[], Sequence[DrillWindow]], now: datetime
) -> str | None:
    """Why this row may not go to this address; None when it may.

    Args:
        row: to be sent.
        alert: its alert.
        address: where to.
        windows: of drills; asked only where they matter.
        now: by the clock on the wall: an exercise's own clock opens nothing.
    """
    if address.startswith(INBOX_SCHEME):
        return None
    if row.world == LIVE and alert.world == LIVE and not alert.exercise:
        return None
    if not any(window.admits(row, now=now) for window in windows()):
        return "an exercise or a replay reaches the inbox only: no signed drill window is open for this office"
    for text in (alert.text_short, alert.text_long, alert.text_full or alert.text_long):
        if not (text.startswith(DRILL) and text.endswith(DRILL)):
            return f"a drill's text must begin and end with {DRILL}"
    return None
