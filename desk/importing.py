"""``firewatch import``: recorded sources brought to the weather table of the interfaces."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from desk.errors import InputError
from desk.options import Json
from desk.shown import show_json
from desk.tables import table_file, write_table
from feeds.cma_daily import parse_cma_daily
from feeds.prsa import SITES, parse_prsa
from feeds.tables import WEATHER_OPTIONAL, WEATHER_REQUIRED, TableFile
from feeds.weather_rows import Station
from flows.rules import shipped_rules
from flows.settings import load_settings
from flows.signed import SignedRules, load_signed
from models.frames import NoonFrame
from models.weather.daily import noon_weather_from_daily

_HOURS = 24


class Source(StrEnum):
    """What can be brought to the table."""

    PRSA = "prsa"
    CMA_DAILY = "cma-daily"


def import_records(
    source: Annotated[Source, typer.Argument(help="prsa: UCI hourly sites; cma-daily: CMA daily surface climate.")],
    out_path: Annotated[Path, typer.Argument(metavar="OUT", help="CSV, .csv.gz or Parquet.")],
    files: Annotated[list[Path], typer.Argument(help="One file a station.")],
    station: Annotated[
        list[str] | None, typer.Option(help="id,lat,lon,elevation of each cma-daily file, in their order.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Bring recorded weather to one table. Example: firewatch import prsa spring.csv.gz PRSA_Data_*.csv.gz."""
    rules = load_signed(load_settings().rules or shipped_rules())
    tables = [table_file(path) for path in files]
    if source is Source.PRSA:
        frames = [_prsa(table, rules) for table in tables]
    else:
        frames = [_daily(table, at, rules) for table, at in zip(tables, _stations(station or [], files), strict=True)]
    rows = pl.concat([frame for frame, _ in frames]).sort("station_id", "valid_utc")
    write_table(out_path, rows)
    notes = [note for _, note in frames]
    if as_json:
        show_json({"rows": rows.height, "stations": rows["station_id"].n_unique(), "out": out_path, "notes": notes})
    else:
        typer.echo("\n".join([f"{rows.height} rows → {out_path}", *notes]))


def table_of_noon(noon: pl.DataFrame) -> pl.DataFrame:
    """Noon values as rows of the weather table: one at 04 UTC, and the rain of its day evenly over the 24 hours before.

    The rain of a daily record is that of 20:00 to 20:00; over the hours that end at noon it keeps its sum, which is
    what the codes ask for. Only the hour of noon has temperature, humidity and wind.
    """
    hours = noon.join(pl.DataFrame({"back_h": range(_HOURS)}), how="cross").with_columns(
        (pl.col("local_date").cast(pl.Datetime("us")) + pl.duration(hours=4 - pl.col("back_h")))
        .dt.replace_time_zone("UTC")
        .alias("valid_utc"),
        (pl.col("precipitation_mm") / _HOURS).alias("precipitation_mm"),
        (pl.col("back_h") == 0).alias("at_noon"),
        (pl.col("wind_speed_kmh") / 3.6).alias("wind_speed_ms"),
        pl.lit(None, pl.Float64).alias("wind_direction_deg"),
    )
    told = ("air_temperature_degc", "relative_humidity_pct", "wind_speed_ms")
    return hours.with_columns(pl.when("at_noon").then(pl.col(name)).alias(name) for name in told).select(
        WEATHER_REQUIRED
    )


def with_afternoon(hours: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """The extremes of each day as its report of 15:00: warmest, driest, the strongest wind and the gust.

    A daily record does not say when they were. Noon stays what it is: nothing but noon is read for the codes.
    """
    told = records.drop_nulls(["air_temperature_max_degc", "relative_humidity_min_pct", "wind_speed_max_ms"])
    at_three = (pl.col("local_date").cast(pl.Datetime("us")) + pl.duration(hours=7)).dt.replace_time_zone("UTC")
    afternoon = told.select(
        *("station_id", "lat_deg", "lon_deg", "elevation_m"),
        at_three.alias("valid_utc"),
        pl.col("air_temperature_max_degc").alias("air_temperature_degc"),
        pl.col("relative_humidity_min_pct").alias("relative_humidity_pct"),
        pl.col("wind_speed_max_ms").alias("wind_speed_ms"),
        pl.col("wind_gust_max_ms").alias("wind_gust_ms"),
    )
    key = ["station_id", "valid_utc"]
    joined = hours.join(afternoon, on=key, how="full", coalesce=True, suffix="_then")
    both = [name for name in afternoon.columns if name not in (*key, "wind_gust_ms")]
    return joined.with_columns(pl.coalesce(name, f"{name}_then").alias(name) for name in both)


def _prsa(table: TableFile, rules: SignedRules) -> tuple[pl.DataFrame, str]:
    named = [site for site in SITES if f"_{site}_" in table.name]
    if len(named) != 1:
        raise InputError(table.name, "the name does not say which site it is", remedy="PRSA_Data_<site>_….csv")
    parsed = parse_prsa(table, SITES[named[0]], bounds=rules.rejects)
    blanked = parsed.blanked
    note = f"{table.name}: {blanked.total} values blank" + (f" ({blanked})" if blanked.total else "")
    return parsed.frame.select(*WEATHER_REQUIRED, *WEATHER_OPTIONAL), note


def _daily(table: TableFile, station: Station, rules: SignedRules) -> tuple[pl.DataFrame, str]:
    records = parse_cma_daily(table, station, bounds=rules.rejects).frame
    found = noon_weather_from_daily(records, parameters=rules.daily)
    rows = with_afternoon(table_of_noon(NoonFrame.validate(found.noon)), records)
    return rows.select(*WEATHER_REQUIRED, "wind_gust_ms"), f"{table.name}: {found.gaps.height} days without noon values"


def _stations(texts: list[str], files: list[Path]) -> list[Station]:
    if len(texts) != len(files):
        raise InputError("--station", f"{len(texts)} stations for {len(files)} files", remedy="one for each, in order")
    return [_station(text) for text in texts]


def _station(text: str) -> Station:
    parts = text.split(",")
    try:
        station_id, lat, lon, elevation = parts
        return Station(station_id, float(lat), float(lon), float(elevation))
    except ValueError as error:
        raise InputError(
            "--station", f"{text!r} is not id,lat,lon,elevation", remedy="54511,39.80,116.47,31"
        ) from error
