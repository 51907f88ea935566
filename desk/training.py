"""``firewatch exercise``: a drill through the whole pipeline, which never reaches a live endpoint."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from desk.documents import incident_document
from desk.errors import InputError
from desk.exits import Exit
from desk.options import Json
from desk.scenario import Scenario, bundled_scenarios, load_scenario
from desk.shown import show_json, show_table
from desk.tabletop.command import DEFAULT as DEFAULT_TABLETOP
from desk.tabletop.command import tabletop as play_tabletop
from desk.tabletop.command import titles
from desk.training_review import reached_grades, review
from desk.training_world import exercise_world
from flows.embedded import embedded_environment
from flows.exercise_deeds import ScriptedDeed
from flows.exercising import Answering, Exercised, Script
from flows.exercising import exercise as play
from flows.office_tally import tallies
from flows.replaying import DrivenClock
from flows.transcript import all_that_left, transcript
from flows.wiring import House, open_house
from models.incidents.incident import Incident
from notify.drill_gate import DrillWindow

DEFAULT = "jizhou-sanhe-2017-05-11"
PATHS_ZH = {"products": "产品", "inbox": "收件箱", "database": "数据库"}


def exercise(
    scenario: Annotated[str, typer.Argument(help="Name of a bundled scenario, or a folder.")] = DEFAULT,
    tabletop: Annotated[
        bool, typer.Option("--tabletop", help="A tabletop (桌面推演): injects, timed answers, an evaluation sheet.")
    ] = False,
    answers: Annotated[
        Path | None,
        typer.Option(help="With --tabletop: a file with the answers of the day, in the place of the script's."),
    ] = None,
    window: Annotated[
        str | None,
        typer.Option(
            help="A drill window that two persons signed (firewatch drill): its offices are reached by their real "
            "channels, everybody else in the inbox."
        ),
    ] = None,
    told: Annotated[
        Path | None, typer.Option("--transcript", help="Write here what each region saw, as firewatch transcript does.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Name the bundled scenarios.")] = False,
    as_json: Json = False,
) -> None:
    """Drill a scenario through the real flows. Example: firewatch exercise --list."""
    if listed:
        found = {name: load_scenario(name).title_zh for name in bundled_scenarios()} | titles()
        show_json(found) if as_json else typer.echo("\n".join(f"{name}  {title}" for name, title in found.items()))
        return
    if tabletop:
        if window is not None:
            raise InputError("--window", "a tabletop leaves through no window: it reaches the inbox only")
        play_tabletop(scenario if scenario != DEFAULT else DEFAULT_TABLETOP, answers, told=told, as_json=as_json)
        return
    if answers is not None:
        raise InputError("--answers", "are those of a tabletop", remedy="give --tabletop too, or leave them out")
    chosen = load_scenario(scenario)
    house = open_house()
    os.environ.pop("PREFECT_API_URL", None)
    os.environ.update(embedded_environment(house.home.root, None))
    clock = DrivenClock(chosen.begin.astimezone(UTC))
    try:
        drill = None if window is None else _open_window(house, window)
        world = exercise_world(house, chosen, clock, window=drill)
        if not as_json:
            kind = "构造数据" if chosen.constructed else "实录数据"
            typer.echo(f"{chosen.title_zh}\n{chosen.summary_zh}\n（{kind}，全程标注【演练】）")
        logging.getLogger("firewatch.run").setLevel(logging.WARNING)
        done = play(world, _script(chosen), clock=clock, say=(lambda _: None) if as_json else typer.echo)
        _show(world, chosen, done, as_json=as_json)
        unmet = review(world, chosen)
        if told is not None:
            told.write_text(transcript(world, title_zh=f"演练实录：{chosen.title_zh}"), encoding="utf-8")
    finally:
        house.close()
    for problem in unmet:
        typer.echo(f"未达到预期：{problem}", err=True)
    raise typer.Exit(Exit.FAILED if unmet else Exit.DONE)


def _open_window(house: House, window_id: str) -> DrillWindow:
    """A window through which this exercise may leave now.

    Raises:
        NotInStore: no such window.
        InputError: it is not open now: by the clock on the wall, not by that of the exercise.
    """
    window = house.releases.window(window_id)
    if not window.is_open(datetime.now(UTC)):
        raise InputError(
            "--window", f"{window_id} is not open now", remedy="two persons sign it for this time: firewatch drill"
        )
    return window


def _script(scenario: Scenario) -> Script:
    return Script(
        danger=scenario.danger_rounds(),
        hotspots=scenario.hotspot_rounds(),
        end=scenario.end.astimezone(UTC),
        zones=scenario.zones,
        answers=[
            Answering(each.kind, each.office, timedelta(minutes=each.after_min), each.by, each.via)
            for each in scenario.answers
        ],
        deeds=[
            ScriptedDeed(each.at.astimezone(UTC), each.kind, each.value, each.by, each.note, each.fields)
            for each in scenario.deeds
        ],
    )


def _show(house: House, scenario: Scenario, done: Exercised, *, as_json: bool) -> None:
    rows = [_zone_row(house, zone) for zone in scenario.zones]
    offices = _office_rows(house)
    paths = {"products": house.home.products / house.world, "inbox": house.home.inbox, "database": house.home.database}
    if as_json:
        incidents = [
            incident_document(each, house.catalogue) for each in house.incidents.all_incidents(world=house.world)
        ]
        show_json(
            {
                "scenario": scenario.name,
                "world": house.world,
                "rounds": done.rounds,
                "alerts": done.told,
                "zones": rows,
                "offices": offices,
                "incidents": incidents,
                "paths": paths,
            }
        )
        return
    _show_tables(rows, offices)
    for name, path in paths.items():
        typer.echo(f"{PATHS_ZH[name]}：{path}")


def _show_tables(zones: list[dict[str, Any]], offices: list[dict[str, Any]]) -> None:
    columns = {
        "zone": "联防单元",
        "danger": "火险（最高）",
        "incidents": "事件",
        "told": "已告知单位",
        "answered": "已签收单位",
    }
    counted = [row | {name: len(row[name]) for name in ("told", "answered")} for row in zones]
    show_table("演练小结", columns, counted, empty="无")
    columns = {
        "office_zh": "单位",
        "region_zh": "地区",
        "alerts": "告知（件）",
        "answered": "签收（件）",
        "minutes": "最快签收（分）",
        "calls": "替人叫应（次）",
    }
    show_table("逐单位", columns, offices, empty="无")


def _zone_row(house: House, zone_id: str) -> dict[str, Any]:
    zone = house.catalogue.zone(zone_id)
    alerts = house.ledger_frames.alerts(world=house.world).filter(pl.col("zone") == zone_id)
    rows = house.ledger_frames.deliveries(world=house.world).filter(
        pl.col("alert_id").is_in(alerts["alert_id"].to_list())
    )
    told, answered = _names(house, rows), _names(house, rows.drop_nulls("acknowledged_utc"))
    found = [each for each in house.incidents.all_incidents(world=house.world) if each.zone == zone_id]
    return {
        "zone": f"{zone_id} {zone.name_zh}",
        "danger": _highest(house, zone_id),
        "incidents": [_incident_zh(each) for each in found],
        "told": told,
        "answered": answered,
    }


def _incident_zh(each: Incident) -> str:
    return f"{each.incident_id}（{each.hotspot_count}个热点，距界{each.distance_to_border_km:.1f}公里）"


def _highest(house: House, zone_id: str) -> list[str]:
    """The highest grade of each day over the rounds of that day: 05-11 5级."""
    grades = reached_grades(house)
    days = sorted(day for zone, day in grades if zone == zone_id)
    return [f"{day:%m-%d} {grades[zone_id, day]}级" for day in days] or ["无数据"]


def _names(house: House, rows: pl.DataFrame) -> list[str]:
    names = {one.office: one.office_zh.removesuffix("森防办") for one in house.contacts.recipients}
    return [names[office] for office in rows["office"].unique(maintain_order=True)]


def _office_rows(house: House) -> list[dict[str, Any]]:
    regions = house.catalogue.regions
    return [
        {
            "region": one.region,
            "region_zh": regions[one.region].name_zh,
            "office": one.office,
            "office_zh": one.office_zh,
            "alerts": one.told,
            "answered": one.answered,
            "minutes": None if one.fastest is None else one.fastest / timedelta(minutes=1),
            "calls": one.calls,
        }
        for one in tallies(all_that_left(house), regions)
    ]
