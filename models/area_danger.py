"""Fire danger of counties and townships, from that of their cells along the line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import dataframely as dy
import numpy as np
import polars as pl

from boundary_zones.geodesy import WGS84
from boundary_zones.townships import Township
from models.danger import grade_reached
from models.frames import DangerFrame


class PlacedBy(StrEnum):
    """Which cells speak for an area."""

    COUNTY = "county"
    """All cells of the county along the line: nobody gave a nearer place."""
    OFFICE_TABLE = "office_table"
    """Those around the place that an office gave."""


@dataclass(frozen=True, slots=True)
class AreaDay:
    """Danger of one area on one day; ``danger_grade`` is None where it could not be computed."""

    gb: int
    local_date: date
    danger_grade: int | None
    degraded: bool
    placed_by: PlacedBy = PlacedBy.COUNTY
    noon_grade: int | None = None
    """The same by noon alone."""
    peak_utc: datetime | None = None
    """The hour that raised the grade above noon, that of the middle one of the cells; None where none did."""


def county_days(
    danger: dy.DataFrame[DangerFrame], cells: pl.DataFrame, *, area_share: float
) -> dict[int, tuple[AreaDay, ...]]:
    """Danger of each county that has cells, day by day.

    Args:
        danger: of cells, any number of joint units; a cell of two units counts once.
        cells: ``cell_id`` and ``county_gb``.
        area_share: the grade is the highest that this share of the cells reaches or passes.
    """
    placed = cells.select("cell_id", "county_gb").unique("cell_id").drop_nulls("county_gb")
    rows = _single(danger).join(placed, on="cell_id").rename({"county_gb": "gb"})
    return _days(rows, area_share=area_share, placed_by=PlacedBy.COUNTY)


def township_days(
    danger: dy.DataFrame[DangerFrame], townships: Iterable[Township], *, area_share: float, reach_km: float
) -> dict[int, tuple[AreaDay, ...]]:
    """Danger of the townships whose place an office gave; the others have no row: their county speaks for them.

    Args:
        danger: of cells.
        townships: with or without places.
        area_share: as for counties.
        reach_km: cells whose centre lies within this distance of the place speak for it.
    """
    rows = _single(danger)
    cells = rows.unique("cell_id").select("cell_id", "lat_deg", "lon_deg")
    found: dict[int, tuple[AreaDay, ...]] = {}
    for township in townships:
        if township.placed:
            near = rows.join(_near(cells, township, reach_km), on="cell_id", how="semi")
            around = near.with_columns(pl.lit(township.gb, pl.Int64).alias("gb"))
            found |= _days(around, area_share=area_share, placed_by=PlacedBy.OFFICE_TABLE)
    return found


def _single(danger: dy.DataFrame[DangerFrame]) -> pl.DataFrame:
    return danger.unique(["cell_id", "local_date"], keep="first", maintain_order=True)


def _near(cells: pl.DataFrame, township: Township, reach_km: float) -> pl.DataFrame:
    count = cells.height
    lon, lat = np.full(count, township.lon_deg), np.full(count, township.lat_deg)
    _, _, distance_m = WGS84.inv(lon, lat, cells["lon_deg"].to_numpy(), cells["lat_deg"].to_numpy())
    return cells.filter(pl.Series(distance_m <= reach_km * 1000))


def _days(rows: pl.DataFrame, *, area_share: float, placed_by: PlacedBy) -> dict[int, tuple[AreaDay, ...]]:
    graded = (
        rows.group_by("gb", "local_date")
        .agg(
            *(grade_reached(area_share, name) for name in ("danger_grade", "noon_grade")),
            pl.col("degraded").any(),
            pl.col("peak_utc")
            .filter(pl.col("danger_grade") > pl.col("noon_grade"))
            .quantile(0.5, interpolation="lower")
            .alias("peak_utc"),
        )
        .sort("gb", "local_date")
    )
    found: dict[int, list[AreaDay]] = {}
    for row in graded.iter_rows(named=True):
        raised = row["danger_grade"] > row["noon_grade"]
        day = AreaDay(
            row["gb"],
            row["local_date"],
            row["danger_grade"],
            row["degraded"],
            placed_by,
            noon_grade=row["noon_grade"],
            peak_utc=row["peak_utc"] if raised else None,
        )
        found.setdefault(day.gb, []).append(day)
    return {gb: tuple(days) for gb, days in found.items()}
