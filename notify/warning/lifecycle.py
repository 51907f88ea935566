"""Which document a county's danger asks for now. Pure.

The level follows the forecast with hysteresis. What is drafted is the difference between that level and what a person
has signed: a draft that nobody signed commits nobody, and a newer one takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

from models.area_danger import AreaDay
from notify.alert import WarningColour, require_utc
from notify.hysteresis import Change, LevelMemory, next_level
from notify.phrases import BEIJING
from notify.warning.document import WarningAction, WarningReason
from notify.warning.rules import WarningRules

_COLOURS = tuple(WarningColour)
_QUIET = {
    Change.BELOW_LEVEL: WarningReason.BELOW_LEVEL,
    Change.HELD: WarningReason.HELD,
    Change.NO_DATA: WarningReason.NO_DATA,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The warning that a person has signed last for a county and that is still valid."""

    number: str
    first_number: str
    colour: WarningColour
    ends_utc: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the danger asks for: a document, or none with the reason why not."""

    action: WarningAction | None
    reason: WarningReason
    colour: WarningColour
    """The level after this run, whether or not a document is asked for."""
    previous_colour: WarningColour
    begins_utc: datetime
    ends_utc: datetime


def next_area_level(
    days: Sequence[AreaDay],
    memory: LevelMemory,
    *,
    colours: Sequence[WarningColour],
    now: datetime,
    rules: WarningRules,
) -> tuple[LevelMemory, Change]:
    """The level of an area after a run, and what the run did.

    Args:
        days: of one area; days outside the window are not looked at. A day of the window that is missing can neither
            lower the level nor make a quiet day.
        memory: as the last run left it.
        colours: of danger grades 1…5 in the area's region.
        now: time of the run.
        rules: section ``draft``.
    """
    first = now.astimezone(BEIJING).date()
    window = {day.local_date: day for day in days if 0 <= (day.local_date - first).days < rules.window_d}
    ranks = [colours[day.danger_grade - 1].rank for day in window.values() if day.danger_grade is not None]
    candidate = max(ranks, default=None) if ranks else None
    if candidate is not None and candidate < rules.min_drafted_colour.rank:
        candidate = 0
    if candidate is not None and len(ranks) < rules.window_d and (candidate < memory.rank or candidate == 0):
        candidate = None
    return next_level(memory, candidate, now=now, rules=rules.hysteresis)


def wanted(
    level: tuple[LevelMemory, Change],
    standing: Standing | None,
    days: Sequence[AreaDay],
    *,
    colours: Sequence[WarningColour],
    now: datetime,
    rules: WarningRules,
) -> Wanted:
    """The document that is asked for, compared with what stands signed.

    Args:
        level: as :func:`next_area_level` gives it.
        standing: the signed warning that is valid now; None when there is none.
        days: of the county, for the validity.
        colours: of danger grades 1…5 in the county's region.
        now: time of the run.
        rules: section ``draft``.
    """
    memory, change = level
    require_utc(now)
    colour = _COLOURS[memory.rank]
    before = standing.colour if standing is not None else WarningColour.NONE
    begins = now.replace(minute=0, second=0, microsecond=0)
    ends = validity_end(days, colour, colours=colours, now=now, rules=rules)
    plain = Wanted(None, _QUIET.get(change, WarningReason.UNCHANGED), colour, before, begins, ends)
    if colour.rank > before.rank:
        action = WarningAction.RAISE if standing is not None else WarningAction.ISSUE
        return replace(plain, action=action, reason=WarningReason.GRADE_ROSE)
    if standing is None:
        return plain
    if colour is WarningColour.NONE:
        return replace(plain, action=WarningAction.END, reason=WarningReason.DANGER_PAST, ends_utc=now)
    if colour.rank < before.rank:
        return replace(plain, action=WarningAction.LOWER, reason=WarningReason.GRADE_FELL)
    if standing.ends_utc - now > timedelta(hours=rules.extend_before_h) or ends <= standing.ends_utc:
        return plain
    reason = WarningReason.NO_DATA_AT_END if change is Change.NO_DATA else WarningReason.VALIDITY_ENDS
    return replace(plain, action=WarningAction.EXTEND, reason=reason, begins_utc=standing.ends_utc)


def validity_end(
    days: Sequence[AreaDay],
    colour: WarningColour,
    *,
    colours: Sequence[WarningColour],
    now: datetime,
    rules: WarningRules,
) -> datetime:
    """24时 of the last day in a row, after the window, whose grade asks for ``colour``; at least that of the window."""
    first = now.astimezone(BEIJING).date()
    ranks = {day.local_date: colours[day.danger_grade - 1].rank for day in days if day.danger_grade is not None}
    last = first + timedelta(days=rules.window_d - 1)
    furthest = first + timedelta(days=rules.max_validity_d - 1)
    while last < furthest and ranks.get(last + timedelta(days=1), 0) >= max(colour.rank, 1):
        last += timedelta(days=1)
    return _midnight_after(last)


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), clock_time(), BEIJING).astimezone(UTC)
