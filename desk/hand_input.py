"""``firewatch report-fire`` and ``firewatch hand-weather``: what a person types in, marked 人工录入."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from boundary_zones.datum import Datum
from desk.hand_weather import HAND_WEATHER_ZH, Typed, hold_on_typed
from desk.opened import WorldOption, opened
from desk.options import Json, ZoneOption, instant
from desk.rounds import document_of, exit_code
from desk.shown import show_json
from desk.tables import table_file, text_of
from flows.perimeters import Drawn, keep_perimeter
from flows.phone_report import Call, report_fire
from flows.phone_report import tell_now as look_now
from flows.place_correcting import RightPlace, put_place_right, right_zh
from notify.alert import LIVE
from notify.phrases import hectares_zh, lacking

By = Annotated[str, typer.Option("--by", help="Who types it in.")]


def report_fire_command(
    lat: Annotated[float, typer.Option(help="Latitude as the caller gave it, degrees.")],
    lon: Annotated[float, typer.Option(help="Longitude as the caller gave it, degrees.")],
    seen: Annotated[str, typer.Option(help="When it was seen.")],
    caller: Annotated[str, typer.Option(help="Who called, and from which office.")],
    by: By,
    datum: Annotated[
        Datum | None, typer.Option(help="In what the numbers are. Without it the places are shown.")
    ] = None,
    county: Annotated[str, typer.Option(help="County that the caller named: a check of the place.")] = "",
    error_km: Annotated[float, typer.Option(help="How far off the place may be, km.", min=0.05, max=5)] = 0.5,
    note: Annotated[str, typer.Option(help="What else was said.")] = "",
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Enter a fire that was reported by telephone. Example: firewatch report-fire --lat 40.08 --lon 117.2 …."""
    with opened(world) as house:
        call = Call(lat, lon, instant(seen, "--seen"), caller, by, datum, county, error_km, note)
        kept, place = report_fire(house, call)
        report = look_now(house, kept)
    if as_json:
        show_json(asdict(kept) | {"place": place.said_zh, "run": document_of(report)})
        return
    typer.echo(f"人工录入 {kept.hotspot_id}：{place.said_zh}")
    codes = "、".join(report.outcome.alerts)
    typer.echo(f"已交发送，编号{codes}。" if codes else "没有新的通报：见 firewatch incidents。")


def correct_place_command(
    number: Annotated[str, typer.Argument(help="Number of the incident.")],
    hotspot: Annotated[str, typer.Argument(help="Id of the hotspot whose place is wrong.")],
    lat: Annotated[float, typer.Option(help="Latitude where it really is, degrees.")],
    lon: Annotated[float, typer.Option(help="Longitude where it really is, degrees.")],
    reason: Annotated[str, typer.Option(help="Why; stands in the audit log.")],
    by: By,
    datum: Annotated[Datum | None, typer.Option(help="In what the numbers are; ask.")] = None,
    error_km: Annotated[float, typer.Option(help="How far off the place may be, km.", min=0.05, max=5)] = 0.5,
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Put the place of a hotspot right. Example: firewatch correct-place JJJ-… hand-… --lat 40.1 --lon 117.2 …."""
    with opened(world) as house:
        done = put_place_right(house, number, hotspot, RightPlace(lat, lon, reason, by, datum, error_km))
        where = right_zh(house, done.incident)
    if as_json:
        code = done.told.alert.code if done.told else None
        show_json({"incident_id": done.incident.incident_id, "hotspot_id": hotspot, "place_zh": where, "alert": code})
        return
    told = f"更正{done.told.alert.code}已交发送" if done.told else "没有通知过，或结论不变，不发更正"
    typer.echo(f"{done.incident.incident_id} {hotspot}：{where}（原坐标保留）。{told}。")


def fire_perimeter_command(
    number: Annotated[str, typer.Argument(help="Number of the incident.")],
    outline: Annotated[Path, typer.Argument(help="GeoJSON or KML with the outline, longitude before latitude.")],
    seen: Annotated[str, typer.Option(help="When it was seen, with an offset.")],
    source: Annotated[str, typer.Option(help="Who or what saw it: 无人机, 现场指挥部.")],
    by: By,
    datum: Annotated[Datum | None, typer.Option(help="In which datum it was drawn; ask.")] = None,
    note: Annotated[str, typer.Option(help="What else is known.")] = "",
    world: WorldOption = LIVE,
    as_json: Json = False,
) -> None:
    """Enter the outline of a burning area. Example: firewatch fire-perimeter JJJ-… fire.kml --datum wgs84 --seen …."""
    with opened(world) as house:
        drawn = Drawn(text_of(outline), instant(seen, "--seen"), source, by, datum, note)
        kept = keep_perimeter(house, number, drawn)
        report = look_now(house, kept.nearer) if kept.nearer else None
    if as_json:
        show_json(asdict(kept) | {"run": document_of(report) if report else None})
        return
    one = kept.perimeter
    edge = "压界" if one.edge_to_border_km == 0 else f"边缘距界{one.edge_to_border_km:.2f}公里"
    origin = f"{one.source}，{Datum(one.datum).written}"
    typer.echo(f"{one.incident_id} 火场范围{hectares_zh(one.area_ha)}，{edge}（{origin}）")
    if report is not None:
        codes = "、".join(report.outcome.alerts)
        typer.echo(f"边缘比热点近，已按边缘再判：{f'已交发送，编号{codes}' if codes else '没有新的通报'}。")


def hand_weather(
    table: Annotated[Path, typer.Argument(help="Weather table; columns as for replay.")],
    reason: Annotated[str, typer.Option(help="Why; stands in the run row.")],
    by: By,
    zone: ZoneOption = None,
    send: Annotated[bool, typer.Option("--send", help="Commit what is decided; else only look.")] = False,
    as_json: Json = False,
) -> None:
    """Hold a danger round on a weather table that was typed in. Example: firewatch hand-weather t.csv --by 张三 …."""
    with opened(LIVE) as house:
        typed = Typed(table_file(table), reason, by, tuple(zone or ()), send)
        report = hold_on_typed(house, typed)
    code = exit_code([report.outcome.outcome])
    if as_json:
        show_json(document_of(report))
        raise typer.Exit(code)
    typer.echo(f"{report.run_id} {report.outcome.outcome}（{HAND_WEATHER_ZH}；{'已发送' if send else '未发送'}）")
    if not report.outcome.products:
        typer.echo(f"没有算出等级。{lacking(report.outcome.missing)}。")
    for row in report.outcome.table:
        typer.echo(
            f"  {row['zone']} {row.get('local_date', '')} {row.get('danger_grade', '–')}级 {row.get('level', '')}"
        )
    raise typer.Exit(code)
