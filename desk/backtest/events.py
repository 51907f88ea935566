"""Fires with a day and a place, from whatever record tells of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from desk.errors import InputError

RECORDED = "recorded_fires.csv"
SCHEMA = {"kind": pl.String, "name": pl.String, "local_date": pl.Date, "lat_deg": pl.Float64, "lon_deg": pl.Float64}
_DAYS = ("burn_date_cst", "Start_Date", "local_date", "date")
_PLACES = (("centroid_lat", "centroid_lon"), ("lat", "lon"), ("lat_deg", "lon_deg"))


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


def geojson_events(path: Path, kind: str) -> pl.DataFrame:
    """Events of a GeoJSON (plain or gzip): one a day and 0.1 degree, the largest of several.

    Raises:
        InputError: the file cannot be read, or a feature has no day or place; names the feature.
    """
    try:
        content = path.read_bytes()
        document = json.loads(gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content)
        features = document["features"]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise InputError(str(path), f"no GeoJSON with features: {error}", remedy="give a FeatureCollection") from error
    rows = [_event(feature, number, path, kind) for number, feature in enumerate(features, start=1)]
    frame = pl.DataFrame(rows, schema={**SCHEMA, "area": pl.Float64})
    tenth = [(pl.col(name) * 10).floor().alias(f"_{name}") for name in ("lat_deg", "lon_deg")]
    single = frame.with_columns(tenth).sort("local_date", "area", descending=[False, True])
    return single.unique(["local_date", "_lat_deg", "_lon_deg"], keep="first", maintain_order=True).select(list(SCHEMA))


def _event(feature: Mapping[str, Any], number: int, path: Path, kind: str) -> dict[str, Any]:
    told = feature.get("properties") or {}
    day = next((told[name] for name in _DAYS if told.get(name)), None)
    place = next(((told[lat], told[lon]) for lat, lon in _PLACES if told.get(lat) is not None), None)
    if day is None or place is None:
        lacks = "day" if day is None else "place"
        raise InputError(str(path), f"feature {number} has no {lacks}", row=number, remedy=f"a day is one of {_DAYS}")
    try:
        when = date.fromisoformat(str(day)[:10])
        area = float(told.get("area") or 0.0)
        name = f"{area / 1e4:.0f} ha"
        return {"kind": kind, "name": name, "local_date": when, "lat_deg": place[0], "lon_deg": place[1], "area": area}
    except ValueError as error:
        raise InputError(str(path), f"feature {number}: {error}", row=number) from error
