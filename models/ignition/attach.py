"""Ignition probability and peak index beside the danger of a cell: separate numbers, never one made of the other."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.frames import DangerFrame
from models.ignition.estimator import Estimator
from models.ignition.features import IgnitionFeatureFrame
from models.ignition.peak_index import peak_index

_KEY = ["cell_id", "local_date"]


def judged(table: dy.DataFrame[IgnitionFeatureFrame], estimator: Estimator) -> pl.DataFrame:
    """Per cell and day: ``ignition_probability``, its 90 % interval, ``ignition_estimator``, ``peak_index``.

    The peak index is null where no hour of the day is known.
    """
    told = estimator.probability(table)
    gust, deficit = (table[name].fill_null(0.0).to_numpy() for name in ("gust_max_ms", "vpd_max_kpa"))
    peak = peak_index(table["ffmc"].to_numpy(), table["bui"].to_numpy(), vpd_max_kpa=deficit, gust_max_ms=gust)
    return table.select(
        *_KEY,
        pl.Series("ignition_probability", told.value),
        pl.Series("ignition_low", told.low),
        pl.Series("ignition_high", told.high),
        pl.lit(estimator.card.label_zh).alias("ignition_estimator"),
        pl.when(pl.col("gust_max_ms").is_not_null()).then(pl.Series(peak)).alias("peak_index"),
    )


def with_ignition(danger: dy.DataFrame[DangerFrame], found: pl.DataFrame) -> dy.DataFrame[DangerFrame]:
    """``danger`` with the columns of :func:`judged`; null for a cell and day that it does not have."""
    own = [name for name in found.columns if name not in _KEY]
    frame = danger.drop(own).join(found, on=_KEY, how="left", maintain_order="left")
    return DangerFrame.validate(frame.select(DangerFrame.column_names()), cast=True)
