"""Whether to tell of a zone's fire danger, and why. Pure: what is known and remembered, and the time, come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from notify.alert import Alert, AlertKind, Draft, Reason, Silence, WarningColour, require_utc
from notify.decision import Decision, Scope
from notify.hysteresis import Change, LevelMemory, next_level
from notify.phrases import BEIJING
from notify.rules import DangerAlertRules

_COLOURS = tuple(WarningColour)
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


def danger_memory_of(alert: Alert) -> DangerMemory:
    """The memory as it was when ``alert``, the last of its zone, was decided."""
    decided = alert.decided_utc
    level = LevelMemory(rank=WarningColour(alert.level).rank, since_utc=decided, told_utc=decided, last_run_utc=decided)
    return DangerMemory(level=level, event_id=alert.event_id, revision=alert.revision)


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
