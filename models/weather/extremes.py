"""What the hours of a day tell beside noon: the driest, the warmest, the strongest gust, the snow."""

from __future__ import annotations

import polars as pl

from models.frames import DayExtremes

LEAST_HOURS = 18
"""A day of which fewer hours are known has no extremes: its afternoon may be among the missing."""
_KMH_PER_MS = 3.6
_DAY = ["station_id", "local_date"]


def day_extremes(hours: pl.DataFrame, *, noon_utc_h: int) -> pl.DataFrame:
    """The columns of ``DayExtremes`` per ``station_id`` and ``local_date``.

    Args:
        hours: one row a station and hour: ``station_id, valid_utc`` and the values of a WeatherFrame.
        noon_utc_h: the hour that ends the 24 hours of rain and snow.
    """
    to_noon = (pl.col("valid_utc") + pl.duration(hours=23 - noon_utc_h)).dt.date().alias("local_date")
    beijing = (pl.col("valid_utc") + pl.duration(hours=8)).dt.date().alias("local_date")
    snow = hours.sort("valid_utc").group_by("station_id", to_noon).agg(*_snow_and_rain())
    air = hours.group_by("station_id", beijing).agg(
        _of_most("air_temperature_degc", pl.col("air_temperature_degc").max()).alias("air_temperature_max_degc"),
        _of_most("relative_humidity_pct", pl.col("relative_humidity_pct").min()).alias("relative_humidity_min_pct"),
        _of_most("wind_gust_ms", pl.col("wind_gust_ms").max() * _KMH_PER_MS).alias("wind_gust_max_kmh"),
    )
    both = snow.join(air, on=_DAY, how="full", coalesce=True)
    return both.select(*_DAY, *DayExtremes.column_names())


def _snow_and_rain() -> tuple[pl.Expr, pl.Expr]:
    rain, temperature = pl.col("precipitation_mm"), pl.col("air_temperature_degc")
    wet = (rain > 0) & temperature.is_not_null()
    weighted = (rain * temperature).filter(wet).sum() / rain.filter(wet).sum()
    return (
        pl.col("snow_depth_cm").drop_nulls().last(),
        pl.when(wet.any()).then(weighted).alias("air_temperature_in_rain_degc"),
    )


def _of_most(name: str, extreme: pl.Expr) -> pl.Expr:
    return pl.when(pl.col(name).count() >= LEAST_HOURS).then(extreme)
