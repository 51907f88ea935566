"""``firewatch rerun``, ``cancel-rerun`` and ``runs``: a run held again shown before anything is sent; all on record."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from desk.errors import InputError
from desk.exits import Exit
from desk.opened import WorldOption, opened
from desk.options import Json, ZoneOption, instant
from desk.shown import show_json, show_rows, show_table
from flows.order import FlowName
from flows.parameters import who_runs
from flows.rerun.again import Again, Asked, rerun, run_to_repeat
from flows.rerun.release import Released, release
from flows.rerun.shown import lines_of
from flows.rerun.waiting import CalledOff, QueueUnseen, Waiting, call_off, of_unit, waiting_reruns
from flows.wiring import House, open_house
from notify.alert import LIVE
from store.errors import NotInStore
from store.run_rows import Run

FLOWS = {"danger": FlowName.DANGER_WATCH, "hotspots": FlowName.HOTSPOT_WATCH}


def rerun_command(
    what: Annotated[str, typer.Argument(help="Id of the run; or danger, hotspots, with --as-of.")],
    reason: Annotated[str, typer.Option(help="Why; stands in the run row.")],
    as_of: Annotated[str, typer.Option(help="Repeat the last run of the flow up to this time.")] = "",
    zone: ZoneOption = None,
    as_then: Annotated[
        bool, typer.Option("--as-then", help="With the rules of then; else with those of today.")
    ] = False,
    send: Annotated[
        bool, typer.Option("--send", help="Sign what differs; with the last signature it is sent.")
    ] = False,
    by: Annotated[
        str, typer.Option(help="Who asks, and with --send who signs: 张三（带班领导）. The operator's name when empty.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Hold a run again from the archive, show what differs. Example: firewatch rerun danger --as-of … --reason 复核."""
    house = open_house()
    try:
        run_id = _run_id(house, what, as_of)
        asked = Asked(reason, by or who_runs(house.settings), tuple(zone or ()), as_then=as_then)
        again = rerun(house, run_id, asked)
        _show(house, again, as_json=as_json and not send)
        if send:
            _refuse_unnamed(by)
            here = house if again.before.world == house.world else house.within(again.before.world)
            _show_released(again, release(here, again, by=by, now=house.clock()), as_json=as_json)
    finally:
        house.close()
    raise typer.Exit(Exit.DONE)


def _run_id(house: House, what: str, as_of: str) -> str:
    if what not in FLOWS:
        if as_of:
            raise InputError("--as-of", "goes with danger or hotspots, not with the id of a run")
        return what
    if not as_of:
        raise InputError(what, "of when?", remedy="add --as-of 2027-04-10T07:10+08:00, or name a run")
    return run_to_repeat(house, FLOWS[what], instant(as_of, "--as-of")).run_id


def _refuse_unnamed(by: str) -> None:
    if not by.strip():
        raise InputError("--by", "nobody is named", remedy="a signature is that of a named person: --by 张三")


def _show(house: House, again: Again, *, as_json: bool) -> None:
    if as_json:
        show_json(again.document())
    else:
        typer.echo("\n".join(lines_of(again, house)))


def _show_released(again: Again, done: Released, *, as_json: bool) -> None:
    if as_json:
        show_json(again.document() | {"released": asdict(done)})
        return
    names = "、".join(done.signed_by)
    if done.missing:
        typer.echo(f"{names}已签，还需{done.missing}人：另一人运行同一命令并写自己的姓名（--by）。尚未发送。")
    else:
        codes = "、".join(one.code for one in done.sent)
        typer.echo(f"{names}签发，已交发送，编号{codes}。")


def cancel_rerun(
    zone: Annotated[str, typer.Argument(help="A joint unit that is rerun now or waits for it.")],
    reason: Annotated[str, typer.Option(help="Why; stands in the row of the run that ends.")],
    by: Annotated[str, typer.Option(help="Who cancels it.")],
    flow: Annotated[str, typer.Option(help="danger or hotspots.")] = "danger",
    order: Annotated[str, typer.Option(help="Which of those that wait in Prefect: firewatch runs --waiting.")] = "",
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """End a rerun before it begins, or at its next step. Example: firewatch cancel-rerun PG-JZ --reason … --by 张三."""
    if flow not in FLOWS:
        raise InputError("--flow", f"{flow!r}: there are {', '.join(FLOWS)}")
    with opened(world) as house:
        now = house.clock()
        standing = {(one.flow, one.zone) for one in house.holds.standing(now=now, world=house.world)}
        if order or (FLOWS[flow], zone) not in standing:
            done = call_off(house, _that_waits(house, FLOWS[flow], zone, order), by=by, reason=reason)
            _show_called_off(done, zone, as_json=as_json)
            return
        held = house.holds.cancel(FLOWS[flow], zone, by=by, reason=reason, now=now, world=house.world)
    if as_json:
        show_json(asdict(held))
        return
    typer.echo(f"已要求取消{held.who}对{zone}的重跑（{held.reason}），在下一步停下，不留结果。")


def _that_waits(house: House, flow: FlowName, zone: str, order: str) -> Waiting:
    try:
        found = [one for one in of_unit(waiting_reruns(house), flow, zone) if order in {"", one.order_id}]
    except QueueUnseen as unseen:
        raise NotInStore(f"{zone} ({flow}): nobody reruns it now; {unseen}") from unseen
    if not found:
        raise NotInStore(f"{zone} ({flow}): nobody reruns it now, and no such rerun waits in Prefect")
    if len(found) > 1:
        listed = "; ".join(f"{one.order_id} {one.who}（{one.reason}）" for one in found)
        raise InputError("--order", f"{len(found)} reruns of {zone} wait: {listed}", remedy="say which with --order")
    return found[0]


def _show_called_off(done: CalledOff, zone: str, *, as_json: bool) -> None:
    if as_json:
        show_json(asdict(done.waiting) | {"run_id": done.report.run_id, "told_prefect": done.told_prefect})
        return
    typer.echo(
        f"{done.waiting.who}对{zone}的重跑（{done.waiting.reason}）尚未开始，已取消，运行号{done.report.run_id}。"
    )
    if not done.told_prefect:
        typer.echo("Prefect服务未应答：那里仍显示排队，轮到时不运行。")


def runs(
    world: WorldOption = LIVE,
    flow: Annotated[str, typer.Option(help="danger or hotspots; all when empty.")] = "",
    limit: Annotated[int, typer.Option(help="How many, newest first.")] = 20,
    run_id: Annotated[str, typer.Option("--run", help="One run, with all that is known of it.")] = "",
    waiting: Annotated[bool, typer.Option("--waiting", help="Reruns that were ordered in Prefect and wait.")] = False,
    as_json: Json = False,
) -> None:
    """Every run: who, why, from what, what came out, by which rules and code. Example: firewatch runs --flow danger."""
    with opened(world) as house:
        if run_id:
            show_json(_whole(house.runs.load(run_id)))
            return
        if waiting:
            _show_waiting(waiting_reruns(house), as_json=as_json)
            return
        chosen = FLOWS.get(flow, flow or None)
        rows = [row_of(each) for each in house.runs.last_runs(chosen, world=house.world, limit=limit)]
        held = [asdict(each) for each in house.holds.standing(now=house.clock(), world=house.world)]
    if as_json:
        show_json({"runs": rows, "held": held})
        return
    columns = {
        "run_id": "运行号",
        "outcome": "结果",
        "as_of_utc": "时刻",
        "trigger": "触发",
        "who": "操作",
        "reason": "原因",
        "rerun_of": "重跑自",
        "sent": "发送",
        "inputs_sha256": "输入",
        "outputs_sha256": "输出",
        "rules": "规则",
        "code_version": "程序",
    }
    show_table("运行记录", columns, rows, empty="无")
    if held:
        columns = {"zone": "联防单元", "flow": "流程", "who": "重跑人", "since_utc": "自", "reason": "原因"}
        show_table("正在重跑", columns, held, empty="无")


def _show_waiting(found: list[Waiting], *, as_json: bool) -> None:
    rows = [asdict(one) | {"zones": "、".join(one.zones)} for one in found]
    columns = {"order_id": "编号", "zones": "联防单元", "flow": "流程", "who": "重跑人", "reason": "原因"}
    show_rows("排队的重跑", columns | {"ordered_utc": "下达", "starts_utc": "不早于"}, rows, as_json=as_json)


def row_of(run: Run) -> dict[str, Any]:
    """One run in a line, as the audit of runs shows it."""
    end = run.end
    return {
        "run_id": run.run_id,
        "flow": run.flow,
        "outcome": run.outcome,
        "as_of_utc": run.as_of_utc,
        "trigger": run.trigger,
        "who": run.who,
        "reason": run.reason,
        "rerun_of": run.rerun_of,
        "sent": _sent(run),
        "inputs_sha256": end.inputs_sha256[:12] if end else "",
        "outputs_sha256": end.outputs_sha256[:12] if end else "",
        "rules": run.configuration.get("rules", "")[:12],
        "code_version": run.code_version,
    }


def _sent(run: Run) -> str:
    if run.rerun_of is not None:
        return f"签发 {run.released_by}" if run.released_utc else "未发送"
    return "发送" if run.parameters.get("send") else "不发送"


def _whole(run: Run) -> dict[str, Any]:
    return asdict(run) | {"outcome": run.outcome}
