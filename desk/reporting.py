"""Reports for people: the day's count of verifications, and who gave the report of the day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from desk.errors import InputError
from desk.opened import WorldOption, opened
from desk.options import Json
from desk.shown import show_json, show_table
from flows.daily_report import count_day
from flows.documents.duty_papers import bulletin_of, daily_of
from flows.documents.writing import write_document
from flows.duty_roster import roster
from flows.duty_round import duty_row
from flows.wiring import open_house
from models.field_check.statistics import Count, DayCount, newest_day
from notify.alert import LIVE
from notify.verification_words import DayFacts, day_text


def daily(
    day: Annotated[str, typer.Option("--day", help="Day on which the window ends; the newest one that is over.")] = "",
    as_json: Json = False,
) -> None:
    """Count the day from 17:00 to 17:00 (核查情况通报), and write it and the watch's report (值班日报) as documents.

    Example: firewatch report daily --day 2027-04-11
    """
    house = open_house()
    try:
        now = house.clock()
        local_date = _day(day) if day else newest_day(now, house.rules.statistics)
        count, facts = count_day(house, local_date, now=now)
        text = day_text(count, facts, now=now)
        path = house.home.products / "reports" / f"daily_{local_date}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
        papers = [write_document(house, made(house, local_date)) for made in (bulletin_of, daily_of)]
    finally:
        house.close()
    if as_json:
        files = [file for paper in papers for file in (paper.docx, paper.pdf)]
        show_json(_document(count, facts, text, path) | {"documents": files})
        return
    print(text)  # noqa: T201  # the command's output
    columns = {
        "county_zh": "县区",
        "pushed": "推送",
        "fed_back": "已反馈",
        "checking": "核查中",
        "late": "超时",
        "confirmed": "查实",
        "ruled_out": "查否",
    }
    show_table("各县区", columns, _rows(count, facts), empty="无")
    for file in (path, *(each for paper in papers for each in (paper.docx, paper.pdf))):
        print(file)  # noqa: T201  # the command's output


def duty(
    day: Annotated[str, typer.Option("--day", help="Day on which the window ends; the newest one that is over.")] = "",
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Who owes a report of a day (零报告), and who gave it. Example: firewatch report duty --day 2027-04-10."""
    with opened(world) as house:
        local_date = _day(day) if day else newest_day(house.clock(), house.rules.statistics)
        lines = roster(house, local_date)
    if as_json:
        show_json({"local_date": local_date, "counties": [asdict(line) for line in lines]})
        return
    columns = {"county": "县区", "why": "报告期", "code": "编号", "stands": "零报告"}
    show_table(f"零报告 {local_date}", columns, [duty_row(line) for line in lines], empty="无")


def _document(count: DayCount, facts: DayFacts, text: str, path: Path) -> dict[str, Any]:
    return {
        "local_date": count.window.local_date,
        "begin_utc": count.window.begin_utc,
        "end_utc": count.window.end_utc,
        "total": _count(count.total),
        "regions": {name: _count(each) for name, each in count.by_region.items()},
        "counties": _rows(count, facts),
        "late": [asdict(one) for one in count.late],
        "heat_changes": list(facts.heat_changes_zh),
        "missing": list(facts.missing_zh),
        "text": text,
        "path": path,
    }


def _rows(count: DayCount, facts: DayFacts) -> list[dict[str, Any]]:
    names = facts.counties_zh
    return [
        {"county_gb": gb, "county_zh": names.get(gb, "县区待核") if gb is not None else "县区待核"} | _count(each)
        for gb, each in count.by_county.items()
    ]


def _count(count: Count) -> dict[str, Any]:
    return asdict(count) | {
        "ruled_out": count.ruled_out,
        "confirmed_of_pushed_pct": count.confirmed_of_pushed_pct,
        "confirmed_of_fed_back_pct": count.confirmed_of_fed_back_pct,
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("--day", f"{text!r} is no day", remedy="write 2027-04-11") from error
