"""The words of every alert, in Chinese, as a duty room says them. Pure: facts in, a short and a long text out.

A satellite point is never more than 疑似 here. Across a line an office is asked (商请), never told. What was missing is
said. An exercise begins and ends with 【演练】.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from notify.alert import Reason, WarningColour
from notify.arrival_words import arrival_limits, arrival_long, arrival_short
from notify.facts import (
    CancelFacts,
    CorrectFacts,
    DangerFacts,
    FeedFacts,
    IncidentFacts,
    RunFacts,
    Wind,
)
from notify.phrases import (
    BEIJING,
    area_zh,
    beaufort,
    clock_zh,
    date_zh,
    dms_zh,
    duration_zh,
    grade_zh,
    hour_minute_zh,
    listed,
    plain,
    same_day,
    sector_zh,
    side_zh,
    until_zh,
)
from notify.texts import Envelope, Texts, Trim, texts_of

_COLOUR = {
    WarningColour.BLUE: "蓝色",
    WarningColour.YELLOW: "黄色",
    WarningColour.ORANGE: "橙色",
    WarningColour.RED: "红色",
}
_GRADE_WORDS = (
    "低度危险，不易燃烧",
    "中度危险，可能燃烧、可能蔓延",
    "较高危险，较易燃烧、较易蔓延",
    "高度危险，容易燃烧、容易快速蔓延",
    "极度危险，极易燃烧、极易迅猛蔓延",
)
"""LY/T 2578-2016, as domain.md §2.5 quotes it."""
_MEASURES = {
    WarningColour.BLUE: "一、领导带班、24小时值班；二、正常巡护；三、队伍正常备勤",
    WarningColour.YELLOW: "一、领导带班、24小时值班；二、加强巡护；三、队伍待命",
    WarningColour.ORANGE: "一、严禁携带火种进山入林和一切野外用火；二、加强边界巡护、卡口检查和视频监控；"
    "三、队伍待命、随时准备出发；四、24小时值班、领导带班，有火必报",
    WarningColour.RED: "一、停止用火审批，禁止一切野外用火；二、全面巡查，重点林区死看死守；"
    "三、队伍做好紧急出发准备、靠前驻防；四、24小时值班、主要领导带班，有火必报",
}
"""Response measures by colour (domain.md §2.5)."""
SATELLITES_ZH = {"Himawari-8": "葵花8号", "Himawari-9": "葵花9号"}
"""Those that a duty room calls by another name than the data do."""
_NO_RAIN_MM = 0.1
"""Less than this is no measurable rain (微量)."""


def danger_texts(facts: DangerFacts, envelope: Envelope) -> Texts:
    """A warning that is drafted, raised, continued, lowered or ended. A person signs and publishes it."""
    issued = envelope.issued_utc
    by_day = [f"{date_zh(day.local_date)}{_grade(day.danger_grade)}" for day in facts.days]
    words = {
        "verb": _verb(facts),
        "change": _change(facts),
        "colour": _COLOUR.get(facts.colour, ""),
        "previous": _COLOUR.get(facts.previous_colour, ""),
        "grade": grade_zh(facts.peak_grade),
        "grade_words": _GRADE_WORDS[facts.peak_grade - 1],
        "bases": [f"{date_zh(day.local_date)}{plain(day.basis_zh)}" for day in facts.days if day.basis_zh],
        "by_day": by_day if len(by_day) > 1 else [],
        "period": _period(facts, envelope),
        "until": f"至{date_zh(facts.peak_days[-1])}24时",
        "most": "最高" if _has_lower_between(facts) else "",
        "began": clock_zh(facts.began_utc, minutes=False) if facts.began_utc else "",
        "measures": "继续管控火源，巡护和备勤按现等级执行。" if facts.ended else _measures(facts),
        "weather": _area_weather(facts),
        "source": plain(facts.weather_source),
        "missing": partial(missing_words, (*(f"{date_zh(day)}火险等级" for day in facts.missing_days), *facts.missing)),
        "issued": clock_zh(issued, year=True),
    }
    return texts_of("danger", facts, envelope, words=words)


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
        "ask": _ask(facts),
        **_document_words(facts),
        "doubt": plain(facts.doubt) if facts.verification else "",
        "township": plain(facts.township),
        "place_full": plain(facts.place_full) or facts.county,
        "satellites": partial(_satellites, facts.satellites),
        "source": plain(facts.weather_source),
        "kind": "热点核查通知" if facts.verification else "火情通报（跨界）",
        "issue": "首报" if facts.revision == 1 else f"续报{facts.revision - 1}",
        "why": _incident_why(facts),
        "seen": partial(_seen, facts, envelope),
        "seen_word": "发现" if facts.revision == 1 else "最近观测",
        "seen_long": clock_zh(facts.observed_utc, year=True),
        "distance_short": _distance_short(facts),
        "distance_long": _distance_long(facts),
        "relay": plain(facts.relay_zh),
        "wind_short": wind_words(facts.wind, gusts=False) if facts.wind else "",
        "wind_long": wind_words(facts.wind) if facts.wind else "",
        "trend": _trend(facts),
        "arrival_short": arrival_short(arrival),
        "arrival_long": arrival_long(arrival),
        "arrival_limits": arrival_limits(arrival),
        "missing": partial(missing_words, facts.missing),
        "issued": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("incident", facts, envelope, words=words)


def feed_texts(facts: FeedFacts, envelope: Envelope) -> Texts:
    """A feed that is out or back, for operations."""
    newest = facts.newest_content_utc
    words = {
        "problem": plain(facts.problem_zh),
        "since": partial(_since, facts, envelope),
        "since_long": clock_zh(facts.since_utc, year=True),
        "newest": moment_words(newest, envelope) if newest else "",
        "newest_long": clock_zh(newest, year=True) if newest else "",
        "outage": duration_zh(envelope.issued_utc - facts.since_utc),
        "issued": clock_zh(envelope.issued_utc),
        "issued_long": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("feed", facts, envelope, words=words)


def run_texts(facts: RunFacts, envelope: Envelope) -> Texts:
    """A flow whose runs fail or are good again, for operations."""
    good = facts.last_good_utc
    words = {
        "error": plain(facts.error),
        "problem": plain(facts.problem),
        "since": partial(_since_run, facts, envelope),
        "since_long": clock_zh(facts.since_utc, year=True),
        "last_good": moment_words(good, envelope, full=False) if good else "",
        "last_good_long": clock_zh(good, year=True) if good else "",
        "outage": duration_zh(envelope.issued_utc - facts.since_utc),
        "issued_short": hour_minute_zh(envelope.issued_utc),
        "issued_long": clock_zh(envelope.issued_utc, year=True),
    }
    return texts_of("run", facts, envelope, words=words)


def cancel_texts(facts: CancelFacts, envelope: Envelope) -> Texts:
    """An alert that is taken back."""
    return texts_of("cancel", facts, envelope, words=_former(facts, envelope))


def correct_texts(facts: CorrectFacts, envelope: Envelope) -> Texts:
    """An alert that is put right."""
    return texts_of("correct", facts, envelope, words=_former(facts, envelope))


def _period(facts: DangerFacts, envelope: Envelope) -> str:
    """The time that the grade is said of: from now, or from the first day that has it, to the end of the last."""
    first, last = facts.peak_days[0], facts.peak_days[-1]
    today = envelope.issued_utc.astimezone(BEIJING).date()
    if first > today and first == last:
        return f"{date_zh(first)}全天"
    begin = f"{date_zh(first)}00时" if first > today else clock_zh(envelope.issued_utc, minutes=False)
    return f"{begin}至" + ("24时" if last == today else until_zh(last, after=max(first, today)))


def _has_lower_between(facts: DangerFacts) -> bool:
    """Whether a day within the period has another grade, or none."""
    days = [day.local_date for day in facts.days]
    first, last = days.index(facts.peak_days[0]), days.index(facts.peak_days[-1])
    return last - first + 1 > len(facts.peak_days)


def _verb(facts: DangerFacts) -> str:
    if facts.reason is Reason.DANGER_RAISED:
        return "拟发" if facts.previous_colour is WarningColour.NONE else "拟升为"
    return "拟继续" if facts.reason is Reason.DANGER_REPEATED else "拟降为"


def _change(facts: DangerFacts) -> str:
    if facts.reason is Reason.DANGER_REPEATED:
        return f"继续{_COLOUR[facts.colour]}。"
    if facts.ended or facts.previous_colour is WarningColour.NONE:
        return ""
    turn = "升级" if facts.colour.rank > facts.previous_colour.rank else "降级"
    return f"由{_COLOUR[facts.previous_colour]}{turn}为{_COLOUR[facts.colour]}。"


def _measures(facts: DangerFacts) -> str:
    return f"{_MEASURES[facts.colour]}。"


def _grade(danger_grade: int | None) -> str:
    return "缺测" if danger_grade is None else grade_zh(danger_grade)


def _area_weather(facts: DangerFacts) -> str:
    parts = []
    if facts.wind is not None:
        parts.append(wind_words(facts.wind, area=True))
    if facts.least_humidity_pct is not None:
        parts.append(f"最小相对湿度{facts.least_humidity_pct:.0f}%")
    if facts.precipitation_mm is not None:
        rain = facts.precipitation_mm
        parts.append("无降水" if rain < _NO_RAIN_MM else f"降水{rain:.1f}毫米")
    return "，".join(parts)


def wind_words(wind: Wind, *, area: bool = False, gusts: bool = True) -> str:
    """Force and direction as an office says them: 西北风5级、阵风7级; of an area by its side: 偏北风5级."""
    force = beaufort(wind.speed_ms)
    if wind.direction_deg is None or force == 0:
        text = f"风力{force}级" if force else "静风"
    else:
        text = f"{(side_zh if area else sector_zh)(wind.direction_deg)}风{force}级"
    gust = beaufort(wind.gust_ms) if gusts and wind.gust_ms is not None else 0
    return text + (f"、阵风{gust}级" if gust > force else "")


def missing_words(names: Sequence[str], trim: Trim) -> str:
    """What was missing: by name, or by number where there is no room."""
    if not names:
        return ""
    return f"缺测：{listed([plain(name) for name in names])}。" if trim.missing_names else f"缺测{len(names)}项。"


def _incident_title(facts: IncidentFacts, trim: Trim) -> str:
    if facts.verification:
        return f"疑似热点（{plain(facts.doubt)}）" if facts.doubt and trim.detail else "疑似热点"
    if facts.verified:
        return f"火情已核实（{facts.verified}）" if trim.detail else "火情已核实"
    if facts.revision == 1:
        return "疑似火情"
    return "疑似火情续报" + (str(facts.revision - 1) if trim.full else "")


def _satellites(names: Sequence[str], trim: Trim) -> str:
    if not names:
        return "来源待核"
    if not trim.detail:
        return f"{len(names)}颗卫星"
    return listed([SATELLITES_ZH.get(name, plain(name)) for name in names], trim.names, unit="颗") + "卫星"


def _ask(facts: IncidentFacts) -> str:
    if facts.verification:
        return "商请核查"
    if facts.verified:
        return "商请两侧前置力量" if facts.at_line else "商请前置力量"
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
        "missing_names": [plain(name) for name in facts.missing],
    }


def _incident_why(facts: IncidentFacts) -> str:
    """Why this text goes out, where it is not the first."""
    if facts.reason is Reason.INCIDENT_VERIFIED:
        return "经现场核实，此前的疑似火情确为火情。"
    if facts.reason is Reason.INCIDENT_CLOSER:
        return "较前次通报更近界。"
    if facts.reason is Reason.INCIDENT_RAISED:
        return "较前次通报更紧急。"
    return f"热点增至{facts.hotspot_count}个。" if facts.grew else ""


def _seen(facts: IncidentFacts, envelope: Envelope, trim: Trim) -> str:
    """Time of the satellite's look, with its day when that is not today."""
    return moment_words(facts.observed_utc, envelope, full=trim.full)


def moment_words(instant: datetime, envelope: Envelope, *, full: bool = True) -> str:
    """Time of an instant, with its day when that is not the day of the message."""
    if same_day(instant, envelope.issued_utc):
        return hour_minute_zh(instant)
    return clock_zh(instant) if full else f"{instant.astimezone(BEIJING).day}日{hour_minute_zh(instant)}"


def _since(facts: FeedFacts, envelope: Envelope, trim: Trim) -> str:
    return clock_zh(facts.since_utc) if trim.full else moment_words(facts.since_utc, envelope, full=False)


def _since_run(facts: RunFacts, envelope: Envelope, trim: Trim) -> str:
    return clock_zh(facts.since_utc) if trim.weather else moment_words(facts.since_utc, envelope, full=False)


def _distance_short(facts: IncidentFacts) -> str:
    return f"压{facts.neighbour}界、两侧均可能" if facts.at_line else f"距{_border(facts)}"


def _distance_long(facts: IncidentFacts) -> str:
    if facts.on_line:
        return f"火点压线，{facts.county}、{facts.neighbour}两侧都有可能"
    side = f"界线在火点{sector_zh(facts.bearing_to_border_deg)}侧"
    if facts.at_line:
        return f"至{_border(facts)}，在定位误差之内，视同压线，{facts.county}、{facts.neighbour}两侧都有可能，{side}"
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
    return f"顺风，可能向{facts.neighbour}方向蔓延" if facts.downwind else "风不指向省界，风向可能变化，请继续关注"


def _former(facts: CancelFacts | CorrectFacts, envelope: Envelope) -> dict[str, Any]:
    """How the alert that is taken back or put right is called."""
    code, subject = facts.former_code, facts.subject_zh

    def former(trim: Trim) -> str:
        if not trim.full:
            return f"{code}号"
        return moment_words(facts.former_utc, envelope) + (f"{subject}（{code}）" if trim.detail else f"{code}号")

    long = f"{clock_zh(facts.former_utc, year=True)}发出的{subject}（编号{code}）"
    return {"former": former, "former_long": long, "issued": clock_zh(envelope.issued_utc, year=True)}
