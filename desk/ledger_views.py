"""What stands now, who was told, who answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import polars as pl
import typer

from desk.documents import incident_document
from desk.opened import ALL, WorldOption
from desk.opened import opened as _opened
from desk.options import Json
from desk.shown import show_json, show_table
from desk.three_regions_view import show_event
from flows.feed_watch import feeds_of
from flows.gathered import feed_in_words
from flows.standing import standing_danger
from flows.wiring import House
from models.incidents.incident import Confidence, IncidentState
from notify.alert import LIVE
from notify.decision_words import KIND_ZH, LEVEL_ZH, REASON_ZH
from notify.phrases import grade_zh
from store.coverage import FeedCoverage
from store.run_rows import Run

NO_DATA_ZH = "无数据"
SILENCES_FOR = timedelta(days=7)


def status(world: WorldOption = LIVE, as_json: Json = False) -> None:
    """What stands now: danger, feeds, last runs. Example: firewatch status --json."""
    with _opened(world) as house:
        feeds = [_feed(each) for each in feeds_of(house)]
        runs = [_run(each) for each in house.runs.last_runs(world=house.world, limit=10)]
        standing = standing_danger(house)
        zones = [_graded(house, row) for row in standing["zones"]] if standing else []
    if as_json:
        show_json({"danger": standing, "feeds": feeds, "runs": runs})
        return
    label = (standing["label"] or "现行") if standing else NO_DATA_ZH
    show_table(
        f"火险（{label}）",
        {"zone": "联防单元", "local_date": "日期", "danger_grade": "等级", "fwi_p95": "FWI p95"},
        zones,
        empty=NO_DATA_ZH,
    )
    columns = {"feed": "数据源", "newest_content_utc": "最新内容", "last_success_utc": "最近成功", "state": "状态"}
    show_table("数据源", columns, [one | {"feed": feed_in_words(one["feed"])} for one in feeds], empty=NO_DATA_ZH)
    columns = {"run_id": "运行号", "outcome": "结果", "as_of_utc": "时刻", "note": "说明"}
    show_table("最近运行", columns, [one | {"outcome": one["outcome"].name_zh} for one in runs], empty="无")


def incidents(
    world: WorldOption = ALL,
    suppressed: Annotated[bool, typer.Option(help="Only those that are held back, with the reason (已抑制).")] = False,
    as_json: Json = False,
) -> None:
    """Incidents that are followed, and those that ended. Example: firewatch incidents --suppressed."""
    with _opened(world) as house:
        found = [
            incident_document(each, house.catalogue) | {"world": name}
            for name in _worlds(house, world)
            for each in house.incidents.all_incidents(world=name)
            if each.suppressed or not suppressed
        ]
    if as_json:
        show_json(found)
        return
    columns = {
        "incident_id": "事件",
        "state": "状态",
        "distance_to_border_km": "距界km",
        "location_error_km": "误差km",
        "hotspot_count": "热点",
        "first_seen_utc": "首见",
        "last_seen_utc": "末见",
        "confidence": "置信度",
        "reason": "判断",
    }
    shown = [
        one | {"state": IncidentState(one["state"]).name_zh, "confidence": Confidence(one["confidence"]).name_zh}
        for one in found
    ]
    show_table("已抑制" if suppressed else "事件", columns, shown, empty="无")


def alerts(
    world: WorldOption = ALL,
    silences: Annotated[bool, typer.Option(help="Also the decisions not to tell, of the last seven days.")] = False,
    as_json: Json = False,
) -> None:
    """Alerts that were committed. Example: firewatch alerts --silences."""
    with _opened(world) as house:
        rows = house.ledger_frames.alerts(world=None if world == ALL else world).to_dicts()
        quiet = _silences(house) if silences else []
    if as_json:
        show_json({"alerts": rows, "silences": quiet} if silences else rows)
        return
    columns = {
        "code": "编号",
        "kind": "类别",
        "zone": "联防单元",
        "level": "级别",
        "reason": "缘由",
        "text_short": "短信",
    }
    show_table("预警与通报", columns, map(_in_words, rows), empty="无")
    if silences:
        columns = {"decided_utc": "时刻", "event_id": "事件", "level": "级别", "reason": "缘由", "note": "说明"}
        show_table("未通报的决定", columns, map(_in_words, quiet), empty="无")


def deliveries(
    world: WorldOption = ALL,
    event: Annotated[
        str,
        typer.Option(help="Of one event, by its id or a code: every office that is owed it, and whether it had it."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Who was told, on which channel, and who answered. Example: firewatch deliveries --event 平0511-03."""
    with _opened(world) as house:
        if event:
            raise typer.Exit(show_event(house, event, world=None if world == ALL else world, as_json=as_json))
        rows = house.ledger_frames.deliveries(world=None if world == ALL else world)
        codes = house.ledger_frames.alerts(world=None if world == ALL else world).select("alert_id", "code")
    if as_json:
        show_json(rows.to_dicts())
        return
    rows = rows.filter((pl.col("step") == 0) | pl.col("sent_utc").is_not_null())
    columns = {
        "code": "编号",
        "region": "地区",
        "office": "单位",
        "channel": "渠道",
        "state": "状态",
        "sent_utc": "发出",
        "acknowledged_utc": "签收",
    }
    show_table("发送", columns, rows.join(codes, on="alert_id", how="left").to_dicts(), empty="无")


def ack(
    code: Annotated[str, typer.Argument(help="Code of the alert, as it was read out.")],
    by: Annotated[str, typer.Option(help="Who answers.")],
    office: Annotated[str, typer.Option(help="GB code of the office; needed where several were told.")] = "",
    via: Annotated[str, typer.Option(help="How the answer came.")] = "cli",
    noted_by: Annotated[str, typer.Option(help="Who noted it, where the answer came by telephone.")] = "",
    as_json: Json = False,
) -> None:
    """Record an office's answer. Example: firewatch ack 平0511-03 --office 120119 --by 张三 --via phone."""
    who = f"{by}（{noted_by}记录）" if noted_by and by.strip() else by
    with _opened(LIVE) as house:
        rows = house.ledger.acknowledge(code, office=office or None, by=who, via=via, now=house.clock())
    fields = ("office", "office_zh", "acknowledged_utc", "acknowledged_by")
    answered = [{name: getattr(row, name) for name in fields} for row in rows if not row.step]
    if as_json:
        show_json(answered)
    else:
        show_table(f"{code} 已签收", {"office_zh": "单位", "acknowledged_utc": "时间"}, answered, empty="无")


def _worlds(house: House, world: str) -> list[str]:
    if world != ALL:
        return [world]
    return sorted({LIVE, *house.runs.worlds()})


def _feed(known: FeedCoverage) -> dict[str, Any]:
    return {
        "feed": known.feed,
        "newest_content_utc": known.newest_content_utc,
        "last_success_utc": known.last_success_utc,
        "last_error": known.last_error,
        "left_out": known.left_out,
        "state": NO_DATA_ZH if known.is_out else "有文件未用" if known.left_out else "正常",
    }


def _graded(house: House, row: Mapping[str, Any]) -> dict[str, Any]:
    """A day of a joint unit with the names of both."""
    grade = row["danger_grade"]
    unit = house.catalogue.zone(row["zone"]).name_zh
    return {**row, "zone": unit, "danger_grade": NO_DATA_ZH if grade is None else grade_zh(grade)}


def _run(run: Run) -> dict[str, Any]:
    note = run.end.note.partition("\n")[0] if run.end else ""
    return {"run_id": run.run_id, "flow": run.flow, "outcome": run.outcome, "as_of_utc": run.as_of_utc, "note": note}


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    """A decision with its kind, level and reason as people say them."""
    words = {"kind": KIND_ZH, "level": LEVEL_ZH, "reason": REASON_ZH}
    return row | {name: known.get(row[name], row[name]) for name, known in words.items() if name in row}


def _silences(house: House) -> list[dict[str, Any]]:
    kept = house.levels.silences(since=house.clock() - SILENCES_FOR, world=house.world)
    rows = [
        {"decided_utc": s.decided_utc, "event_id": s.event_id, "level": s.level, "reason": s.reason, "note": s.note}
        for s in kept
    ]
    return pl.DataFrame(rows).to_dicts() if rows else []
