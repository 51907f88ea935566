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

from models.frames import CellNoonFrame, NoonFrame
from models.weather.humidity import relative_humidity_pct, vapour_pressure

_EARTH_RADIUS_KM = 6371.0088
_SAME_PLACE_KM = 1e-3
_M_PER_KM = 1000.0
_COLDEST_DEGC, _WARMEST_DEGC = -70.0, 60.0
"""Of a CellNoonFrame: beyond them a height is wrong, and not the air."""
_DEEPEST_CM = 1000.0
RAIN_DECIMALS = 6
"""The DMC and the DC step at 1.5 and 2.8 mm: the last digits of a weighted mean must not decide."""
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
    that of a point is not known (then taken as equal), no point is near, a report of another hour stands for noon, too
    much of the rain is missing, or the heights make a temperature that cannot be (then the nearest that can).

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
    neighbours: dict[tuple[Any, ...], Neighbours] = {}
    parts = []
    for (day,), rows in noon.sort("local_date", "station_id").group_by("local_date", maintain_order=True):
        points = tuple(rows["station_id"])
        if points not in neighbours:
            neighbours[points] = Neighbours.of(rows, places, parameters)
        parts.append(
            _day(rows, neighbours[points], parameters).select(
                places["cell_id"], pl.lit(day).alias("local_date"), pl.all()
            )
        )
    return CellNoonFrame.validate(pl.concat(parts)) if parts else CellNoonFrame.create_empty()


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The points of every cell: arrays of shape (cells, neighbours)."""

    index: npt.NDArray[np.intp]
    weight: _Floats
    above_km: _Floats
    """Height of the cell above the point; 0 where either is not known."""
    degraded: npt.NDArray[np.bool_]
    """Shape (cells,)."""

    @classmethod
    def of(cls, points: pl.DataFrame, cells: pl.DataFrame, parameters: InterpolationParameters) -> Neighbours:
        """The nearest of ``points`` for each of ``cells``; both with ``lat_deg, lon_deg, elevation_m``."""
        from sklearn.neighbors import BallTree

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
        """Weighted mean at the cells of one value a point."""
        weighted: _Floats = (self.weight * values[self.index]).sum(axis=1)
        return weighted

    def known_mean(self, values: _Floats, shift: _Floats | float = 0.0, *, factor: _Floats | float = 1.0) -> _Floats:
        """As :meth:`mean`, over the points that have a value; NaN at a cell none of whose points has one.

        Args:
            values: one a point, NaN where unknown.
            shift: added to the value of each neighbour, shape (cells, neighbours).
            factor: multiplies it before.
        """
        at = values[self.index]
        known = ~np.isnan(at)
        if known.all():
            whole: _Floats = (self.weight * (at * factor + shift)).sum(axis=1)
            return whole
        weight = np.where(known, self.weight, 0.0)
        total = weight.sum(axis=1)
        summed = (weight * (np.where(known, at, 0.0) * factor + shift)).sum(axis=1)
        partial: _Floats = np.divide(summed, total, out=np.full(total.shape, np.nan), where=total > 0)
        return partial

    def any(self, flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Whether a flag is set at any point that weighs in."""
        return np.asarray((flags[self.index] & (self.weight > 0)).any(axis=1))


def _day(rows: pl.DataFrame, near: Neighbours, parameters: InterpolationParameters) -> pl.DataFrame:
    """Weather of one day at all cells."""
    column = {name: rows[name].to_numpy() for name in rows.columns if rows[name].dtype.is_numeric()}
    air = Air(near, parameters)
    temperature, humidity = air.at_cells(column["air_temperature_degc"], column["relative_humidity_pct"])
    held = np.clip(temperature, _COLDEST_DEGC, _WARMEST_DEGC)
    in_rain = near.known_mean(column["air_temperature_in_rain_degc"], air.lapse_degc)
    doubtful = (column["rain_hours_missing_h"] > parameters.rain_hours_missing_max_h) | (column["noon_offset_h"] != 0)
    return pl.DataFrame(
        {
            "air_temperature_degc": held,
            "relative_humidity_pct": humidity,
            "wind_speed_kmh": near.mean(column["wind_speed_kmh"]),
            "precipitation_mm": near.mean(column["precipitation_mm"]).round(RAIN_DECIMALS),
            "snow_depth_cm": np.minimum(near.known_mean(column["snow_depth_cm"]), _DEEPEST_CM),
            "air_temperature_in_rain_degc": np.clip(in_rain, _COLDEST_DEGC, _WARMEST_DEGC),
            "is_forecast": near.any(rows["is_forecast"].to_numpy()),
            "degraded": near.degraded | near.any(doubtful) | (held != temperature),
        },
        nan_to_null=True,
    )


@dataclass(frozen=True, slots=True)
class Air:
    """Temperature and humidity brought from the points' heights to the cells'."""

    near: Neighbours
    parameters: InterpolationParameters

    @property
    def lapse_degc(self) -> _Floats:
        """What a cell is warmer than each of its points for its height: negative where it lies above."""
        return -self.parameters.temperature_lapse_degc_per_km * self.near.above_km

    def at_cells(self, temperature: _Floats, humidity: _Floats) -> tuple[_Floats, _Floats]:
        """Temperature and relative humidity at all cells; NaN where no point of a cell has both."""
        known = ~(np.isnan(temperature) | np.isnan(humidity))
        warmth, moist = np.where(known, temperature, np.nan), np.where(known, humidity, np.nan)
        there = self.near.known_mean(warmth, self.lapse_degc)
        thinning = np.exp(-self.parameters.vapour_decrease_per_km * self.near.above_km)
        pressure = self.near.known_mean(vapour_pressure(warmth, moist), factor=thinning)
        return there, relative_humidity_pct(there, pressure)


def _radians(places: pl.DataFrame) -> _Floats:
    radians: _Floats = np.radians(places.select("lat_deg", "lon_deg").to_numpy())
    return radians


def _height_m(places: pl.DataFrame) -> _Floats:
    """Heights; NaN where not known."""
    return places["elevation_m"].cast(pl.Float64).to_numpy()
