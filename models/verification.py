"""How good the forecasts were: every one is kept, and scored by lead time when its day has come.

Truth is what a later round holds of that day when no forecast is left in it: reports of stations where there are any,
else the analysis of the same service, which flatters it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import dataframely as dy
import polars as pl

from models.frames import CellNoonFrame, DangerFrame, ForecastScoreFrame, IssuedForecastFrame
from models.weather.noon import NOON_UTC_H

SPACING_DEG = 0.1
"""One cell in each square of this size stands for it: weather does not differ more, and a year stays small."""
_WEATHER = ("air_temperature_degc", "relative_humidity_pct", "wind_speed_kmh")
QUANTITIES = (*_WEATHER, "fwi", "danger_grade")


def issued_forecast(
    danger: dy.DataFrame[DangerFrame], weather: dy.DataFrame[CellNoonFrame]
) -> dy.DataFrame[IssuedForecastFrame]:
    """What a round says of noon today and on the days ahead, at one cell in each square of 0.1° of each unit."""
    cells = danger.select("zone", "cell_id", "lat_deg", "lon_deg").unique()
    square = [(pl.col(name) / SPACING_DEG).floor() for name in ("lat_deg", "lon_deg")]
    sampled = cells.sort("cell_id").group_by("zone", *square, maintain_order=True).agg(pl.col("cell_id").first())
    rows = danger.join(sampled.select("zone", "cell_id"), on=["zone", "cell_id"])
    noon = weather.select("cell_id", "local_date", *_WEATHER)
    whole = rows.select("zone", "cell_id", "issued_utc", "local_date", "lead_d", "fwi", "noon_grade", "degraded")
    joined = whole.join(noon, on=["cell_id", "local_date"])
    frame = (
        joined.rename({"noon_grade": "danger_grade"})
        .select(IssuedForecastFrame.column_names())
        .sort("zone", "local_date", "cell_id")
    )
    return IssuedForecastFrame.validate(frame, cast=True)


def forecast_scores(
    issued: dy.DataFrame[IssuedForecastFrame], truth: pl.DataFrame, *, quantities: Sequence[str] = QUANTITIES
) -> dy.DataFrame[ForecastScoreFrame]:
    """Errors of what was issued against what came: forecast less truth, summed per unit, issue and day.

    Args:
        issued: of days that have come.
        truth: ``cell_id, local_date`` and the columns of ``quantities``; cells and days without a row are not scored.
        quantities: what to score.
    """
    both = issued.join(truth.select("cell_id", "local_date", *quantities), on=["cell_id", "local_date"], suffix="_came")
    parts = [ForecastScoreFrame.create_empty(), *(_scored(both, name) for name in quantities)]
    frames: list[pl.DataFrame] = [part.select(ForecastScoreFrame.column_names()) for part in parts]
    return ForecastScoreFrame.validate(pl.concat(frames), cast=True)


def _scored(both: pl.DataFrame, name: str) -> pl.DataFrame:
    error = pl.col(name).cast(pl.Float64) - pl.col(f"{name}_came")
    hit = error.abs() < 0.5 if name == "danger_grade" else pl.lit(value=None, dtype=pl.Boolean)
    known = both.drop_nulls([name, f"{name}_came"])
    return known.group_by("zone", "issued_utc", "local_date", "lead_d").agg(
        pl.lit(name).alias("quantity"),
        pl.len().cast(pl.Int64).alias("count"),
        error.sum().alias("error_sum"),
        error.abs().sum().alias("absolute_error_sum"),
        (error**2).sum().alias("squared_error_sum"),
        hit.sum().cast(pl.Int64).alias("hits"),
    )


def skill_by_lead(scores: pl.DataFrame) -> pl.DataFrame:
    """Of rows of a ForecastScoreFrame, per quantity and lead: mean errors, and the share of grades that were right."""
    count = pl.col("count").sum()
    hits = pl.when(pl.col("quantity").first() == "danger_grade").then(pl.col("hits").sum() / count)
    order = pl.col("quantity").replace_strict({name: place for place, name in enumerate(QUANTITIES)}, default=99)
    return (
        scores.group_by("quantity", "lead_d")
        .agg(
            pl.col("local_date").n_unique().alias("days"),
            count.alias("cells"),
            (pl.col("error_sum").sum() / count).alias("mean_error"),
            (pl.col("absolute_error_sum").sum() / count).alias("mean_absolute_error"),
            (pl.col("squared_error_sum").sum() / count).sqrt().alias("rmse"),
            hits.alias("hit_share"),
        )
        .sort(order, "lead_d")
    )


def known_noons(weather: pl.DataFrame, codes: pl.DataFrame, *, days: Sequence[date], now_utc: datetime) -> pl.DataFrame:
    """What came of ``days``: weather and FWI of cells whose codes hold no forecast and lack nothing.

    Args:
        weather: rows of a CellNoonFrame.
        codes: rows of a CodesFrame.
        days: local days.
        now_utc: a day whose noon lies after it has not come.
    """
    noon = pl.col("local_date").cast(pl.Datetime("us")).dt.replace_time_zone("UTC") + pl.duration(hours=NOON_UTC_H)
    come = pl.col("local_date").is_in(list(days)) & (noon <= now_utc)
    sound = codes.filter(come & ~pl.col("is_forecast") & pl.col("fwi").is_not_null())
    seen = weather.filter(~pl.col("is_forecast"))
    return sound.select("cell_id", "local_date", "fwi", "snow").join(
        seen.select("cell_id", "local_date", *_WEATHER), on=["cell_id", "local_date"]
    )
