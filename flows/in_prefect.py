"""What a flow does besides its round: it takes its time from the schedule, skips when too late, shows what came."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows.best_effort import attempt
from flows.carry_out import Report, carry_out_discreetly, skip
from flows.due import TICKING, next_planned, waits
from flows.order import FlowName, Order
from flows.parameters import ordered
from flows.wiring import House, house_in_use
from notify.alert import LIVE
from notify.phrases import BEIJING, lacking
from store.run_rows import RunOutcome, Trigger

LOG = logging.getLogger("firewatch.due")
NOT_DUE = "NotDue"
SELDOM = frozenset({FlowName.MONTHLY_TRAINING})
"""Flows whose next run is too far away to take the place of one that starts late."""
TOO_LATE_ZH = "启动过晚，由下一次运行代替"


async def run_round(
    flow: FlowName, *, zones: list[str], as_of: datetime | None, reason: str, send: bool
) -> dict[str, object] | State[object]:
    """Carry out a round as this flow run asks, and publish it.

    Returns:
        The result of the flow run; where every feed was out, the state ``FeedOut``: in the UI it must not look well;
        where no planned round waits, the state ``NotDue``, and no run row.
    """
    with house_in_use() as house:
        order = _order(house, flow, zones=zones, as_of=as_of, reason=reason, send=send)
        if not await asyncio.to_thread(_is_due, house, order):
            return Completed(name=NOT_DUE, message=_not_due_zh(house, order))
        if _is_too_late(house, order):
            report = await asyncio.to_thread(skip, house, order, TOO_LATE_ZH)
        else:
            report = await asyncio.to_thread(carry_out_discreetly, house, order)
        if house.world == LIVE:
            await publish(report)
            if report.outcome.outcome is RunOutcome.FEED_OUT:
                return Failed(name="FeedOut", message=f"{report.run_id}：无数据：{'、'.join(report.outcome.missing)}")
    return {"run_id": report.run_id, "outcome": str(report.outcome.outcome), "alerts": list(report.outcome.alerts)}


def _order(house: House, flow: FlowName, *, zones: list[str], as_of: datetime | None, reason: str, send: bool) -> Order:
    context = FlowRunContext.get()
    auto = bool(context and context.flow_run and context.flow_run.auto_scheduled)
    trigger = Trigger.SCHEDULED if auto else Trigger.MANUAL
    return ordered(
        flow,
        house.settings,
        zones=zones,
        as_of=as_of,
        reason=reason,
        send=send,
        scheduled=flow_run.get_scheduled_start_time() if auto else None,
        trigger=trigger if house.world == LIVE else Trigger.EXERCISE,
        world=house.world,
    )


def _is_too_late(house: House, order: Order) -> bool:
    if order.trigger is not Trigger.SCHEDULED or order.flow in SELDOM:
        return False
    return house.clock() - order.as_of > timedelta(minutes=house.rules.rounds.too_late_min)


def _is_due(house: House, order: Order) -> bool:
    """Whether a tick of the schedule has something to do. A run by hand has; so has one where nobody can say."""
    if order.trigger is not Trigger.SCHEDULED or order.flow not in TICKING:
        return True
    planned, known = attempt("say whether a round is due", lambda: waits(house, order.flow, now=order.as_of), log=LOG)
    return planned is not None or not known


def _not_due_zh(house: House, order: Order) -> str:
    at = next_planned(house, order.flow, now=order.as_of)
    return f"按季节计划，下一次 {at.astimezone(BEIJING):%m-%d %H:%M}" if at else "按季节计划，本次不运行"


async def publish(report: Report) -> None:
    """A page and a table of the run, under a key of the flow's own, so that the UI shows its history."""
    key = report.order.flow.replace("_", "-")
    await acreate_markdown_artifact(key=f"{key}-report", markdown=markdown(report), description=report.run_id)
    if report.outcome.table:
        rows = [{name: str(value) for name, value in row.items()} for row in report.outcome.table]
        await acreate_table_artifact(key=f"{key}-table", table=rows, description=report.run_id)


def markdown(report: Report) -> str:
    """What a duty officer reads first: how it went, what was missing, who is told."""
    order, outcome = report.order, report.outcome
    lines = [
        f"# {order.flow} · {outcome.outcome}",
        "",
        f"- 运行号 {report.run_id}",
        f"- 时刻 {order.as_of.astimezone(BEIJING):%Y-%m-%d %H:%M} 北京时间",
        f"- 原因 {order.reason} · 操作 {order.who} · {'发送' if order.send else '不发送（只看结果）'}",
        f"- {lacking(outcome.missing) or '缺测：无'}",
        f"- 通报 {'、'.join(outcome.alerts) or '无'}",
        "",
        *(f"- {name}: {number}" for name, number in outcome.counts.items()),
        "",
        *(f"- 产品 `{product.path}`" for product in outcome.products),
    ]
    return "\n".join(lines)
