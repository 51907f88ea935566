"""The words of a danger warning (森林火险预警建议): a draft that persons sign. Pure, as :mod:`notify.wording`."""

from __future__ import annotations

from functools import partial

from notify.alert import Reason, WarningColour
from notify.danger_facts import DangerFacts
from notify.phrases import BEIJING, clock_zh, date_zh, grade_zh, plain, until_zh
from notify.texts import Envelope, Texts, texts_of
from notify.warning.texts import COLOUR_ZH
from notify.wording import missing_words, wind_words

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
_NO_RAIN_MM = 0.1
"""Less than this is no measurable rain (微量)."""


def danger_texts(facts: DangerFacts, envelope: Envelope) -> Texts:
    """A warning that is drafted, raised, continued, lowered or ended. A person signs and publishes it."""
    issued = envelope.issued_utc
    by_day = [f"{date_zh(day.local_date)}{_grade(day.danger_grade)}" for day in facts.days]
    words = {
        "verb": _verb(facts),
        "change": _change(facts),
        "colour": _named(facts.colour),
        "previous": _named(facts.previous_colour),
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
        return f"继续{COLOUR_ZH[facts.colour]}。"
    if facts.ended or facts.previous_colour is WarningColour.NONE:
        return ""
    turn = "升级" if facts.colour.rank > facts.previous_colour.rank else "降级"
    return f"由{COLOUR_ZH[facts.previous_colour]}{turn}为{COLOUR_ZH[facts.colour]}。"


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


def _named(colour: WarningColour) -> str:
    """The colour; nothing where there is none."""
    return "" if colour is WarningColour.NONE else COLOUR_ZH[colour]
