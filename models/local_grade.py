"""Danger grade of a cell against its own climate (本地百分位分级), beside the grade by fixed bounds.

Dry springs here sit in "high" of the European classes half of the time; against the fire seasons of the same cell a
grade tells days apart. Bounds are the percentiles 50, 75, 90 and 97 of the cell's FWI from 1 November to 31 May.
"""

from __future__ import annotations

import dataframely as dy
import polars as pl

PERCENTILES = (50, 75, 90, 97)
LEAST_DAYS = 600
"""Days of fire season that a climatology needs: some three seasons."""
_SEASON_MONTHS = (11, 12, 1, 2, 3, 4, 5)


class LocalBoundsFrame(dy.Schema):
    """FWI from which on grades 2 to 5 begin at a cell."""

    cell_id = dy.String(primary_key=True)
    fwi_p50 = dy.Float64(min=0)
    fwi_p75 = dy.Float64(min=0)
    fwi_p90 = dy.Float64(min=0)
    fwi_p97 = dy.Float64(min=0)
    days = dy.Int64(min=1)
    """Days of fire season that they rest on."""


def local_bounds(codes: pl.DataFrame, *, spin_up_required_d: int) -> dy.DataFrame[LocalBoundsFrame]:
    """Bounds of every cell that has enough days of fire season; others are left out, never guessed.

    Args:
        codes: ``cell_id, local_date, fwi, spin_up_days`` of years.
        spin_up_required_d: days whose codes still show their start do not count.
    """
    season = codes.drop_nulls("fwi").filter(
        pl.col("local_date").dt.month().is_in(_SEASON_MONTHS) & (pl.col("spin_up_days") >= spin_up_required_d)
    )
    bounds = season.group_by("cell_id").agg(
        *(pl.col("fwi").quantile(each / 100, interpolation="linear").alias(f"fwi_p{each}") for each in PERCENTILES),
        pl.len().cast(pl.Int64).alias("days"),
    )
    return LocalBoundsFrame.validate(bounds.filter(pl.col("days") >= LEAST_DAYS).sort("cell_id"), cast=True)


def with_local_grade(danger: pl.DataFrame, bounds: dy.DataFrame[LocalBoundsFrame] | None) -> pl.DataFrame:
    """``danger`` with ``local_grade`` 1 to 5; null where a cell has no climatology; grade 1 where snow lies."""
    if bounds is None:
        return danger.with_columns(pl.lit(None, pl.Int64).alias("local_grade"))
    passed = pl.sum_horizontal((pl.col("fwi") >= pl.col(f"fwi_p{each}")).cast(pl.Int64) for each in PERCENTILES)
    grade = pl.when(pl.col("days").is_null()).then(None).when("snow").then(1).otherwise(passed + 1)
    joined = danger.join(bounds, on="cell_id", how="left", maintain_order="left").with_columns(
        grade.alias("local_grade")
    )
    return joined.with_columns(grade.alias("local_grade")).drop(*(f"fwi_p{each}" for each in PERCENTILES), "days")
