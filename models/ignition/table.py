"""From codes, weather, places and the calendar to the one table that every estimator sees."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.frames import CodesFrame
from models.ignition.at_cells import CellDayFrame
from models.ignition.features import IgnitionFeatureFrame

FACTS = (
    *("elevation_m", "slope_deg", "forest_type"),
    *("settlement_distance_km", "road_distance_km", "static_heat"),
)
"""What an office may tell of a cell (``FIREWATCH_CELL_FACTS``)."""
_KEY = ["cell_id", "local_date"]
_CODES = ("ffmc", "isi", "dmc", "dc", "bui", "fwi", "days_since_rain_d", "degraded")


def ignition_features(
    codes: dy.DataFrame[CodesFrame],
    cells: pl.DataFrame,
    *,
    calendar: pl.DataFrame,
    extremes: dy.DataFrame[CellDayFrame],
) -> dy.DataFrame[IgnitionFeatureFrame]:
    """The feature table of every cell and day that has codes with an FWI.

    Args:
        codes: of the days asked for; their state knows how long it has been dry.
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
        .join(places, on="cell_id", how="left")
        .join(calendar, on=["county_gb", "local_date"], how="left")
        .with_columns(absent)
    )
    return IgnitionFeatureFrame.validate(frame.select(IgnitionFeatureFrame.column_names()).sort(_KEY), cast=True)
