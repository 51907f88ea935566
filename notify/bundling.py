"""Troubles of one kind as one event (合并通报): operations hear of all that stand in one message. Pure.

Each message names everything that stands, so that a newer one may take the place of one that has not left yet. What it
was told of is the evidence of an alert: the ledger itself is the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from notify.alert import Alert, AlertKind, Draft, FeedLevel, Reason, Silence, require_utc
from notify.decision import Decision, Scope

_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class BundleLaw:
    """How troubles of one kind are told."""

    prefix: str
    """How the ids of these events begin."""
    bad: Reason
    good: Reason
    wait: timedelta = timedelta(0)
    """Least time between two messages about more of the same causes."""
    fewer_too: bool = False
    """Whether operations hear that some are over while others stand."""
    cause_of: Callable[[str], str] = str
    """The cause in a key."""


@dataclass(frozen=True, slots=True)
class BundleMemory:
    """What operations were told of. ``told`` are keys of troubles."""

    told: tuple[str, ...] = ()
    since_utc: datetime | None = None
    event_id: str = ""
    revision: int = 0
    """0 while all is well."""
    last_told_utc: datetime | None = None


def decide_bundle(
    keys: Sequence[str], memory: BundleMemory, *, law: BundleLaw, scope: Scope, now: datetime
) -> Decision[BundleMemory]:
    """Whether operations hear of a trouble: once when it comes, and once when all are gone.

    A new cause is told at once, and so is the end of all. More of a cause that was told, and that some are over, waits
    until ``law.wait`` is over, and is then told in one message with all that stands.

    Args:
        keys: what stands now; a key stays the same while its trouble lasts.
        memory: what operations were told.
        law: of this kind.
        scope: whom operations' alerts go to.
        now: time of the decision.

    Raises:
        ValueError: a naive time.
    """
    require_utc(now)
    quiet_id = memory.event_id or law.prefix
    if not keys and memory.revision:
        told = replace(memory, revision=memory.revision + 1)
        return Decision(_draft(told, law.good, law=law, scope=scope, now=now), BundleMemory())
    if set(keys) == set(memory.told) or (set(keys) < set(memory.told) and not law.fewer_too):
        level = FeedLevel.OUT if keys else FeedLevel.NONE
        return Decision(Silence(quiet_id, scope.zone, level, Reason.UNCHANGED, now), memory)
    causes = {law.cause_of(key) for key in memory.told}
    waits = memory.last_told_utc is not None and memory.last_told_utc <= now < memory.last_told_utc + law.wait
    if waits and all(law.cause_of(key) in causes for key in keys):
        return Decision(Silence(quiet_id, scope.zone, FeedLevel.OUT, Reason.HELD, now), memory)
    event_id = memory.event_id or f"{law.prefix}{now:{_STAMP}}"
    told = BundleMemory(tuple(keys), memory.since_utc or now, event_id, memory.revision + 1, now)
    return Decision(_draft(told, law.bad, law=law, scope=scope, now=now), told)


def bundle_memory_of(alert: Alert | None, law: BundleLaw) -> BundleMemory:
    """What operations knew after ``alert``, the last of its kind."""
    if alert is None or alert.reason is not law.bad:
        return BundleMemory()
    began = datetime.strptime(alert.event_id.rpartition(":")[2], _STAMP).replace(tzinfo=UTC)
    return BundleMemory(alert.evidence, began, alert.event_id, alert.revision, alert.decided_utc)


def _draft(told: BundleMemory, reason: Reason, *, law: BundleLaw, scope: Scope, now: datetime) -> Draft:
    bad = reason is law.bad
    return Draft(
        event_id=told.event_id,
        revision=told.revision,
        kind=AlertKind.SYSTEM,
        zone=scope.zone,
        level=FeedLevel.OUT if bad else FeedLevel.NONE,
        previous_level=FeedLevel.NONE if bad and told.revision == 1 else FeedLevel.OUT,
        reason=reason,
        decided_utc=now,
        regions=scope.regions,
        degraded=bad,
        evidence=told.told if bad else (),
        world=scope.world,
    )
