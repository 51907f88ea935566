"""What a replay leaves behind: the files of the interfaces."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from desk.documents import incident_document, write_json_lines
from flows.carry_out import Report
from flows.order import FlowName
from flows.replaying import Played, Span
from flows.wiring import House
from models.frames import DANGER_CSV
from notify.phrases import BEIJING
from store.run_rows import RunOutcome

NO_DATA_ZH = "无数据"


def write_outputs(out: Path, house: House, span: Span, played: Played, *, counted: Mapping[str, int]) -> dict[str, Any]:
    """Write danger.csv, incidents.jsonl, alerts.jsonl, deliveries.jsonl and summary.json; returns the summary.

    Args:
        out: a folder of its own.
        house: in which the rounds were played.
        span: what was to be played.
        played: what was.
        counted: what of the tables could not be read.
    """
    danger_rows = _write_danger(out / "danger.csv", house, played)
    followed = house.incidents.all_incidents(world=house.world)
    documents = [incident_document(each, house.catalogue) for each in followed]
    alerts = house.ledger_frames.alerts(world=house.world).to_dicts()
    deliveries = house.ledger_frames.deliveries(world=house.world).to_dicts()
    write_json_lines(out / "incidents.jsonl", documents)
    write_json_lines(out / "alerts.jsonl", alerts)
    write_json_lines(out / "deliveries.jsonl", deliveries)
    days = _days(span, house, played)
    summary = {
        "from": span.begin.isoformat(),
        "to": span.end.isoformat(),
        "steps": played.steps,
        "steps_passed_over": played.passed_over,
        "rounds": dict(Counter(str(report.order.flow) for report in played.reports)),
        "outcomes": dict(Counter(str(report.outcome.outcome) for report in played.reports)),
        "danger_rows": danger_rows,
        **counted,
        "days": len(days),
        "days_without_hotspot_data": sum(day["hotspots"] == NO_DATA_ZH for day in days.values()),
        "days_without_danger": sum(day["danger"] == NO_DATA_ZH for day in days.values()),
        "hotspots": sum(each["hotspots"] for each in days.values() if each["hotspots"] != NO_DATA_ZH),
        "clusters": sum(report.outcome.counts["clusters"] for report in played.of(FlowName.HOTSPOT_WATCH)),
        "incidents": len(documents),
        "incidents_merged": sum(each["merged_into"] is not None for each in documents),
        "incidents_suppressed": sum(each["suppressed"] for each in documents),
        "suppressed_by": dict(Counter(each["suppressed_by"] for each in documents if each["suppressed"])),
        "incidents_by_zone": dict(Counter(each["zone"] for each in documents)),
        "alerts": len(alerts),
        "alerts_by_kind": dict(Counter(f"{row['kind']}/{row['reason']}" for row in alerts)),
        "deliveries": len(deliveries),
        "deliveries_by_region": dict(Counter(row["region"] for row in deliveries)),
        "deliveries_by_state": dict(Counter(row["state"] for row in deliveries)),
        "degraded": any(report.outcome.outcome is not RunOutcome.DONE for report in played.reports),
        "by_day": days,
    }
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8")
    return summary


def _write_danger(path: Path, house: House, played: Played) -> int:
    """The danger of every round, one after the other. Returns the number of rows."""
    rows = 0
    with path.open("w", encoding="utf-8") as target:
        for report in played.of(FlowName.DANGER_WATCH):
            for product in (p for p in report.outcome.products if p.kind == "danger_csv"):
                lines = (house.home.products / product.path).read_text(encoding="utf-8").splitlines(keepends=True)
                target.writelines(lines if rows == 0 else lines[1:])
                rows += len(lines) - 1
        if rows == 0:
            target.write(",".join(_danger_header()) + "\n")
    return rows


def _danger_header() -> list[str]:
    return list(DANGER_CSV)


def _days(span: Span, house: House, played: Played) -> dict[str, dict[str, Any]]:
    """Each local day: what was seen, or that nobody can say. A day is known when something was heard of it."""
    day, last = _local_date(span, begin=True), _local_date(span, begin=False)
    seen = _hotspots_by_day(span, house)
    found: dict[str, dict[str, Any]] = {}
    while day <= last:
        known = day in played.heard_days
        found[day.isoformat()] = {
            "hotspots": seen.get(day, 0) if known else NO_DATA_ZH,
            "danger": NO_DATA_ZH,
            "alerts": 0,
        }
        day += timedelta(days=1)
    for report in played.reports:
        entry = found[report.order.as_of.astimezone(BEIJING).date().isoformat()]
        entry["alerts"] += len(report.outcome.alerts)
        _note(entry, report)
    return found


def _hotspots_by_day(span: Span, house: House) -> dict[date, int]:
    """Hotspots of the watch area by the local day of their acquisition."""
    known = house.hotspots.since(span.begin - timedelta(days=1), available_by=span.end, world=house.world)
    days = known["acquired_utc"].dt.convert_time_zone(str(BEIJING)).dt.date()
    return dict(Counter(days.to_list()))


def _note(entry: dict[str, Any], report: Report) -> None:
    outcome = report.outcome
    if report.order.flow is FlowName.DANGER_WATCH and outcome.products:
        today = report.order.as_of.astimezone(BEIJING).date()
        entry["danger"] = {row["zone"]: row["danger_grade"] for row in outcome.table if _is_on(row, today)}


def _is_on(row: Mapping[str, Any], day: date) -> bool:
    return bool(row.get("local_date") == day)


def _local_date(span: Span, *, begin: bool) -> date:
    return (span.begin if begin else span.end).astimezone(BEIJING).date()
