"""The day's count of verifications (热点核查情况通报), from 17:00 to 17:00, with every denominator named. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from models.field_check.feedback import FeedbackType
from models.field_check.task import Late, Task, TaskState, VerificationClocks, late_steps

_BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class StatisticsRules:
    """How the day is counted (section ``statistics``).

    Raises:
        ValueError: an hour that is none, or nothing that counts as confirmed.
    """

    cut_off_h: int
    """Beijing time."""
    confirmed_types: tuple[FeedbackType, ...]
    """Results that count as 查实: something burnt in the open."""
    near_km: float
    """边界…公里内."""

    def __post_init__(self) -> None:
        if not 0 <= self.cut_off_h <= 23 or self.near_km <= 0:
            raise ValueError("cut_off_h must be an hour and near_km positive")
        unfit = {FeedbackType.NOT_FOUND, FeedbackType.CHECKING} & set(self.confirmed_types)
        if not self.confirmed_types or unfit:
            raise ValueError("confirmed_types must name results, and neither 未找到 nor 核查中")


@dataclass(frozen=True, slots=True)
class Count:
    """Of one area: what was pushed in the window, and what has come back of just that."""

    pushed: int
    fed_back: int
    """With a final result."""
    checking: int
    late: int
    """Tasks with at least one step that is or was late."""
    confirmed: int
    results: Mapping[FeedbackType, int]

    @property
    def ruled_out(self) -> int:
        """查否: a final result that is not confirmed."""
        return self.fed_back - self.confirmed

    @property
    def confirmed_of_pushed_pct(self) -> float | None:
        """查实率 (查实÷推送), %; None where nothing was pushed."""
        return 100 * self.confirmed / self.pushed if self.pushed else None

    @property
    def confirmed_of_fed_back_pct(self) -> float | None:
        """查实率 (查实÷已反馈), %; None where nothing came back."""
        return 100 * self.confirmed / self.fed_back if self.fed_back else None


@dataclass(frozen=True, slots=True)
class DayWindow:
    """From the cut-off of the day before to that of ``local_date``; the end does not belong to it."""

    local_date: date
    begin_utc: datetime
    end_utc: datetime

    def __contains__(self, instant: datetime) -> bool:
        return self.begin_utc <= instant < self.end_utc


@dataclass(frozen=True, slots=True)
class DayCount:
    """The whole count of a day."""

    window: DayWindow
    total: Count
    by_region: Mapping[str, Count]
    by_county: Mapping[int | None, Count]
    late: tuple[Late, ...]


def day_window(local_date: date, rules: StatisticsRules) -> DayWindow:
    """The window that ends on a day, in Beijing time."""
    end = datetime.combine(local_date, clock_time(rules.cut_off_h), _BEIJING).astimezone(UTC)
    return DayWindow(local_date, end - timedelta(days=1), end)


def newest_day(now: datetime, rules: StatisticsRules) -> date:
    """The newest day whose window is over."""
    local = now.astimezone(_BEIJING)
    return local.date() if local.hour >= rules.cut_off_h else local.date() - timedelta(days=1)


def day_count(
    tasks: Iterable[Task],
    window: DayWindow,
    *,
    regions: Mapping[int, str],
    clocks: VerificationClocks,
    rules: StatisticsRules,
    now: datetime,
) -> DayCount:
    """Count the tasks that were published in a window, as they stand at ``now``.

    What is confirmed is counted among what was pushed in the same window, so that no rate has a denominator of another
    day. A task that was called off is not counted.

    Args:
        tasks: of one world.
        window: of publication.
        regions: region id by county.
        clocks: for what is late.
        rules: what counts as confirmed.
        now: time of the count.
    """
    mine = [task for task in tasks if task.published_utc in window and task.state is not TaskState.CANCELLED]
    late = {task.incident_id: late_steps(task, clocks, now) for task in mine}

    def count(chosen: Sequence[Task]) -> Count:
        results = Counter(task.result for task in chosen if task.result is not None and task.result.final)
        fed_back = sum(results.values())
        return Count(
            pushed=len(chosen),
            fed_back=fed_back,
            checking=len(chosen) - fed_back,
            late=sum(bool(late[task.incident_id]) for task in chosen),
            confirmed=sum(results[kind] for kind in rules.confirmed_types),
            results={kind: results[kind] for kind in FeedbackType if results[kind]},
        )

    def region(task: Task) -> str:
        return regions.get(task.county_gb, "") if task.county_gb is not None else ""

    counties = sorted({task.county_gb for task in mine}, key=lambda gb: (gb is None, gb or 0))
    by_county = {gb: count([task for task in mine if task.county_gb == gb]) for gb in counties}
    by_region = {name: count([task for task in mine if region(task) == name]) for name in sorted({*map(region, mine)})}
    steps = tuple(step for task in mine for step in late[task.incident_id])
    ranked = dict(sorted(by_county.items(), key=lambda item: -item[1].pushed))
    return DayCount(window, count(mine), by_region, ranked, steps)
