"""When operations hear that a feed is out, and that it is back: each once. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from notify.alert import Alert, AlertKind, Draft, FeedLevel, Reason, Silence, require_utc
from notify.decide import Decision, Scope
from notify.rules import FeedAlertRules


@dataclass(frozen=True, slots=True)
class FeedRound:
    """How one round of a feed went. Stale or malformed answers are failures too."""

    feed: str
    ok: bool
    problem: str = ""
    """What was wrong; of a good round what could not be used beside the rest, and what to do."""


@dataclass(frozen=True, slots=True)
class FeedMemory:
    """What is remembered of a feed between rounds."""

    failed_rounds: int = 0
    out_since_utc: datetime | None = None
    event_id: str = ""
    revision: int = 0
    """0 while operations have not been told."""
    last_round_utc: datetime | None = None


def feed_event_prefix(feed: str) -> str:
    """How the ids of all events of a feed begin."""
    return f"feed:{feed}:"


def decide_feed(
    found: FeedRound, memory: FeedMemory, *, scope: Scope, now: datetime, rules: FeedAlertRules
) -> Decision[FeedMemory]:
    """Whether to tell operations that a feed is out, or back: each once.

    Args:
        found: how this round went.
        memory: as the last round left it.
        scope: whom operations' alerts go to.
        now: time of the round; a round at a time that was counted already counts once.
        rules: section ``feed``.

    Raises:
        ValueError: a naive time.
    """
    require_utc(now)
    if found.ok:
        return _feed_answered(found, memory, scope=scope, now=now)
    since = memory.out_since_utc or now
    again = memory.last_round_utc is not None and now <= memory.last_round_utc
    failing = replace(
        memory,
        failed_rounds=memory.failed_rounds + (not again),
        out_since_utc=since,
        event_id=memory.event_id or f"{feed_event_prefix(found.feed)}{since:%Y%m%dT%H%M%SZ}",
        last_round_utc=memory.last_round_utc if again else now,
    )
    if memory.revision or failing.failed_rounds < rules.out_after_rounds:
        reason = Reason.UNCHANGED if memory.revision else Reason.HELD
        level = FeedLevel.OUT if memory.revision else FeedLevel.NONE
        return Decision(Silence(failing.event_id, scope.zone, level, reason, now, found.problem), failing)
    told = replace(failing, revision=1)
    return Decision(_feed_draft(told, Reason.FEED_OUT, scope=scope, now=now), told)


def _feed_answered(found: FeedRound, memory: FeedMemory, *, scope: Scope, now: datetime) -> Decision[FeedMemory]:
    cleared = FeedMemory(last_round_utc=now)
    if memory.revision == 0:
        silence = Silence(memory.event_id or f"feed:{found.feed}", scope.zone, FeedLevel.NONE, Reason.UNCHANGED, now)
        return Decision(silence, cleared)
    told = replace(memory, revision=memory.revision + 1)
    return Decision(_feed_draft(told, Reason.FEED_BACK, scope=scope, now=now), cleared)


def _feed_draft(told: FeedMemory, reason: Reason, *, scope: Scope, now: datetime) -> Draft:
    levels = (FeedLevel.OUT, FeedLevel.NONE) if reason is Reason.FEED_OUT else (FeedLevel.NONE, FeedLevel.OUT)
    return Draft(
        event_id=told.event_id,
        revision=told.revision,
        kind=AlertKind.SYSTEM,
        zone=scope.zone,
        level=levels[0],
        previous_level=levels[1],
        reason=reason,
        decided_utc=now,
        regions=scope.regions,
        degraded=reason is Reason.FEED_OUT,
        world=scope.world,
    )


def feed_memory_of(alert: Alert) -> FeedMemory:
    """The memory as it was when ``alert``, the last of its feed, was decided."""
    decided = alert.decided_utc
    if alert.reason is not Reason.FEED_OUT:
        return FeedMemory(last_round_utc=decided)
    return FeedMemory(
        failed_rounds=1,
        out_since_utc=decided,
        event_id=alert.event_id,
        revision=alert.revision,
        last_round_utc=decided,
    )
