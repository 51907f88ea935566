"""Papers of one incident: 核查通知单 with 反馈单, and 火情通报 with its receipt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from boundary_zones.geodesy import WGS84
from boundary_zones.places import border_in_words, county_in_words
from boundary_zones.townships import near_in_words
from flows.documents.course import newest_picture
from flows.documents.words import DUTY_ROOM_ZH, county_zh, danger_zh, local_day, office_zh, offices_of_zone, warnings_zh
from flows.overdue_clocks import RECEIPT_ZH
from flows.verifying import with_receipts
from flows.weather_near import wind_near
from flows.weather_words import weather_line
from flows.wiring import House
from flows.world_time import newest_moment
from models.field_check.fire_report import UNKNOWN_ZH, FireReport, ReportKind
from models.field_check.task import Task
from models.incidents.incident import Confidence, Incident, Projection, SourceKind
from notify.alert import LIVE, Alert
from notify.arrival_words import SOON_H, likely_zh
from notify.documents.forms.shape import Around, filled
from notify.documents.forms.shapes import FIELD_CHECK, NOTICE
from notify.documents.layout import Block, OfficialDocument, Paragraph, Voice
from notify.incident_wording import SATELLITES_ZH
from notify.phrases import VIA_ZH, clock_zh, date_zh, dms_zh, hour_minute_zh, listed, same_day, sector_zh
from notify.wording import wind_words

CONFIDENCE_ZH = {Confidence.HIGH: "高", Confidence.MEDIUM: "中", Confidence.LOW: "低"}
CLOUD_ZH = "不包括云覆盖下的火点信息。"
FIRST_LINE_ZH = "系统初判，以现场核实为准。"
_ASKS = (
    (("核查界内", "核查"), ("备勤前置", "备勤|前置"), ("封控路口", "封控")),
    (("打开隔离带", "隔离带"), ("航空、物资支援", "航空|物资"), ("仅供知悉", "知悉")),
)
"""What may be asked of the other side, line by line, each with the words of a request that tick it."""


def field_check_of(house: House, number: str) -> OfficialDocument:
    """核查通知单 of an incident, with what has come back on its 反馈单.

    Raises:
        NotInStore: no such incident.
    """
    incident = house.incidents.resolve(number, world=house.world)
    tasks = [one for one in house.verification.tasks(world=house.world) if one.incident_id == incident.incident_id]
    task = next(iter(with_receipts(house, tasks)), None)
    published = task.published_utc if task else newest_moment(house)
    values = {
        "round": "第1次通知",
        "asked": _clocks_zh(house),
        **_heat(house, incident),
        **_place(house, incident),
        **_background(house, incident, published),
        **_weather(house, incident, published),
        "judgement": _judgement(incident),
        "reason": incident.reason,
        **_came_back(house, incident, task),
    }
    around = Around(
        number=incident.hotspot_no or incident.incident_id,
        made_utc=published,
        subtitle=f"事件 {incident.incident_id}",
        to_zh=(office_zh(house, incident.county_gb) or "属地县区待核",),
        copies_zh=_copies_of_check(house, incident),
        signature_zh=DUTY_ROOM_ZH,
        date_zh=clock_zh(published, year=True),
        exercise=house.world != LIVE,
    )
    lines = (Paragraph(f"{FIRST_LINE_ZH}{CLOUD_ZH}", Voice.NOTE),)
    return filled(FIELD_CHECK, values, around, beside={"系统初判": lines})


def _copies_of_check(house: House, incident: Incident) -> tuple[str, ...]:
    """Superiors of every joint unit that the fire touches; then who should know: across the line, in other units."""
    superiors = offices_of_zone(house, *incident.zones, superiors=True)
    near = incident.least_distance_km <= house.rules.statistics.near_km
    across = [office_zh(house, incident.neighbour_county_gb)] if near else []
    others = offices_of_zone(house, *incident.other_zones, superiors=False)
    knowing = [one for one in dict.fromkeys([*across, *others]) if one != office_zh(house, incident.county_gb)]
    return (*superiors, *(f"{one}（知悉）" for one in knowing))


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
    members = [one for one in offices_of_zone(house, *incident.zones, superiors=False) if one != across]
    around = Around(
        number=event,
        made_utc=at,
        title=f"{NOTICE.title}【{issue}】",
        subtitle=clock_zh(at, year=True),
        urgency="特急" if incident.level == "critical" else "",
        to_zh=(across or UNKNOWN_ZH,),
        copies_zh=(*offices_of_zone(house, *incident.zones, superiors=True), *members),
        signature_zh=office_zh(house, incident.county_gb) or "属地县区待核",
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
    stage = house.verification.stage(incident.incident_id, world=house.world)
    place = _place(house, incident)
    said = {} if report is None else {name: report.value(name) for name in report.fields}
    final = report is not None and report.kind is ReportKind.FINAL
    projected = None if final else incident.projection
    follow = timedelta(hours=house.rules.report_clocks.follow_up_h)
    return {
        "state": stage.name_zh if stage.value != "suspected" else "疑似，待核实",
        "started": said.get("started"),
        "discovered": said.get("discovered", clock_zh(incident.first_seen_utc, year=True)),
        "reported": said.get("reported", clock_zh(incident.first_available_utc, year=True)),
        "source": said.get("source", f"卫星（{_satellites(incident)}）"),
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
        "weather": said.get("weather", _weather_zh(house, incident, at)),
        "villages": said.get("threats"),
        "forces": said.get("forces"),
        "commander": said.get("commander"),
        "measures": said.get("measures", f"系统已通报{len(told)}次，现场核查任务已下达" if told else None),
        "asks": said.get("requests", "仅供知悉" if final else "商请核查界内情况、边界队伍备勤"),
        "contact": said.get("contact"),
        "next": hour_minute_zh(at + follow) if report and not final else None,
    }


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
        return "推演24小时内到界可能性低于5%（推演，非预测）"
    late = f"至{found.arrival_h_late:.1f}" if found.arrival_h_late is not None else "起"
    soon = found.arrival_h_late is not None and found.arrival_h_late < SOON_H
    hours = "半小时内" if soon else f"{found.arrival_h_early:.1f}{late}小时"
    return (
        f"可能越界：自{clock_zh(found.projected_utc)}起{hours}，{likely_zh(found.arrival_probability)}（推演，非预测）"
    )


def _heat(house: House, incident: Incident) -> Mapping[str, object]:
    mine = house.hotspots.among(incident.hotspot_ids, since=incident.first_seen_utc, world=house.world)
    hottest = mine["brightness_k"].max() if mine.height else None
    frp = f"FRP {incident.frp_mw:.1f}兆瓦" if incident.frp_mw is not None else ""
    heat = f"亮温{hottest:.0f}K" if isinstance(hottest, float) else ""
    day = {"D": "昼", "N": "夜"}
    lights = [day[one] for one in mine["daynight"].unique(maintain_order=True).to_list() if one in day]
    return {
        "received": clock_zh(incident.first_available_utc, year=True),
        "observed": _observed(incident),
        "satellites": _satellites(incident),
        "continuous": f"是，{incident.looks}个时次" if incident.looks > 1 else "否，1个时次",
        "pixels": f"{incident.hotspot_count}个（单次最多{incident.most_pixels}个）",
        "frp": listed([one for one in (heat, frp) if one]),
        "confidence": CONFIDENCE_ZH[incident.confidence],
        "smoke": "不可判",
        "error": f"±{incident.location_error_km:.1f}公里",
        "daylight": listed(lights),
    }


def _observed(incident: Incident) -> str:
    first, last = incident.first_seen_utc, incident.last_seen_utc
    if first == last:
        return clock_zh(first, year=True)
    return f"{clock_zh(first, year=True)}至{hour_minute_zh(last) if same_day(first, last) else clock_zh(last)}"


def _satellites(incident: Incident) -> str:
    return listed([SATELLITES_ZH.get(name, name) for name in incident.satellites]) or UNKNOWN_ZH


def _place(house: House, incident: Incident) -> dict[str, object]:
    lat, lon = incident.lat_deg, incident.lon_deg
    border = border_in_words(house.catalogue, incident.neighbour_county_gb, distance_km=incident.distance_to_border_km)
    degrees = f"东经{lon:.4f}度，北纬{lat:.4f}度（东经{dms_zh(lon)}，北纬{dms_zh(lat)}；CGCS2000）"
    across = f"{county_zh(house, incident.neighbour_county_gb)}，界线在{sector_zh(incident.bearing_to_border_deg)}侧"
    return {
        "place": county_in_words(house.catalogue, incident.county_gb, with_prefecture=True)
        + near_in_words(house.townships, lat, lon),
        "coordinates": degrees,
        "border": f"{border}（扣除误差{incident.location_error_km:.1f}公里后{incident.least_distance_km:.1f}公里）",
        "across": across,
    }


def _background(house: House, incident: Incident, at: datetime) -> Mapping[str, object]:
    day = local_day(at)
    registered = [*house.heat_register, *house.heat_sources.all(world=house.world)]
    sources = [one for one in registered if one.counts_on(day)]
    here = "有" if incident.source_kind is SourceKind.STATIC_HEAT else "无"
    nearest = f"{here}（登记册内无热源）"
    if sources:
        lats, lons = [one.lat_deg for one in sources], [one.lon_deg for one in sources]
        count = len(sources)
        _, _, away_m = WGS84.inv(lons, lats, [incident.lon_deg] * count, [incident.lat_deg] * count)
        place = int(np.argmin(away_m))
        nearest = f"{here}（最近登记热源：{sources[place].name_zh}，距{float(away_m[place]) / 1000:.1f}公里）"
    return {"heat": nearest, "danger": danger_zh(house, incident.zones), "warning": warnings_zh(house, at)}


def _weather(house: House, incident: Incident, at: datetime) -> dict[str, str | None]:
    near = wind_near(house, incident.lat_deg, incident.lon_deg, as_of=at)
    air, humidity = near.air_temperature_degc, near.relative_humidity_pct
    return {
        "station": near.source,
        "wind": wind_words(near.wind) if near.wind else None,
        "temperature": f"{air:.0f}℃" if air is not None else None,
        "humidity": f"{humidity:.0f}%" if humidity is not None else None,
    }


def _weather_zh(house: House, incident: Incident, at: datetime) -> str | None:
    """Wind, temperature and humidity in one line with their station and hour; None where nothing is known."""
    found = _weather(house, incident, at)
    said = {"": found["wind"], "气温": found["temperature"], "相对湿度": found["humidity"]}
    return weather_line(said, found["station"] or "") or None


def _judgement(incident: Incident) -> str:
    if incident.source_kind is SourceKind.STATIC_HEAT:
        return "疑似工矿热源"
    return "不能判别" if incident.suppressed else "疑似林火"


def _clocks_zh(house: House) -> str:
    clocks = house.rules.verification_clocks
    return (
        f"接收≤{clocks.receive_min:g}分　到场≤{clocks.arrive_min:g}分　"
        f"首次反馈≤{clocks.feedback_min:g}分　办结≤{clocks.finish_h:g}小时"
    )


def _receiver(house: House, task: Task) -> str | None:
    """Who received it; an answer to the alert is that of the county's office."""
    if task.received is None or task.received.by != RECEIPT_ZH:
        return task.received.by if task.received else None
    return f"{office_zh(house, task.county_gb)}（系统签收记录）"


def _came_back(house: House, incident: Incident, task: Task | None) -> Mapping[str, object]:
    answers = house.verification.answers(incident.incident_id, world=house.world)
    if task is None:
        return {}
    proposed = {one.incident_id for one in house.heat_proposals.proposals(world=house.world)}
    last = answers[-1] if answers else None
    fire = last is not None and last.result.opens_fire_report
    return {
        "receiver": _receiver(house, task),
        "receiving": clock_zh(task.received.at_utc) if task.received else None,
        "checker": last.by if last else None,
        "arriving": clock_zh(task.arrived.at_utc) if task.arrived else None,
        "way": VIA_ZH.get(last.via, last.via) if last and last.via != "cli" else None,
        "result": last.result.name_zh
        if last
        else "□林火 □草原火 □计划烧除 □农用火 □炼山 □灌木火 □工矿用火 □其他 □境外火 □未找到 □核查中",
        "to_fire": (f"是，{incident.incident_id}" if fire else "否") if last else None,
        "to_heat": ("已提出，待审核" if incident.incident_id in proposed else "否") if last else None,
        "remark": last.note if last else None,
    }
