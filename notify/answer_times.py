"""How fast offices answered: per office, over all alerts that it was owed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from notify.rules import OTHER
from notify.three_regions import OfficeFacts


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """Of one office. Times run from the decision to the answer."""

    region: str
    office: str
    office_zh: str
    owed: int
    answered: int
    in_time: int
    minutes: tuple[float, ...]
    """Of the answers that came, growing."""

    @property
    def median_min(self) -> float | None:
        """None where it never answered."""
        return median(self.minutes) if self.minutes else None


def answer_times(facts: Iterable[OfficeFacts], within_min: Mapping[str, float]) -> tuple[AnswerTimes, ...]:
    """Offices in the order of region and code.

    Args:
        facts: of every office that was owed an alert.
        within_min: minutes by level, with ``other`` for the rest.
    """
    grouped: dict[tuple[str, str, str], list[OfficeFacts]] = {}
    for one in facts:
        grouped.setdefault((one.region, one.office, one.office_zh), []).append(one)
    return tuple(_of(key, grouped[key], within_min) for key in sorted(grouped))


def _of(key: tuple[str, str, str], facts: list[OfficeFacts], within_min: Mapping[str, float]) -> AnswerTimes:
    waits = [(one, one.acknowledged_utc - one.decided_utc) for one in facts if one.acknowledged_utc is not None]
    in_time = sum(wait <= timedelta(minutes=within_min.get(one.level, within_min[OTHER])) for one, wait in waits)
    minutes = tuple(sorted(wait / timedelta(minutes=1) for _, wait in waits))
    return AnswerTimes(*key, owed=len(facts), answered=len(waits), in_time=in_time, minutes=minutes)
