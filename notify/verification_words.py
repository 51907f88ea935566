"""The fire report (火情快报) and the day's count (热点核查情况通报) in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.field_check.feedback import NAMES_ZH, FeedbackType
from models.field_check.fire_report import FIELDS, FireReport
from models.field_check.statistics import Count, DayCount
from models.field_check.task import Late
from notify.phrases import clock_zh, duration_zh, listed
from notify.texts import DRILL
from notify.warning.texts import DRAFT_LINE

_SHOWN = (FeedbackType.FOREST_FIRE, FeedbackType.FARM_FIRE, FeedbackType.INDUSTRIAL_HEAT, FeedbackType.NOT_FOUND)
"""Results that the sentence always names; the rest is 其他."""


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What stands beside the count of a day."""

    unit_zh: str
    number_zh: str
    """2027年第12期."""
    regions_zh: Mapping[str, str]
    counties_zh: Mapping[int, str]
    near_km: float
    near: int
    """Incidents pushed whose distance, less the location error, is within ``near_km``."""
    notices: int
    """Incident alerts that went to both sides in the window."""
    answer_min: float | None
    """Mean time from sending to the first answer of an office; None where nobody answered."""
    heat_changes_zh: tuple[str, ...]
    missing_zh: tuple[str, ...] = ()
    """Feeds that were out in the window: then the count is no count of all."""


def report_text(report: FireReport, *, due_zh: str, suggested_zh: str, exercise: bool) -> str:
    """The form with every field; what nobody knows reads 待核.

    Args:
        report: as drafted.
        due_zh: when it is due, by the clocks.
        suggested_zh: 建议等级 from what people reported; empty while nobody did.
        exercise: begins and ends it with 【演练】.
    """
    lines = [
        DRAFT_LINE,
        f"火情快报【{report.title_zh}】",
        f"编号：{report.incident_id}  起草：{report.drafted_by} {clock_zh(report.drafted_utc, year=True)}  签发：____",
        f"时限：{due_zh}",
        *(f"{label}：{report.value(name)}" for name, label in FIELDS.items()),
        suggested_zh or "建议等级：待核（受害森林面积、伤亡未报）",
    ]
    return "\n".join([DRILL, *lines, DRILL] if exercise else lines)


def day_text(count: DayCount, facts: DayFacts, *, now: datetime, exercise: bool = False) -> str:
    """The bulletin of a day: one sentence with all numbers, denominators by name, then the three annexes."""
    head = [f"{facts.unit_zh}卫星热点与火情核查情况通报   {facts.number_zh}", *day_sentences(count, facts)]
    tables = [
        "附表1 各县区明细",
        *(_county(gb, each, facts) for gb, each in count.by_county.items()),
        "附表2 超时清单",
        *([_late(one, facts, now) for one in count.late] or ["无"]),
        "附表3 新增、撤销常年热源",
        *(facts.heat_changes_zh or ("无",)),
        f"统计时间：{clock_zh(now, year=True)}",
    ]
    lines = [*head, "", *tables]
    return "\n".join([DRILL, *lines, DRILL] if exercise else lines)


def day_sentences(count: DayCount, facts: DayFacts) -> tuple[str, ...]:
    """All numbers in one sentence, with their denominators, and what they do not hold."""
    window, total = count.window, count.total
    by_region = listed(
        [f"{facts.regions_zh.get(name, '行政区不明')}{each.pushed}" for name, each in count.by_region.items()]
    )
    head = [
        f"{clock_zh(window.begin_utc, year=True)}至{clock_zh(window.end_utc)}，"
        f"共推送疑似热点事件{total.pushed}个"
        + (f"（{by_region}）" if by_region else "")
        + f"，已反馈{total.fed_back}，"
        f"核查中{total.checking}，超时{total.late}；其中{_results(total)}；{_rates(total)}；"
        f"边界{facts.near_km:g}公里内{facts.near}个，跨界通报{facts.notices}次，平均签收{_mean(facts.answer_min)}。",
        "不包括云覆盖下的火点信息；查实率均以本期推送为范围，推送日与核查日不交叉。",
    ]
    if facts.missing_zh:
        head.append(f"缺测：{listed(facts.missing_zh)}，期间热点数不完整，不等于无火情。")
    elif not total.pushed:
        head.append("本期无疑似热点事件。")
    return tuple(head)


def _results(count: Count) -> str:
    rest = sum(number for kind, number in count.results.items() if kind not in _SHOWN)
    named = [f"{NAMES_ZH[kind]}{count.results.get(kind, 0)}" for kind in _SHOWN]
    return listed([*named, f"其他{rest}"])


def _rates(count: Count) -> str:
    return (
        f"查实{count.confirmed}、查否{count.ruled_out}，"
        f"查实率（查实÷推送）{_pct(count.confirmed_of_pushed_pct)}（{count.confirmed}/{count.pushed}），"
        f"查实率（查实÷已反馈）{_pct(count.confirmed_of_fed_back_pct)}（{count.confirmed}/{count.fed_back}）"
    )


def _pct(value: float | None) -> str:
    return "无（分母为0）" if value is None else f"{value:.2f}%"


def _mean(minutes: float | None) -> str:
    return "无签收" if minutes is None else f"{minutes:.0f}分"


def _county(gb: int | None, count: Count, facts: DayFacts) -> str:
    name = "县区待核" if gb is None else facts.counties_zh.get(gb, str(gb))
    return (
        f"{name}：推送{count.pushed}，已反馈{count.fed_back}，核查中{count.checking}，超时{count.late}，{_rates(count)}"
    )


def _late(one: Late, facts: DayFacts, now: datetime) -> str:
    name = "县区待核" if one.county_gb is None else facts.counties_zh.get(one.county_gb, str(one.county_gb))
    came = "尚未" if one.came is None else f"{one.came.by}{clock_zh(one.came.at_utc)}"
    late = duration_zh(one.by(now))
    return f"{one.incident_id} {name} {one.clock.name_zh}应于{clock_zh(one.due_utc)}，{came}，超时{late}"


def heat_changes(rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """Lines of annex 3 from (what was done, name or number, by whom)."""
    for done, name, by in rows:
        yield f"{done}：{name}（审核人：{by}）"


def day_number_zh(local_date_number: int, year: int) -> str:
    """``2027年第12期``: counted by the days of the statistics year."""
    return f"{year}年第{local_date_number}期"
