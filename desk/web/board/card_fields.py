"""The fields of an incident's card, in the order of the form (核查通知单). What nobody knows reads 待核."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from boundary_zones.datum import Datum
from boundary_zones.places import county_in_words
from boundary_zones.townships import near_in_words
from flows.documents.incident_words import satellites_zh
from flows.standing import standing_danger
from flows.wiring import House
from models.field_check.fire_report import UNKNOWN_ZH
from models.incidents.incident import Incident, SourceKind
from models.incidents.judge import DOUBT_ZH
from notify.alert import Alert
from notify.arrival_words import likely_zh
from notify.phrases import BEIJING, clock_zh, date_zh, dms_zh, grade_zh, hectares_zh, hour_minute_zh, sector_zh
from store.perimeters import Perimeter

_SOON_H = 0.5
Fields = tuple[tuple[str, str], ...]


def sections_of(
    house: House, incident: Incident, alerts: tuple[Alert, ...], now: datetime
) -> Iterator[tuple[str, Fields]]:
    """Every section of the form with its fields."""
    yield "热点", _seen(incident)
    yield "位置", _place(house, incident, now)
    outline = house.perimeters.newest(incident.incident_id, *incident.merged_from, world=house.world)
    if outline is not None:
        yield "火场范围", _outline(outline)
    yield "背景", _background(house, incident)
    yield "趋势", _trend(house, incident)
    yield (
        "初判",
        (
            ("结论", _verdict(incident)),
            ("置信度", incident.confidence.name_zh),
            ("理由", incident.reason or UNKNOWN_ZH),
            ("级别依据", "；".join(incident.level_reasons) or "—"),
            ("说明", "不含云覆盖下的火点；系统初判，以现场核实为准"),
        ),
    )
    clocks = house.rules.verification_clocks
    first = f"接收≤{clocks.receive_min:g}分 到场≤{clocks.arrive_min:g}分 首次反馈≤{clocks.feedback_min:g}分"
    yield (
        "要求",
        (
            (
                "时限",
                f"{first} 办结≤{clocks.finish_h:g}小时（未确认）",
            ),
            ("已通知", f"{len(alerts)}次" if alerts else "未通知"),
        ),
    )


def _seen(incident: Incident) -> Fields:
    looks = f"{'是' if incident.looks > 1 else '否'}，{incident.looks}个时次"
    return (
        ("编号", incident.hotspot_no or incident.incident_id),
        ("上级编号", UNKNOWN_ZH),
        ("首次观测", clock_zh(incident.first_seen_utc, year=True)),
        ("接收时间", clock_zh(incident.first_available_utc)),
        ("最近观测", clock_zh(incident.last_seen_utc)),
        ("卫星", satellites_zh(incident)),
        ("连续", looks),
        ("像素数", f"单次最多{incident.most_pixels}，共{incident.hotspot_count}个热点"),
        ("辐射功率", f"{incident.frp_mw:.0f}兆瓦（最近一次）" if incident.frp_mw is not None else UNKNOWN_ZH),
        ("有无烟", "不可判"),
        ("定位误差", f"±{incident.location_error_km:.1f}公里"),
    )


def _place(house: House, incident: Incident, now: datetime) -> Fields:
    day = now.astimezone(BEIJING).date()
    near = near_in_words([one for one in house.townships if one.stands(day)], incident.lat_deg, incident.lon_deg)
    across = house.catalogue.counties[incident.neighbour_county_gb].name_zh
    lat, lon = incident.lat_deg, incident.lon_deg
    touches = (
        "压省界、两侧均可能" if incident.least_distance_km <= 0 else f"扣除误差{incident.least_distance_km:.1f}公里"
    )
    return (
        ("行政区", county_in_words(house.catalogue, incident.county_gb, with_prefecture=True)),
        ("乡镇", near or UNKNOWN_ZH),
        ("经纬度", f"东经{lon:.4f}° 北纬{lat:.4f}°（{dms_zh(lon)}，{dms_zh(lat)}，CGCS2000）"),
        ("距省界", f"{incident.distance_to_border_km:.1f}公里（{touches}）"),
        ("相邻", f"{across}，在{sector_zh(incident.bearing_to_border_deg)}方"),
        ("村庄、高压线、坟地、景区", UNKNOWN_ZH),
    )


def _background(house: House, incident: Incident) -> Fields:
    heat = DOUBT_ZH[incident.suppressed_by] if incident.suppressed_by else "无"
    if incident.source_kind is SourceKind.STATIC_HEAT:
        heat = f"有（{heat}）"
    grade = UNKNOWN_ZH
    return (
        ("常年热源", heat),
        ("光伏电站", UNKNOWN_ZH),
        ("用火审批", UNKNOWN_ZH),
        ("当日火险", _danger(house, incident) or grade),
    )


def _outline(one: Perimeter) -> Fields:
    """What is known of an outline that a person gave."""
    edge = "压界" if one.edge_to_border_km == 0 else f"{one.edge_to_border_km:.2f}公里"
    return (
        ("面积", f"{hectares_zh(one.area_ha)}（按范围量算，不是过火面积）"),
        ("边缘距界", edge),
        ("来源", f"{one.source}，{clock_zh(one.seen_utc)}"),
        ("坐标系", _datum_zh(Datum(one.datum))),
        ("录入", f"{one.entered_by} {hour_minute_zh(one.entered_utc)}{'，' + one.note if one.note else ''}"),
    )


def _datum_zh(given: Datum) -> str:
    return given.written if given is Datum.CGCS2000 else f"{given.written}，已转CGCS2000"


def _danger(house: House, incident: Incident) -> str:
    summary = standing_danger(house)
    rows = [row for row in (summary or {}).get("zones", []) if row["zone"] == incident.zone]
    if not rows or summary is None:
        return ""
    stale, first = "，过期" if summary["stale"] else "", rows[0]
    day = date_zh(date.fromisoformat(str(first["local_date"])))
    return f"{house.catalogue.zone(incident.zone).name_zh}{grade_zh(int(first['danger_grade']))}（{day}{stale}）"


def _trend(house: House, incident: Incident) -> Fields:
    found = incident.projection
    if found is None:
        return (("推演", "缺推演：未能推算蔓延方向和到达时间"), ("烧入烧出", UNKNOWN_ZH))
    across = house.catalogue.counties[incident.neighbour_county_gb].short_zh
    if found.arrival_h_early is None:
        when = "24小时内到界的可能性很小"
    else:
        hours = _hours(found.arrival_h_early, found.arrival_h_late)
        when = f"自{hour_minute_zh(found.projected_utc)}起{hours}可能到{across}界"
    known = found.arrival_probability
    share = "" if known is None else f"（{likely_zh(known)}，{known:.0%}的推演到界）"
    return (
        ("推演方向", f"向{sector_zh(found.bearing_deg)}"),
        ("到界", f"{when}{share}"),
        ("烧入烧出", f"可能烧入{across}，待核"),
    )


def _hours(early_h: float, late_h: float | None) -> str:
    if early_h < _SOON_H:
        return "随时" if late_h is None or late_h >= _SOON_H else "半小时内"
    return f"约{early_h:.1f}小时起" if late_h is None else f"{early_h:.1f}至{late_h:.1f}小时"


def _verdict(incident: Incident) -> str:
    if incident.suppressed:
        return f"已抑制：{DOUBT_ZH[incident.suppressed_by] if incident.suppressed_by else '不能判别'}"
    return "疑似常年热源" if incident.source_kind is SourceKind.STATIC_HEAT else "疑似林火"
