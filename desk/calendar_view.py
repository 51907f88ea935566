"""The fire calendar of a day: what holds on each side of each line, and which key dates it belongs to."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from desk.errors import InputError
from desk.options import Json
from desk.shown import BEIJING, show_json, show_table
from flows.wiring import House, open_house


def calendar(
    day: Annotated[str, typer.Option("--day", help="YYYY-MM-DD; today when absent.")] = "",
    as_json: Json = False,
) -> None:
    """Fire periods, bans and key dates of a day. Example: firewatch calendar --day 2027-04-05."""
    house = open_house()
    try:
        local_date = _day(day) if day else house.clock().astimezone(BEIJING).date()
        document = calendar_document(house, local_date)
    finally:
        house.close()
    if as_json:
        show_json(document)
        return
    named = "、".join(each["words_zh"] for each in document["key_dates"]) or "无"
    title = f"{local_date} {document['season_zh']} 重要节点:{named}"
    columns = {
        "zone": "联防单元",
        "county_zh": "县区",
        "words_zh": "时期",
        "awaited_zh": "往年、待公告",
        "mark": "确认",
    }
    show_table(title, columns, document["counties"], empty="无")


def calendar_document(house: House, local_date: date) -> dict[str, Any]:
    """Seasons of all member counties and key dates of a day, as one JSON object."""
    known = house.rules.calendar
    members = [(zone.id, county) for zone in house.catalogue.zones for county in zone.counties]
    counties = []
    for zone_id, county in members:
        season = known.fire_period(county.gb, local_date)
        awaited = [f"{one.name_zh}({one.valid_from.year}年{one.begin}至{one.end})" for one in season.awaited]
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


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("--day", f"{text!r} is no day", remedy="write 2027-04-05") from error
