"""Weather as it was reported and foretold, and at noon: at stations, at points of a grid, at cells."""

from __future__ import annotations

import dataframely as dy

from models.frames.declared import DeclaredFrame
from models.frames.instants import UTC


class WeatherFrame(DeclaredFrame):
    """Hourly weather at points (stations or points of a model grid).

    Wind is at 10 m; precipitation is that of the hour that ends at ``valid_utc``. ``issued_utc`` is null for an
    observation or an analysis, and the time of issue for a forecast.
    """

    station_id = dy.String(primary_key=True)
    valid_utc = dy.Datetime(time_zone=UTC, primary_key=True)
    model = dy.String(primary_key=True)
    """``observed``, or the forecast model, for example ``ecmwf_ifs025``."""
    lat_deg = dy.Float64(min=-90, max=90)
    lon_deg = dy.Float64(min=-180, max=180)
    elevation_m = dy.Float64(nullable=True, min=-500, max=9000)
    air_temperature_degc = dy.Float64(nullable=True, min=-60, max=60)
    relative_humidity_pct = dy.Float64(nullable=True, min=0, max=100)
    wind_speed_ms = dy.Float64(nullable=True, min=0, max=90)
    wind_direction_deg = dy.Float64(nullable=True, min=0, max=360)
    wind_gust_ms = dy.Float64(nullable=True, min=0, max=130)
    precipitation_mm = dy.Float64(nullable=True, min=0, max=250)
    snow_depth_cm = dy.Float64(nullable=True, min=0, max=1000)
    issued_utc = dy.Datetime(time_zone=UTC, nullable=True)


class DailyRecordFrame(DeclaredFrame):
    """What a station reported for a local day (Asia/Shanghai); rain from 20:00 to 20:00 Beijing time."""

    station_id = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    lat_deg = dy.Float64(min=-90, max=90)
    lon_deg = dy.Float64(min=-180, max=180)
    elevation_m = dy.Float64(nullable=True, min=-500, max=9000)
    air_temperature_mean_degc = dy.Float64(nullable=True, min=-60, max=60)
    air_temperature_max_degc = dy.Float64(nullable=True, min=-60, max=60)
    air_temperature_min_degc = dy.Float64(nullable=True, min=-60, max=60)
    relative_humidity_mean_pct = dy.Float64(nullable=True, min=0, max=100)
    relative_humidity_min_pct = dy.Float64(nullable=True, min=0, max=100)
    wind_speed_mean_ms = dy.Float64(nullable=True, min=0, max=90)
    wind_speed_max_ms = dy.Float64(nullable=True, min=0, max=90)
    """Largest 10-minute mean."""
    wind_gust_max_ms = dy.Float64(nullable=True, min=0, max=130)
    precipitation_mm = dy.Float64(nullable=True, min=0, max=1000)


class SnowWeather(DeclaredFrame):
    """What an hourly record tells of snow up to noon; null where it does not tell."""

    snow_depth_cm = dy.Float64(nullable=True, min=0, max=1000)
    """At noon."""
    air_temperature_in_rain_degc = dy.Float64(nullable=True, min=-70, max=60)
    """Mean of the hours with precipitation in the 24 h to noon, weighted with it; null on a dry day."""


class NoonFrame(SnowWeather):
    """Weather at 12:00 Beijing time (04 UTC, noon local standard time) with the rain of the 24 h before it."""

    station_id = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    lat_deg = dy.Float64(min=-90, max=90)
    lon_deg = dy.Float64(min=-180, max=180)
    elevation_m = dy.Float64(nullable=True)
    air_temperature_degc = dy.Float64(min=-60, max=60)
    relative_humidity_pct = dy.Float64(min=0, max=100)
    wind_speed_kmh = dy.Float64(min=0, max=330)
    precipitation_mm = dy.Float64(min=0, max=1000)
    rain_hours_missing_h = dy.Int64(min=0, max=24)
    """Hours of the 24 for which no rain was reported: counted as dry, and shown."""
    noon_offset_h = dy.Int64(min=-1, max=1)
    """Hours from noon to the report that stands here: not 0 where the report of noon itself was missing."""
    is_forecast = dy.Bool()


class NoonGapFrame(DeclaredFrame):
    """A day that a point gives no noon weather for."""

    station_id = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    reason = dy.String()
    """``no_report``, the first field that no report around noon has, or ``no_complete_report``."""


class CellNoonFrame(SnowWeather):
    """Noon weather brought to cells."""

    cell_id = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    air_temperature_degc = dy.Float64(min=-70, max=60)
    relative_humidity_pct = dy.Float64(min=0, max=100)
    wind_speed_kmh = dy.Float64(min=0, max=330)
    precipitation_mm = dy.Float64(min=0, max=1000)
    is_forecast = dy.Bool()
    degraded = dy.Bool()
