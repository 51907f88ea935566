"""Operations hear, once, that runs of flows fail, and, once, that they are good again: of all that fail in one event.

The alert is committed like any other and leaves with the next round of sending. Where sending itself fails it waits in
the ledger with all the others: the error in the log is then the only word there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flows.bundles import bundle_event, told_of
from flows.order import FlowName, Order, spoken_run_id
from flows.remembering import remember, remembered
from flows.standing import mark_danger_stale
from flows.telling import Event, Told, settle
from flows.wiring import House
from notify.alert import FeedLevel, Reason
from notify.bundle_wording import RunsFacts, runs_texts
from notify.bundling import BundleLaw, BundleMemory
from notify.discretion import discreet
from notify.facts import RunFacts
from notify.run_alarm import RunMemory, RunRound, counted_run, failing_flows, flow_of, runs_law
from notify.texts import Envelope, Texts

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
    _count(
        house, order.flow, RunRound(order.flow, ok=False, run_id=run_id, error=type(error).__name__, problem=problem)
    )
    return settle(house, order, _event(house))


def tell_good(house: House, order: Order, run_id: str) -> Told | None:
    """Decide whether operations hear that a flow is good again; nothing is written where nothing was wrong."""
    if not order.send:
        return None
    failed = _memory(house, order.flow).fails
    if failed:
        _count(house, order.flow, RunRound(order.flow, ok=True, run_id=run_id))
    told = told_of(house, _law(house)).told
    if not failed and set(told) == (set(failing_flows(_memories(house)).values()) if told else set()):
        return None
    return settle(house, order, _event(house))


def _count(house: House, flow: FlowName, found: RunRound) -> None:
    now = house.clock()
    memory = counted_run(found, _memory(house, flow), now=now)
    remember(house, _key(flow), memory, level=FeedLevel.OUT if memory.fails else FeedLevel.NONE, at=now)


def _key(flow: FlowName) -> str:
    return f"run:{flow}"


def _memory(house: House, flow: FlowName) -> RunMemory:
    return remembered(house, _key(flow), RunMemory())


def _memories(house: House) -> dict[str, RunMemory]:
    return {flow: _memory(house, flow) for flow in FlowName}


def _law(house: House) -> BundleLaw:
    return runs_law(timedelta(minutes=house.rules.audit.flows_bundle_min))


def _event(house: House) -> Event[BundleMemory]:
    """All flows whose runs fail."""
    memories = _memories(house)
    failing = failing_flows(memories)

    def words(told: Sequence[str], envelope: Envelope) -> Texts:
        over = sorted({flow_of(key) for key in told} - failing.keys())
        facts = RunsFacts(
            [_facts(house, FlowName(flow), memories[flow], Reason.RUN_FAILED) for flow in failing],
            [_facts(house, FlowName(flow), memories[flow], Reason.RUN_RECOVERED) for flow in over],
        )
        return runs_texts(facts, envelope)

    return bundle_event(house, _law(house), list(failing.values()), now=house.clock(), words=words)


def _facts(house: House, flow: FlowName, memory: RunMemory, reason: Reason) -> RunFacts:
    return RunFacts(
        reason=reason,
        flow_zh=FLOW_ZH[flow],
        run_id=memory.run_id,
        spoken_run=spoken_run_id(memory.run_id),
        since_utc=memory.failing_since_utc or house.clock(),
        failed_runs=max(1, memory.failed_runs),
        last_good_utc=_last_good(house, flow),
        effect_zh=EFFECT_ZH[flow],
        error=memory.error,
        problem=memory.problem,
    )


def _last_good(house: House, flow: FlowName) -> datetime | None:
    good = house.runs.last_good(flow, world=house.world)
    return None if good is None else good.as_of_utc
