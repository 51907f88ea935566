"""Rows for the tests of ignition."""

from __future__ import annotations

from datetime import date
from typing import Any

import dataframely as dy
import polars as pl

from models.ignition.features import IgnitionFeatureFrame

DRY_APRIL: dict[str, Any] = {
    "cell_id": "4040N11660E",
    "local_date": date(2026, 4, 5),
    "ffmc": 92.0,
    "isi": 12.0,
    "dmc": 60.0,
    "dc": 300.0,
    "bui": 80.0,
    "fwi": 34.0,
    "vpd_max_kpa": 2.5,
    "relative_humidity_min_pct": 15.0,
    "gust_max_ms": 14.0,
    "days_since_rain_d": 12,
    "snow_depth_cm": 0.0,
    "elevation_m": 300.0,
    "slope_deg": 12.0,
    "forest_type": 111,
    "settlement_distance_km": 1.0,
    "road_distance_km": 0.5,
    "static_heat": 0,
    "rest_day": 1,
    "qingming": 1,
    "spring_festival": 0,
    "labour_day": 0,
    "zhongyuan": 0,
    "hanyi": 0,
    "fire_season": 1,
    "fire_ban": 1,
    "degraded": False,
}


def features(*changes: dict[str, Any]) -> dy.DataFrame[IgnitionFeatureFrame]:
    """Rows like :data:`DRY_APRIL`, each with changes, in cells of their own."""
    rows = [{**DRY_APRIL, "cell_id": f"4040N{11660 + number}E", **change} for number, change in enumerate(changes)]
    schema = {name: column.dtype for name, column in IgnitionFeatureFrame.columns().items()}
    return IgnitionFeatureFrame.validate(pl.DataFrame(rows, schema=schema), cast=True)
