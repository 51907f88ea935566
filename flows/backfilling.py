"""A gap filled afterwards (补跑不发): the planned rounds that nobody held, from the archive; nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from flows.carry_out import Report, carry_out
from flows.due import next_planned
from flows.errors import OrderRefused
from flows.live_feeds import LiveHotspots, LiveWeather
from flows.order import FlowName, Order
from flows.wiring import House
from store.audit import AuditAction, Deed
from store.run_rows import GOOD, Run, Trigger

REASON_ZH = "补跑"
LATE_ZH = "用事后资料"


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, both included.

    Raises:
        OrderRefused: it is empty, or nobody says why.
    """

    begin: datetime
    end: datetime
    reason: str
    who: str

    def __post_init__(self) -> None:
        if not self.begin <= self.end:
            raise OrderRefused(f"the span from {self.begin.isoformat()} to {self.end.isoformat()} is empty")
        if not self.reason.strip() or not self.who.strip():
            raise OrderRefused("a backfill has a reason and somebody who asks for it; say --reason and --by")


def gaps(house: House, flow: FlowName, begin: datetime, end: datetime) -> list[datetime]:
    """Planned rounds of a span that no round has served, in this time or by a backfill."""
    held = sorted(run.as_of_utc for run in house.runs.last_runs(flow, world=house.world, limit=None) if _serves(run))
    return [at for at, until in _planned(house, flow, begin, end) if not any(at <= one < until for one in held)]


def _serves(run: Run) -> bool:
    whole = run.is_whole_round or bool(run.parameters.get("backfill"))
    return whole and run.end is not None and run.end.outcome in GOOD


def _planned(house: House, flow: FlowName, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Each planned round with the time of the next one."""
    at = next_planned(house, flow, now=begin - timedelta(microseconds=1))
    while at is not None and at <= min(end, house.clock()):
        following = next_planned(house, flow, now=at)
        yield at.astimezone(UTC), (following or end).astimezone(UTC)
        at = following


def backfill(house: House, flow: FlowName, span: Span, *, late: bool) -> list[Report]:
    """Hold every planned round of a span that nobody held. Nothing is sent, and nobody's level moves.

    Moisture codes are kept for days that have none; hotspots are kept as they are in any round.

    Args:
        house: the world to work in.
        flow: danger or hotspots.
        span: from when to when, why and by whom.
        late: read what has come since, too; else only what was there at the time of each round.
    """
    missing = gaps(house, flow, span.begin, span.end)
    now = house.clock()
    reader = _knowing(house, now) if late else house
    reports = [carry_out(reader, _order(house, flow, span, at, known_by=now if late else at)) for at in missing]
    said = {"rounds": len(reports), "reason": span.reason, "from": span.begin.isoformat(), "to": span.end.isoformat()}
    house.audit.append(Deed(span.who, AuditAction.RERUN, f"backfill:{flow}", now, said, house.world))
    return reports


def _order(house: House, flow: FlowName, span: Span, at: datetime, *, known_by: datetime) -> Order:
    late = f"（{LATE_ZH}）" if known_by > at else ""
    return Order(
        flow=flow,
        as_of=at,
        reason=f"{REASON_ZH}{late}：{span.reason}",
        who=span.who,
        trigger=Trigger.MANUAL,
        live=False,
        world=house.world,
        known_by_utc=known_by,
        backfill=True,
    )


def _knowing(house: House, until: datetime) -> House:
    """The house with feeds that read all that the archive holds by now."""
    parts: dict[str, object] = {}
    if isinstance(house.weather, LiveWeather):
        parts["weather"] = house.weather.knowing(until)
    if isinstance(house.hotspots_feed, LiveHotspots):
        parts["hotspots_feed"] = house.hotspots_feed.knowing(until)
    return replace(house, **parts)  # type: ignore[arg-type]  # names are those of the fields
