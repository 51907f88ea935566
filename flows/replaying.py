"""Time driven by a step: the rounds of the flows over recorded tables, in the order in which things became known.

The rounds are called without Prefect: a month is 4 464 steps. A step at which nothing can have changed is passed over,
and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flows.carry_out import Report, carry_out
from flows.order import FlowName, Order
from flows.wiring import House
from notify.phrases import BEIJING
from store.run_rows import RunOutcome, Trigger

DANGER_TIMES = (time(7, 7), time(15, 7))
"""Beijing time, as rules/cadence.toml plans them in every season."""
IDLE = timedelta(hours=3)
"""A hotspot round is held at least this often: feeds grow stale and incidents end by the passing of time alone."""
_UNHEARD_LOOKS = 12
"""After so many looks in a row at a feed that is out nothing changes until something arrives: operations were told, and
time stands still for incidents."""


@dataclass
class DrivenClock:
    """A clock that stands where the replay stands."""

    now: datetime

    def __call__(self) -> datetime:
        """The time of the replay."""
        return self.now


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, and how finely.

    Raises:
        ValueError: an empty span, or a step that is not positive.
    """

    begin: datetime
    end: datetime
    step: timedelta

    def __post_init__(self) -> None:
        if not self.begin < self.end:
            raise ValueError(f"the span from {self.begin.isoformat()} to {self.end.isoformat()} is empty")
        if self.step <= timedelta(0):
            raise ValueError(f"the step must be positive, got {self.step}")

    def steps(self) -> Iterator[datetime]:
        """Every step, both ends included."""
        at = self.begin
        while at <= self.end:
            yield at
            at += self.step

    def danger_times(self) -> list[datetime]:
        """When danger is computed within the span."""
        day, last = self.begin.astimezone(BEIJING).date(), self.end.astimezone(BEIJING).date()
        found = []
        while day <= last:
            found += [datetime.combine(day, at, BEIJING).astimezone(self.begin.tzinfo) for at in DANGER_TIMES]
            day += timedelta(days=1)
        return [at for at in found if self.begin <= at <= self.end]


@dataclass
class Played:
    """What a replay did."""

    reports: list[Report] = field(default_factory=list)
    heard_days: frozenset[date] = frozenset()
    """Local days of which the hotspot feed said something: on any other nobody can say."""
    steps: int = 0
    passed_over: int = 0

    def of(self, flow: FlowName) -> list[Report]:
        """Reports of one flow, in order."""
        return [report for report in self.reports if report.order.flow is flow]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When hotspots became available, and the local days that were looked at."""

    times: Sequence[datetime] = ()
    heard_days: frozenset[date] = frozenset()


def replay(house: House, span: Span, *, clock: DrivenClock, arrivals: Arrivals, who: str) -> Played:
    """Play a span in ``house``, whose clock is ``clock`` and whose feeds are recorded.

    Args:
        house: a replay's own world.
        span: what to play.
        clock: moved from step to step.
        arrivals: when hotspots became available; a step without an arrival needs no look.
        who: stands in the run rows.
    """
    played = Played(heard_days=arrivals.heard_days)
    waiting = sorted(set(arrivals.times), reverse=True)
    danger_due = list(reversed(span.danger_times()))
    last_look: datetime | None = None
    unheard = 0
    for at in span.steps():
        played.steps += 1
        while danger_due and danger_due[-1] <= at:
            _carry(house, played, clock, FlowName.DANGER_WATCH, at=danger_due.pop(), who=who)
        fresh = bool(waiting and waiting[-1] <= at)
        while waiting and waiting[-1] <= at:
            waiting.pop()
        unheard = 0 if fresh else unheard
        if fresh or last_look is None or (at - last_look >= IDLE and unheard < _UNHEARD_LOOKS):
            _carry(house, played, clock, FlowName.HOTSPOT_WATCH, at=at, who=who)
            unheard = unheard + 1 if played.reports[-1].outcome.outcome is RunOutcome.FEED_OUT else 0
            last_look = at
        else:
            played.passed_over += 1
        if house.ledger.channels_due(now=at, world=house.world):
            _carry(house, played, clock, FlowName.DISPATCH_ROUND, at=at, who=who)
    return played


def _carry(house: House, played: Played, clock: DrivenClock, flow: FlowName, *, at: datetime, who: str) -> None:
    clock.now = at
    order = Order(
        flow=flow,
        as_of=at,
        reason="回放",
        who=who,
        trigger=Trigger.REPLAY,
        live=False,
        send=True,
        world=house.world,
    )
    played.reports.append(carry_out(house, order))
