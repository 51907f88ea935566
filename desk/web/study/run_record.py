"""The record of one run as a sheet: when, who, why, from what, by which rules and code, what came out, who was told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from desk.web.pages import short_time
from flows.rerun.shown import PART_ZH
from flows.wiring import House
from notify.three_regions import OfficeFacts
from store.audit import AuditAction
from store.owed import Owed
from store.run_rows import Run, Trigger

TRIGGERS_ZH = {
    Trigger.SCHEDULED: "定时",
    Trigger.MANUAL: "人工",
    Trigger.REPLAY: "回放",
    Trigger.EXERCISE: "演练",
}
FLOWS_ZH = {
    "danger_watch": "火险运行",
    "hotspot_watch": "热点运行",
    "dispatch_round": "发送",
    "audit_round": "巡检",
    "duty_report": "日报催报",
    "monthly_training": "月度训练",
}
UNKNOWN_ZH = "未记录"


def record_of(run: Run) -> list[tuple[str, str]]:
    """Label and value of each line; what was not recorded says so."""
    end = run.end
    rows = [
        ("运行号", run.run_id),
        ("流程", FLOWS_ZH.get(run.flow, run.flow)),
        ("结果", run.outcome.name_zh),
        ("时刻", short_time(run.as_of_utc)),
        ("开始", short_time(run.started_utc)),
        ("结束", short_time(end.ended_utc if end else None)),
        ("触发", TRIGGERS_ZH[run.trigger]),
        ("操作人", run.who or UNKNOWN_ZH),
        ("原因", run.reason or UNKNOWN_ZH),
        ("重跑自", run.rerun_of or "不是重跑"),
        ("签发", f"{run.released_by} {short_time(run.released_utc)}" if run.released_utc else _sent(run)),
        ("程序", run.code_version or UNKNOWN_ZH),
    ]
    rows += [(PART_ZH.get(part, part), digest[:12]) for part, digest in sorted(run.configuration.items())]
    if end is None:
        return rows
    return [
        *rows,
        ("输入", f"{len(end.inputs)}份存档，摘要{end.inputs_sha256[:12] or UNKNOWN_ZH}"),
        ("输出", f"{len(end.products)}件产品，摘要{end.outputs_sha256[:12] or UNKNOWN_ZH}"),
        ("说明", end.note or "无"),
    ]


def told_by(house: House, run: Run) -> list[OfficeFacts]:
    """Every office that a run told, or that its release told, each alert of it."""
    codes = set(run.end.alerts if run.end else ()) | _released(house, run)
    since = min(run.as_of_utc, run.started_utc)
    owed = Owed(house.database).offices(since=since, world=house.world)
    return [replace(one, newest=True) for one in owed if one.code in codes]


def _released(house: House, run: Run) -> set[str]:
    if run.released_utc is None:
        return set()
    links = house.audit.links(world=house.world, since=_a_little_before(run.released_utc))
    mine = [link for link in links if link.action == AuditAction.PUBLISH and link.subject == run.run_id]
    return {code for link in mine for code in json.loads(link.payload)["codes"]}


def _a_little_before(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def _sent(run: Run) -> str:
    return "自动发送" if run.parameters.get("send") and run.rerun_of is None else "未发送"
