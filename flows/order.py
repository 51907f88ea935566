"""What a run was asked to do, and what came of it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import count
from typing import Any

from flows.errors import OrderRefused
from notify.alert import LIVE
from notify.phrases import BEIJING
from store.products import Product
from store.run_rows import RunInput, RunOutcome, Trigger


class FlowName(StrEnum):
    """The flows; their names in run rows and in the end line."""

    DANGER_WATCH = "danger_watch"
    HOTSPOT_WATCH = "hotspot_watch"
    DISPATCH_ROUND = "dispatch_round"
    AUDIT_ROUND = "audit_round"
    DUTY_REPORT = "duty_report"
    MONTHLY_TRAINING = "monthly_training"


@dataclass(frozen=True, slots=True)
class Order:
    """One run to do.

    Attributes:
        as_of: the time the run stands at, aware, UTC.
        zones: ids of joint units; empty for all.
        live: ask the feeds. False: read what the archive held at ``as_of``.
        send: commit the alerts. False: decide, show, and tell nobody.
        world: whose memory is read and written.
        known_by_utc: only inputs that were there by then are used; None for a run that asks the feeds.
        rerun_of: the run that this one repeats.
        backfill: fill a gap: sends nothing, and keeps moisture codes of days that have none.

    Raises:
        OrderRefused: a naive time, or no reason.
    """

    flow: FlowName
    as_of: datetime
    reason: str
    who: str
    trigger: Trigger
    zones: tuple[str, ...] = ()
    live: bool = True
    send: bool = False
    world: str = LIVE
    known_by_utc: datetime | None = None
    rerun_of: str | None = None
    backfill: bool = False

    def __post_init__(self) -> None:
        if self.as_of.tzinfo is None:
            raise OrderRefused(f"as_of {self.as_of} has no time zone; write an offset, for example +08:00")
        if self.backfill and self.send:
            raise OrderRefused("a backfill never sends")
        if not self.reason.strip():
            raise OrderRefused("a run has a reason; say why in a few words")

    @property
    def available_by(self) -> datetime | None:
        """Up to when a hotspot must have been there to be seen; None for a run that asks the feeds."""
        return None if self.live else self.known_by_utc or self.as_of

    @property
    def exercise(self) -> bool:
        """Whether everything that this run tells anybody is marked 【演练】."""
        return self.world != LIVE


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a run decided of one event: to tell, with words, or not to, with the reason."""

    event_id: str
    kind: str
    zone: str | None
    level: str
    reason: str
    told: bool
    revision: int = 0
    previous_level: str = ""
    code: str = ""
    text_short: str = ""
    text_sha256: str = ""
    """Of all texts together."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did. ``missing`` is Chinese, as it stands in products: each input that was absent or old."""

    outcome: RunOutcome
    missing: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    """What each feed that is out or wrong said, as an operator reads it."""
    inputs: tuple[RunInput, ...] = ()
    products: tuple[Product, ...] = ()
    alerts: tuple[str, ...] = ()
    """Codes of the alerts that were committed, or would have been."""
    counts: Mapping[str, int] = field(default_factory=dict)
    table: tuple[Mapping[str, Any], ...] = ()
    """What a person looks at first: one row a zone, an incident or a region."""
    conclusions: tuple[Conclusion, ...] = ()
    """What was decided of each event, told or not."""
    again: Callable[[Any, Order], Sequence[Conclusion]] | None = field(default=None, compare=False, repr=False)
    """Decides about the same findings in another house (a ``House``) and at another time: what would be sent now."""


_FIRST_BELOW = 1 << 23


@lru_cache(maxsize=1)
def _numbers(process: int) -> Iterator[int]:  # noqa: ARG001  # a process that was forked begins elsewhere
    return count(secrets.randbelow(_FIRST_BELOW))


def new_run_id(as_of: datetime, flow: FlowName) -> str:
    """``R20270410-0710-danger-3f9a2c``: Beijing time, what ran, and a number.

    Within a process the number grows, so that of two runs of one instant the later is known; it begins anywhere, so
    that two processes make no id twice.
    """
    number = next(_numbers(os.getpid()))
    return f"R{as_of.astimezone(BEIJING):%Y%m%d-%H%M}-{flow.split('_')[0]}-{number:06x}"


def spoken_run_id(run_id: str) -> str:
    """The part of :func:`new_run_id` that is said on the phone: ``R0410-0710``."""
    day, minute, *_ = run_id.split("-")
    return f"R{day[-4:]}-{minute}"
