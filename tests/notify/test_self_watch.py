"""What may soon stop the rounds: told with what it means, ended at a looser bound, and nobody woken for a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from notify.self_watch import CLOCK, DISK, Reading, WatchLimits, watched_problems
from tests.notify.test_three_regions import minutes

LIMITS = WatchLimits(
    disk_least_gb=5.0,
    disk_well_gb=6.0,
    clock_most_s=60.0,
    clock_well_s=20.0,
    database_most_s=10.0,
    database_well_s=2.0,
    expires_within_d=30.0,
    audit_silent_most_min=3.0,
)
WELL = Reading(disk_free_gb=100.0, clock_ahead_s=0.1, database_s=0.001)
NOW = minutes(0)


def said(reading: Reading, standing: tuple[str, ...] = ()) -> list[tuple[str, bool]]:
    found = watched_problems(reading, LIMITS, standing=standing, now=NOW)
    assert all(one.means_zh for one in found)
    return [(one.said_zh, one.urgent) for one in found]


def test_a_house_that_is_well_says_nothing() -> None:
    assert said(WELL) == []
    assert said(replace(WELL, clock_ahead_s=None)) == []


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (replace(WELL, disk_free_gb=4.2), "磁盘剩余4GB"),
        (replace(WELL, clock_ahead_s=75.0), "本机时钟快75秒"),
        (replace(WELL, clock_ahead_s=-3600.0), "本机时钟慢3600秒"),
        (replace(WELL, database_s=12.0), "数据库应答12秒"),
    ],
)
def test_what_stops_the_rounds_stops_the_heartbeat(reading: Reading, words: str) -> None:
    assert said(reading) == [(words, True)]


def test_a_value_on_the_bound_does_not_come_and_go() -> None:
    disk = [4.9, 5.5, 4.9, 5.5, 6.1, 5.5]
    standing: tuple[str, ...] = ()
    told = []
    for free in disk:
        found = watched_problems(replace(WELL, disk_free_gb=free), LIMITS, standing=standing, now=NOW)
        standing = tuple(one.key for one in found)
        told.append(standing == (DISK,))
    assert told == [True, True, True, True, False, False]
    assert said(replace(WELL, clock_ahead_s=30.0), (CLOCK,)) == [("本机时钟快30秒", True)]
    assert said(replace(WELL, clock_ahead_s=30.0)) == []


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (31, []),
        (30, [("CAP证书30天后到期", False)]),
        (0.5, [("CAP证书0天后到期", False)]),
        (0, [("CAP证书已过期", True)]),
    ],
)
def test_an_end_that_comes_is_told_in_time_and_wakes_nobody_before(days: float, words: object) -> None:
    assert said(replace(WELL, expires={"CAP证书": NOW + timedelta(days=days)})) == words


def test_all_feeds_at_once_are_more_likely_our_own_network_than_theirs() -> None:
    assert said(replace(WELL, feeds=5, feeds_out=5)) == [("全部数据源同时中断", False)]
    assert said(replace(WELL, feeds=5, feeds_out=4)) == []
    assert said(replace(WELL, feeds=1, feeds_out=1)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"disk_well_gb": 5.0},
        {"clock_well_s": 60.0},
        {"database_well_s": 10.0},
        {"expires_within_d": 0.0},
        {"audit_silent_most_min": 0.0},
    ],
)
def test_bounds_that_would_come_and_go_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must be"):
        replace(LIMITS, **wrong)
