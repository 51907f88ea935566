"""Fires with a day and a place, from whatever record tells of them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import shapely
from shapely.geometry import shape

from desk.errors import InputError
from desk.tables import read_table, table_file
from feeds.errors import FeedMalformed
from feeds.tables import unpacked_text

RECORDED = "recorded_fires.csv"
SCHEMA = {"kind": pl.String, "name": pl.String, "local_date": pl.Date, "lat_deg": pl.Float64, "lon_deg": pl.Float64}
_DAYS = ("burn_date_cst", "Start_Date", "local_date", "date")
_PLACES = (
    ("centroid_lat", "centroid_lon"),
    ("center_lat", "center_lon"),
    ("lat_deg", "lon_deg"),
    ("lat", "lon"),
    ("latitude", "longitude"),
)
_JSON = (".json", ".geojson", ".json.gz", ".geojson.gz")
_DAY_REMEDY = f"a local day, 2018-04-05, in one of {', '.join(_DAYS)}"
_PLACE_REMEDY = f"degrees in one of {', '.join('/'.join(pair) for pair in _PLACES)}"


def documented_fires() -> pl.DataFrame:
    """Fires near these borders that newspapers and offices wrote about; places to a few kilometres."""
    text = (files("desk.backtest") / RECORDED).read_bytes()
    table = pl.read_csv(text, comment_prefix="#").with_columns(pl.col("local_date").str.to_date())
    return table.with_columns(pl.lit("documented").alias("kind")).select(list(SCHEMA))


def clean_burning_events(fires: pl.DataFrame) -> pl.DataFrame:
    """One event a day: the place of the strongest clean hotspot of the box."""
    strongest = fires.sort("local_date", pl.col("frp_mw").fill_null(0.0), "hotspot_id", descending=[False, True, False])
    days = strongest.unique("local_date", keep="first", maintain_order=True)
    count = fires.group_by("local_date").agg(pl.len().alias("count"))
    named = days.join(count, on="local_date").with_columns(
        pl.format("{} clean hotspots", "count").alias("name"), pl.lit("hotspots").alias("kind")
    )
    return named.select(list(SCHEMA))


def recorded_events(path: Path, kind: str) -> pl.DataFrame:
    """Events of a GeoJSON (plain or gzip) or of a table: one a day and 0.1 degree, the largest of several.

    The day and the place stand in columns (properties) of the names that such records use; a feature without a place
    lies where its geometry does.

    Raises:
        InputError: the file cannot be read, or a row (feature) has no day or place that can be used; names both.
    """
    told = _features(path) if path.name.lower().endswith(_JSON) else _table_rows(path)
    rows = [_event(each, number, str(path), kind) for number, each in enumerate(told, start=1)]
    frame = pl.DataFrame(rows, schema={**SCHEMA, "area": pl.Float64})
    tenth = [(pl.col(name) * 10).floor().alias(f"_{name}") for name in ("lat_deg", "lon_deg")]
    single = frame.with_columns(tenth).sort("local_date", "area", descending=[False, True], maintain_order=True)
    return single.unique(["local_date", "_lat_deg", "_lon_deg"], keep="first", maintain_order=True).select(list(SCHEMA))


def _table_rows(path: Path) -> Iterable[Mapping[str, Any]]:
    """The rows of a table that has a column for the day and two for the place."""
    table = read_table(path)
    if not set(_DAYS) & set(table.columns):
        raise InputError(str(path), "a column with the day is missing", column="date", remedy=_DAY_REMEDY)
    if not any(set(pair) <= set(table.columns) for pair in _PLACES):
        raise InputError(str(path), "columns with the place are missing", column="lat, lon", remedy=_PLACE_REMEDY)
    return table.iter_rows(named=True)


def _features(path: Path) -> Iterable[Mapping[str, Any]]:
    """The properties of each feature, with the place of its geometry where they tell none."""
    try:
        features = json.loads(unpacked_text(table_file(path)))["features"]
        told = [(feature.get("properties") or {}, feature.get("geometry")) for feature in features]
    except (FeedMalformed, RecursionError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(str(path), f"no GeoJSON with features: {error}", remedy="give a FeatureCollection") from error
    return [
        properties if _place_columns(properties) else {**properties, **_within(geometry, number, str(path))}
        for number, (properties, geometry) in enumerate(told, start=1)
    ]


def _within(geometry: dict[str, Any] | None, number: int, source: str) -> dict[str, float]:
    if not geometry:
        return {}
    try:
        point = shape(geometry).representative_point()
    except (shapely.errors.ShapelyError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(source, f"no geometry: {error}", row=number, remedy=_PLACE_REMEDY) from error
    return {} if point.is_empty else {"lat_deg": point.y, "lon_deg": point.x}


def _event(told: Mapping[str, Any], number: int, source: str, kind: str) -> dict[str, Any]:
    lat, lon = _place(told, number, source)
    area = _area(told.get("area"), number, source)
    name = f"{area / 1e4:.0f} ha" if area else str(told.get("county") or told.get("name") or "")
    day = _day(told, number, source)
    return {"kind": kind, "name": name, "local_date": day, "lat_deg": lat, "lon_deg": lon, "area": area}


def _day(told: Mapping[str, Any], number: int, source: str) -> date:
    column = next((name for name in _DAYS if told.get(name)), None)
    if column is None:
        empty = next((name for name in _DAYS if name in told), "date")
        raise InputError(source, "no day", row=number, column=empty, remedy=_DAY_REMEDY)
    text = str(told[column])
    try:
        return date.fromisoformat(text[:10].replace("/", "-"))
    except ValueError as error:
        raise InputError(source, f"{text!r} is no day", row=number, column=column, remedy=_DAY_REMEDY) from error


def _place(told: Mapping[str, Any], number: int, source: str) -> tuple[float, float]:
    columns = _place_columns(told)
    if columns is None:
        begun = next((pair for pair in _PLACES if any(name in told for name in pair)), ("lat", "lon"))
        empty = ", ".join(name for name in begun if told.get(name) is None)
        raise InputError(source, "no place", row=number, column=empty, remedy=_PLACE_REMEDY)
    lat, lon = (_degrees(told, name, most, (number, source)) for name, most in zip(columns, (90, 180), strict=True))
    return lat, lon


def _place_columns(told: Mapping[str, Any]) -> tuple[str, str] | None:
    return next((pair for pair in _PLACES if all(told.get(name) is not None for name in pair)), None)


def _degrees(told: Mapping[str, Any], column: str, most: int, at: tuple[int, str]) -> float:
    number, source = at
    value = _number(told[column])
    if value is None or abs(value) > most:
        problem = f"{told[column]!r} lies not within ±{most} degrees"
        raise InputError(source, problem, row=number, column=column, remedy=_PLACE_REMEDY)
    return value


def _area(told: object, number: int, source: str) -> float:
    value = _number(told or 0.0)
    if value is None or value < 0:
        raise InputError(source, f"{told!r} is no area", row=number, column="area", remedy="m², or leave it out")
    return value


def _number(told: object) -> float | None:
    """The number, or null for what is none; infinity is none."""
    try:
        value = float(str(told))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
