"""What the hours of a local day say beyond noon: the driest air, the strongest gust, snow on the ground.

The codes look at noon. Fires start and run on the worst hour, and that is what these columns keep.
"""

from __future__ import annotations

from dataclasses import dataclass

import dataframely as dy
import numpy as np
import polars as pl

from models.frames import WeatherFrame
from models.frames.declared import DeclaredFrame
from models.weather.humidity import saturation_vapour_pressure
from models.weather.noon import one_report_an_hour

BEIJING_OFFSET_H = 8
KPA_PER_UNIT = 0.6112
"""Kilopascals in the unit of ``models.weather.humidity``, 6.112 hPa."""
_NEEDED = ("air_temperature_degc", "relative_humidity_pct", "wind_speed_ms")
_DAY = ["station_id", "local_date"]


class DayWeatherFrame(DeclaredFrame):
    """Extremes of a local day (Asia/Shanghai) at a point."""

    station_id = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    lat_deg = dy.Float64(min=-90, max=90)
    lon_deg = dy.Float64(min=-180, max=180)
    vpd_max_kpa = dy.Float64(min=0)
    """Largest vapour pressure deficit of an hour."""
    vpd_noon_kpa = dy.Float64(min=0)
    """That of the hour nearest to noon: the rest is what the afternoon adds."""
    humidity_noon_pct = dy.Float64(min=0, max=100)
    relative_humidity_min_pct = dy.Float64(min=0, max=100)
    gust_max_ms = dy.Float64(min=0)
    gust_estimated = dy.Bool()
    """No gust was reported: the strongest hourly wind times a factor stands for it."""
    snow_depth_cm = dy.Float64(nullable=True, min=0)
    hours = dy.Int64(min=1, max=24)
    """Hours with temperature, humidity and wind."""


@dataclass(frozen=True, slots=True)
class DayWeatherParameters:
    """How a day is drawn from its hours (``rules/ignition.toml``, section ``day_weather``).

    Raises:
        ValueError: a factor below 1.
    """

    gust_factor: float = 1.7
    """Gust of a day over its strongest mean wind, where no gust is reported."""

    def __post_init__(self) -> None:
        if not self.gust_factor >= 1:
            raise ValueError(f"gust_factor: {self.gust_factor}, a gust is no less than the mean wind")


def vapour_pressure_deficit_kpa(air_temperature_degc: pl.Series, relative_humidity_pct: pl.Series) -> pl.Series:
    """How much water vapour the air could still take up."""
    saturated = KPA_PER_UNIT * saturation_vapour_pressure(air_temperature_degc.to_numpy())
    deficit = saturated * (1.0 - relative_humidity_pct.to_numpy() / 100.0)
    return pl.Series("vpd_kpa", np.maximum(deficit, 0.0), nan_to_null=True)


def day_weather(
    weather: dy.DataFrame[WeatherFrame], *, parameters: DayWeatherParameters
) -> dy.DataFrame[DayWeatherFrame]:
    """Extremes of every point and local day that has at least one whole hour.

    An observation wins over an analysis, both over a forecast, field by field; several models give their mean.

    Args:
        weather: hourly, in any order, from one issue of each model; a day may have any number of hours.
        parameters: the gust factor.
    """
    hours = _hours(weather)
    whole = hours.drop_nulls(_NEEDED)
    if whole.is_empty():
        return DayWeatherFrame.create_empty()
    whole = whole.with_columns(
        vapour_pressure_deficit_kpa(whole["air_temperature_degc"], whole["relative_humidity_pct"])
    )
    days = whole.group_by(_DAY).agg(
        pl.col("lat_deg", "lon_deg").first(),
        pl.col("vpd_kpa").max().alias("vpd_max_kpa"),
        pl.col("vpd_kpa").sort_by((pl.col("local_hour") - 12).abs()).first().alias("vpd_noon_kpa"),
        pl.col("relative_humidity_pct").sort_by((pl.col("local_hour") - 12).abs()).first().alias("humidity_noon_pct"),
        pl.col("relative_humidity_pct").min().alias("relative_humidity_min_pct"),
        pl.col("wind_speed_ms").max().alias("wind_max_ms"),
        pl.len().cast(pl.Int64).alias("hours"),
    )
    told = hours.group_by(_DAY).agg(pl.col("wind_gust_ms", "snow_depth_cm").max())
    days = days.join(told, on=_DAY, how="left").with_columns(
        pl.max_horizontal(
            pl.coalesce("wind_gust_ms", pl.col("wind_max_ms") * parameters.gust_factor), "wind_max_ms"
        ).alias("gust_max_ms"),
        pl.col("wind_gust_ms").is_null().alias("gust_estimated"),
    )
    return DayWeatherFrame.validate(
        days.select(DayWeatherFrame.column_names()).sort("local_date", "station_id"), cast=True
    )


def _hours(weather: pl.DataFrame) -> pl.DataFrame:
    """One row a point and hour, with its local day and hour."""
    places = weather.group_by("station_id").agg(pl.col("lat_deg", "lon_deg").first())
    local = pl.col("valid_utc").dt.offset_by(f"{BEIJING_OFFSET_H}h")
    return (
        one_report_an_hour(weather)
        .join(places, on="station_id")
        .with_columns(local.dt.date().alias("local_date"), local.dt.hour().cast(pl.Int64).alias("local_hour"))
    )
