"""Hourly weather at points brought to what the codes ask for: noon, and the rain of the 24 hours before it.

Noon is 12:00 Beijing time (04 UTC): at 116 °E the sun stands highest sixteen minutes later. There is no summer time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import dataframely as dy
import polars as pl

from models.frames import NoonFrame, NoonGapFrame, WeatherFrame
from models.weather.snow_weather import snow_weather

NOON_UTC_H = 4
"""12:00 Beijing time (UTC+8)."""
OBSERVED = "observed"
NO_REPORT = "no_report"
_AT_NOON = ("air_temperature_degc", "relative_humidity_pct", "wind_speed_ms")
_VALUES = (*_AT_NOON, "precipitation_mm", "wind_gust_ms", "snow_depth_cm")
_DAY = ["station_id", "local_date"]
_RAIN_WINDOW_H = 24
_RAIN_DECIMALS = 6
"""The DMC and the DC step at 1.5 and 2.8 mm: a sum must not fall on either side by the order of its hours."""
_KMH_PER_MS = 3.6
_MOST_RAIN_MM = 1000.0
"""In 24 hours. The wettest day measured in North China had some 700 mm: a gauge that says more is not believed."""


@dataclass(frozen=True, slots=True)
class NoonWeather:
    """Noon weather, and the days that have none."""

    noon: dy.DataFrame[NoonFrame]
    gaps: dy.DataFrame[NoonGapFrame]


def noon_weather(weather: dy.DataFrame[WeatherFrame]) -> NoonWeather:
    """Noon weather per point and day.

    - An observation wins over an analysis (no time of issue), and both win over a forecast, field by field.
    - Several models of the same kind: their mean. It has the smallest expected error of temperature, humidity and
      wind, and unlike the driest or the wettest model it does not push the drought codes one way day after day.
    - The report of noon is taken; where it lacks temperature, humidity or wind, the nearest complete one within an
      hour, and of two the later, drier one. ``noon_offset_h`` tells.
    - Rain is the sum over the 24 hours that end at noon; hours without a report count as dry and are counted. A sum
      that cannot be counts as no report: a gauge that is stuck must not make a dry day wet.

    Args:
        weather: hourly rows in any order, from one issue of each model.

    Returns:
        For every point, each day of which noon lies between the first and the last hour of ``weather`` is either in
        ``noon`` or in ``gaps``.

    Raises:
        ValueError: a time that is not on the hour, or a point with two positions; names the point.
    """
    _refuse_odd_minutes(weather)
    days = _places(weather).join(_days(weather), how="cross")
    hours = one_report_an_hour(weather)
    reports = _reports_around_noon(hours)
    chosen = (
        reports.drop_nulls(_AT_NOON)
        .sort(pl.col("noon_offset_h").abs(), pl.col("noon_offset_h"), descending=[False, True])
        .unique(_DAY, keep="first", maintain_order=True)
    )
    noon = days.join(chosen, on=_DAY).join(_rain(hours), on=_DAY, how="left")
    noon = noon.join(snow_weather(hours, noon_utc_h=NOON_UTC_H), on=_DAY, how="left")
    noon = noon.with_columns(
        (pl.col("wind_speed_ms") * _KMH_PER_MS).alias("wind_speed_kmh"),
        pl.col("precipitation_mm").fill_null(0.0),
        (_RAIN_WINDOW_H - pl.col("rain_hours").fill_null(0)).alias("rain_hours_missing_h"),
    )
    gaps = days.join(chosen, on=_DAY, how="anti").join(_lacking(reports), on=_DAY, how="left")
    return NoonWeather(
        NoonFrame.validate(noon.select(NoonFrame.column_names()).sort("local_date", "station_id"), cast=True),
        NoonGapFrame.validate(
            gaps.select(*_DAY, pl.col("reason").fill_null(NO_REPORT)).sort("local_date", "station_id"), cast=True
        ),
    )


def _refuse_odd_minutes(weather: pl.DataFrame) -> None:
    odd = weather.filter(pl.col("valid_utc") != pl.col("valid_utc").dt.truncate("1h"))
    if odd.height:
        raise ValueError(
            f"station {odd['station_id'][0]}: {odd['valid_utc'][0]} is not on the hour; weather is hourly, "
            "with the rain of the hour that ends there"
        )


def _places(weather: pl.DataFrame) -> pl.DataFrame:
    places = weather.group_by("station_id").agg(
        pl.col("lat_deg", "lon_deg").first(),
        pl.col("elevation_m").drop_nulls().first(),
        pl.struct("lat_deg", "lon_deg").n_unique().alias("positions"),
    )
    moved = places.filter(pl.col("positions") > 1)
    if moved.height:
        raise ValueError(
            f"station {moved['station_id'][0]} has {moved['positions'][0]} positions: give each its own id"
        )
    return places.drop("positions")


def _days(weather: pl.DataFrame) -> pl.DataFrame:
    """Local days of which noon lies between the first and the last hour of all points."""
    first, last = weather["valid_utc"].min(), weather["valid_utc"].max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return pl.DataFrame(schema={"local_date": pl.Date})
    to_noon = timedelta(hours=NOON_UTC_H)
    start, end = (first - to_noon + timedelta(days=1, microseconds=-1)).date(), (last - to_noon).date()
    return pl.DataFrame({"local_date": pl.date_range(start, end, eager=True)})


def one_report_an_hour(weather: pl.DataFrame) -> pl.DataFrame:
    """Every field of an hour from the best kind of source that has it; of several models their mean."""
    kind = pl.when(pl.col("model") == OBSERVED).then(0).when(pl.col("issued_utc").is_null()).then(1).otherwise(2)
    keys = ["station_id", "valid_utc"]
    ordered = weather.sort(*keys, "model")
    by_kind = ordered.group_by(*keys, kind.alias("kind"), maintain_order=True).agg(pl.col(*_VALUES).mean())
    by_kind = by_kind.sort(*keys, "kind")
    forecast = [pl.col("kind").filter(pl.col(name).is_not_null()).first() == 2 for name in _AT_NOON]
    return by_kind.group_by(keys, maintain_order=True).agg(
        pl.col(*_VALUES).drop_nulls().first(),
        pl.any_horizontal(forecast).fill_null(value=False).alias("is_forecast"),
    )


def _reports_around_noon(hours: pl.DataFrame) -> pl.DataFrame:
    """Reports from 11 to 13 o'clock with their distance from noon."""
    offset_h = pl.col("valid_utc").dt.hour().cast(pl.Int64) - NOON_UTC_H
    return hours.select(
        "station_id",
        pl.col("valid_utc").dt.date().alias("local_date"),  # at these hours the day is the same in Beijing
        *_AT_NOON,
        offset_h.alias("noon_offset_h"),
        "is_forecast",
    ).filter(pl.col("noon_offset_h").abs() <= 1)


def _rain(hours: pl.DataFrame) -> pl.DataFrame:
    """Rain of the 24 hours that end at noon, and how many of them reported it; an impossible sum was no report."""
    day = (pl.col("valid_utc") + pl.duration(hours=23 - NOON_UTC_H)).dt.date()
    fallen = hours.group_by("station_id", day.alias("local_date")).agg(
        pl.col("precipitation_mm").sum().round(_RAIN_DECIMALS),
        pl.col("precipitation_mm").count().cast(pl.Int64).alias("rain_hours"),
    )
    return fallen.filter(pl.col("precipitation_mm") <= _MOST_RAIN_MM)


def _lacking(reports: pl.DataFrame) -> pl.DataFrame:
    """The first field that no report around noon has; where each is in some report, that none has all."""
    reason = pl.lit("no_complete_report")
    for name in reversed(_AT_NOON):
        reason = pl.when(pl.col(name) == 0).then(pl.lit(name)).otherwise(reason)
    return reports.group_by(_DAY).agg(pl.col(_AT_NOON).count()).select(*_DAY, reason.alias("reason"))
