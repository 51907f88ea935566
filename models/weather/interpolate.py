"""Noon weather at points brought to cells: inverse-distance weights, temperature and vapour with the height.

Weights: Shepard 1968, power 2. Heights: the standard atmosphere's lapse rate for temperature (ISO 2533), an
exponential decrease for vapour pressure, as mountain weather models do (Liston and Elder 2006, MicroMet). Relative
humidity follows from the two and stays within 0 to 100.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.neighbors import BallTree

from models.frames import CellNoonFrame, NoonFrame
from models.weather.humidity import relative_humidity_pct, vapour_pressure

_EARTH_RADIUS_KM = 6371.0088
_SAME_PLACE_KM = 1e-3
_M_PER_KM = 1000.0
_Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class InterpolationParameters:
    """How weather is brought to cells (``rules/danger.toml``, section ``interpolation``).

    Raises:
        ValueError: a number that cannot be.
    """

    neighbours: int = 8
    """Points that a cell takes its weather from."""
    power: float = 2.0
    far_km: float = 60.0
    """A cell farther than this from every point is degraded."""
    temperature_lapse_degc_per_km: float = 6.5
    """Fall of temperature with height."""
    vapour_decrease_per_km: float = 0.4
    """Share of the vapour pressure lost with height: e(z) = e(0) exp(-share z)."""
    rain_hours_missing_max_h: int = 6
    """More hours of the 24 without a rain report make a cell degraded."""

    def __post_init__(self) -> None:
        if self.neighbours < 1:
            raise ValueError(f"neighbours: {self.neighbours}, at least one point is needed")
        for name in ("power", "far_km"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name}: {getattr(self, name)} is not positive")
        if self.vapour_decrease_per_km < 0 or self.rain_hours_missing_max_h < 0:
            raise ValueError("vapour_decrease_per_km and rain_hours_missing_max_h are 0 or more")


def weather_at_cells(
    noon: dy.DataFrame[NoonFrame], cells: pl.DataFrame, *, parameters: InterpolationParameters
) -> dy.DataFrame[CellNoonFrame]:
    """Noon weather of every cell on every day that any point has.

    At a point's own place and height the weather is that of the point alone. A cell is degraded where its height or
    that of a point is not known (then taken as equal), no point is near, a report of another hour stands for noon, or
    too much of the rain is missing.

    Args:
        noon: at points; the points may differ from day to day.
        cells: ``cell_id``, ``lat_deg``, ``lon_deg`` and, where known, ``elevation_m``.
        parameters: weights and lapse rates.

    Returns:
        Rows for days × cells; a day on which no point has noon weather has none, and is a gap to the codes.
    """
    places = cells.unique("cell_id", maintain_order=True)
    if "elevation_m" not in places.columns:
        places = places.with_columns(pl.lit(None, dtype=pl.Float64).alias("elevation_m"))
    neighbours: dict[tuple[Any, ...], _Neighbours] = {}
    parts = []
    for (day,), rows in noon.sort("local_date", "station_id").group_by("local_date", maintain_order=True):
        points = tuple(rows["station_id"])
        if points not in neighbours:
            neighbours[points] = _Neighbours.of(rows, places, parameters)
        parts.append(
            _day(rows, neighbours[points], parameters).select(
                places["cell_id"], pl.lit(day).alias("local_date"), pl.all()
            )
        )
    return CellNoonFrame.validate(pl.concat(parts)) if parts else CellNoonFrame.create_empty()


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """The points of every cell: arrays of shape (cells, neighbours)."""

    index: npt.NDArray[np.intp]
    weight: _Floats
    above_km: _Floats
    """Height of the cell above the point; 0 where either is not known."""
    degraded: npt.NDArray[np.bool_]
    """Shape (cells,)."""

    @classmethod
    def of(cls, points: pl.DataFrame, cells: pl.DataFrame, parameters: InterpolationParameters) -> _Neighbours:
        tree = BallTree(_radians(points), metric="haversine")
        angle, index = tree.query(_radians(cells), k=min(parameters.neighbours, points.height))
        distance_km = angle * _EARTH_RADIUS_KM
        above_km = (_height_m(cells)[:, np.newaxis] - _height_m(points)[index]) / _M_PER_KM
        flat = np.isnan(above_km)
        weight = np.maximum(distance_km, _SAME_PLACE_KM) ** -parameters.power
        weight[distance_km[:, 0] <= _SAME_PLACE_KM, 1:] = 0.0
        weight /= weight.sum(axis=1, keepdims=True)
        degraded = flat.any(axis=1) | (distance_km[:, 0] > parameters.far_km)
        return cls(index, weight, np.where(flat, 0.0, above_km), degraded)

    def mean(self, values: _Floats) -> _Floats:
        """Weighted mean of per-neighbour values, shape (cells, neighbours)."""
        weighted: _Floats = (self.weight * values).sum(axis=1)
        return weighted

    def any(self, flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Whether a flag is set at any point that weighs in."""
        return np.asarray((flags[self.index] & (self.weight > 0)).any(axis=1))


def _day(rows: pl.DataFrame, near: _Neighbours, parameters: InterpolationParameters) -> pl.DataFrame:
    """Weather of one day at all cells."""
    column = {name: rows[name].to_numpy() for name in rows.columns if rows[name].dtype.is_numeric()}
    lapse = parameters.temperature_lapse_degc_per_km * near.above_km
    temperature = near.mean(column["air_temperature_degc"][near.index] - lapse)
    pressure = vapour_pressure(column["air_temperature_degc"], column["relative_humidity_pct"])
    pressure_there = near.mean(pressure[near.index] * np.exp(-parameters.vapour_decrease_per_km * near.above_km))
    doubtful = (column["rain_hours_missing_h"] > parameters.rain_hours_missing_max_h) | (column["noon_offset_h"] != 0)
    return pl.DataFrame(
        {
            "air_temperature_degc": temperature,
            "relative_humidity_pct": relative_humidity_pct(temperature, pressure_there),
            "wind_speed_kmh": near.mean(column["wind_speed_kmh"][near.index]),
            "precipitation_mm": near.mean(column["precipitation_mm"][near.index]),
            "is_forecast": near.any(rows["is_forecast"].to_numpy()),
            "degraded": near.degraded | near.any(doubtful),
        }
    )


def _radians(places: pl.DataFrame) -> _Floats:
    radians: _Floats = np.radians(places.select("lat_deg", "lon_deg").to_numpy())
    return radians


def _height_m(places: pl.DataFrame) -> _Floats:
    """Heights; NaN where not known."""
    return places["elevation_m"].cast(pl.Float64).to_numpy()
