"""The extremes of a day brought from points to cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl

from models.frames import CellNoonFrame
from models.frames.declared import DeclaredFrame
from models.ignition.day_weather import DayWeatherFrame, vapour_pressure_deficit_kpa

NEIGHBOURS = 8
_SAME_PLACE_RAD = 1e-3 / 6371.0
_TAKEN = ("afternoon_vpd_kpa", "humidity_share", "gust_max_ms", "snow_depth_cm")


class CellDayFrame(DeclaredFrame):
    """Extremes of a local day at a cell; all null where no point has hours of that day."""

    cell_id = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    vpd_max_kpa = dy.Float64(min=0)
    relative_humidity_min_pct = dy.Float64(min=0, max=100)
    gust_max_ms = dy.Float64(min=0)
    snow_depth_cm = dy.Float64(nullable=True, min=0)
    gust_estimated = dy.Bool()


@dataclass(frozen=True, slots=True)
class _Weights:
    """Inverse squares of distance from cells to their nearest points, shape (cells, neighbours)."""

    index: npt.NDArray[np.intp]
    weight: npt.NDArray[np.float64]

    @classmethod
    def of(cls, points: pl.DataFrame, cells: pl.DataFrame) -> _Weights:
        from sklearn.neighbors import BallTree

        tree = BallTree(_radians(points), metric="haversine")
        angle, index = tree.query(_radians(cells), k=min(NEIGHBOURS, points.height))
        weight = np.maximum(angle, _SAME_PLACE_RAD) ** -2.0
        weight[angle[:, 0] <= _SAME_PLACE_RAD, 1:] = 0.0
        return cls(index, weight / weight.sum(axis=1, keepdims=True))

    def mean(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Weighted mean over the points that know the value; NaN where none does."""
        near = values[self.index]
        known = np.isfinite(near)
        weight = np.where(known, self.weight, 0.0)
        total = weight.sum(axis=1)
        mean = (weight * np.where(known, near, 0.0)).sum(axis=1) / np.where(total > 0, total, 1.0)
        return np.where(total > 0, mean, np.nan)


def day_weather_at_cells(
    days: dy.DataFrame[DayWeatherFrame], noon: dy.DataFrame[CellNoonFrame], cells: pl.DataFrame
) -> dy.DataFrame[CellDayFrame]:
    """Extremes at every cell and day that ``noon`` has and some point has hours of.

    Height is already in the noon weather of the cell. From the points comes what the rest of the day adds: the rise of
    the vapour pressure deficit above noon, and the share of the noon humidity that is left; gust and snow as they are.

    Args:
        days: at points.
        noon: at cells, brought to their height.
        cells: ``cell_id, lat_deg, lon_deg``.
    """
    places = cells.unique("cell_id", maintain_order=True).select("cell_id", "lat_deg", "lon_deg")
    weights: dict[tuple[Any, ...], _Weights] = {}
    parts = []
    by_day = noon.partition_by("local_date", as_dict=True)
    for key, rows in days.sort("local_date", "station_id").partition_by("local_date", as_dict=True).items():
        if key not in by_day:
            continue
        points = tuple(rows["station_id"])
        if points not in weights:
            weights[points] = _Weights.of(rows, places)
        parts.append(_one_day(rows, weights[points], by_day[key], places))
    return CellDayFrame.validate(pl.concat(parts), cast=True) if parts else CellDayFrame.create_empty()


def _one_day(points: pl.DataFrame, weights: _Weights, noon: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    noon = places.select("cell_id").join(noon, on="cell_id", how="left", maintain_order="left")
    deficit = vapour_pressure_deficit_kpa(noon["air_temperature_degc"], noon["relative_humidity_pct"])
    told = _told(points)
    rise, share, gust, snow = (weights.mean(told[name].cast(pl.Float64).to_numpy()) for name in _TAKEN)
    humidity = noon["relative_humidity_pct"].to_numpy() * np.minimum(share, 1.0)
    frame = pl.DataFrame(
        {
            "cell_id": places["cell_id"],
            "local_date": pl.Series([points["local_date"][0]]).new_from_index(0, places.height),
            "vpd_max_kpa": deficit.to_numpy() + np.maximum(rise, 0.0),
            "relative_humidity_min_pct": np.clip(humidity, 0.0, 100.0),
            "gust_max_ms": np.maximum(gust, noon["wind_speed_kmh"].to_numpy() / 3.6),
            "snow_depth_cm": pl.Series(snow, nan_to_null=True),
            "gust_estimated": bool(points["gust_estimated"].any()),
        }
    )
    return frame.filter(pl.col("vpd_max_kpa").is_finite())


def _told(points: pl.DataFrame) -> pl.DataFrame:
    """What the rest of the day adds to noon at each point."""
    return points.with_columns(
        (pl.col("vpd_max_kpa") - pl.col("vpd_noon_kpa")).alias("afternoon_vpd_kpa"),
        (pl.col("relative_humidity_min_pct") / pl.col("humidity_noon_pct").clip(1.0))
        .clip(0.0, 1.0)
        .alias("humidity_share"),
    )


def _radians(places: pl.DataFrame) -> npt.NDArray[np.float64]:
    radians: npt.NDArray[np.float64] = np.radians(places.select("lat_deg", "lon_deg").to_numpy())
    return radians
