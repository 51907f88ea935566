"""Plays a tabletop: the rounds of the exercise, the director's words, each answer as the desk records it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from desk.scenario import Scenario
from desk.tabletop.script import Act, Answer, Inject, Tabletop
from flows.carry_out import carry_out
from flows.consulting import Meeting, draft_consultation
from flows.exercising import next_call
from flows.order import FlowName, Order
from flows.processes.cases import Opening, open_case, take_step
from flows.releasing import sign
from flows.replaying import DrivenClock
from flows.verifying import verify
from flows.wiring import House
from models.field_check.feedback import FeedbackType
from models.incidents.incident import Incident, IncidentState
from models.processes.law import Process, State
from notify.phrases import BEIJING
from store.errors import StoreError
from store.run_rows import Trigger
from store.verification import Feedback

SENT_AFTER = timedelta(minutes=1)
REASON_ZH = "桌面推演"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Done:
    """One answer: when it came, and what the desk made of it."""

    task: str
    at_utc: datetime
    by: str
    refused: str = ""
    """Why the desk did not take it; empty where it did."""


@dataclass
class Played:
    """What happened."""

    done: dict[str, Done] = field(default_factory=dict)
    fires: dict[str, str] = field(default_factory=dict)
    """Number of the fire by joint unit."""
    cases: dict[tuple[str, Process], str] = field(default_factory=dict)
    """Number of the case by joint unit and process."""
    alerts: int = 0


def play(house: House, scenario: Scenario, script: Tabletop, *, clock: DrivenClock, say: Say) -> Played:
    """Play ``script`` in ``house``, an exercise's world whose clock is ``clock``."""
    played = Played()
    for at, act in _schedule(house, scenario, script, played, say=say):
        _calls(house, clock, until=at)
        clock.now = max(clock.now, at)
        act()
    _calls(house, clock, until=scenario.end.astimezone(UTC))
    return played


def _schedule(
    house: House, scenario: Scenario, script: Tabletop, played: Played, *, say: Say
) -> list[tuple[datetime, Callable[[], None]]]:
    """Everything that happens, in the order of time: rounds before words, words before answers."""
    rounds = [
        (at, 0, partial(_round, house, played, FlowName.DANGER_WATCH, scenario)) for at in scenario.danger_rounds()
    ]
    rounds += [
        (at, 1, partial(_round, house, played, FlowName.HOTSPOT_WATCH, scenario)) for at in scenario.hotspot_rounds()
    ]
    beats = [
        (at.astimezone(UTC), 2 + order, partial(_beat, house, script, played, beat, say=say))
        for at, order, beat in script.beats()
    ]
    return [(at, act) for at, _, act in sorted([*rounds, *beats], key=lambda one: one[:2])]


def _round(house: House, played: Played, flow: FlowName, scenario: Scenario) -> None:
    at = house.clock()
    report = carry_out(house, _order(house, flow, at, scenario.zones))
    played.alerts += len(report.outcome.alerts)
    if report.outcome.alerts:
        _dispatch(house, at + SENT_AFTER)


def _calls(house: House, clock: DrivenClock, *, until: datetime) -> None:
    """Who does not answer is called again, as time passes."""
    while (call := next_call(house, clock.now)) is not None and call <= until:
        clock.now = call
        _dispatch(house, call)


def _dispatch(house: House, at: datetime) -> None:
    carry_out(house, _order(house, FlowName.DISPATCH_ROUND, at, ()))


def _order(house: House, flow: FlowName, at: datetime, zones: Sequence[str]) -> Order:
    return Order(
        flow=flow,
        as_of=at,
        reason=REASON_ZH,
        who=REASON_ZH,
        trigger=Trigger.EXERCISE,
        zones=tuple(zones),
        live=False,
        send=True,
        world=house.world,
    )


def _beat(house: House, script: Tabletop, played: Played, beat: Inject | Answer, *, say: Say) -> None:
    clock = f"{house.clock().astimezone(BEIJING):%m-%d %H:%M}"
    if isinstance(beat, Inject):
        fire = _fire(house, beat.zone)
        if fire is not None:
            played.fires[beat.zone] = fire.incident_id
        where = f"{house.catalogue.zone(beat.zone).name_zh} {fire.incident_id if fire else '尚无事件'}"
        say(f"{clock} 导调{beat.key}（{where}）：{beat.text_zh}")
        return
    inject, task = script.task(beat.task)
    refused = _tried(house, played, inject, task.act, beat, office=task.office)
    played.done[task.key] = Done(task.key, house.clock(), beat.by, refused)
    say(f"{clock}   {task.key} {beat.by}：{task.what_zh}{f'（未被接受：{refused}）' if refused else ''}")


def _fire(house: House, zone: str) -> Incident | None:
    """The fire of a unit that is spoken of: of those that burn, the one nearest to the line."""
    mine = [each for each in house.incidents.open_incidents(world=house.world) if each.zone == zone]
    burning = [each for each in mine if each.state is not IncidentState.ENDED and not each.suppressed]
    return min(burning, key=lambda each: each.least_distance_km, default=None)


def _tried(house: House, played: Played, inject: Inject, act: Act, answer: Answer, *, office: str) -> str:
    """Record an answer; what the desk says where it does not take it."""
    try:
        _ACTS[act.process](house, played, inject, act, answer, office)
    except StoreError as error:
        return str(error)
    return ""


def _notice(house: House, played: Played, inject: Inject, act: Act, answer: Answer, office: str) -> None:
    number, now = played.fires[inject.zone], house.clock()
    if act is Act.RECEIVE:
        alert = house.alerts.of_event(number, world=house.world)[-1]
        house.ledger.acknowledge(alert.code, office=office, by=answer.by, via="phone", now=now, world=house.world)
    elif act is Act.VERIFY:
        fire = FeedbackType.FOREST_FIRE
        note = answer.said.get("finding", "")
        verify(house, number, (fire, None), said=Feedback("", fire, answer.by, now, note=note))
    else:
        take_step(house, f"通-{number}", State.FEEDBACK, by=answer.by, now=now, fields=_said(house, answer, office))


def _consultation(house: House, played: Played, inject: Inject, act: Act, answer: Answer, office: str) -> None:
    key, now = (inject.zone, Process.CONSULTATION), house.clock()
    if act is Act.CALL:
        meeting = Meeting(
            answer.said.get("subject", "跨界火情研判"),
            now + timedelta(minutes=30),
            now + timedelta(minutes=20),
            answer.said.get("meeting_no", "演练会议"),
            event_id=played.fires.get(inject.zone, ""),
        )
        played.cases[key] = draft_consultation(house, inject.zone, meeting, by=answer.by, now=now).number
    elif act is Act.SIGN:
        sign(house, _case(played, key), by=answer.by, now=now)
    else:
        take_step(
            house, _case(played, key), State(act.value), by=answer.by, now=now, fields=_said(house, answer, office)
        )


def _response(house: House, played: Played, inject: Inject, act: Act, answer: Answer, office: str) -> None:
    key, now = (inject.zone, Process.RESPONSE), house.clock()
    if act is Act.REQUEST:
        asked = answer.said.get("asked", "")
        said = {"office": _name(house, asked)} | {name: text for name, text in answer.said.items() if name != "asked"}
        opening = Opening(Process.RESPONSE, said, played.fires[inject.zone], asker=office, asked=asked)
        played.cases[key] = open_case(house, opening, by=answer.by, now=now).case_no
    else:
        take_step(house, _case(played, key), State(act.value), by=answer.by, now=now, fields=dict(answer.said))


_ACTS: Mapping[Process, Callable[[House, Played, Inject, Act, Answer, str], None]] = {
    Process.NOTICE: _notice,
    Process.CONSULTATION: _consultation,
    Process.RESPONSE: _response,
}


def _case(played: Played, key: tuple[str, Process]) -> str:
    if key not in played.cases:
        raise StoreError(f"{key[0]}: {key[1].name_zh} was never begun")
    return played.cases[key]


def _said(house: House, answer: Answer, office: str) -> dict[str, str]:
    return {"office": _name(house, office)} | dict(answer.said)


def _name(house: House, office: str) -> str:
    return next((one.office_zh for one in house.contacts.recipients if one.office == office), office)
