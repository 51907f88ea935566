"""Where a day stands among the days of its season: the one question that few fires can answer."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

WINDOW_D = 30
_YEAR_D = 365
Floats = npt.NDArray[np.float64]


def seasonal_percentile(values: Floats, local_dates: pl.Series, *, window_d: int = WINDOW_D) -> Floats:
    """Percentile (0…100) of each day among the days within ``window_d`` of its day of the year, in all years.

    Ties count half. NaN stays NaN and counts for nobody.
    """
    day = day_of_year(local_dates)
    result = np.full(len(values), np.nan)
    order = {each: np.flatnonzero((_distance(day, each) <= window_d) & np.isfinite(values)) for each in np.unique(day)}
    for each, rows in order.items():
        pool = np.sort(values[rows])
        own = np.flatnonzero((day == each) & np.isfinite(values))
        below = np.searchsorted(pool, values[own], side="left")
        up_to = np.searchsorted(pool, values[own], side="right")
        result[own] = 100.0 * (below + up_to) / 2.0 / max(len(pool), 1)
    return result


def days_within(local_dates: pl.Series, of: date, *, window_d: int = WINDOW_D) -> int:
    """How many days a rank is among."""
    day = day_of_year(local_dates)
    return int((_distance(day, int(day_of_year(pl.Series([of]))[0])) <= window_d).sum())


def day_of_year(local_dates: pl.Series) -> npt.NDArray[np.int64]:
    """1…365; the last day of a leap year is the 365th, too."""
    return np.asarray(np.minimum(local_dates.dt.ordinal_day().cast(pl.Int64).to_numpy(), _YEAR_D))


def climatology(burned: Floats, local_dates: pl.Series, *, window_d: int = 15) -> Floats:
    """Share of burning days within ``window_d`` of the day of the year, in all other years than its own.

    The same day never judges itself. NaN where no other year was looked at.

    Args:
        burned: 1, 0, or NaN where nobody looked.
        local_dates: of the rows.
        window_d: half width.
    """
    day, year = day_of_year(local_dates), local_dates.dt.year().to_numpy()
    known = np.isfinite(burned)
    result = np.full(len(burned), np.nan)
    for row in range(len(burned)):
        others = known & (year != year[row]) & (_distance(day, day[row]) <= window_d)
        if others.any():
            result[row] = (burned[others].sum() + 0.5) / (others.sum() + 1.0)
    return result


def _distance(days: npt.NDArray[np.int64], day: int | np.int64) -> npt.NDArray[np.int64]:
    apart = np.abs(days - day)
    return np.asarray(np.minimum(apart, _YEAR_D - apart))
