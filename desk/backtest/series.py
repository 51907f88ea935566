"""Every score of every point and day, and of every unit and day: ours and the baselines, from the same weather."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import dataframely as dy
import numpy as np
import polars as pl

from desk.errors import InputError
from flows.elevation import CellElevation
from flows.signed import SignedRules
from models.backtest.ranks import seasonal_percentile
from models.danger import day_fwi
from models.fire_weather.day_curve import day_curves
from models.fire_weather.season import fire_weather_days
from models.frames import CodesFrame, NoonFrame, WeatherFrame
from models.ignition.at_cells import day_weather_at_cells
from models.ignition.attach import judged
from models.ignition.calendar_days import calendar_days
from models.ignition.day_weather import day_weather
from models.ignition.estimator import Estimator
from models.ignition.table import ignition_features
from models.weather.interpolate import weather_at_cells
from models.weather.noon import noon_weather

OURS = ("day_fwi", "peak_index", "ignition_probability", "fwi")
BASELINES = ("low_humidity", "vpd_gust", "dry_days", "fwi_percentile", "climatology")
_POINT_SCORES = ("day_fwi", "peak_index", "fwi", "low_humidity", "vpd_gust", "dry_days")
_UPPER = 0.95
"""The value of a unit is that which a twentieth of its points reach, as its grade is."""
NAMES_ZH = {
    "day_fwi": "FWI（全天，火险等级）",
    "peak_index": "峰值指数",
    "ignition_probability": "起火概率",
    "fwi": "FWI（正午）",
    "low_humidity": "基线：最小湿度",
    "vpd_gust": "基线：饱和差×阵风",
    "dry_days": "基线：无雨日数",
    "fwi_percentile": "基线：FWI百分位",
    "climatology": "基线：气候（日期与地点）",
}


@dataclass(frozen=True)
class Maker:
    """What point-days are made with."""

    rules: SignedRules
    estimator: Estimator
    elevation: CellElevation
    facts: pl.DataFrame | None = None


def noon_at_stations(weather: dy.DataFrame[WeatherFrame]) -> dy.DataFrame[NoonFrame]:
    """Noon weather at the stations.

    Raises:
        InputError: no day has any.
    """
    at_stations = noon_weather(weather).noon
    if at_stations.is_empty():
        remedy = "hourly rows around 04 UTC; daily records go through firewatch import"
        raise InputError("--weather", "no day has a noon with temperature, humidity and wind", remedy=remedy)
    return at_stations


def point_days(
    weather: dy.DataFrame[WeatherFrame], at_stations: dy.DataFrame[NoonFrame], points: pl.DataFrame, maker: Maker
) -> pl.DataFrame:
    """Scores of every point and day that has an FWI, with ``spin_up_days`` and ``degraded``."""
    rules = maker.rules
    places = _placed(points.unique("cell_id", maintain_order=True), maker)
    noon = weather_at_cells(at_stations, places, parameters=rules.interpolation)
    codes = fire_weather_days(None, noon, cells=places, parameters=rules.fire_weather)
    extremes = day_weather_at_cells(day_weather(weather, parameters=rules.day_weather), noon, places)
    calendar = calendar_days(
        rules.calendar, places["county_gb"].drop_nulls().unique(), codes["local_date"].unique().sort()
    )
    table = ignition_features(codes, places, calendar=calendar, extremes=extremes)
    flags = codes.select("cell_id", "local_date", "spin_up_days").join(
        _peaks(weather, codes, places, maker), on=["cell_id", "local_date"], how="left"
    )
    return (
        table.join(judged(table, maker.estimator), on=["cell_id", "local_date"])
        .join(flags, on=["cell_id", "local_date"])
        .with_columns(
            day_fwi(),
            (-pl.col("relative_humidity_min_pct")).alias("low_humidity"),
            (pl.col("vpd_max_kpa") * pl.col("gust_max_ms")).alias("vpd_gust"),
            # Before the first rain after a start it has been dry at least since then.
            pl.col("days_since_rain_d").fill_null(pl.col("spin_up_days") - 1).alias("dry_days"),
        )
        .select("cell_id", "local_date", *_POINT_SCORES, "ignition_probability", "spin_up_days", "degraded")
    )


def _peaks(weather: pl.DataFrame, codes: dy.DataFrame[CodesFrame], places: pl.DataFrame, maker: Maker) -> pl.DataFrame:
    """FWI of the worst hour; no row where the table has too few hours, as one of daily records."""
    days = codes["local_date"].unique().sort().to_list()
    cells = places.with_columns(pl.lit("").alias("zone"))
    peaks = day_curves(weather, codes, cells, days=days, parameters=maker.rules.interpolation).peaks
    return peaks.select("cell_id", "local_date", pl.col("fwi").alias("peak_fwi"))


def unit_days(point_scores: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Scores of every unit and day: the upper 5 % of the points; for the probability, that of a fire anywhere in it."""
    members = points.select("cell_id", "unit", "weight")
    none_starts = ((-pl.col("ignition_probability")).log1p() * pl.col("weight")).sum().exp()
    days = (
        point_scores.join(members, on="cell_id")
        .group_by("unit", "local_date")
        .agg(
            *(pl.col(name).quantile(_UPPER, interpolation="linear") for name in _POINT_SCORES),
            (1.0 - none_starts).alias("ignition_probability"),
            pl.col("spin_up_days").min(),
        )
        .sort("unit", "local_date")
    )
    return pl.concat([_with_percentile(part) for part in days.partition_by("unit", maintain_order=True)])


def _with_percentile(days: pl.DataFrame) -> pl.DataFrame:
    percentile = seasonal_percentile(days["fwi"].cast(pl.Float64).to_numpy(), days["local_date"])
    return days.with_columns(pl.Series("fwi_percentile", percentile))


def _placed(places: pl.DataFrame, maker: Maker) -> pl.DataFrame:
    heights = maker.elevation.of(places, as_of=datetime.now(UTC), live=False).elevation_m
    known = np.full(places.height, np.nan) if heights is None else heights
    placed = places.select("cell_id", "lat_deg", "lon_deg", "county_gb").with_columns(
        pl.Series("elevation_m", known).fill_nan(None)
    )
    return placed if maker.facts is None else placed.join(maker.facts, on="cell_id", how="left")
