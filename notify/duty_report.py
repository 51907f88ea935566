"""Whether an office is asked for its report of the day, and whether those above it hear the sum. Pure: each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from notify.alert import Alert, AlertKind, Draft, Reason, ReportLevel, Silence, require_utc
from notify.decision import Decision, Scope

DUTY_PREFIX = "值"
"""Of the codes of the day's reports."""


@dataclass(frozen=True, slots=True)
class ReportMemory:
    """Whether it was told. Each event is of one day, so once is all."""

    told: bool = False


def asked_event(county_gb: int, local_date: date) -> str:
    """Event of a county's report."""
    return f"duty:{county_gb}:{local_date}"


def summed_event(region: str, local_date: date) -> str:
    """Event of a region's sum: who has reported and who is missing."""
    return f"duty-sum:{region}:{local_date}"


def bulletin_event(local_date: date) -> str:
    """Event of the day's count of verifications (核查情况通报)."""
    return f"bulletin:{local_date}"


def decide_report(
    event_id: str, memory: ReportMemory, *, scope: Scope, level: ReportLevel, degraded: bool, now: datetime
) -> Decision[ReportMemory]:
    """To tell once, and then to be silent.

    Args:
        event_id: of the report.
        memory: as the last round left it.
        scope: whom it goes to.
        level: whether an answer is owed.
        degraded: whether data were missing.
        now: time of the decision.
    """
    require_utc(now)
    if memory.told:
        return Decision(Silence(event_id, scope.zone, level, Reason.UNCHANGED, now), memory)
    draft = Draft(
        event_id=event_id,
        revision=1,
        kind=AlertKind.REPORT,
        zone=scope.zone,
        level=level,
        previous_level=ReportLevel.NONE,
        reason=Reason.DAY_REPORT,
        decided_utc=now,
        regions=scope.regions,
        degraded=degraded,
        world=scope.world,
    )
    return Decision(draft, ReportMemory(told=True))


def report_memory_of(alert: Alert) -> ReportMemory:  # noqa: ARG001  # that there is one is all
    """The memory as it was when ``alert`` was decided."""
    return ReportMemory(told=True)
