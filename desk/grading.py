"""``firewatch climatology`` and ``firewatch standard``: what the grades beside EFFIS rest on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from boundary_zones.catalogue import load_catalogue
from desk.errors import InputError
from desk.options import Json
from desk.shown import show_json
from desk.tables import read_table, table_file, write_table
from feeds.archive import digest
from feeds.tables import parse_weather_table
from flows.elevation import TableElevation
from flows.grades import Standard, climatology_of, keep_climatology, load_standard
from flows.recorded_feeds import hourly
from flows.rules import shipped_rules
from flows.settings import load_settings
from flows.signed import load_signed
from models.standards.table_index import TablesMissing


def climatology(
    weather: Annotated[Path, typer.Option(help="Weather table of years: a reanalysis or a station record.")],
    elevation: Annotated[Path | None, typer.Option(help="Table lat_deg, lon_deg, elevation_m.")] = None,
    as_json: Json = False,
) -> None:
    """Build the local percentile bounds of the FWI. Example: firewatch climatology --weather era5_1995_2024.parquet."""
    settings = load_settings()
    rules, catalogue = load_signed(settings.rules or shipped_rules()), load_catalogue(settings.zones)
    file = table_file(weather)
    frame = hourly(parse_weather_table(file, bounds=rules.rejects).frame, weather.name)
    cells = pl.concat([catalogue.cells(zone.id) for zone in catalogue.zones]).unique("cell_id", maintain_order=True)
    if elevation is not None:
        heights = TableElevation.read(elevation).of(cells, as_of=datetime.now(UTC), live=False).elevation_m
        cells = cells.with_columns(pl.Series("elevation_m", heights).fill_nan(None))
    bounds = climatology_of(frame, cells, rules)
    if bounds.is_empty():
        raise InputError(str(weather), "no cell has enough days of fire season", remedy="give three seasons or more")
    days = frame["valid_utc"].dt.date().unique().sort().to_list()
    told = {
        "source": weather.name,
        "sha256": digest(file.content),
        "from": days[0],
        "to": days[-1],
        "season": "1 November to 31 May",
        "percentiles": [50, 75, 90, 97],
        "cells": bounds.height,
        "least_days": bounds["days"].min(),
        "median_bounds": [round(float(bounds[name].median() or 0.0), 1) for name in bounds.columns[1:5]],  # type: ignore[arg-type]  # numbers
        "rules": rules.version,
    }
    keep_climatology(settings.home, bounds, told)
    if as_json:
        show_json(told)
    else:
        typer.echo(f"{bounds.height}个网格的本地分级界限(中位数){told['median_bounds']},{told['from']}至{told['to']}")


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
        numbers = {each: table[each].cast(pl.Float64).to_numpy() for each in sorted(wanted & set(table.columns))}
        value, grade = index.of(numbers), index.grade(numbers)
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
