"""The card of an incident in the fields of the form (核查通知单), its story, and the words that may be copied.

What nobody knows reads 待核.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from boundary_zones.places import county_in_words, place_in_words
from boundary_zones.townships import near_in_words
from desk.web.board.queue import LEVEL_ZH, Facts, facts_of
from desk.web.board.told import Told, told_of
from desk.web.pages import short_time
from flows.wiring import House
from models.field_check.fire_report import UNKNOWN_ZH, FireReport
from models.field_check.stage import NEXT_STAGES, Stage
from models.field_check.task import Clock, Task, late_steps
from models.incidents.event import CHANGE_ZH
from models.incidents.incident import Confidence, Incident, IncidentState, SourceKind
from models.incidents.judge import DOUBT_ZH
from notify.alert import Alert
from notify.phrases import BEIJING, clock_zh, dms_zh, hectares_zh, hour_minute_zh, sector_zh
from store.accounts import Account
from store.heat_proposals import HeatProposal, ProposalState
from store.perimeters import Perimeter

CONFIDENCE_ZH = {Confidence.HIGH: "高", Confidence.MEDIUM: "中", Confidence.LOW: "低"}
STATE_ZH = {IncidentState.ACTIVE: "跟踪中", IncidentState.DORMANT: "转静", IncidentState.ENDED: "已结束"}
_SOON_H = 0.5
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story."""

    at_utc: datetime
    what_zh: str
    who_zh: str = ""


@dataclass(frozen=True)
class Card:
    """Everything that the page of an incident shows."""

    incident: Incident
    title_zh: str
    stage: Stage
    state_zh: str
    level_zh: str
    sections: tuple[tuple[str, Fields], ...]
    task: Task | None
    next_stages: tuple[Stage, ...]
    report: FireReport | None
    proposal: HeatProposal | None
    story: tuple[Moment, ...]
    alerts: tuple[Alert, ...]
    told: tuple[Told, ...]
    others: tuple[Incident, ...]
    """That it could be merged with."""
    answer_code: str
    """Of the newest alert that the reader's office has not answered; empty for none."""
    picture: bool
    hotspots: tuple[tuple[str, str], ...]
    """Id and words of each, whose place could be wrong; the newest first."""


def card_of(house: House, account: Account, number: str, *, now: datetime) -> Card:
    """The card of an incident.

    Raises:
        NotInStore: no such number.
    """
    incident = house.incidents.resolve(number, world=house.world)
    facts = facts_of(house, account, now=now)
    stage = facts.stage(incident.incident_id)
    waiting = facts.unanswered(account, incident.incident_id)
    mine = [one for one in facts.owed if one.event_id == incident.incident_id]
    alerts = tuple(reversed(house.alerts.of_event(incident.incident_id, world=house.world)))
    proposals = [
        one for one in house.heat_proposals.proposals(world=house.world) if one.incident_id == incident.incident_id
    ]
    return Card(
        incident=incident,
        title_zh=_title(house, incident),
        stage=stage,
        state_zh=STATE_ZH[incident.state],
        level_zh=LEVEL_ZH.get(incident.level, incident.level),
        sections=tuple(_sections(house, incident, alerts, now)),
        task=facts.tasks.get(incident.incident_id),
        next_stages=tuple(each for each in Stage if each in NEXT_STAGES[stage] and each is not Stage.VERIFIED),
        report=facts.reports.get(incident.incident_id),
        proposal=next((one for one in proposals if one.state is ProposalState.PROPOSED), None),
        story=tuple(sorted(_story(house, incident, facts, alerts), key=lambda each: each.at_utc)),
        alerts=alerts,
        told=tuple(told_of(house, account, mine, now=now)),
        others=_others(facts, incident),
        answer_code=waiting.code if waiting else "",
        picture=house.products.newest_named("incident_map", f"{incident.incident_id}.png", world=house.world)
        is not None,
        hotspots=tuple(_hotspots(house, incident)),
    )


def _hotspots(house: House, incident: Incident) -> Iterator[tuple[str, str]]:
    mine = house.hotspots.among(incident.hotspot_ids, since=incident.first_seen_utc, world=house.world)
    for row in mine.sort("acquired_utc", descending=True).iter_rows(named=True):
        place = f"{row['lat_deg']:.4f},{row['lon_deg']:.4f}"
        yield row["hotspot_id"], f"{short_time(row['acquired_utc'])} {row['satellite']} {place}"


def _title(house: House, incident: Incident) -> str:
    return place_in_words(
        house.catalogue,
        incident.county_gb,
        neighbour_county_gb=incident.neighbour_county_gb,
        distance_km=incident.distance_to_border_km,
        with_prefecture=True,
    )


def _sections(
    house: House, incident: Incident, alerts: tuple[Alert, ...], now: datetime
) -> Iterator[tuple[str, Fields]]:
    yield "热点", _seen(incident)
    yield "位置", _place(house, incident, now)
    outline = house.perimeters.newest(incident.incident_id, *incident.merged_from, world=house.world)
    if outline is not None:
        yield "火场范围", perimeter_fields(outline)
    yield "背景", _background(house, incident)
    yield "趋势", _trend(house, incident)
    yield (
        "初判",
        (
            ("结论", _verdict(incident)),
            ("置信度", CONFIDENCE_ZH[incident.confidence]),
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
        ("卫星", "、".join(incident.satellites) or UNKNOWN_ZH),
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


def perimeter_fields(one: Perimeter) -> Fields:
    """What is known of an outline that a person gave."""
    edge = "压界" if one.edge_to_border_km == 0 else f"{one.edge_to_border_km:.2f}公里"
    return (
        ("面积", f"{hectares_zh(one.area_ha)}（按范围量算，不是过火面积）"),
        ("边缘距界", edge),
        ("来源", f"{one.source}，{clock_zh(one.seen_utc)}"),
        ("坐标系", f"{one.datum}，已转CGCS2000"),
        ("录入", f"{one.entered_by} {hour_minute_zh(one.entered_utc)}{'，' + one.note if one.note else ''}"),
    )


def _danger(house: House, incident: Incident) -> str:
    from flows.standing import standing_danger

    summary = standing_danger(house)
    rows = [row for row in (summary or {}).get("zones", []) if row["zone"] == incident.zone]
    if not rows or summary is None:
        return ""
    stale = "（过期）" if summary["stale"] else ""
    return (
        f"{house.catalogue.zone(incident.zone).name_zh} {rows[0]['danger_grade']}级（{rows[0]['local_date']}）{stale}"
    )


def _trend(house: House, incident: Incident) -> Fields:
    found = incident.projection
    if found is None:
        return (("推演", "缺推演：未能推算蔓延方向和到达时间"), ("烧入烧出", UNKNOWN_ZH))
    across = house.catalogue.counties[incident.neighbour_county_gb].short_zh
    if found.arrival_h_early is None:
        when = "24小时内到界可能性低"
    else:
        hours = _hours(found.arrival_h_early, found.arrival_h_late)
        when = f"自{hour_minute_zh(found.projected_utc)}起{hours}可能到{across}界"
    share = "" if found.arrival_probability is None else f"（可能性{found.arrival_probability:.0%}）"
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


def _story(house: House, incident: Incident, facts: Facts, alerts: tuple[Alert, ...]) -> Iterator[Moment]:
    number = incident.incident_id
    yield Moment(incident.first_seen_utc, "卫星首次观测")
    for one in (number, *incident.merged_from):
        for event in house.incident_events.of(one, world=house.world):
            added = f"，新增{event.hotspots_added}个热点" if event.hotspots_added else ""
            others = f" {'、'.join(event.others)}" if event.others else ""
            yield Moment(event.at_utc, f"{CHANGE_ZH[event.change]}{others}{added}", event.note)
    for alert in alerts:
        yield Moment(alert.decided_utc, f"通知 {alert.code} {alert.text_short}")
    for fact in facts.owed:
        if fact.event_id == number and fact.acknowledged_utc is not None:
            yield Moment(fact.acknowledged_utc, f"签收 {fact.code}", fact.office_zh)
    for answer in house.verification.answers(number, world=house.world):
        yield Moment(
            answer.at_utc, f"核查结论：{answer.result.name_zh}{' ' + answer.note if answer.note else ''}", answer.by
        )
    for stage in house.verification.stages(number, world=house.world):
        yield Moment(stage.at_utc, f"状态：{stage.stage.name_zh}", stage.by)
    for right in house.place_corrections.of(incident.hotspot_ids, world=house.world):
        former = f"{right.former_lat_deg:.4f},{right.former_lon_deg:.4f}"
        what = f"改正热点坐标：{former} 改为 {right.lat_deg:.4f},{right.lon_deg:.4f}（{right.reason}）"
        yield Moment(right.corrected_utc, what, right.corrected_by)
    for outline in house.perimeters.of(number, *incident.merged_from, world=house.world):
        what = f"火场范围{hectares_zh(outline.area_ha)}（{outline.source}，{hour_minute_zh(outline.seen_utc)}）"
        yield Moment(outline.entered_utc, what, outline.entered_by)
    task = facts.tasks.get(number)
    if task is not None:
        yield from _steps(house, task)


def _steps(house: House, task: Task) -> Iterator[Moment]:
    yield Moment(task.published_utc, "核查任务下发")
    for name, step in (("接收任务", task.received), ("到达现场", task.arrived)):
        if step is not None:
            yield Moment(step.at_utc, name, step.by)
    for late in late_steps(task, house.rules.verification_clocks, task.published_utc):
        yield Moment(late.due_utc, f"{late.clock.name_zh}时限{hour_minute_zh(late.due_utc)}")


def _others(facts: Facts, incident: Incident) -> tuple[Incident, ...]:
    near = [
        each
        for each in facts.incidents
        if set(each.zones) & set(incident.zones)
        and each.incident_id != incident.incident_id
        and each.state is not IncidentState.ENDED
    ]
    return tuple(
        sorted(near, key=lambda each: abs(each.lat_deg - incident.lat_deg) + abs(each.lon_deg - incident.lon_deg))
    )


def clock_zh_of(task: Task, clock: Clock) -> str:
    """When a step came: 14时20分 张三; a dash while it has not."""
    step = task.step(clock)
    return "—" if step is None else f"{hour_minute_zh(step.at_utc)} {step.by}"
