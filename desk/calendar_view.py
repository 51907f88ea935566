"""The fire calendar of a day: what holds on each side of each line, and which key dates it belongs to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

import typer

from desk.errors import InputError
from desk.options import Json
from desk.shown import BEIJING, show_json, show_rows, show_table
from flows.cadence_rules import Duty
from flows.due import members, tier_of
from flows.order import FlowName
from flows.wiring import House, open_house
from models.fire_calendar.watch_tier import county_tier


def calendar(
    day: Annotated[str, typer.Option("--day", help="YYYY-MM-DD; today when absent.")] = "",
    year: Annotated[int | None, typer.Option("--year", help="A year by its changes.", min=2004, max=2099)] = None,
    as_json: Json = False,
) -> None:
    """Periods, bans, key dates and duties of a day, or a year's changes. Example: firewatch calendar --year 2027."""
    house = open_house()
    if year is not None:
        _show_year(house, year, as_json=as_json)
        return
    try:
        local_date = _day(day) if day else house.clock().astimezone(BEIJING).date()
        document = calendar_document(house, local_date)
    finally:
        house.close()
    if as_json:
        show_json(document)
        return
    named = "、".join(each["words_zh"] for each in document["key_dates"]) or "无"
    title = f"{local_date} {document['season_zh']} 重要节点：{named}"
    columns = {
        "zone": "联防单元",
        "county_zh": "县区",
        "words_zh": "时期",
        "duties_zh": "应报",
        "awaited_zh": "往年、待公告",
        "mark": "确认",
    }
    show_table(title, columns, document["counties"], empty="无")


def calendar_document(house: House, local_date: date) -> dict[str, Any]:
    """Seasons of all member counties and key dates of a day, as one JSON object."""
    known, season_of = house.rules.calendar, house.rules.season
    members = [(zone.id, county) for zone in house.catalogue.zones for county in zone.counties]
    counties = []
    for zone_id, county in members:
        season = known.fire_period(county.gb, local_date)
        awaited = [f"{one.name_zh}（{one.valid_from.year}年{one.begin}至{one.end}）" for one in season.awaited]
        counties.append(
            {
                "zone": zone_id,
                "county_gb": county.gb,
                "county_zh": county.name_zh,
                "kind": season.kind,
                "in_season": season.in_season,
                "high_danger": season.high_danger,
                "banned": season.banned,
                "words_zh": season.words_zh,
                "tier": county_tier(known, county.gb, local_date),
                "duties_zh": "、".join(each.name_zh for each in season_of.duties_of(known, county.gb, local_date)),
                "awaited_zh": "、".join(awaited),
                "mark": "" if season.confirmed else "未确认",
                "sources": [f"{one.name_zh}: {one.source} ({one.article})" for one in season.periods],
            }
        )
    days = [
        {
            "key_date": one.key_date,
            "words_zh": one.words_zh,
            "begin": one.begin,
            "end": one.end,
            "offset_d": one.offset_d,
        }
        for one in known.key_dates(local_date)
    ]
    rest = known.rest_day(local_date)
    return {
        "local_date": local_date,
        "season_zh": known.season_in_words(local_date),
        "statistics_year": known.statistics_year(local_date),
        "rest_day": rest.rest,
        "holidays_announced": rest.announced,
        "key_dates": days,
        "counties": counties,
    }


def _show_year(house: House, year: int, *, as_json: bool) -> None:
    try:
        rows = changes_of_year(house, year)
    finally:
        house.close()
    columns = {
        "local_date": "自",
        "tier_zh": "值守等级",
        "key_dates_zh": "重要节点",
        "hotspots_zh": "热点",
        "danger_zh": "火险",
        "owing_zh": "每日报告、零报告",
    }
    show_rows(f"{year}年值守变化", columns, rows, as_json=as_json)


def changes_of_year(house: House, year: int) -> list[dict[str, Any]]:
    """The first day of a year and every day on which the watch, the plan or a county's duties change."""
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    rows = [_watch_of(house, day) for day in days if day.year == year]
    same = [{name: told for name, told in row.items() if name != "local_date"} for row in rows]
    return [row for number, row in enumerate(rows) if number == 0 or same[number] != same[number - 1]]


def _watch_of(house: House, local_date: date) -> dict[str, Any]:
    known, season, counties = house.rules.calendar, house.rules.season, members(house)
    tier = tier_of(house)
    danger = [f"{at:%H:%M}" for at in season.cadences[FlowName.DANGER_WATCH].planned(tier, local_date)]
    first, second, *_ = season.cadences[FlowName.HOTSPOT_WATCH].planned(tier, local_date)
    owing = season.owing(known, counties, local_date, Duty.ZERO_REPORT)
    names = [house.catalogue.counties[gb].short_zh for gb in dict.fromkeys(owing)]
    return {
        "local_date": local_date,
        "tier": tier(local_date),
        "tier_zh": tier(local_date).name_zh,
        "key_dates_zh": "、".join(one.key_date.name_zh for one in known.key_dates(local_date)),
        "hotspots_zh": f"每{(second - first) // timedelta(minutes=1)}分钟",
        "danger_zh": "、".join(danger),
        "owing_zh": "全部县区" if len(names) == len(set(counties)) else "、".join(names),
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("--day", f"{text!r} is no day", remedy="write 2027-04-05") from error
