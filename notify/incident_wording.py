"""The words of hotspots and fires near the line, in Chinese. Pure, as :mod:`notify.wording`.

A satellite point is never more than 疑似 here. Across a line an office is asked (商请), never told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from notify.alert import Reason
from notify.arrival_words import arrival_limits, arrival_long, arrival_short
from notify.incident_facts import UNKNOWN_COUNTY_ZH, IncidentFacts
from notify.phrases import SATELLITES_ZH, area_zh, clock_zh, dms_zh, listed, plain, sector_zh
from notify.texts import Envelope, Texts, Trim, texts_of
from notify.wording import missing_words, moment_words, wind_words

"""Those that a duty room calls by another name than the data do."""


def incident_texts(facts: IncidentFacts, envelope: Envelope) -> Texts:
    """Hotspots near the line: the first notice, a later one, or a request for a look at a doubted source.

    With the line inside the error circle nobody can say out of which side it would burn: no direction is said.
    """
    arrival = facts.arrival
    if arrival is not None and facts.at_line:
        arrival = replace(arrival, into_zh="", out_of_zh="")
    words = {
        "title": partial(_incident_title, facts),
        "status": f"已核实（{facts.verified}）" if facts.verified else "疑似，待核实",
        "ask": partial(_ask, facts),
        **_document_words(facts),
        "doubt": plain(facts.doubt) if facts.verification else "",
        "township": plain(facts.township),
        "place_full": plain(facts.place_full) or facts.county,
        "satellites": partial(_satellites, facts.satellites),
        "source": plain(facts.weather_source),
        "kind": "热点核查通知" if facts.verification else "火情通报（跨界）",
        "issue": _issue(facts),
        "why": _incident_why(facts) + _moved(facts),
        "seen": partial(_seen, facts, envelope),
        "seen_word": "发现" if facts.revision == 1 else "最近观测",
        "seen_long": clock_zh(facts.observed_utc, year=True),
        "distance_short": partial(_distance_short, facts),
        "distance_long": _distance_long(facts),
        "relay": plain(facts.relay_zh),
        "hand_on": _hand_on(facts),
        "wind_short": wind_words(facts.wind, gusts=False) if facts.wind else "",
        "wind_long": wind_words(facts.wind) if facts.wind else "",
        "trend": _trend(facts),
        "arrival_short": lambda trim: arrival_short(arrival, brief=trim.brief),
        "arrival_long": arrival_long(arrival),
        "arrival_limits": arrival_limits(arrival),
        "missing": partial(missing_words, facts.missing),
        "issued": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("incident", facts, envelope, words=words)


def _issue(facts: IncidentFacts) -> str:
    """首报, 续报2, or 核实, which is no 续报: a count of them without a gap tells an office that it missed none."""
    if facts.revision == 1:
        return "首报"
    return "核实" if facts.reason is Reason.INCIDENT_VERIFIED else f"续报{facts.revision - 1}"


def _incident_title(facts: IncidentFacts, trim: Trim) -> str:
    if facts.verification:
        return f"疑似热点（{plain(facts.doubt)}）" if facts.doubt and trim.detail and not trim.brief else "疑似热点"
    found = f"（{facts.verified}）" if trim.detail and not trim.brief else ""
    if facts.verified and facts.reason is Reason.INCIDENT_VERIFIED:
        return f"火情已核实{found}"
    number = str(facts.revision - 1) if trim.full else ""
    if facts.verified:
        return f"火情续报{number}{found}" if facts.revision > 1 else f"火情已核实{found}"
    if facts.reason is Reason.INCIDENT_REIGNITED:
        return "疑似火情复燃"
    return "疑似火情" if facts.revision == 1 else f"疑似火情续报{number}"


def _satellites(names: Sequence[str], trim: Trim) -> str:
    if not names:
        return "来源待核"
    if not trim.detail:
        return f"{len(names)}颗卫星"
    return listed([SATELLITES_ZH.get(name, plain(name)) for name in names], trim.names, unit="颗") + "卫星"


def _ask(facts: IncidentFacts, trim: Trim) -> str:
    if facts.verification:
        return "商请核查"
    if facts.verified and trim.brief:
        return "商请两侧前置" if facts.at_line else "商请前置"
    if facts.verified:
        return "商请两侧前置力量" if facts.at_line else "商请前置力量"
    if trim.brief:
        return "商请两侧核查" if facts.at_line else "商请核查"
    return "商请两侧同时核查、备勤" if facts.at_line else "商请核边界、备勤"


def _document_words(facts: IncidentFacts) -> dict[str, Any]:
    """What only the document form says."""
    wind = wind_words(facts.wind) if facts.wind else "风：待核"
    source = f"（{plain(facts.weather_source)}）" if facts.weather_source else ""
    found = f"疑似，待核实{f'（系统初判：{plain(facts.doubt)}，未确认）' if facts.verification and facts.doubt else ''}"
    return {
        "status_full": f"已核实（{facts.verified}）" if facts.verified else found,
        "satellites_full": _satellites(facts.satellites, Trim()),
        "lon_dms": dms_zh(facts.lon_deg),
        "lat_dms": dms_zh(facts.lat_deg),
        "area_full": area_zh(facts.area_ha) if facts.area_ha is not None else "待核",
        "weather_full": f"{wind}{source}；未来天气以当地气象台为准。",
        "asks_full": f"核查界内情况；{'前置力量' if facts.verified else '边界队伍备勤'}；如见明火，立即扑救并上报。",
    }


def _incident_why(facts: IncidentFacts) -> str:
    """Why this text goes out, where it is not the first."""
    if facts.reason is Reason.INCIDENT_VERIFIED:
        return "经现场核实，此前的疑似火情确为火情。"
    if facts.reason is Reason.INCIDENT_CLOSER:
        return "较前次通报更近界。"
    if facts.reason is Reason.INCIDENT_RAISED:
        return "较前次通报更紧急。"
    if facts.reason is Reason.INCIDENT_REIGNITED:
        return "此前多次过境未再观测到，现又观测到，疑似复燃。"
    if facts.reason is Reason.INCIDENT_SPREAD:
        return "火点已及相邻联防单元。"
    if facts.reason is Reason.INCIDENT_PROJECTED:
        return "补报到界推演。"
    return f"热点增至{facts.hotspot_count}个。" if facts.grew else ""


def _moved(facts: IncidentFacts) -> str:
    if not facts.moved:
        return ""
    first = f"首报时{UNKNOWN_COUNTY_ZH}" if facts.first_county == UNKNOWN_COUNTY_ZH else f"首报在{facts.first_county}"
    return f"{first}，现最近界处{'在' if facts.placed else ''}{facts.county}。"


def _hand_on(facts: IncidentFacts) -> str:
    """Who is asked to tell the county where it burns, when this text does not reach it."""
    if not facts.placed:
        return "属地县区待核，请三地值班室按坐标核对属地并转告"
    return f"{facts.county}不是本联防单元成员，请{plain(facts.relay_zh)}值班室转告当地" if facts.relay_zh else ""


def _seen(facts: IncidentFacts, envelope: Envelope, trim: Trim) -> str:
    """Time of the satellite's look, with its day when that is not today."""
    return moment_words(facts.observed_utc, envelope, full=trim.full and not trim.brief)


def _distance_short(facts: IncidentFacts, trim: Trim) -> str:
    """How far from the line. That both sides may be meant is said here, or in what is asked of both."""
    if not facts.at_line:
        return f"距{_border(facts)}"
    both_asked = trim.brief and trim.advice and not facts.verification
    return f"压{facts.neighbour}界" + ("" if both_asked else "、两侧均可能")


def _distance_long(facts: IncidentFacts) -> str:
    names = f"{facts.county}、{facts.neighbour}"
    both = f"{names}两侧都有可能" if facts.placed else f"界线两侧（{names}）都有可能"
    if facts.on_line:
        return f"火点压线，{both}"
    side = f"界线在火点{sector_zh(facts.bearing_to_border_deg)}侧"
    if facts.at_line:
        return f"至{_border(facts)}，在定位误差之内，视同压线，{both}，{side}"
    least_km = facts.distance_to_border_km - facts.location_error_km
    return f"至{_border(facts)}，扣除误差后{least_km:.1f}公里，{side}"


def _border(facts: IncidentFacts) -> str:
    return f"{facts.neighbour}界{facts.distance_to_border_km:.1f}公里"


def _trend(facts: IncidentFacts) -> str:
    """Where the wind may carry it. With the line inside the error circle only the direction can be said."""
    wind = facts.wind
    if wind is None or (wind.direction_deg is None and not wind.calm):
        return "缺风向，待核"
    if wind.calm or wind.direction_deg is None:
        return "静风，蔓延方向难以判断"
    if facts.at_line:
        return f"可能向{sector_zh((wind.direction_deg + 180) % 360)}蔓延，两侧均请关注"
    if facts.downwind:
        return f"顺风，可能向{facts.neighbour}方向蔓延"
    if facts.arrival is not None and facts.arrival.early_h is not None:
        return f"风不指向最近的{facts.neighbour}界，到界以推演为准"
    return "风不指向省界，风向可能变化，请继续关注"
