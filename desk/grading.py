"""``firewatch climatology`` and ``firewatch standard``: what the grades beside EFFIS rest on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import dataframely as dy
import polars as pl
import typer

from boundary_zones.catalogue import Catalogue
from desk.columns import number
from desk.errors import InputError
from desk.options import Json
from desk.shown import show_json, tell_unread
from desk.tables import read_table, table_file, write_table
from feeds.archive import digest
from feeds.tables import parse_weather_table
from flows.elevation import Heights, TableElevation
from flows.grades import PartsOverlap, Standard, climatology_of, keep_climatology, load_standard
from flows.reanalysis import MODEL, Reanalysis
from flows.recorded_feeds import LeftOut, hourly
from flows.rules import shipped_rules
from flows.settings import Settings, load_settings
from flows.signed import SignedRules, load_signed
from flows.wiring import catalogue_of, open_house
from flows.wrong_weather import doubts_zh
from models.frames import WeatherFrame
from models.local_grade import PERCENTILES, LocalBoundsFrame
from models.standards.table_index import TablesMissing

FIRST_YEAR = 1940
"""Of ERA5."""


def climatology(
    weather: Annotated[
        list[Path] | None,
        typer.Option(help="Weather table; several, one a year in the order of time, need less memory."),
    ] = None,
    from_feed: Annotated[str, typer.Option(help="Years of ERA5 to ask Open-Meteo for: 1995-2024.")] = "",
    elevation: Annotated[Path | None, typer.Option(help="Table lat_deg, lon_deg, elevation_m.")] = None,
    as_json: Json = False,
) -> None:
    """Build the local percentile bounds of the FWI. Example: firewatch climatology --weather era5_1995_2024.parquet."""
    if bool(weather) == bool(from_feed):
        raise InputError("climatology", "needs either --weather or --from-feed", remedy="give one of the two")
    settings = load_settings()
    told = _from_feed(settings, from_feed, elevation) if from_feed else _from_tables(settings, weather or [], elevation)
    if as_json:
        show_json(told)
    else:
        typer.echo(
            f"{told['cells']}个网格的本地分级界限（中位数）{told['median_bounds']}，{told['from']}至{told['to']}"
        )
        tell_unread(told)


def _from_tables(settings: Settings, paths: Sequence[Path], elevation: Path | None) -> dict[str, Any]:
    rules, catalogue = load_signed(settings.rules or shipped_rules()), catalogue_of(settings.zones)
    seen, left = _Seen(), LeftOut()
    sums: list[str] = []
    doubts: list[str] = []

    def tables() -> Iterator[dy.DataFrame[WeatherFrame]]:
        for path in paths:
            file = table_file(path)
            sums.append(digest(file.content))
            parsed = parse_weather_table(file, bounds=rules.rejects)
            left.count(parsed)
            doubts.extend(f"{path.name}：{doubt}" for doubt in doubts_zh(parsed, rules.plausibility))
            yield seen.noting(hourly(parsed.frame, path.name))

    cells = _cells(catalogue)
    if elevation is not None:
        cells = _at_heights(cells, TableElevation.read(elevation).of(cells, as_of=datetime.now(UTC), live=False))
    try:
        bounds = climatology_of(tables(), cells, rules)
    except PartsOverlap as error:
        remedy = "give the tables in the order of time"
        raise InputError(str(paths[len(sums) - 1]), str(error), remedy=remedy) from error
    except ValueError as error:
        raise InputError(str(paths[len(sums) - 1]), str(error)) from error
    source = {"source": "、".join(path.name for path in paths), "sha256": "、".join(sums)}
    told = source | seen.period | left.weather_counts() | {"weather_doubts": doubts}
    return _kept(settings, bounds, told, rules)


def _from_feed(settings: Settings, years: str, elevation: Path | None) -> dict[str, Any]:
    found = re.fullmatch(r"(\d{4})-(\d{4})", years)
    now = datetime.now(UTC)
    if found is None or not FIRST_YEAR <= int(found[1]) <= int(found[2]) <= now.year:
        raise InputError("--from-feed", f"{years!r} is no span of years from {FIRST_YEAR} on", remedy="write 1995-2024")
    house, seen = open_house(settings), _Seen()
    cells = _cells(house.catalogue)
    heights = house.elevation if elevation is None else TableElevation.read(elevation)
    placed = _at_heights(cells, heights.of(cells, as_of=now, live=True))
    asked = Reanalysis(settings, house.rules, house.payloads, cells)
    answers = (seen.noting(year) for year in asked.years(int(found[1]), int(found[2]), as_of=now))
    bounds = climatology_of(answers, placed, house.rules)
    source = {"source": f"Open-Meteo {MODEL.upper()}", "points": len(asked.points)}
    return _kept(settings, bounds, source | seen.period, house.rules)


@dataclass
class _Seen:
    """From when to when the weather reaches that was read."""

    days: list[date] = field(default_factory=list)

    def noting(self, frame: dy.DataFrame[WeatherFrame]) -> dy.DataFrame[WeatherFrame]:
        if not frame.is_empty():
            ends = frame.select(pl.col("valid_utc").min().dt.date(), pl.col("valid_utc").max().dt.date().alias("to"))
            self.days += ends.row(0)
        return frame

    @property
    def period(self) -> dict[str, Any]:
        return {"from": self.days[0], "to": self.days[-1]} if self.days else {}


def _cells(catalogue: Catalogue) -> pl.DataFrame:
    return pl.concat([catalogue.cells(zone.id) for zone in catalogue.zones]).unique("cell_id", maintain_order=True)


def _at_heights(cells: pl.DataFrame, heights: Heights) -> pl.DataFrame:
    if heights.elevation_m is None:
        return cells
    return cells.with_columns(pl.Series("elevation_m", heights.elevation_m).fill_nan(None))


def _kept(
    settings: Settings, bounds: dy.DataFrame[LocalBoundsFrame], source: Mapping[str, Any], rules: SignedRules
) -> dict[str, Any]:
    """Keep the bounds with where they come from, and say it."""
    if bounds.is_empty():
        name = str(source["source"])
        raise InputError(name, "no cell has enough days of fire season", remedy="give three seasons or more")
    told = {
        **source,
        "season": "1 November to 31 May",
        "percentiles": list(PERCENTILES),
        "cells": bounds.height,
        "least_days": bounds["days"].min(),
        "median_bounds": [round(float(bounds[name].median() or 0.0), 1) for name in bounds.columns[1:5]],  # type: ignore[arg-type]  # numbers
        "rules": rules.version,
    }
    keep_climatology(settings.home, bounds, told)
    return told


def standard(
    name: Annotated[Standard, typer.Argument(help="Which standard.")],
    in_path: Annotated[Path, typer.Argument(metavar="IN", help="Table with what the standard asks for.")],
    out_path: Annotated[Path, typer.Argument(metavar="OUT", help="The same with index, grade and status.")],
    tables: Annotated[Path | None, typer.Option(help="Table file of the standard, TOML.")] = None,
    as_json: Json = False,
) -> None:
    """Compute the index of a standard. Example: firewatch standard ly_t_1172_1995 in.csv out.csv --tables lyt.toml."""
    try:
        index = load_standard(name, load_settings().rules, tables)
        table = read_table(in_path)
        wanted = {each for term in index.terms for each in (term.quantity, term.by) if each}
        numbers = {each: number(table, each, str(in_path)) for each in sorted(wanted & set(table.columns))}
        value, grade = index.of(numbers), index.grade(numbers)
    except InputError:
        raise
    except TablesMissing as error:
        raise InputError(name.cited, str(error)) from error
    except (ValueError, pl.exceptions.PolarsError) as error:
        raise InputError(str(in_path), str(error)) from error
    told = table.with_columns(
        pl.Series("index", value), pl.Series("grade", grade), pl.lit(str(index.status)).alias("tables_status")
    )
    write_table(out_path, told)
    if as_json:
        show_json({"standard": index.standard, "rows": told.height, "tables_status": index.status, "out": out_path})
    else:
        typer.echo(f"{index.standard}: {told.height} rows → {out_path} (tables: {index.status})")
