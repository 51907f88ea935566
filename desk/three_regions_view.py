"""The three-region check (三地核对) as a person or a script sees it."""

from __future__ import annotations

from typing import Any

import typer

from desk.errors import InputError
from desk.exits import Exit
from desk.shown import show_json, show_table
from flows.wiring import House
from notify.ledger import ObligationState
from notify.three_regions import REACHED, Completeness, EventReport, OfficeFacts, event_reports
from store.owed import Owed

STATE_ZH = {
    ObligationState.OPEN: "待发",
    ObligationState.SENT: "已发",
    ObligationState.DELIVERED: "已达",
    ObligationState.ACKNOWLEDGED: "已签收",
    ObligationState.UNREACHED: "未送达",
    ObligationState.EXPIRED: "过期未发",
    ObligationState.SUPERSEDED: "已由后续替代",
}
VERDICT_ZH = {
    Completeness.COMPLETE: "齐全",
    Completeness.WAITING: "进行中",
    Completeness.INCOMPLETE: "不齐",
}


def show_event(house: House, event: str, *, world: str | None, as_json: bool) -> Exit:
    """Show who of all that are owed an event was sent it, had it and answered.

    Args:
        house: whose ledger.
        event: id of the event, or a code of one of its alerts.
        world: None for all.
        as_json: one document instead of tables.

    Returns:
        DONE when the newest alert is complete or still in time, DEGRADED when it is not.

    Raises:
        InputError: nothing is owed under this name.
    """
    reports = event_reports(Owed(house.database).offices(event_id=event, world=world), now=house.clock())
    if not reports:
        raise InputError(
            "--event", f"nothing is owed for {event!r}", remedy="see firewatch alerts for events and codes"
        )
    if as_json:
        show_json({"event": event, "verdict": reports[-1].verdict, "alerts": [_document(each) for each in reports]})
    else:
        for each in reports:
            _show(each)
    return Exit.DEGRADED if reports[-1].verdict is Completeness.INCOMPLETE else Exit.DONE


def _show(report: EventReport) -> None:
    first = report.offices[0]
    columns = {
        "region": "地区",
        "office_zh": "应通知单位",
        "state_zh": "状态",
        "sent_utc": "发出",
        "delivered": "送达",
        "acknowledged_utc": "签收",
        "minutes": "用时/分",
        "late_zh": "时限",
    }
    title = f"三地核对 {first.code} 第{first.revision}次：{VERDICT_ZH[report.verdict]}"
    show_table(title, columns, [_office(one, report) for one in report.offices], empty="无")
    if report.empty_regions:
        typer.echo(f"没有应通知单位的地区：{'、'.join(report.empty_regions)}")
    if report.missing:
        typer.echo(f"未通知到，请电话补通知：{'、'.join(one.office_zh for one in report.missing)}")


def _office(one: OfficeFacts, report: EventReport) -> dict[str, Any]:
    late = one.is_late(report.at_utc)
    return {
        "region": one.region,
        "office": one.office,
        "office_zh": one.office_zh,
        "level": one.office_level,
        "state": one.state,
        "state_zh": STATE_ZH[one.state],
        "obliged": True,
        "sent": one.sent_utc is not None,
        "sent_utc": one.sent_utc,
        "delivered": one.delivered,
        "acknowledged": one.acknowledged_utc is not None,
        "acknowledged_utc": one.acknowledged_utc,
        "minutes": one.minutes,
        "deadline_utc": one.deadline_utc,
        "late": late,
        "late_zh": ("超时" if late else "") or ("按时" if one.state in REACHED else ""),
    }


def _document(report: EventReport) -> dict[str, Any]:
    first = report.offices[0]
    return {
        "alert_id": first.alert_id,
        "event_id": first.event_id,
        "code": first.code,
        "revision": first.revision,
        "verdict": report.verdict,
        "missing": [f"{one.region}/{one.office}" for one in report.missing],
        "late": [f"{one.region}/{one.office}" for one in report.late],
        "regions_without_obligation": report.empty_regions,
        "offices": [_office(one, report) for one in report.offices],
    }
