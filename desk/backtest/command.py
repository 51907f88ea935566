"""``firewatch backtest``: recorded weather and hotspots in, a verdict out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import dataframely as dy
import polars as pl
import typer

from boundary_zones.catalogue import Catalogue
from desk.backtest.events import clean_burning_events, documented_fires, recorded_events
from desk.backtest.inputs import Seen, local_days, seen
from desk.backtest.judge import Record, counts, event_hits, event_ranks, in_period, nearby, reliability_rows, unit_skill
from desk.backtest.plots import draw
from desk.backtest.points import points_of, units_of_fires
from desk.backtest.series import Maker, noon_at_stations, point_days, unit_days
from desk.backtest.shown import limits_of, show_verdict
from desk.backtest.support import support
from desk.errors import InputError, given_by
from desk.exits import Exit
from desk.options import Json
from desk.shown import show_json
from desk.tables import table_file, write_table
from feeds.tables import parse_weather_table
from flows.cell_facts import read_cell_facts
from flows.elevation import FlatCells, TableElevation
from flows.estimators import read_estimator, standing_estimator
from flows.recorded_feeds import LeftOut, hourly
from flows.rules import shipped_rules
from flows.settings import Settings, load_settings
from flows.signed import SignedRules, load_signed
from flows.wiring import catalogue_of
from flows.wrong_weather import doubts_zh
from models.backtest.burning import Box, burning_days
from models.frames import WeatherFrame


def backtest(
    weather: Annotated[Path, typer.Option(help="Weather table; its whole span is the climatology of the ranks.")],
    hotspots: Annotated[Path, typer.Option(help="FIRMS table, or snapshots as .jsonl(.gz).")],
    begin: Annotated[str, typer.Option("--from", help="First local day, 2017-03-01.")],
    end: Annotated[str, typer.Option("--to", help="Last local day.")],
    coverage: Annotated[
        Path | None, typer.Option(help="Table snapshot_utc, repo, path, blob, covers_study_box.")
    ] = None,
    burned_area: Annotated[
        Path | None, typer.Option(help="Burned area: GeoJSON(.gz) or table with burn_date_cst, place, area.")
    ] = None,
    forest_events: Annotated[
        Path | None, typer.Option(help="Forest fires: GeoJSON(.gz) or table with Start_Date, place, area.")
    ] = None,
    straw_points: Annotated[
        Path | None, typer.Option(help="Straw burning: table or GeoJSON(.gz) with date, center_lat, center_lon.")
    ] = None,
    elevation: Annotated[Path | None, typer.Option(help="Table lat_deg, lon_deg, elevation_m.")] = None,
    facts: Annotated[Path | None, typer.Option(help="Table of slope, forest, settlements … by cell_id.")] = None,
    estimator: Annotated[Path | None, typer.Option(help="Another estimator than the standing one.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of tables and plots; products/backtest/… if absent.")] = None,
    as_json: Json = False,
) -> None:
    """Judge the danger by fires that came.

    Example: firewatch backtest --weather w.csv --hotspots f.csv --from 2017-03-01 --to 2018-12-31.
    """
    first, last = local_days(begin, end)
    settings = load_settings()
    folder = _folder(out, settings, first, last)
    rules = load_signed(settings.rules or shipped_rules())
    maker = Maker(
        rules=rules,
        estimator=read_estimator(estimator) if estimator else standing_estimator(settings.home, settings.rules),
        elevation=TableElevation.read(elevation) if elevation else FlatCells(),
        facts=read_cell_facts(facts or settings.cell_facts),
    )
    catalogue, box = catalogue_of(settings.zones), Box()
    told = seen(hotspots, coverage, rules)
    records = {
        "--burned-area": ("burned_area", burned_area),
        "--forest-events": ("forest_event", forest_events),
        "--straw-points": ("straw", straw_points),
    }
    other = [_events(option, kind, path) for option, (kind, path) in records.items() if path is not None]
    hours, left, doubts = _weather(weather, rules)
    points, noon = points_of(catalogue, box), noon_at_stations(hours)
    scores = point_days(hours, noon, points, maker)
    verdict = _verdict(scores, points, told, other, period=(first, last), catalogue=catalogue, box=box)
    places = points.unique("cell_id", maintain_order=True)
    carried = support(noon, places, period=(first, last), parameters=rules.interpolation)
    verdict["counts"] |= left.weather_counts() | carried
    verdict["weather_doubts"] = doubts
    verdict["zones"] = {zone.id: zone.name_zh for zone in catalogue.zones}
    summary = _written(folder, verdict, maker)
    if as_json:
        show_json(summary)
    else:
        show_verdict(summary, verdict["ranks"], verdict["skill"])
    raise typer.Exit(exit_of(summary["counts"]))


def exit_of(counts: Mapping[str, int]) -> Exit:
    """Degraded where there was no fire to judge by, or where all of the weather is that of another place."""
    judged = counts["burning_days"] or counts["events"]
    return Exit.DONE if judged and counts["points_far_from_weather"] < counts["points"] else Exit.DEGRADED


def _weather(path: Path, rules: SignedRules) -> tuple[dy.DataFrame[WeatherFrame], LeftOut, tuple[str, ...]]:
    """The hours of the table, what of it was not taken, and what in it looks wrong."""
    table, left = parse_weather_table(table_file(path), bounds=rules.rejects), LeftOut()
    left.count(table)
    return hourly(table.frame, path.name), left, doubts_zh(table, rules.plausibility)


def _events(option: str, kind: str, path: Path) -> pl.DataFrame:
    with given_by(option):
        return recorded_events(path, kind)


def _verdict(
    scores: pl.DataFrame,
    points: pl.DataFrame,
    told: Seen,
    other: list[pl.DataFrame],
    *,
    period: tuple[date, date],
    catalogue: Catalogue,
    box: Box,
) -> dict[str, Any]:
    clean = told.hotspots.filter(~pl.col("persistent"))
    burning = burning_days(units_of_fires(clean, catalogue, box), points["unit"].unique().to_list())
    record = Record(burning, told.covered, *period)
    days = unit_days(scores, points)
    places = points.unique("cell_id", maintain_order=True)
    events = pl.concat([documented_fires(), clean_burning_events(clean.filter(box.holds())), *other])
    near, far = nearby(in_period(events, *period), places)
    ranks = event_ranks(near, scores, places)
    figures = {**counts(days, record), "events": ranks.height, "events_without_weather": near.height - ranks.height}
    held_back = told.hotspots.height - clean.height
    figures |= {"events_too_far": far, "hotspots": told.hotspots.height, "hotspots_persistent": held_back}
    figures |= told.left.hotspot_counts()
    return {
        "period": period,
        "weather_days": (scores["local_date"].min(), scores["local_date"].max()),
        "counts": figures,
        "coverage_told": told.coverage_told,
        "ranks": ranks,
        "hits": event_hits(ranks),
        "skill": unit_skill(days, record),
        "reliability": reliability_rows(days, record),
        "days": days.filter(pl.col("local_date").is_between(*period)),
    }


def _folder(out: Path | None, settings: Settings, first: date, last: date) -> Path:
    """The folder of the results, made before anything is computed."""
    folder = out or settings.home / "products" / "backtest" / f"{first:%Y%m%d}-{last:%Y%m%d}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out {folder}", error.strerror or str(error), remedy="give a folder to write to") from error
    return folder


def _written(folder: Path, verdict: Mapping[str, Any], maker: Maker) -> dict[str, Any]:
    """Write the tables, the plots and the summary; returns the summary."""
    for name in ("ranks", "hits", "skill", "reliability", "days"):
        write_table(folder / f"{name}.csv", verdict[name])
    pictures = draw(folder, verdict["ranks"], verdict["skill"], verdict["reliability"])
    pooled = verdict["skill"].filter(pl.col("split") == "all")
    summary = {
        "from": verdict["period"][0].isoformat(),
        "to": verdict["period"][1].isoformat(),
        "estimator": maker.estimator.card.label_zh,
        "counts": verdict["counts"],
        "coverage_told": verdict["coverage_told"],
        "zones": verdict["zones"],
        "skill": pooled.to_dicts(),
        "event_hits": verdict["hits"].to_dicts(),
        "events": verdict["ranks"].to_dicts(),
        "cannot_show": [
            *(f"气象存疑：{doubt}。" for doubt in verdict["weather_doubts"]),
            *limits_of(
                verdict["counts"],
                pooled,
                verdict["zones"],
                coverage_told=verdict["coverage_told"],
                weather_days=verdict["weather_days"],
            ),
        ],
        "out": str(folder),
        "plots": [picture.name for picture in pictures],
    }
    text = json.dumps(summary, ensure_ascii=False, indent=1, default=str)
    (folder / "summary.json").write_text(text, encoding="utf-8")
    return summary
