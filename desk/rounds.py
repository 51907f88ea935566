"""``firewatch run`` and ``firewatch serve``: one round by hand, and the clock that holds them."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from desk.duty import DEFAULT_PORT
from desk.exits import Exit
from desk.options import Json, ZoneOption, instant
from desk.shown import show_json, show_table
from flows.answering import link_keys
from flows.carry_out import Report, carry_out
from flows.order import FlowName
from flows.parameters import ordered
from flows.settings import load_settings
from flows.standing import standing_danger
from flows.wiring import House, open_house
from notify.phrases import lacking
from store.run_rows import RunOutcome, Trigger


class What(StrEnum):
    """Which rounds."""

    DANGER = "danger"
    HOTSPOTS = "hotspots"
    DISPATCH = "dispatch"
    AUDIT = "audit"
    DUTY = "duty"
    ALL = "all"


FLOWS = {
    What.DANGER: (FlowName.DANGER_WATCH,),
    What.HOTSPOTS: (FlowName.HOTSPOT_WATCH,),
    What.DISPATCH: (FlowName.DISPATCH_ROUND,),
    What.AUDIT: (FlowName.AUDIT_ROUND,),
    What.DUTY: (FlowName.DUTY_REPORT,),
    What.ALL: (FlowName.DANGER_WATCH, FlowName.HOTSPOT_WATCH, FlowName.DISPATCH_ROUND),
}
_COLUMNS = {
    FlowName.DANGER_WATCH: {
        "zone": "联防单元",
        "local_date": "日期",
        "danger_grade": "火险等级",
        "noon_grade": "其中正午",
        "fwi_p95": "FWI p95",
        "level": "预警",
        "reason": "缘由",
        "degraded": "缺测",
    },
    FlowName.HOTSPOT_WATCH: {"zone": "联防单元", "event": "事件", "level": "级别", "reason": "缘由", "code": "编号"},
    FlowName.AUDIT_ROUND: {"problem": "问题", "said": "说明"},
    FlowName.DUTY_REPORT: {"county": "县区", "why": "报告期", "code": "编号", "stands": "零报告"},
    FlowName.DISPATCH_ROUND: {
        "region": "地区",
        "sent": "已发",
        "retried": "待重试",
        "rejected": "被拒",
        "unknown": "不明",
    },
}


def run(
    what: Annotated[What, typer.Argument(help="Which rounds.")] = What.ALL,
    zone: ZoneOption = None,
    as_of: Annotated[str, typer.Option(help="Stand at this time and read the archive only.")] = "",
    send: Annotated[
        bool | None,
        typer.Option(
            "--send/--no-send",
            help="Commit alerts, or decide, show and tell nobody. Default: send; with --as-of only look.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; stands in the run row.")] = "人工运行",
    as_json: Json = False,
) -> None:
    """Hold one round on the configured feeds. Example: firewatch run danger --zone PG-JZ --no-send."""
    house = open_house()
    try:
        at = instant(as_of, "--as-of") if as_of else None
        sends = at is None if send is None else send
        if as_of and what in {What.ALL, What.DISPATCH, What.AUDIT}:
            raise typer.BadParameter("sending happens now: --as-of goes with danger or hotspots")
        reports = [
            _round(house, flow, zones=zone or [], as_of=at, reason=reason, send=sends)
            for flow in FLOWS[what]
            if sends or flow is not FlowName.DISPATCH_ROUND
        ]
        _show(house, reports, as_json=as_json)
    finally:
        house.close()
    raise typer.Exit(exit_code([report.outcome.outcome for report in reports]))


def serve(
    port: Annotated[int, typer.Option(help="Port of the Prefect server, on this machine only.")] = 4200,
    answer_port: Annotated[
        int, typer.Option(help="Port of the answer page, on this machine only; a web server brings it to the phones.")
    ] = 4280,
    desk_port: Annotated[int, typer.Option(help="Port of the duty desk, on this machine only.")] = DEFAULT_PORT,
    metrics_port: Annotated[int, typer.Option(help="Port of the metrics, on this machine only; 0 for none.")] = 9464,
) -> None:
    """Keep the clock until Ctrl-C: Prefect, worker, deployments, dispatcher. Example: firewatch serve --port 4201."""
    from flows.serve import serve as keep_serving

    settings = load_settings()
    open_house(settings).close()
    beside: dict[str, tuple[str, ...]] = {
        "dispatcher": ("desk.cli", "dispatcher"),
        "desk": ("desk.cli", "desk", "--port", str(desk_port)),
    }
    if link_keys(settings):
        beside["answers"] = ("desk.cli", "answers", "--port", str(answer_port))
    if metrics_port:
        beside["metrics"] = ("desk.cli", "metrics", "--port", str(metrics_port))
    if "answers" not in beside:
        typer.echo("no answer page: FIREWATCH_ANSWER_KEY is not set", err=True)
    keep_serving(home=settings.home, port=port, say=typer.echo, beside=beside)


def exit_code(outcomes: list[RunOutcome]) -> Exit:
    """A feed that is out weighs more than a degraded product, and any of the two more than done."""
    if RunOutcome.FAILED in outcomes:
        return Exit.FAILED
    if RunOutcome.FEED_OUT in outcomes:
        return Exit.FEED_OUT
    return Exit.DEGRADED if RunOutcome.DEGRADED in outcomes else Exit.DONE


def _round(
    house: House, flow: FlowName, *, zones: list[str], as_of: datetime | None, reason: str, send: bool
) -> Report:
    order = ordered(
        flow,
        house.settings,
        zones=zones,
        as_of=as_of,
        reason=reason,
        send=send,
        scheduled=datetime.now(UTC),
        trigger=Trigger.MANUAL,
    )
    return carry_out(house, order)


def _show(house: House, reports: list[Report], *, as_json: bool) -> None:
    standing = standing_danger(house)
    if as_json:
        show_json({"runs": [document_of(report) for report in reports], "standing_danger": standing})
        return
    for report in reports:
        flow, outcome = report.order.flow, report.outcome
        show_table(f"{flow} {outcome.outcome} {report.run_id}", _COLUMNS[flow], outcome.table, empty="无")
        if outcome.missing:
            typer.echo(lacking(outcome.missing))
        for problem in outcome.problems:
            typer.echo(problem, err=True)
        for product in outcome.products:
            typer.echo(f"产品：{house.home.products / product.path}")
    if standing is not None and standing["stale"]:
        typer.echo(f"现行火险产品 {standing['label']}，制作于 {standing['made_utc']}")


def document_of(report: Report) -> dict[str, Any]:
    """A run as JSON shows it."""
    outcome = report.outcome
    return {
        "run_id": report.run_id,
        "flow": report.order.flow,
        "as_of": report.order.as_of,
        "outcome": outcome.outcome,
        "missing": outcome.missing,
        "problems": outcome.problems,
        "counts": dict(outcome.counts),
        "products": [product.path for product in outcome.products],
        "alerts": outcome.alerts,
        "table": outcome.table,
    }
