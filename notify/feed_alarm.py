"""Which feeds are out, from how their rounds went; operations hear of all that are in one event. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from notify.alert import Reason, require_utc
from notify.bundling import BundleLaw
from notify.rules import FeedAlertRules

FEEDS = BundleLaw("feeds:", Reason.FEED_OUT, Reason.FEED_BACK, fewer_too=True)


@dataclass(frozen=True, slots=True)
class FeedRound:
    """How one round of a feed went. Stale or malformed answers are failures too."""

    feed: str
    ok: bool
    problem: str = ""
    """What was wrong; of a good round what could not be used beside the rest, and what to do."""


@dataclass(frozen=True, slots=True)
class FeedMemory:
    """What is remembered of a feed between rounds: the outage that lasts, or the last one."""

    failed_rounds: int = 0
    out_since_utc: datetime | None = None
    back_utc: datetime | None = None
    """When it answered again; None while it does not, and where it always did."""
    last_round_utc: datetime | None = None
    problem: str = ""
    """Of the last round."""

    @property
    def fails(self) -> bool:
        """Whether its last round failed."""
        return self.out_since_utc is not None and self.back_utc is None


def counted(found: FeedRound, memory: FeedMemory, *, now: datetime) -> FeedMemory:
    """The memory after a round; a round at a time that was counted already counts once.

    Raises:
        ValueError: a naive time.
    """
    require_utc(now)
    if found.ok:
        return replace(memory, back_utc=now if memory.fails else memory.back_utc, last_round_utc=now, problem="")
    failing = memory if memory.fails else FeedMemory(last_round_utc=memory.last_round_utc)
    again = failing.last_round_utc is not None and now <= failing.last_round_utc
    return FeedMemory(
        failed_rounds=failing.failed_rounds + (not again),
        out_since_utc=failing.out_since_utc or now,
        last_round_utc=failing.last_round_utc if again else now,
        problem=found.problem,
    )


def feeds_out(memories: Mapping[str, FeedMemory], *, now: datetime, rules: FeedAlertRules) -> list[str]:
    """The feeds that have been out for too many rounds, the one that is so longest first.

    One that was asked no more for long was taken out of use: nobody waits for it.
    """
    asked_since = now - timedelta(hours=rules.asked_within_h)
    out = {
        feed: memory.out_since_utc
        for feed, memory in memories.items()
        if memory.out_since_utc is not None
        and memory.fails
        and memory.failed_rounds >= rules.out_after_rounds
        and memory.last_round_utc is not None
        and memory.last_round_utc >= asked_since
    }
    return sorted(out, key=lambda feed: (out[feed], feed))
