"""月度会商材料: what the monthly meeting needs on its table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flows.documents.occasions import around_occasion, beijing_hour
from flows.documents.period import (
    Period,
    answers_grid,
    county_grid,
    month_of,
    period_of,
    rate_zh,
    region_grid,
)
from flows.documents.pictures import answers_picture, rates_picture, season_picture
from flows.documents.words import (
    danger_grid,
    measures,
    season_zh,
    waiting_grid,
)
from flows.wiring import House
from flows.world_time import newest_moment
from notify.documents.forms.occasion_shapes import MONTHLY
from notify.documents.forms.shape import filled
from notify.documents.layout import Block, OfficialDocument, Paragraph, grid
from notify.phrases import clock_zh, listed


def monthly_of(house: House, month: str) -> OfficialDocument:
    """The material of the monthly meeting, about a month that is over or runs.

    Args:
        house: whose live world; exercises do not count.
        month: ``2027-04``.

    Raises:
        ValueError: no month, or one that has not begun.
    """
    now = newest_moment(house)
    first, following = month_of(month)
    cut = house.rules.statistics.cut_off_h
    begin, end = beijing_hour(first - timedelta(days=1), cut), beijing_hour(following - timedelta(days=1), cut)
    if begin >= now:
        raise ValueError(f"{month} has not begun")
    period = period_of(house, begin, min(end, now), now=now)
    beside: dict[str, Sequence[Block]] = {
        "二、各省市热点与核查": [
            region_grid(house, period.count),
            county_grid(house, period.count),
            *rates_picture(house, first=first - timedelta(days=1), weeks=5, now=now),
        ],
        "三、跨界通报与各单位签收用时": [answers_grid(period.answers), *answers_picture(house, period)],
        "四、演练": [grid(("演练",), [(name,) for name in period.exercises], empty="本月系统内没有演练")],
        "五、存在问题": [Paragraph(line) for line in _problems(period)],
        "六、未办结任务": [waiting_grid(house, now)],
        "七、针对性措施": measures(house, now),
        "八、下月形势": [
            danger_grid(house),
            *(one for zone in house.zone_ids for one in season_picture(house, zone, since=begin)),
        ],
    }
    around = around_occasion(house, f"{first.year}年{first.month}月", now)
    return filled(MONTHLY, _month_values(house, period, following), around, beside=beside)


def _month_values(house: House, period: Period, following: date) -> dict[str, object]:
    total, mean = period.count.total, period.mean_answer_min
    named = _names_ahead(house, following)
    return {
        "period": f"{clock_zh(period.begin_utc, year=True)}至{clock_zh(period.end_utc, year=True)}",
        "hotspots": f"{total.pushed}个",
        "fed_back": f"{total.fed_back}个，核查中{total.checking}个，超时{total.late}个",
        "confirmed": f"{total.confirmed}个，查否{total.ruled_out}个",
        "rate": rate_zh(total),
        "fires": f"{period.fires}起（经核实）",
        "notices": f"{len(period.notices)}次",
        "answers": f"{mean:.0f}分" if mean is not None else "本月没有签收",
        "exercises": f"{len(period.exercises)}次",
        "missing": listed(period.missing_zh) or "无",
        "season": season_zh(house, following),
        "key_dates": listed(named) or "无",
    }


def _problems(period: Period) -> list[str]:
    said = []
    if period.count.total.late:
        said.append(f"{period.count.total.late}个核查任务有环节迟于时限。")
    silent = [one for one in period.answers if one.answered < one.owed]
    if silent:
        said.append(f"{len(silent)}个单位有通报未见签收记录，宜核对值班电话和通道。")
    if period.missing_zh:
        said.append(f"缺测：{listed(period.missing_zh)}。")
    return [*said, "其他问题待核。"]


def _names_ahead(house: House, first: date) -> list[str]:
    days = (first + timedelta(days=number) for number in range(31))
    return list(dict.fromkeys(one.words_zh for day in days for one in house.rules.calendar.key_dates(day)))
