"""Operations hear, once, that the runs of a flow fail, and, once, that they are good again.

The alert is committed like any other and leaves with the next round of sending. Where sending itself fails it waits in
the ledger with all the others: the error in the log is then the only word there is.
"""

from __future__ import annotations

from datetime import datetime

from flows.order import FlowName, Order, spoken_run_id
from flows.standing import mark_danger_stale
from flows.telling import Event, Told, memory_of, settle
from flows.wiring import House
from notify.alert import SYSTEM_PREFIX, Draft
from notify.decide import Scope
from notify.discretion import discreet
from notify.facts import RunFacts
from notify.run_alarm import RunMemory, RunRound, decide_run, run_event_prefix, run_memory_of
from notify.texts import Envelope, Texts
from notify.wording import run_texts

FLOW_ZH = {
    FlowName.DANGER_WATCH: "火险",
    FlowName.HOTSPOT_WATCH: "热点",
    FlowName.DISPATCH_ROUND: "发送",
    FlowName.AUDIT_ROUND: "审计",
    FlowName.DUTY_REPORT: "日报",
    FlowName.MONTHLY_TRAINING: "训练",
}
EFFECT_ZH = {
    FlowName.DANGER_WATCH: "页面已标过期",
    FlowName.HOTSPOT_WATCH: "无数据不等于无火",
    FlowName.DISPATCH_ROUND: "通报可能未发出",
    FlowName.AUDIT_ROUND: "送达无人核对",
    FlowName.DUTY_REPORT: "请人工收报",
    FlowName.MONTHLY_TRAINING: "起火模型照旧",
}
RUN_FAILED_ZH = "运行失败"


def mark_stale(house: House, order: Order) -> None:
    """Stamp the product that a failed run leaves standing."""
    if order.flow is FlowName.DANGER_WATCH:
        mark_danger_stale(house, order, (RUN_FAILED_ZH,))


def tell_failed(house: House, order: Order, run_id: str, error: Exception) -> Told | None:
    """Decide whether operations hear of a failed run; a run that only looks raises no alarm."""
    if not order.send:
        return None
    problem = discreet(str(error), secrets=house.secrets)
    found = RunRound(order.flow, ok=False, problem=f"{type(error).__name__}: {problem}")
    return settle(house, order, _event(house, order, run_id, found, error=(type(error).__name__, problem)))


def tell_good(house: House, order: Order, run_id: str) -> Told | None:
    """Decide whether operations hear that a flow is good again; nothing is written where nothing was wrong."""
    if not order.send:
        return None
    event = _event(house, order, run_id, RunRound(order.flow, ok=True))
    return None if memory_of(house, event) == RunMemory() else settle(house, order, event)


def _event(
    house: House, order: Order, run_id: str, found: RunRound, *, error: tuple[str, str] = ("", "")
) -> Event[RunMemory]:
    flow, now = order.flow, house.clock()
    scope = Scope(zone=None, regions=(), world=house.world)

    def words(draft: Draft, envelope: Envelope) -> Texts:
        before = memory_of(house, event)
        facts = RunFacts(
            reason=draft.reason,
            flow_zh=FLOW_ZH[flow],
            run_id=run_id,
            spoken_run=spoken_run_id(run_id),
            since_utc=before.failing_since_utc or draft.decided_utc,
            failed_runs=max(1, before.failed_runs),
            last_good_utc=_last_good(house, flow),
            effect_zh=EFFECT_ZH[flow],
            error=error[0],
            problem=error[1],
        )
        return run_texts(facts, envelope)

    event = Event(
        key=f"run:{flow}",
        fresh=RunMemory(),
        latest=lambda: house.ledger.latest(event_prefix=run_event_prefix(flow), world=house.world),
        recall=run_memory_of,
        decide=lambda memory: decide_run(found, memory, scope=scope, now=now),
        words=words,
        signature=house.rules.wording.system_signature,
        prefix=SYSTEM_PREFIX,
        recipients=house.contacts.operations(),
    )
    return event


def _last_good(house: House, flow: FlowName) -> datetime | None:
    good = house.runs.last_good(flow, world=house.world)
    return None if good is None else good.as_of_utc
