"""An exercise: the real flows through Prefect, in a world of their own, at times that a script gives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.exercise_deeds import ScriptedDeed, do
from flows.order import FlowName
from flows.replaying import DrivenClock
from flows.wiring import House, using
from notify.ledger import Delivery
from notify.phrases import BEIJING

SENT_AFTER = timedelta(minutes=1)
"""The dispatcher's next round."""
DISPATCH_EVERY = timedelta(minutes=2)
_EPOCH = datetime(2000, 1, 1, 0, 1, tzinfo=UTC)
"""Odd minutes, as prefect.yaml has them."""
REASON_ZH = "演练"


@dataclass(frozen=True, slots=True)
class Answering:
    """How one office will answer alerts of one kind."""

    kind: str
    office: str
    after: timedelta
    by: str
    via: str


@dataclass(frozen=True, slots=True)
class Script:
    """When what runs, and who will answer. Rounds and answers after ``end`` are left out."""

    danger: Sequence[datetime]
    hotspots: Sequence[datetime]
    end: datetime
    zones: tuple[str, ...]
    answers: Sequence[Answering]
    deeds: Sequence[ScriptedDeed] = ()
    """What people do on the ground and between offices."""


@dataclass
class Exercised:
    """What happened, in order."""

    rounds: int = 0
    told: list[str] = field(default_factory=list)
    """Codes of alerts."""
    answered: list[Delivery] = field(default_factory=list)


@dataclass(order=True, slots=True)
class _Due:
    """An answer on its way."""

    at: datetime
    code: str
    office: str
    by: str
    via: str


def exercise(house: House, script: Script, *, clock: DrivenClock, say: Callable[[str], None]) -> Exercised:
    """Play ``script`` in ``house``, an exercise's world whose clock is ``clock``.

    Prefect must have been told where it lives (``flows.embedded``) before this is called.
    """
    with using(house):
        return asyncio.run(_play(house, script, clock=clock, say=say))


async def _play(house: House, script: Script, *, clock: DrivenClock, say: Callable[[str], None]) -> Exercised:
    done = Exercised()
    answers: list[_Due] = []
    beats: list[tuple[datetime, FlowName | ScriptedDeed]] = [(at, FlowName.DANGER_WATCH) for at in script.danger]
    beats += [(at, FlowName.HOTSPOT_WATCH) for at in script.hotspots]
    beats += [(deed.at, deed) for deed in script.deeds if deed.at <= script.end]
    for at, beat in sorted(beats, key=lambda each: (each[0], str(each[1]))):
        answers = await _meanwhile(house, done, answers, until=at, clock=clock, say=say)
        clock.now = max(at, clock.now)
        if isinstance(beat, ScriptedDeed):
            code = do(house, beat)
            say(f"{_beijing(at)} 行动 {beat.by}：{beat.words_zh}")
            codes = [code] if code else []
        else:
            codes = await _round(beat, at, script.zones)
            done.rounds += 1
        answers += await _sent(house, done, codes, script, clock=clock, say=say)
    await _meanwhile(house, done, answers, until=script.end, clock=clock, say=say)
    clock.now = script.end
    return done


async def _sent(
    house: House, done: Exercised, codes: list[str], script: Script, *, clock: DrivenClock, say: Callable[[str], None]
) -> list[_Due]:
    """Let what was decided leave. Returns the answers that it will have."""
    if not codes:
        return []
    done.told += codes
    clock.now += SENT_AFTER
    await _dispatch(clock.now)
    told = _told(house, codes)
    for row in told:
        say(f"{_beijing(clock.now)} 发 {len(row['recipients'])} 个单位  {row['text_short']}")
    return _due(told, script, sent=clock.now)


async def _round(flow: FlowName, at: datetime, zones: tuple[str, ...]) -> list[str]:
    from flows.danger_watch import danger_watch
    from flows.hotspot_watch import hotspot_watch

    watch = danger_watch if flow is FlowName.DANGER_WATCH else hotspot_watch
    found = await watch(reason=REASON_ZH, zones=list(zones), as_of=at, send=True)
    codes = found["alerts"] if isinstance(found, dict) else None
    assert isinstance(codes, list)
    return codes


async def _dispatch(at: datetime) -> None:
    from flows.dispatch_round import dispatch_round

    await dispatch_round(reason=REASON_ZH, as_of=at)


def _told(house: House, codes: Sequence[str]) -> list[dict[str, Any]]:
    alerts = house.ledger_frames.alerts(world=house.world)
    return [row for row in alerts.iter_rows(named=True) if row["code"] in codes]


def _due(told: Sequence[dict[str, Any]], script: Script, *, sent: datetime) -> list[_Due]:
    return [
        _Due(sent + answer.after, row["code"], answer.office, answer.by, answer.via)
        for row in told
        for answer in script.answers
        if answer.kind == row["kind"] and answer.office in row["recipients"]
    ]


async def _meanwhile(
    house: House,
    done: Exercised,
    answers: list[_Due],
    *,
    until: datetime,
    clock: DrivenClock,
    say: Callable[[str], None],
) -> list[_Due]:
    """Let time pass: offices answer, and who does not is called again, in the order of time.

    Returns:
        The answers that are not due yet.
    """
    waiting = sorted(answers)
    while True:
        call = next_call(house, clock.now)
        if waiting and waiting[0].at <= until and (call is None or waiting[0].at <= call):
            _answer(house, done, waiting.pop(0), clock=clock, say=say)
        elif call is not None and call <= until:
            clock.now = call
            await _dispatch(call)
            for row in house.alerts.called(since=call, world=house.world):
                say(f"{_beijing(call)} 升级叫应 {'、'.join(row.silent_zh)}未回应，呼{row.office_zh}")
        else:
            return waiting


def next_call(house: House, now: datetime) -> datetime | None:
    """When the dispatcher next has a step of a ladder to send: it looks every other minute."""
    due = house.ledger.next_due(world=house.world)
    if due is None:
        return None
    late = (max(due, now) - _EPOCH) % DISPATCH_EVERY
    return max(due, now) + (DISPATCH_EVERY - late)


def _answer(house: House, done: Exercised, due: _Due, *, clock: DrivenClock, say: Callable[[str], None]) -> None:
    clock.now = max(clock.now, due.at)
    rows = house.ledger.acknowledge(due.code, office=due.office, by=due.by, via=due.via, now=due.at, world=house.world)
    done.answered += [row for row in rows if not row.step]
    say(f"{_beijing(due.at)} 叫应 {due.code}  {rows[0].office_zh}，{due.by}")


def _beijing(instant: datetime) -> str:
    return f"{instant.astimezone(BEIJING):%m-%d %H:%M}"
