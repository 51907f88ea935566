"""When a level goes up, when it may come down, and when it is said again. Pure.

Up at once. Down only when the last runs were all below and the level has stood for its minimum hold; then to the
highest of those runs. Nothing known is neither up nor down. Every branch has a name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from notify.alert import require_utc


class Change(StrEnum):
    """What a run did to a level. A closed list."""

    RAISED = "raised"
    LOWERED = "lowered"
    ENDED = "ended"
    """Lowered to nothing."""
    REPEATED = "repeated"
    UNCHANGED = "unchanged"
    BELOW_LEVEL = "below_level"
    """Nothing was said before, and there is nothing to say."""
    HELD = "held"
    NO_DATA = "no_data"

    @property
    def told(self) -> bool:
        """Whether people are told of it."""
        return self in {Change.RAISED, Change.LOWERED, Change.ENDED, Change.REPEATED}


@dataclass(frozen=True, slots=True)
class HysteresisRules:
    """When a level may come down, and how often it is repeated.

    Raises:
        ValueError: no run needed to lower, a negative hold, or a repeat interval that is not positive.
    """

    lower_after_runs: int
    """Runs in a row below the level before it comes down."""
    min_hold_h: float
    """Least time between a change of level and a lowering."""
    repeat_after_h: tuple[float, ...]
    """For each rank from 1: after this time without a word an unchanged level is said again."""

    def __post_init__(self) -> None:
        if self.lower_after_runs < 1:
            raise ValueError(f"lower_after_runs must be at least 1, got {self.lower_after_runs}")
        if self.min_hold_h < 0:
            raise ValueError(f"min_hold_h must not be negative, got {self.min_hold_h}")
        if not self.repeat_after_h or min(self.repeat_after_h) <= 0:
            raise ValueError(f"repeat_after_h must be positive hours, one for each rank, got {self.repeat_after_h}")


@dataclass(frozen=True, slots=True)
class LevelMemory:
    """What is remembered of a level between runs. Rank 0 is nothing."""

    rank: int = 0
    since_utc: datetime | None = None
    """When the level came to this rank."""
    below: tuple[int, ...] = ()
    """Ranks of the newest runs in a row that were below the level, not more than a lowering needs."""
    told_utc: datetime | None = None
    last_run_utc: datetime | None = None

    @property
    def runs_below(self) -> int:
        """Runs in a row that were below the level."""
        return len(self.below)


def next_level(
    memory: LevelMemory, candidate_rank: int | None, *, now: datetime, rules: HysteresisRules
) -> tuple[LevelMemory, Change]:
    """The memory after a run, and what the run did.

    A run at a time that was seen before, or earlier (a clock that went back), can raise but does not count as another
    run below.

    Args:
        memory: as the last run left it.
        candidate_rank: the rank that the data of this run ask for; None when the data do not say.
        now: time of the run.
        rules: when to lower and to repeat.

    Raises:
        ValueError: a naive time, or a rank that is negative or has no repeat interval.
    """
    require_utc(now)
    if candidate_rank is None:
        return replace(memory, below=(), last_run_utc=_later(memory.last_run_utc, now)), Change.NO_DATA
    if not 0 <= candidate_rank <= len(rules.repeat_after_h):
        raise ValueError(f"rank {candidate_rank} is outside 0…{len(rules.repeat_after_h)} of the rules")
    if candidate_rank > memory.rank:
        return _changed(memory, candidate_rank, now), Change.RAISED
    if candidate_rank == memory.rank:
        return _steady(replace(memory, below=(), last_run_utc=_later(memory.last_run_utc, now)), now, rules)
    return _below(memory, candidate_rank, now=now, rules=rules)


def _changed(memory: LevelMemory, rank: int, now: datetime) -> LevelMemory:
    return LevelMemory(rank=rank, since_utc=now, told_utc=now, last_run_utc=_later(memory.last_run_utc, now))


def _steady(memory: LevelMemory, now: datetime, rules: HysteresisRules) -> tuple[LevelMemory, Change]:
    if memory.rank == 0:
        return memory, Change.BELOW_LEVEL
    interval = timedelta(hours=rules.repeat_after_h[memory.rank - 1])
    if memory.told_utc is not None and now - memory.told_utc < interval:
        return memory, Change.UNCHANGED
    return replace(memory, told_utc=now), Change.REPEATED


def _below(memory: LevelMemory, rank: int, *, now: datetime, rules: HysteresisRules) -> tuple[LevelMemory, Change]:
    seen_before = memory.last_run_utc is not None and now <= memory.last_run_utc
    below = memory.below if seen_before else (*memory.below, rank)[-rules.lower_after_runs :]
    hold = timedelta(hours=rules.min_hold_h)
    held = memory.since_utc is not None and now - memory.since_utc < hold
    if seen_before or held or len(below) < rules.lower_after_runs:
        return replace(memory, below=below, last_run_utc=_later(memory.last_run_utc, now)), Change.HELD
    target = max(below)
    return _changed(memory, target, now), Change.LOWERED if target else Change.ENDED


def _later(former: datetime | None, now: datetime) -> datetime:
    return now if former is None else max(former, now)
