"""Danger grade of a cell against its own climate (本地百分位分级), beside the grade by fixed bounds.

Dry springs here sit in "high" of the European classes half of the time; against the fire seasons of the same cell a
grade tells days apart. Bounds are the percentiles 50, 75, 90 and 97 of the cell's FWI from 1 November to 31 May: of the
whole day, the higher of noon and the worst hour, where the years of the climate were hourly; else of noon. A grade is
judged by the same quantity as its bounds, so that the alarm area stays what the percentiles say.
"""

from __future__ import annotations

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl

from models.danger import day_fwi
from models.frames.declared import DeclaredFrame

PERCENTILES = (50, 75, 90, 97)
LEAST_DAYS = 600
"""Days of fire season that a climatology needs: some three seasons."""
LEAST_SHARE = 0.9
"""Of the days whose worst hour is known, for bounds of the whole day; with fewer they are of noon."""
SEASON_MONTHS = (11, 12, 1, 2, 3, 4, 5)
BIN_WIDTH = 0.1
"""Of FWI: bounds of neighbouring grades lie whole units apart."""
_BINS = 2000
"""Up to an FWI of 200; higher ones count in the last."""


class LocalBoundsFrame(DeclaredFrame):
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


class SeasonCounts:
    """How often each FWI stood at each cell in fire seasons: what bounds are drawn from.

    Memory is 4 bytes a cell and bin and does not grow with the years; a bound is within half a bin, 0.05, of the
    percentile of the values themselves.
    """

    def __init__(self, cell_ids: pl.Series) -> None:
        self._cells = cell_ids.sort().alias("cell_id")
        self._noon, self._day = (np.zeros((len(cell_ids), _BINS), np.uint16) for _ in range(2))

    def add(self, codes: pl.DataFrame, *, spin_up_required_d: int) -> None:
        """Count days of fire season.

        Args:
            codes: ``cell_id, local_date, fwi, peak_fwi, spin_up_days``; ``peak_fwi`` null without hours. A day is given
                once; cells that are not among ``cell_ids`` are not counted.
            spin_up_required_d: days whose codes still show their start do not count.
        """
        season = codes.drop_nulls("fwi").filter(
            pl.col("local_date").dt.month().is_in(SEASON_MONTHS) & (pl.col("spin_up_days") >= spin_up_required_d)
        )
        rows = self._cells.to_frame().with_row_index("row")
        placed = season.join(rows, on="cell_id").with_columns(day_fwi().alias("day"))
        hourly = placed.drop_nulls("peak_fwi")
        for counts, days, name in ((self._noon, placed, "fwi"), (self._day, hourly, "day")):
            bins = np.minimum(days[name].to_numpy() / BIN_WIDTH, _BINS - 1).astype(np.intp)
            np.add.at(counts, (days["row"].to_numpy(), bins), 1)

    def bounds(self) -> dy.DataFrame[LocalBoundsFrame]:
        """Bounds of every cell that has enough days of fire season; others are left out, never guessed."""
        noon, day = (counts.sum(axis=1, dtype=np.int64) for counts in (self._noon, self._day))
        of_day = (day >= LEAST_SHARE * noon) & (day > 0)
        days = np.where(of_day, day, noon)
        found = np.full((len(PERCENTILES), len(days)), np.nan)
        for row in np.flatnonzero(days >= LEAST_DAYS):
            found[:, row] = _percentiles((self._day if of_day[row] else self._noon)[row])
        frame = pl.DataFrame({f"fwi_p{each}": found[place] for place, each in enumerate(PERCENTILES)})
        told = frame.with_columns(self._cells, pl.Series("days", days), pl.Series("of_day", of_day))
        kept = told.filter(pl.col("days") >= LEAST_DAYS).select(LocalBoundsFrame.column_names())
        return LocalBoundsFrame.validate(kept.sort("cell_id"), cast=True)


def _percentiles(counts: npt.NDArray[np.uint16]) -> npt.NDArray[np.float64]:
    """Percentiles of one cell, linear between neighbouring values, each value taken for the middle of its bin."""
    upto = np.cumsum(counts, dtype=np.int64)
    rank = (upto[-1] - 1) * np.array(PERCENTILES) / 100
    low, high = (np.searchsorted(upto, edge, side="right") for edge in (np.floor(rank), np.ceil(rank)))
    middle = low + (high - low) * (rank - np.floor(rank)) + 0.5
    bounds: npt.NDArray[np.float64] = middle * BIN_WIDTH
    return bounds


def with_local_grade(danger: pl.DataFrame, bounds: dy.DataFrame[LocalBoundsFrame] | None) -> pl.DataFrame:
    """``danger`` with ``local_grade`` 1 to 5; null where a cell has no climatology; grade 1 where snow lies."""
    if bounds is None:
        return danger.with_columns(pl.lit(None, pl.Int64).alias("local_grade"))
    value = pl.when("of_day").then(day_fwi()).otherwise("fwi")
    passed = pl.sum_horizontal((value >= pl.col(f"fwi_p{each}")).cast(pl.Int64) for each in PERCENTILES)
    grade = pl.when(pl.col("days").is_null()).then(None).when("snow").then(1).otherwise(passed + 1)
    joined = danger.join(bounds, on="cell_id", how="left", maintain_order="left")
    return joined.with_columns(grade.alias("local_grade")).drop(bounds.columns[1:])
