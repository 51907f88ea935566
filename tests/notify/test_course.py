"""The course of a fire and its clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notify.course import Standing, Timed
from notify.course_clocks import late

T0 = datetime(2027, 4, 10, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def timed(came: int | None, *, limit: int | None = 10, since: datetime | None = T0) -> Timed:
    at = None if came is None else T0 + came * MINUTE
    return Timed("签收", "丰宁县森防办", since, None if limit is None else limit * MINUTE, at, "rules")


@pytest.mark.parametrize(
    ("step", "now", "verdict"),
    [
        (timed(10), 60, "按时"),
        (timed(11), 60, "迟1分钟"),
        (timed(None), 10, "未到时限"),
        (timed(None), 71, "超时未完成（已超1小时1分）"),
        (timed(5, limit=None), 60, "无规定时限"),
        (timed(None, limit=None), 60, "无记录"),
        (timed(None, since=None), 60, "无记录"),
    ],
)
def test_a_step_is_judged_by_its_clock_and_what_is_not_known_is_not_judged(step, now, verdict) -> None:
    assert step.verdict_zh(T0 + now * MINUTE) == verdict


def test_what_is_late_is_named_and_nothing_else() -> None:
    steps = (timed(10), timed(30), timed(None), timed(None, since=None))
    assert late(steps, T0 + 60 * MINUTE) == (steps[1], steps[2])
    assert steps[1].standing(T0 + 60 * MINUTE) is Standing.LATE
    assert late(steps, T0 + 10 * MINUTE) == (steps[1],)
