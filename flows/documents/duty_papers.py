"""值班日报 (零报告) and 热点核查情况通报, from 17:00 to 17:00."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flows.daily_report import count_day
from flows.documents.period import county_grid, period_of
from flows.documents.words import (
    DUTY_ROOM_ZH,
    UNIT_ZH,
    danger_zh,
    local_day,
    office_zh,
    season_zh,
    waiting_grid,
    warnings_zh,
)
from flows.wiring import House
from flows.world_time import newest_moment
from models.field_check.statistics import DayCount, day_window
from notify.alert import LIVE
from notify.documents.forms.duty_shapes import BULLETIN, DAILY
from notify.documents.forms.shape import Around, filled
from notify.documents.layout import Block, OfficialDocument, Paragraph, grid
from notify.duty_facts import ZeroFacts
from notify.duty_wording import span_zh
from notify.phrases import clock_zh, date_zh, duration_zh, listed
from notify.verification_words import DayFacts, day_sentences


def daily_of(house: House, local_date: date) -> OfficialDocument:
    """The watch's report of a day; where nothing was seen and nothing was missing, it is a 零报告."""
    now = newest_moment(house)
    window = day_window(local_date, house.rules.statistics)
    period = period_of(house, window.begin_utc, min(window.end_utc, now), now=now)
    owed, answered = sum(one.owed for one in period.answers), sum(one.answered for one in period.answers)
    zero = ZeroFacts(
        unit_zh=UNIT_ZH,
        begins_utc=window.begin_utc,
        ends_utc=window.end_utc,
        hotspots=period.count.total.pushed,
        fires=period.fires,
        notices=len(period.notices),
        answered=answered,
        missing=period.missing_zh,
    )
    values = {
        "period": f"{clock_zh(window.begin_utc, year=True)}至{clock_zh(window.end_utc)}",
        "season": season_zh(house, local_date),
        "kind": "零报告" if zero.is_zero else "日报",
        "hotspots": f"{zero.hotspots}个（推送的疑似热点事件）",
        "fires": f"{zero.fires}起（经核实）",
        "notices": f"{zero.notices}次",
        "answers": f"应签收{owed}件次，已签收{answered}件次",
        "danger": danger_zh(house, at=window.end_utc),
        "warnings": warnings_zh(house, min(window.end_utc, now)),
        "missing": listed(period.missing_zh) or "无",
    }
    beside: dict[str, Sequence[Block]] = {
        "三、移交事项": [waiting_grid(house, now)],
        "四、报告语": [Paragraph(_said(zero))],
    }
    around = _around(house, "daily", local_date, f"值班日报〔{local_date.year}〕{local_date.timetuple().tm_yday}")
    return filled(DAILY, values, around, beside=beside)


def _said(zero: ZeroFacts) -> str:
    """报告语, as the watch reads it out."""
    state = f"（{listed(zero.missing)}缺测，数字不全，不等于无火情）" if zero.missing else "，值班正常"
    end = "零报告。" if zero.is_zero else ""
    return f"{span_zh(zero.begins_utc, zero.ends_utc)}{zero.unit_zh}热点{zero.hotspots}、火情{zero.fires}{state}。{end}"


def bulletin_of(house: House, local_date: date) -> OfficialDocument:
    """The bulletin of a day (热点核查情况通报), in the words of ``firewatch report daily``."""
    now = newest_moment(house)
    count, facts = count_day(house, local_date, now=now, world=house.world)
    beside: dict[str, Sequence[Block]] = {
        "一、总体情况": [Paragraph(line) for line in day_sentences(count, facts)],
        "二、存在问题": [Paragraph(line) for line in _problems(count, facts)],
        "附表1　各县区明细": [county_grid(house, count)],
        "附表2　超时清单": [_late(house, count)],
        "附表3　新增、撤销常年热源": [
            grid(("变动",), [(line,) for line in facts.heat_changes_zh]),
            Paragraph(f"统计时间：{clock_zh(now, year=True)}。"),
        ],
    }
    around = _around(house, "bulletin", local_date, facts.number_zh)
    return filled(BULLETIN, {}, around, beside=beside)


def _around(house: House, kind: str, local_date: date, number: str) -> Around:
    regions = [office_zh(house, region.gb) for region in house.catalogue.regions.values()]
    sent = tuple(filter(None, regions))
    return Around(
        number=number,
        made_utc=newest_moment(house),
        subtitle=f"{date_zh(local_date, year=True)}" if kind == "daily" else number,
        issuer_zh="",
        to_zh=() if kind == "daily" else sent,
        copies_zh=sent if kind == "daily" else (),
        signature_zh=DUTY_ROOM_ZH,
        date_zh=date_zh(local_day(newest_moment(house)), year=True),
        exercise=house.world != LIVE,
    )


def _problems(count: DayCount, facts: DayFacts) -> list[str]:
    """What the numbers themselves show; the office writes the rest."""
    said = []
    late = {one.county_gb for one in count.late}
    if late:
        names = listed([facts.counties_zh.get(gb, "县区待核") if gb is not None else "县区待核" for gb in late])
        said.append(f"{names}有核查环节迟于时限，见附表2。")
    if count.total.checking:
        said.append(f"{count.total.checking}个尚在核查，查实率将随反馈变化。")
    if facts.missing_zh:
        said.append(f"缺测：{listed(facts.missing_zh)}。")
    return said or ["系统统计未见超时和缺测。其他问题待核。"]


def _late(house: House, count: DayCount) -> Block:
    now = newest_moment(house)
    rows = [
        (
            one.incident_id,
            office_zh(house, one.county_gb) or "县区待核",
            one.clock.name_zh,
            clock_zh(one.due_utc),
            clock_zh(one.came.at_utc) if one.came else "尚未",
            duration_zh(one.by(now)),
        )
        for one in count.late
    ]
    return grid(("事件", "单位", "环节", "应于", "实际", "超时"), rows, shares=(3.8, 2.5, 1.2, 3.2, 3.2, 1.6))
