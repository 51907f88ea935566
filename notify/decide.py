"""Whether to tell, whom the decision concerns, and why. Pure: what is known, what is remembered, and the time come in.

A decision not to tell is a decision too, and has its reason. The memory of an event can be made anew from the last
alert that was committed for it, so a crash between the two commits is mended by ``*_memory_of``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from models.incidents.incident import Incident, IncidentState
from notify.alert import (
    LIVE,
    Alert,
    AlertKind,
    Draft,
    IncidentLevel,
    Reason,
    Silence,
    WarningColour,
    require_utc,
)
from notify.hysteresis import Change, LevelMemory, next_level
from notify.incident_level import incident_ring
from notify.phrases import BEIJING
from notify.rules import DangerAlertRules, IncidentAlertRules

_M = TypeVar("_M")
_COLOURS = tuple(WarningColour)
_INCIDENT_TOLD = {
    Reason.INCIDENT_NEAR_BORDER,
    Reason.INCIDENT_CLOSER,
    Reason.INCIDENT_GREW,
    Reason.INCIDENT_RAISED,
    Reason.INCIDENT_REIGNITED,
    Reason.INCIDENT_SPREAD,
    Reason.INCIDENT_PROJECTED,
    Reason.VERIFICATION_ASKED,
}
_DANGER_REASON = {
    Change.RAISED: Reason.DANGER_RAISED,
    Change.LOWERED: Reason.DANGER_LOWERED,
    Change.ENDED: Reason.DANGER_ENDED,
    Change.REPEATED: Reason.DANGER_REPEATED,
    Change.UNCHANGED: Reason.UNCHANGED,
    Change.BELOW_LEVEL: Reason.BELOW_LEVEL,
    Change.HELD: Reason.HELD,
    Change.NO_DATA: Reason.NO_DATA,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a decision is about, and whose offices hear of it."""

    zone: str | None
    regions: tuple[str, ...]
    """Every region that is told. Empty only for operations."""
    world: str = LIVE


@dataclass(frozen=True, slots=True)
class Decision(Generic[_M]):
    """To tell or to be silent, and the memory to keep for the next run."""

    outcome: Draft | Silence
    memory: _M


@dataclass(frozen=True, slots=True)
class DangerDay:
    """The fire danger of one zone on one day.

    Raises:
        ValueError: a grade outside 1…5.
    """

    zone: str
    local_date: date
    danger_grade: int | None
    """None when it could not be computed."""
    fwi_p95: float | None = None
    """95th percentile over the cells of the zone."""
    degraded: bool = False
    product_id: str = ""
    basis_zh: str = ""
    """What the grade rests on beside noon."""

    def __post_init__(self) -> None:
        if self.danger_grade is not None and not 1 <= self.danger_grade <= 5:
            raise ValueError(f"{self.zone} {self.local_date}: danger_grade {self.danger_grade} is outside 1…5")


@dataclass(frozen=True, slots=True)
class DangerMemory:
    """What is remembered of a zone's warning. An episode lasts from the first word to the end of the warning."""

    level: LevelMemory = field(default_factory=LevelMemory)
    event_id: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class IncidentMemory:
    """What was last told of an incident. The level never falls within an episode."""

    level: IncidentLevel = IncidentLevel.NONE
    revision: int = 0
    told_utc: datetime | None = None
    told_hotspot_count: int = 0
    told_at_line: bool = False
    """Whether it was told that the error circle touches the line."""
    told_verified: bool = False
    """Whether it was told that somebody on the ground found a fire."""
    verification: bool = False
    """Whether the last word was no more than a request for a look at a doubted source."""
    told_other_zones: tuple[str, ...] = ()
    """Joint units beside that of its number whose offices heard of it."""
    asleep: bool = False
    """Whether it has gone dormant since the last word."""
    told_projected: bool = True
    """Whether the last word had its projection, or none was to follow."""


def decide_danger(
    days: Sequence[DangerDay], memory: DangerMemory, *, scope: Scope, now: datetime, rules: DangerAlertRules
) -> Decision[DangerMemory]:
    """Whether to tell of a zone's fire danger.

    The highest grade of today and the days after it within the window counts. A day of the window without a grade can
    neither bring the level down nor make a quiet day.

    Args:
        days: rows of the zone, in any order; days outside the window are not looked at.
        memory: as the last decision left it.
        scope: the zone and the regions to tell.
        now: time of the decision.
        rules: section ``danger``.

    Raises:
        ValueError: a row of another zone, a day twice, or a naive time.
    """
    window = _window(days, scope, now=now, rules=rules)
    level, change = next_level(memory.level, _candidate_rank(window, memory.level.rank, rules), now=now, rules=rules)
    event_id = f"danger:{scope.zone}:{_local_date(now)}" if _begins(memory, level) else memory.event_id
    missing = [day for day, row in window.items() if row is None or row.danger_grade is None]
    kept = replace(memory, level=level)
    if not change.told:
        return Decision(
            Silence(
                event_id=event_id or f"danger:{scope.zone}",
                zone=scope.zone,
                level=_COLOURS[level.rank],
                reason=_DANGER_REASON[change],
                decided_utc=now,
                note="缺火险等级：" + "、".join(f"{day:%m-%d}" for day in missing) if missing else "",
            ),
            kept,
        )
    rows = [row for row in window.values() if row is not None]
    draft = Draft(
        event_id=event_id,
        revision=memory.revision + 1 if event_id == memory.event_id else 1,
        kind=AlertKind.DANGER,
        zone=scope.zone,
        level=_COLOURS[level.rank],
        previous_level=_COLOURS[memory.level.rank],
        reason=_DANGER_REASON[change],
        decided_utc=now,
        regions=scope.regions,
        degraded=bool(missing) or any(row.degraded for row in rows),
        evidence=tuple(row.product_id for row in rows if row.product_id),
        world=scope.world,
    )
    return Decision(draft, replace(kept, event_id=event_id, revision=draft.revision))


def decide_incident(
    incident: Incident, memory: IncidentMemory, *, scope: Scope, now: datetime, rules: IncidentAlertRules
) -> Decision[IncidentMemory]:
    """Whether to tell of an incident near the line.

    The ring is that of the distance less the location error, and the innermost when the error circle touches the line;
    the incident's own level (``notify.incident_level``) may stand above it. What the false-alarm filter holds back is
    silent, and within the innermost ring a request for a look.
    That an incident ended (no hotspot for long) is not told: not seen is not out, and closing is a person's.

    Args:
        incident: as the tracker holds it.
        memory: as the last decision on it left it.
        scope: its zone and the regions to tell.
        now: time of the decision.
        rules: section ``incident``.

    Raises:
        ValueError: an incident of another zone, or a naive time.
    """
    require_utc(now)
    if incident.zone != scope.zone:
        raise ValueError(f"incident {incident.incident_id} is of zone {incident.zone}, not {scope.zone}")
    ring = incident_ring(incident, rules)
    steps = (memory.level, ring, *((IncidentLevel(incident.level),) if incident.level else ()))
    level = max(steps, key=lambda item: item.rank)
    reason = _incident_reason(incident, memory, rings=(ring, level), now=now, rules=rules)
    if reason not in _INCIDENT_TOLD:
        note = incident.reason if reason is Reason.SUPPRESSED else ""
        asleep = memory.revision > 0 and (memory.asleep or incident.state is IncidentState.DORMANT)
        silence = Silence(incident.incident_id, scope.zone, level, reason, now, note)
        return Decision(silence, replace(memory, asleep=asleep))
    draft = Draft(
        event_id=incident.incident_id,
        revision=memory.revision + 1,
        kind=AlertKind.VERIFICATION if incident.suppressed else AlertKind.INCIDENT,
        zone=scope.zone,
        level=level,
        previous_level=memory.level,
        reason=reason,
        decided_utc=now,
        regions=scope.regions,
        degraded=False,
        evidence=tuple(sorted(incident.hotspot_ids)),
        verification=incident.suppressed,
        world=scope.world,
    )
    told = IncidentMemory(
        level=level,
        revision=draft.revision,
        told_utc=now,
        told_hotspot_count=incident.hotspot_count,
        told_at_line=memory.told_at_line or _at_line(incident),
        told_verified=memory.told_verified,
        verification=incident.suppressed,
        told_other_zones=incident.other_zones,
        asleep=incident.state is IncidentState.DORMANT,
        told_projected=incident.is_projected or incident.state is not IncidentState.ACTIVE,
    )
    return Decision(draft, told)


def danger_memory_of(alert: Alert) -> DangerMemory:
    """The memory as it was when ``alert``, the last of its zone, was decided."""
    decided = alert.decided_utc
    level = LevelMemory(rank=WarningColour(alert.level).rank, since_utc=decided, told_utc=decided, last_run_utc=decided)
    return DangerMemory(level=level, event_id=alert.event_id, revision=alert.revision)


def incident_memory_of(alert: Alert) -> IncidentMemory:
    """The memory as it was when ``alert``, the last of its incident, was decided."""
    return IncidentMemory(
        level=IncidentLevel(alert.level),
        revision=alert.revision,
        told_utc=alert.decided_utc,
        told_hotspot_count=len(alert.evidence),
    )


def _local_date(now: datetime) -> date:
    return now.astimezone(BEIJING).date()


def _window(
    days: Sequence[DangerDay], scope: Scope, *, now: datetime, rules: DangerAlertRules
) -> dict[date, DangerDay | None]:
    first = _local_date(require_utc(now))
    window: dict[date, DangerDay | None] = {first + timedelta(days=lead): None for lead in range(rules.window_d)}
    for day in days:
        if day.zone != scope.zone:
            raise ValueError(f"a danger row of zone {day.zone} was given for zone {scope.zone}")
        if window.get(day.local_date) is not None:
            raise ValueError(f"zone {day.zone} has two danger rows for {day.local_date}")
        if day.local_date in window:
            window[day.local_date] = day
    return window


def _candidate_rank(window: dict[date, DangerDay | None], rank: int, rules: DangerAlertRules) -> int | None:
    """The rank that the window asks for; None when what is missing could make it higher and it matters."""
    grades = [row.danger_grade for row in window.values() if row is not None and row.danger_grade is not None]
    if not grades:
        return None
    colour = rules.colour_by_grade[max(grades) - 1]
    candidate = colour.rank if colour.rank >= rules.min_told_colour.rank else 0
    whole = len(grades) == len(window)
    if not whole and (candidate < rank or candidate == 0):
        return None
    degraded = any(row.degraded for row in window.values() if row is not None)
    return None if degraded and candidate < rank and not rules.lower_when_degraded else candidate


def _begins(memory: DangerMemory, level: LevelMemory) -> bool:
    return memory.level.rank == 0 and level.rank > 0


def _at_line(incident: Incident) -> bool:
    return incident.least_distance_km <= 0


def _may_arrive(incident: Incident, now: datetime) -> bool:
    """Whether its projection knows all of its hotspots and has it at the line within the horizon."""
    projection = incident.projection
    return incident.is_projected and projection is not None and projection.early_h_from(now) is not None


def _incident_reason(
    incident: Incident,
    memory: IncidentMemory,
    *,
    rings: tuple[IncidentLevel, IncidentLevel],
    now: datetime,
    rules: IncidentAlertRules,
) -> Reason:
    """Why something is told or not.

    Args:
        incident: as the tracker holds it.
        memory: of what was told.
        rings: that of the distance, and the level with all that raises it.
        now: time of the decision.
        rules: section ``incident``.
    """
    ring, level = rings
    if incident.state is IncidentState.ENDED:
        return Reason.INCIDENT_ENDED
    closer = ring.rank > memory.level.rank or (_at_line(incident) and not memory.told_at_line)
    if incident.suppressed:
        if ring is not IncidentLevel.CRITICAL:
            return Reason.SUPPRESSED
        return Reason.VERIFICATION_ASKED if closer else Reason.UNCHANGED
    if memory.verification:
        return Reason.INCIDENT_NEAR_BORDER
    if memory.revision == 0:
        told = level.rank >= rules.min_told_level.rank
        return Reason.INCIDENT_NEAR_BORDER if told else Reason.BELOW_LEVEL
    if closer:
        return Reason.INCIDENT_CLOSER
    if level.rank > memory.level.rank:
        return Reason.INCIDENT_RAISED
    if memory.asleep and incident.state is IncidentState.ACTIVE:
        return Reason.INCIDENT_REIGNITED
    if not set(incident.other_zones) <= set(memory.told_other_zones):
        return Reason.INCIDENT_SPREAD
    if not memory.told_projected and _may_arrive(incident, now):
        return Reason.INCIDENT_PROJECTED
    if incident.hotspot_count < memory.told_hotspot_count + rules.growth_hotspots:
        return Reason.UNCHANGED
    interval = timedelta(minutes=rules.growth_interval_min)
    recent = memory.told_utc is not None and timedelta(0) <= now - memory.told_utc < interval
    return Reason.HELD if recent else Reason.INCIDENT_GREW
