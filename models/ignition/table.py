"""From codes, weather, places and the calendar to the one table that every estimator sees."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.frames import CellNoonFrame, CodesFrame
from models.ignition.at_cells import CellDayFrame
from models.ignition.features import IgnitionFeatureFrame

RAIN_DAY_MM = 1.0
"""Rain of 24 h from which on a day is none of the dry days: as the climate services count rain days."""
FACTS = (
    *("elevation_m", "slope_deg", "forest_type"),
    *("settlement_distance_km", "road_distance_km", "static_heat"),
)
"""What an office may tell of a cell (``FIREWATCH_CELL_FACTS``)."""
_KEY = ["cell_id", "local_date"]
_CODES = ("ffmc", "isi", "dmc", "dc", "bui", "fwi", "degraded")


def dry_days(noon: dy.DataFrame[CellNoonFrame]) -> pl.DataFrame:
    """``days_since_rain_d`` per cell and day; null before the first rain of the record: nobody knows how long."""
    wet = pl.when(pl.col("precipitation_mm") >= RAIN_DAY_MM).then(pl.col("local_date"))
    frame = noon.select(*_KEY, "precipitation_mm").sort("cell_id", "local_date")
    last = frame.with_columns(wet.forward_fill().over("cell_id").alias("rained"))
    return last.select(*_KEY, (pl.col("local_date") - pl.col("rained")).dt.total_days().alias("days_since_rain_d"))


def ignition_features(
    codes: dy.DataFrame[CodesFrame],
    noon: dy.DataFrame[CellNoonFrame],
    cells: pl.DataFrame,
    *,
    calendar: pl.DataFrame,
    extremes: dy.DataFrame[CellDayFrame],
) -> dy.DataFrame[IgnitionFeatureFrame]:
    """The feature table of every cell and day that has codes with an FWI.

    Args:
        codes: of the days asked for.
        noon: weather at cells; days before those of ``codes`` tell how long it has been dry.
        cells: ``cell_id``, ``county_gb``, and what is known of :data:`FACTS`.
        calendar: of :func:`models.ignition.calendar_days.calendar_days`.
        extremes: of the days; a cell and day without them has null there.
    """
    told = [name for name in FACTS if name in cells.columns]
    absent = [pl.lit(None, pl.Float64).alias(name) for name in FACTS if name not in told]
    places = cells.unique("cell_id", maintain_order=True).select("cell_id", "county_gb", *told)
    wanted = codes.drop_nulls("fwi").select(*_KEY, *_CODES)
    frame = (
        wanted.join(extremes, on=_KEY, how="left")
        .join(dry_days(noon), on=_KEY, how="left")
        .join(places, on="cell_id", how="left")
        .join(calendar, on=["county_gb", "local_date"], how="left")
        .with_columns(absent)
    )
    return IgnitionFeatureFrame.validate(frame.select(IgnitionFeatureFrame.column_names()).sort(_KEY), cast=True)
