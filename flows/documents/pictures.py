"""Pictures that stand in documents: what was drawn already, and curves drawn for the paper."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from flows.documents.period import Period, period_of
from flows.verifying import with_receipts
from flows.wiring import House
from models.field_check.statistics import DayWindow, day_count
from notify.alert import LIVE
from notify.documents.layout import Picture
from notify.phrases import BEIJING, date_zh
from notify.picture.answers import AnswersPicture, answers_chart
from notify.picture.rates import RateSpan, RatesPicture, rates_chart
from notify.picture.season import SeasonDay, SeasonPicture, season_chart
from notify.whole_file import write_whole

CLIMATE_ZH = ("常年50%", "常年75%", "常年90%", "常年97%")
GRADE_ZH = ("二级下限", "三级下限", "四级下限", "五级下限")
WEEK = timedelta(days=7)
MOST_WEEKS = 8
"""Bars that a phone has room for."""


def danger_picture(house: House, zone: str) -> tuple[Picture, ...]:
    """The danger map of a joint unit that was drawn last; none where none was."""
    made = house.products.newest("danger_map", zone, world=house.world)
    path = house.home.products / made.path if made is not None else None
    if path is None or not path.is_file():
        return ()
    return (Picture(path.read_bytes(), f"{house.catalogue.zone(zone).name_zh}火险等级图（内部用图）"),)


def answers_picture(house: House, period: Period) -> tuple[Picture, ...]:
    """How fast each office answered; none where nobody was owed anything."""
    if not period.answers:
        return ()
    first, last = period.begin_utc.astimezone(BEIJING).date(), period.end_utc.astimezone(BEIJING).date()
    days = f"{date_zh(first, year=True)}至{date_zh(last)}"
    shown = AnswersPicture(
        title="各单位签收用时",
        offices=period.answers,
        limit_min=house.rules.escalation.acknowledged_within_min["critical"],
        footer=f"{days}，跨界通报{len(period.notices)}次\n时限为紧急通报的，未确认",
        exercise=house.world != LIVE,
    )
    return (Picture(answers_chart(shown), "各单位签收用时"),)


def rates_picture(house: House, *, first: date, weeks: int, now: datetime) -> tuple[Picture, ...]:
    """查实率 week by week."""
    spans = rate_spans(house, first=first, weeks=weeks, now=now)
    footer = "推送日为口径，推送日与核查日不交叉；不包括云覆盖下的火点\n查实类型见 rules/verification.toml，未确认"
    shown = RatesPicture("逐周查实率", spans, footer, exercise=house.world != LIVE)
    return (Picture(rates_chart(shown), "逐周查实率（查实÷推送）"),)


def rate_spans(house: House, *, first: date, weeks: int, now: datetime) -> tuple[RateSpan, ...]:
    """What was pushed and confirmed in each of some weeks, by the cut-off of the statistics."""
    tasks = with_receipts(house, house.verification.tasks(world=house.world))
    regions = {gb: county.region_id for gb, county in house.catalogue.counties.items()}
    rules, spans = house.rules, []
    for number in range(weeks):
        day = first + number * WEEK
        begin = datetime.combine(day, time(rules.statistics.cut_off_h), BEIJING).astimezone(UTC)
        window = DayWindow(day + WEEK, begin, begin + WEEK)
        total = day_count(
            tasks, window, regions=regions, clocks=rules.verification_clocks, rules=rules.statistics, now=now
        ).total
        spans.append(RateSpan(day, day + WEEK, total.pushed, total.fed_back, total.confirmed))
    return tuple(spans)


def season_picture(house: House, zone: str, *, since: datetime) -> tuple[Picture, ...]:
    """The season's curve of a joint unit; none where no danger was computed."""
    days = season_days(house, zone, since=since)
    if not days:
        return ()
    bounds, names, basis = _bounds(house)
    name = house.catalogue.zone(zone).name_zh
    shown = SeasonPicture(
        title=f"{name}火险季节曲线",
        days=days,
        bounds=bounds,
        bounds_zh=names,
        footer=f"火险天气指数FWI，逐日为当日计算值；{basis}",
        exercise=house.world != LIVE,
    )
    return (Picture(season_chart(shown), f"{name}火险季节曲线"),)


def season_days(house: House, zone: str, *, since: datetime) -> tuple[SeasonDay, ...]:
    """Each day as the last run of it computed it, never as an earlier one foretold it."""
    found: dict[date, SeasonDay] = {}
    for made in reversed(house.products.since("danger_summary", since, world=house.world)):
        path = house.home.products / made.path
        zones: Sequence[dict[str, object]] = (
            json.loads(path.read_text(encoding="utf-8"))["zones"] if path.is_file() else ()
        )
        for one in zones:
            if one["zone"] == zone and one["lead_d"] == 0:
                day = date.fromisoformat(str(one["local_date"]))
                found[day] = SeasonDay(day, float(str(one["fwi_median"])), float(str(one["fwi_p95"])))
    return tuple(found[day] for day in sorted(found))


def _bounds(house: House) -> tuple[tuple[float, float, float, float], tuple[str, str, str, str], str]:
    """Percentiles of the climate where it was computed; else the grades that are in use, which are no climate."""
    local = house.local_bounds
    if local is not None:
        middle = [float(str(local[name].median())) for name in ("fwi_p50", "fwi_p75", "fwi_p90", "fwi_p97")]
        low, mid, high, top = middle
        return (low, mid, high, top), CLIMATE_ZH, house.grade_basis_zh
    grades = house.rules.grades
    lower = (grades.grade_2_fwi, grades.grade_3_fwi, grades.grade_4_fwi, grades.grade_5_fwi)
    return lower, GRADE_ZH, "没有本地气候值（firewatch climatology 未运行），横带为等级下限"


def write_curves(house: House, *, since: datetime, now: datetime) -> tuple[Path, ...]:
    """Season curves, 查实率 and answer times since an instant, as files that a page shows."""
    folder = house.home.products / house.world / "curves"
    folder.mkdir(parents=True, exist_ok=True)
    period = period_of(house, since, now, now=now)
    first = since.astimezone(BEIJING).date()
    weeks = min(MOST_WEEKS, max(1, -((since - now) // WEEK)))
    drawn = {f"season-{zone}": season_picture(house, zone, since=since) for zone in house.zone_ids}
    drawn |= {
        "rates": rates_picture(house, first=first, weeks=weeks, now=now),
        "answers": answers_picture(house, period),
    }
    paths = []
    for name, pictures in drawn.items():
        for picture in pictures:
            paths.append(folder / f"{name}.png")
            write_whole(paths[-1], picture.png)
    return tuple(paths)
