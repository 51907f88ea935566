"""Weather at points and hours brought to cells, one hour after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from models.fire_weather.arrays import CellWeather
from models.weather.interpolate import Air, InterpolationParameters, Neighbours
from models.weather.noon import one_report_an_hour

_KMH_PER_MS = 3.6
_NEEDED = ("air_temperature_degc", "relative_humidity_pct", "wind_speed_ms", "precipitation_mm")


@dataclass(frozen=True, slots=True)
class CellHour:
    """One hour at all cells: wind in km/h, rain of the hour; NaN at a cell of which no point reports."""

    valid_utc: datetime
    weather: CellWeather


def hours_at_cells(
    weather: pl.DataFrame, cells: pl.DataFrame, hours: Sequence[datetime], *, parameters: InterpolationParameters
) -> Iterator[CellHour]:
    """The wanted hours in their order, at the rows of ``cells``.

    Rain that no point reports counts as dry, as it does at noon; the other three make an hour unknown.

    Args:
        weather: rows of a WeatherFrame with at least one point.
        cells: ``lat_deg, lon_deg, elevation_m``.
        hours: on the hour.
        parameters: weights and lapse rates.
    """
    points = weather.group_by("station_id").agg(
        pl.col("lat_deg", "lon_deg").first(), pl.col("elevation_m").drop_nulls().first()
    )
    points = points.sort("station_id").with_row_index("point")
    near = Neighbours.of(points, cells, parameters)
    air = Air(near, parameters)
    wanted = weather.filter(pl.col("valid_utc").is_in(list(hours)))
    reports = one_report_an_hour(wanted).join(points.select("station_id", "point"), on="station_id")
    by_hour = dict(reports.group_by("valid_utc"))
    for hour in hours:
        rows = by_hour.get((hour,))
        values = {name: np.full(points.height, np.nan) for name in _NEEDED}
        if rows is not None:
            for name in _NEEDED:
                values[name][rows["point"].to_numpy()] = rows[name].to_numpy()
        temperature, humidity = air.at_cells(values["air_temperature_degc"], values["relative_humidity_pct"])
        wind = near.known_mean(values["wind_speed_ms"]) * _KMH_PER_MS
        rain = np.nan_to_num(near.known_mean(values["precipitation_mm"]))
        yield CellHour(hour, CellWeather(temperature, humidity, wind, rain))
