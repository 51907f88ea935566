"""Weather at points and hours brought to cells, one hour after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from models.fire_weather.arrays import CellWeather
from models.weather.interpolate import Air, InterpolationParameters, Neighbours
from models.weather.noon import one_report_an_hour

_KMH_PER_MS = 3.6
_NEEDED = ("air_temperature_degc", "relative_humidity_pct", "wind_speed_ms", "precipitation_mm")


@dataclass(frozen=True, slots=True)
class HourlyCells:
    """The hours of some weather, at cells when they are asked for."""

    _near: Neighbours
    _air: Air
    _hours: dict[datetime, int]
    _values: npt.NDArray[np.float64]
    """Shape (hours, quantities, points), NaN where a point tells nothing."""

    @classmethod
    def of(cls, weather: pl.DataFrame, cells: pl.DataFrame, *, parameters: InterpolationParameters) -> HourlyCells:
        """Bring together what :meth:`at` needs.

        Args:
            weather: rows of a WeatherFrame with at least one point.
            cells: ``lat_deg, lon_deg, elevation_m``.
            parameters: weights and lapse rates.
        """
        points = weather.group_by("station_id").agg(
            pl.col("lat_deg", "lon_deg").first(), pl.col("elevation_m").drop_nulls().first()
        )
        points = points.sort("station_id").with_row_index("point")
        hours = weather.select(pl.col("valid_utc").unique().sort()).with_row_index("hour")
        reports = one_report_an_hour(weather).join(points.select("station_id", "point"), on="station_id")
        reports = reports.join(hours, on="valid_utc")
        values = np.full((hours.height, len(_NEEDED), points.height), np.nan)
        values[reports["hour"].to_numpy(), :, reports["point"].to_numpy()] = reports.select(_NEEDED).to_numpy()
        near = Neighbours.of(points, cells, parameters)
        return cls(near, Air(near, parameters), dict(hours.select("valid_utc", "hour").rows()), values)

    def at(self, hour: datetime) -> CellWeather:
        """One hour at all cells: wind in km/h, rain of the hour; NaN at a cell of which no point reports.

        Rain that no point reports counts as dry, as it does at noon; the other three make an hour unknown.
        """
        row = self._hours.get(hour)
        shape = self._values.shape[1:]
        temperature, humidity, wind, rain = np.full(shape, np.nan) if row is None else self._values[row]
        warmth, damp = self._air.at_cells(temperature, humidity)
        return CellWeather(
            warmth, damp, self._near.known_mean(wind) * _KMH_PER_MS, np.nan_to_num(self._near.known_mean(rain))
        )
