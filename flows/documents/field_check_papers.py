"""核查通知单 of one incident, with what has come back on its 反馈单."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from boundary_zones.geodesy import WGS84, apart_km
from boundary_zones.heat_sources import HeatSource
from flows.documents.incident_words import CLOUD_ZH, FIRST_LINE_ZH, place_fields, satellites_zh, weather_fields
from flows.documents.words import DUTY_ROOM_ZH, danger_zh, local_day, office_zh, offices_of_zone, warnings_zh
from flows.overdue_clocks import RECEIPT_ZH
from flows.verifying import with_receipts
from flows.wiring import House
from flows.world_time import newest_moment
from models.field_check.task import Task
from models.incidents.incident import Doubt, Incident, SourceKind
from notify.alert import LIVE
from notify.documents.forms.fire_shapes import FIELD_CHECK
from notify.documents.forms.shape import Around, filled
from notify.documents.layout import OfficialDocument, Paragraph, Voice
from notify.phrases import VIA_ZH, clock_zh, hour_minute_zh, listed, same_day

HITS_OF = timedelta(days=90)
"""How far back the form looks for hits of a registered source."""


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
        **place_fields(house, incident),
        **_background(house, incident, published),
        **weather_fields(house, incident, published),
        "judgement": judgement_zh(incident),
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
        "satellites": satellites_zh(incident),
        "continuous": f"是，{incident.looks}个时次" if incident.looks > 1 else "否，1个时次",
        "pixels": f"{incident.hotspot_count}个（单次最多{incident.most_pixels}个）",
        "frp": listed([one for one in (heat, frp) if one]),
        "confidence": incident.confidence.name_zh,
        "smoke": "不可判",
        "error": f"±{incident.location_error_km:.1f}公里",
        "daylight": listed(lights),
    }


def _observed(incident: Incident) -> str:
    first, last = incident.first_seen_utc, incident.last_seen_utc
    if first == last:
        return clock_zh(first, year=True)
    return f"{clock_zh(first, year=True)}至{hour_minute_zh(last) if same_day(first, last) else clock_zh(last)}"


def _background(house: House, incident: Incident, at: datetime) -> Mapping[str, object]:
    day = local_day(at)
    registered = [*house.heat_register, *house.heat_sources.all(world=house.world)]
    sources = [one for one in registered if one.counts_on(day)]
    here = "有" if incident.source_kind is SourceKind.STATIC_HEAT else "无"
    nearest = _nearest_heat(house, incident, sources, at) if sources else "登记册内无热源"
    return {
        "heat": f"{here}（{nearest}）",
        "danger": danger_zh(house, incident.zones, at=at),
        "warning": warnings_zh(house, at),
    }


def _nearest_heat(house: House, incident: Incident, sources: Sequence[HeatSource], at: datetime) -> str:
    """The registered source that lies nearest, how far, and how often satellites saw it of late."""
    lats, lons = [one.lat_deg for one in sources], [one.lon_deg for one in sources]
    count = len(sources)
    _, _, away_m = WGS84.inv(lons, lats, [incident.lon_deg] * count, [incident.lat_deg] * count)
    place = int(np.argmin(away_m))
    source = sources[place]
    seen = house.hotspots.since(at - HITS_OF, available_by=at, world=house.world)
    hits = seen.filter(apart_km(source.lat_deg, source.lon_deg) <= source.radius_km).height
    away = f"距{float(away_m[place]) / 1000:.1f}公里"
    return f"最近登记热源：{source.name_zh}，{away}，近{HITS_OF.days}天命中{hits}次"


def judgement_zh(incident: Incident) -> str:
    """The four words of the form."""
    if incident.source_kind is SourceKind.STATIC_HEAT:
        return "疑似工矿热源"
    if incident.suppressed_by is Doubt.CROPLAND_SEASON:
        return "疑似农用火"
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
