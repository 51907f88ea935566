"""火情通报 of one incident, with its receipt: 首报, 续报 and 终报."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from flows.documents.course import newest_picture
from flows.documents.incident_words import CLOUD_ZH, FIRST_LINE_ZH, place_fields, satellites_zh, weather_zh
from flows.documents.words import local_day, office_zh, offices_of_zone
from flows.wiring import House
from flows.world_time import newest_moment
from models.field_check.fire_report import UNKNOWN_ZH, FireReport, ReportKind
from models.field_check.stage import Stage
from models.incidents.incident import Incident, Projection
from notify.alert import LIVE, Alert
from notify.arrival_words import SOON_H, likely_zh
from notify.documents.forms.fire_shapes import NOTICE
from notify.documents.forms.shape import Around, filled
from notify.documents.layout import Block, OfficialDocument, Paragraph, Voice
from notify.phrases import clock_zh, date_zh, hour_minute_zh, sector_zh

_ASKS = (
    (("核查界内", "核查"), ("备勤前置", "备勤|前置"), ("封控路口", "封控")),
    (("打开隔离带", "隔离带"), ("航空、物资支援", "航空|物资"), ("仅供知悉", "知悉")),
)
"""What may be asked of the other side, line by line, each with the words of a request that tick it."""


def notice_of(house: House, number: str, *, report_no: int | None = None, quoted: bool = True) -> OfficialDocument:
    """火情通报 of an incident: 首报, 续报 or 终报, with what was told and what the fire report says.

    Args:
        house: the world to look at.
        number: of the incident.
        report_no: 1 for 首报, and so on; the newest where none is given.
        quoted: with the message that went out before.

    Raises:
        NotInStore: no such incident.
        ValueError: no report of that number.
    """
    incident = house.incidents.resolve(number, world=house.world)
    event = incident.incident_id
    report = _report(house, event, report_no)
    alerts = house.alerts.of_event(event, world=house.world)
    at = report.drafted_utc if report else alerts[-1].decided_utc if alerts else newest_moment(house)
    told = [alert for alert in alerts if alert.decided_utc <= at]
    issue = report.title_zh if report else "首报" if len(told) <= 1 else f"续报{len(told) - 1}"
    values = _notice_values(house, incident, report, told, at)
    across, drawn = office_zh(house, incident.neighbour_county_gb), newest_picture(house, incident)
    own = office_zh(house, incident.county_gb)
    members = [one for one in offices_of_zone(house, *incident.zones, superiors=False) if one not in {across, own}]
    around = Around(
        number=event,
        made_utc=at,
        title=f"{NOTICE.title}【{issue}】",
        subtitle=clock_zh(at, year=True),
        urgency="特急" if incident.level == "critical" else "",
        to_zh=(across or UNKNOWN_ZH,),
        copies_zh=(*offices_of_zone(house, *incident.zones, superiors=True), *members),
        signature_zh=own or "属地县区待核",
        date_zh=date_zh(local_day(at), year=True),
        attachments=tuple(one.caption for one in drawn),
        annex=drawn,
        exercise=house.world != LIVE,
    )
    words = [Paragraph(line) for line in _said(told)] if quoted else []
    beside: dict[str, Sequence[Block]] = {
        "一、基本情况": [Paragraph(FIRST_LINE_ZH, Voice.NOTE), *words],
        "七、需要贵方": [*_ticked(str(values["asks"])), Paragraph(CLOUD_ZH, Voice.NOTE)],
    }
    return filled(NOTICE, values, around, beside=beside)


def _notice_values(
    house: House, incident: Incident, report: FireReport | None, told: Sequence[Alert], at: datetime
) -> Mapping[str, object]:
    stage = _stage_at(house, incident.incident_id, at)
    place = place_fields(house, incident)
    said = {} if report is None else {name: report.value(name) for name in report.fields}
    final = report is not None and report.kind is ReportKind.FINAL
    projected = None if final else incident.projection
    follow = timedelta(hours=house.rules.report_clocks.follow_up_h)
    return {
        "state": stage.name_zh if stage is not Stage.SUSPECTED else "疑似，待核实",
        "started": said.get("started"),
        "discovered": said.get("discovered", clock_zh(incident.first_seen_utc, year=True)),
        "reported": said.get("reported", clock_zh(incident.first_available_utc, year=True)),
        "source": said.get("source", f"卫星（{satellites_zh(incident)}）"),
        "place": said.get("place", place["place"]),
        "coordinates": said.get("coordinates", place["coordinates"]),
        "land": said.get("land"),
        "border": said.get("border", place["border"]),
        "map": "见附件（内部用图）" if newest_picture(house, incident) else None,
        "fire_line": said.get("fire_line"),
        "burned_area": said.get("burned_area"),
        "damaged_area": said.get("damaged_forest_area"),
        "spread": said.get("trend", f"可能向{sector_zh(projected.bearing_deg)}方向蔓延" if projected else None),
        "over": _over(projected),
        "weather": said.get("weather", weather_zh(house, incident, at)),
        "villages": said.get("threats"),
        "forces": said.get("forces"),
        "commander": said.get("commander"),
        "measures": said.get("measures", f"系统已通报{len(told)}次，现场核查任务已下达" if told else None),
        "asks": said.get("requests", "仅供知悉" if final else "商请核查界内情况、边界队伍备勤"),
        "contact": said.get("contact"),
        "next": "终报，不再续报" if final else hour_minute_zh(at + follow) if report else None,
    }


def _stage_at(house: House, event: str, at: datetime) -> Stage:
    """How far the fire had come when the notice was drafted."""
    reached = [row.stage for row in house.verification.stages(event, world=house.world) if row.at_utc <= at]
    return reached[-1] if reached else Stage.SUSPECTED


def _report(house: House, event: str, report_no: int | None) -> FireReport | None:
    reports = house.fire_reports.reports(event, world=house.world)
    if report_no is None:
        return reports[-1] if reports else None
    found = next((one for one in reports if one.number == report_no), None)
    if found is None:
        numbers = "、".join(str(one.number) for one in reports) or "none"
        raise ValueError(f"{event} has no fire report {report_no}; there are {numbers}")
    return found


def _said(told: Sequence[Alert]) -> list[str]:
    """When a message went out last."""
    return [f"此前已于{clock_zh(told[-1].decided_utc)}通报（{told[-1].code}）。"] if told else []


def _ticked(asks: str) -> list[Block]:
    lines = ("　".join(("■" if re.search(words, asks) else "□") + name for name, words in line) for line in _ASKS)
    return [Paragraph(line) for line in lines]


def _over(found: Projection | None) -> str | None:
    if found is None or found.arrival_probability is None:
        return None
    if found.arrival_h_early is None:
        return "推演24小时内到界的可能性很小（推演，非预测）"
    early, late = found.arrival_h_early, found.arrival_h_late
    hours = f"{early:.1f}小时后" if late is None else "半小时内" if late < SOON_H else f"{early:.1f}至{late:.1f}小时"
    return (
        f"可能越界：自{clock_zh(found.projected_utc)}起{hours}，{likely_zh(found.arrival_probability)}（推演，非预测）"
    )
