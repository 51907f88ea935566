"""Danger grade of a cell against its own climate (本地百分位分级), beside the grade by fixed bounds.

Dry springs here sit in "high" of the European classes half of the time; against the fire seasons of the same cell a
grade tells days apart. Bounds are the percentiles 50, 75, 90 and 97 of the cell's FWI from 1 November to 31 May: of the
whole day, the higher of noon and the worst hour, where the years of the climate were hourly; else of noon. A grade is
judged by the same quantity as its bounds, so that the alarm area stays what the percentiles say.
"""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.danger import day_fwi

PERCENTILES = (50, 75, 90, 97)
LEAST_DAYS = 600
"""Days of fire season that a climatology needs: some three seasons."""
LEAST_SHARE = 0.9
"""Of the days whose worst hour is known, for bounds of the whole day; with fewer they are of noon."""
SEASON_MONTHS = (11, 12, 1, 2, 3, 4, 5)


class LocalBoundsFrame(dy.Schema):
    """FWI from which on grades 2 to 5 begin at a cell."""

    cell_id = dy.String(primary_key=True)
    fwi_p50 = dy.Float64(min=0)
    fwi_p75 = dy.Float64(min=0)
    fwi_p90 = dy.Float64(min=0)
    fwi_p97 = dy.Float64(min=0)
    days = dy.Int64(min=1)
    """Days of fire season that they rest on."""
    of_day = dy.Bool()
    """Whether they are of the whole day; else of noon."""


def local_bounds(codes: pl.DataFrame, *, spin_up_required_d: int) -> dy.DataFrame[LocalBoundsFrame]:
    """Bounds of every cell that has enough days of fire season; others are left out, never guessed.

    Args:
        codes: ``cell_id, local_date, fwi, peak_fwi, spin_up_days`` of years; ``peak_fwi`` null without hours.
        spin_up_required_d: days whose codes still show their start do not count.
    """
    season = codes.drop_nulls("fwi").filter(
        pl.col("local_date").dt.month().is_in(SEASON_MONTHS) & (pl.col("spin_up_days") >= spin_up_required_d)
    )
    whole = season.drop_nulls("peak_fwi").group_by("cell_id").agg(pl.len().alias("whole"))
    told = season.group_by("cell_id").agg(pl.len().alias("all")).join(whole, on="cell_id", how="left")
    of_day = told.select("cell_id", (pl.col("whole").fill_null(0) >= LEAST_SHARE * pl.col("all")).alias("of_day"))
    judged = season.join(of_day, on="cell_id").filter(~pl.col("of_day") | pl.col("peak_fwi").is_not_null())
    value = pl.when("of_day").then(day_fwi()).otherwise("fwi")
    bounds = (
        judged.with_columns(value.alias("value"))
        .group_by("cell_id")
        .agg(
            *(
                pl.col("value").quantile(each / 100, interpolation="linear").alias(f"fwi_p{each}")
                for each in PERCENTILES
            ),
            pl.len().cast(pl.Int64).alias("days"),
            pl.col("of_day").first(),
        )
    )
    return LocalBoundsFrame.validate(bounds.filter(pl.col("days") >= LEAST_DAYS).sort("cell_id"), cast=True)


def with_local_grade(danger: pl.DataFrame, bounds: dy.DataFrame[LocalBoundsFrame] | None) -> pl.DataFrame:
    """``danger`` with ``local_grade`` 1 to 5; null where a cell has no climatology; grade 1 where snow lies."""
    if bounds is None:
        return danger.with_columns(pl.lit(None, pl.Int64).alias("local_grade"))
    value = pl.when("of_day").then(day_fwi()).otherwise("fwi")
    passed = pl.sum_horizontal((value >= pl.col(f"fwi_p{each}")).cast(pl.Int64) for each in PERCENTILES)
    grade = pl.when(pl.col("days").is_null()).then(None).when("snow").then(1).otherwise(passed + 1)
    joined = danger.join(bounds, on="cell_id", how="left", maintain_order="left")
    return joined.with_columns(grade.alias("local_grade")).drop(bounds.columns[1:])
