"""Ignition in a danger round: the feature table of the days ahead, and the standing estimator's word on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import dataframely as dy
import polars as pl

from flows.wiring import House
from models.frames import CellNoonFrame, CodesFrame, DangerFrame, WeatherFrame
from models.ignition.at_cells import day_weather_at_cells
from models.ignition.attach import judged, with_ignition
from models.ignition.calendar_days import calendar_days
from models.ignition.day_weather import day_weather
from models.ignition.features import IgnitionFeatureFrame
from models.ignition.table import ignition_features


def ignition_ahead(
    house: House,
    found: dy.DataFrame[DangerFrame],
    codes: dy.DataFrame[CodesFrame],
    *,
    noon: dy.DataFrame[CellNoonFrame],
    hours: dy.DataFrame[WeatherFrame],
    cells: pl.DataFrame,
) -> dy.DataFrame[DangerFrame]:
    """``found`` with what the standing estimator says of the days of ``codes``.

    Args:
        house: its estimator, calendar and cell facts.
        found: danger of the same days.
        codes: of the days ahead.
        noon: weather at cells, also of days before.
        hours: what ``noon`` was made of.
        cells: with ``county_gb`` and ``elevation_m``.
    """
    if found.is_empty():
        return found
    return with_ignition(
        found, judged(feature_table(house, codes, noon=noon, hours=hours, cells=cells), house.estimator)
    )


def feature_table(
    house: House,
    codes: dy.DataFrame[CodesFrame],
    *,
    noon: dy.DataFrame[CellNoonFrame],
    hours: dy.DataFrame[WeatherFrame],
    cells: pl.DataFrame,
) -> dy.DataFrame[IgnitionFeatureFrame]:
    """The feature table of the days of ``codes``; otherwise as :func:`ignition_ahead`."""
    known = cells if house.cell_facts is None else cells.join(house.cell_facts, on="cell_id", how="left")
    days = codes["local_date"].unique().sort()
    first: date = days[0]
    of_day = day_weather(hours, parameters=house.rules.day_weather)
    extremes = day_weather_at_cells(of_day, CellNoonFrame.validate(noon.filter(pl.col("local_date") >= first)), known)
    counties: Iterable[int] = known["county_gb"].drop_nulls().unique()
    calendar = calendar_days(house.rules.calendar, counties, days)
    return ignition_features(codes, known, calendar=calendar, extremes=extremes)
