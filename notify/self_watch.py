"""What may soon stop the rounds or make them wrong (自身监测): disk, clock, certificates, all feeds at once. Pure.

Each bound has a looser one at which the problem ends, so that a value that lies on it does not call every minute.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notify.auditor import Problem, ProblemKind

DISK, CLOCK, DATABASE, ALL_FEEDS, STUCK = "disk", "clock", "database", "feeds", "stuck"


@dataclass(frozen=True, slots=True)
class WatchLimits:
    """What passes (``rules/watch.toml``).

    Raises:
        ValueError: a bound that is not positive, or one whose looser one lies on its wrong side.
    """

    disk_least_gb: float
    disk_well_gb: float
    """Free space at which the problem ends."""
    clock_most_s: float
    clock_well_s: float
    database_most_s: float
    """A question to the database that takes longer holds every round up."""
    database_well_s: float
    expires_within_d: float
    """A certificate or a key that ends within this is told."""
    audit_silent_most_min: float
    """Without an audit for so long the watchdog calls."""

    def __post_init__(self) -> None:
        if not 0 < self.disk_least_gb < self.disk_well_gb:
            raise ValueError("disk_well_gb must be more than disk_least_gb")
        if not self.clock_most_s > self.clock_well_s > 0 or not self.database_most_s > self.database_well_s > 0:
            raise ValueError("clock_well_s and database_well_s must be less than the most that passes")
        if self.expires_within_d <= 0 or self.audit_silent_most_min <= 0:
            raise ValueError("expires_within_d and audit_silent_most_min must be positive")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of ourselves. None where it cannot be read."""

    disk_free_gb: float
    clock_ahead_s: float | None
    """Ours less that of the database, or of the newest row where that lies in the future."""
    database_s: float
    """How long a question to the database took."""
    expires: Mapping[str, datetime] = field(default_factory=dict)
    """End of each certificate and key that has one, by its name."""
    feeds: int = 0
    """Feeds that were ever asked."""
    feeds_out: int = 0
    unended: int = 0
    """Runs whose process is gone and that nobody ended yet."""


def watched_problems(
    reading: Reading, limits: WatchLimits, *, standing: Collection[str], now: datetime
) -> list[Problem]:
    """What an operator must look at.

    Args:
        reading: of now.
        limits: what passes.
        standing: keys of the problems that operations were told of and that have not ended.
        now: time of the look.
    """
    return [*_bounded(reading, limits, standing), *_expiring(reading, limits, now), *_feeds(reading)]


def _bounded(reading: Reading, limits: WatchLimits, standing: Collection[str]) -> Iterator[Problem]:
    free_gb = reading.disk_free_gb
    if free_gb < (limits.disk_well_gb if DISK in standing else limits.disk_least_gb):
        yield _problem(DISK, f"磁盘剩余{free_gb:.0f}GB", "写满后不能存档和发送")
    ahead_s = reading.clock_ahead_s
    if ahead_s is not None and abs(ahead_s) > (limits.clock_well_s if CLOCK in standing else limits.clock_most_s):
        way = "快" if ahead_s > 0 else "慢"
        yield _problem(CLOCK, f"本机时钟{way}{abs(ahead_s):.0f}秒", "时刻和时限不可信")
    if reading.database_s > (limits.database_well_s if DATABASE in standing else limits.database_most_s):
        yield _problem(DATABASE, f"数据库应答{reading.database_s:.0f}秒", "各轮次会推迟")


def _expiring(reading: Reading, limits: WatchLimits, now: datetime) -> Iterator[Problem]:
    for name, ends in sorted(reading.expires.items()):
        left = ends - now
        if left <= timedelta(0):
            yield _problem(f"expires:{name}", f"{name}已过期", "签名或发送被拒", urgent=True)
        elif left <= timedelta(days=limits.expires_within_d):
            yield _problem(f"expires:{name}", f"{name}{left.days}天后到期", "到期后签名或发送被拒", urgent=False)


def _feeds(reading: Reading) -> Iterator[Problem]:
    if reading.feeds > 1 and reading.feeds_out == reading.feeds:
        yield _problem(ALL_FEEDS, "全部数据源同时中断", "多半是本机网络，无数据不等于无火", urgent=False)


def _problem(key: str, said_zh: str, means_zh: str, *, urgent: bool = True) -> Problem:
    return Problem(key, said_zh, means_zh, ProblemKind.WATCH, urgent=urgent)
