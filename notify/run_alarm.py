"""When operations hear that the runs of a flow fail, and that they are good again: each once. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from notify.alert import Alert, AlertKind, Draft, FeedLevel, Reason, Silence, require_utc
from notify.decide import Decision, Scope


@dataclass(frozen=True, slots=True)
class RunRound:
    """How one run of a flow ended. A feed that is out is no failure of the run: ``feed_alarm`` tells of it."""

    flow: str
    ok: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RunMemory:
    """What is remembered of a flow between runs."""

    failed_runs: int = 0
    failing_since_utc: datetime | None = None
    event_id: str = ""
    revision: int = 0
    """0 while its runs are good."""


def run_event_prefix(flow: str) -> str:
    """How the ids of all events of a flow begin."""
    return f"run:{flow}:"


def decide_run(found: RunRound, memory: RunMemory, *, scope: Scope, now: datetime) -> Decision[RunMemory]:
    """Whether to tell operations that a flow fails, at its first failed run, or that it is good again: each once.

    Args:
        found: how this run ended.
        memory: as the last run left it.
        scope: whom operations' alerts go to.
        now: when the run ended.

    Raises:
        ValueError: a naive time.
    """
    require_utc(now)
    if found.ok:
        return _good(found, memory, scope=scope, now=now)
    failing = replace(memory, failed_runs=memory.failed_runs + 1)
    if memory.revision:
        silence = Silence(memory.event_id, scope.zone, FeedLevel.OUT, Reason.UNCHANGED, now, found.problem)
        return Decision(silence, failing)
    event_id = f"{run_event_prefix(found.flow)}{now:%Y%m%dT%H%M%SZ}"
    told = replace(failing, failing_since_utc=now, event_id=event_id, revision=1)
    return Decision(_run_draft(told, Reason.RUN_FAILED, scope=scope, now=now), told)


def run_memory_of(alert: Alert) -> RunMemory:
    """The memory as it was when ``alert``, the last of its flow, was decided."""
    if alert.reason is not Reason.RUN_FAILED:
        return RunMemory()
    return RunMemory(
        failed_runs=1, failing_since_utc=alert.decided_utc, event_id=alert.event_id, revision=alert.revision
    )


def _good(found: RunRound, memory: RunMemory, *, scope: Scope, now: datetime) -> Decision[RunMemory]:
    if memory.revision == 0:
        event_id = run_event_prefix(found.flow).rstrip(":")
        return Decision(Silence(event_id, scope.zone, FeedLevel.NONE, Reason.UNCHANGED, now), RunMemory())
    told = replace(memory, revision=memory.revision + 1)
    return Decision(_run_draft(told, Reason.RUN_RECOVERED, scope=scope, now=now), RunMemory())


def _run_draft(told: RunMemory, reason: Reason, *, scope: Scope, now: datetime) -> Draft:
    failed = reason is Reason.RUN_FAILED
    return Draft(
        event_id=told.event_id,
        revision=told.revision,
        kind=AlertKind.SYSTEM,
        zone=scope.zone,
        level=FeedLevel.OUT if failed else FeedLevel.NONE,
        previous_level=FeedLevel.NONE if failed else FeedLevel.OUT,
        reason=reason,
        decided_utc=now,
        regions=scope.regions,
        degraded=failed,
        world=scope.world,
    )
