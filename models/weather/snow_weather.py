"""What the hours before noon tell of snow: its depth, and how cold it was while something fell."""

from __future__ import annotations

import polars as pl

from models.frames import SnowWeather


def snow_weather(hours: pl.DataFrame, *, noon_utc_h: int) -> pl.DataFrame:
    """The columns of ``SnowWeather`` per ``station_id`` and ``local_date``.

    Args:
        hours: one row a station and hour: ``station_id, valid_utc`` and the values of a WeatherFrame.
        noon_utc_h: the hour that ends the 24 hours of rain and snow.
    """
    to_noon = (pl.col("valid_utc") + pl.duration(hours=23 - noon_utc_h)).dt.date().alias("local_date")
    days = hours.sort("valid_utc").group_by("station_id", to_noon).agg(*_snow_and_rain())
    return days.select("station_id", "local_date", *SnowWeather.column_names())


def _snow_and_rain() -> tuple[pl.Expr, pl.Expr]:
    rain, temperature = pl.col("precipitation_mm"), pl.col("air_temperature_degc")
    wet = (rain > 0) & temperature.is_not_null()
    weighted = (rain * temperature).filter(wet).sum() / rain.filter(wet).sum()
    return (
        pl.col("snow_depth_cm").drop_nulls().last(),
        pl.when(wet.any()).then(weighted).alias("air_temperature_in_rain_degc"),
    )
