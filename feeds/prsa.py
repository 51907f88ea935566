"""UCI data set 501 "Beijing Multi-Site Air Quality" (S. Chen 2017, CC BY 4.0): hourly weather of twelve sites.

Columns: year, month, day, hour (Beijing time), TEMP and DEWP (°C), RAIN (mm in the hour), wd (16 points), WSPM (m/s),
station; ``NA`` is missing. There is no humidity: it follows from temperature and dew point. The weather of a site is
that of its nearest CMA station, so several sites repeat each other.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import polars as pl

from feeds.csv_text import number, require_columns, text_table
from feeds.parsed import Parsed
from feeds.rejects import ROW, Check, RejectBounds, RejectReason, blank, sift
from feeds.tables import TableFile, unpacked_text
from feeds.weather_rows import OBSERVED, Station, WeatherSource, weather
from models.frames import UTC, WeatherFrame
from models.weather.humidity import relative_humidity_from_dew_point_pct

SITES = MappingProxyType(
    {
        site.station_id: site
        for site in (
            Station("Aotizhongxin", 39.982, 116.397, 35.0),
            Station("Changping", 40.217, 116.230, 76.0),
            Station("Dingling", 40.292, 116.220, 76.0),
            Station("Dongsi", 39.929, 116.417, 35.0),
            Station("Guanyuan", 39.929, 116.339, 46.0),
            Station("Gucheng", 39.914, 116.184, 66.0),
            Station("Huairou", 40.328, 116.628, 76.0),
            Station("Nongzhanguan", 39.937, 116.461, 35.0),
            Station("Shunyi", 40.127, 116.655, 29.0),
            Station("Tiantan", 39.886, 116.407, 35.0),
            Station("Wanliu", 39.987, 116.287, 46.0),
            Station("Wanshouxigong", 39.878, 116.352, 55.0),
        )
    }
)
"""Sites as published for KDD Cup 2018, with the height of the nearest CMA station."""
_POINTS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
_DIRECTION_DEG = {point: 22.5 * place for place, point in enumerate(_POINTS)}
_CLOCK = ("year", "month", "day", "hour")
_NUMBERS = MappingProxyType(
    {
        "TEMP": "air_temperature_degc",
        "DEWP": "dew_point_degc",
        "RAIN": "precipitation_mm",
        "WSPM": "wind_speed_ms",
    }
)


def parse_prsa(file: TableFile, station: Station, *, bounds: RejectBounds) -> Parsed[WeatherFrame]:
    """Read the hourly record of one site (CSV or .csv.gz). The rain of a row counts as that of the hour that it ends.

    Raises:
        FeedMalformed: names the file and the column, or the rows and fields that cannot be used.
    """
    table = text_table(unpacked_text(file), file.name)
    require_columns(table, (*_CLOCK, *_NUMBERS, "wd", "station"), file.name)
    other = Check(RejectReason.CONTRADICTION, "station", pl.col("station") != station.station_id)
    own, misplaced = sift(table.frame, (other,))
    rejects = table.ragged + misplaced
    source = WeatherSource(file.name, file.name, table.rows_in, rejects=rejects, time_text="time_text")
    frame, unread = blank(_with_humidity(_typed(own, station)), _WIND_CHECK)
    parsed = weather(frame, source=source, bounds=bounds)
    return replace(parsed, blanked=parsed.blanked + unread)


_WIND_CHECK = (
    Check(
        RejectReason.UNKNOWN_WORD,
        "wind_direction_deg",
        pl.col("wd").is_not_null() & pl.col("wind_direction_deg").is_null(),
        "wd",
    ),
)


def _typed(frame: pl.DataFrame, station: Station) -> pl.DataFrame:
    padded = [pl.col(name).str.zfill(2) for name in _CLOCK]
    clock = pl.format("{}-{}-{} {}:00", *padded)
    local = clock.str.to_datetime("%Y-%m-%d %H:%M", time_unit="us", strict=False)
    return frame.select(
        ROW,
        "wd",
        clock.alias("time_text"),
        (local - pl.duration(hours=8)).dt.replace_time_zone(UTC).alias("valid_utc"),
        *(number(theirs).alias(ours) for theirs, ours in _NUMBERS.items()),
        pl.col("wd").replace_strict(_DIRECTION_DEG, default=None, return_dtype=pl.Float64).alias("wind_direction_deg"),
        pl.lit(station.station_id).alias("station_id"),
        pl.lit(OBSERVED).alias("model"),
        pl.lit(station.lat_deg).alias("lat_deg"),
        pl.lit(station.lon_deg).alias("lon_deg"),
        pl.lit(station.elevation_m, dtype=pl.Float64).alias("elevation_m"),
        *(pl.lit(None, pl.Float64).alias(name) for name in ("wind_gust_ms", "snow_depth_cm")),
        pl.lit(None, pl.Datetime("us", UTC)).alias("issued_utc"),
    )


def _with_humidity(frame: pl.DataFrame) -> pl.DataFrame:
    """Humidity where both temperatures are within the range of the formula; null where either is missing."""
    both = pl.all_horizontal(pl.col("air_temperature_degc", "dew_point_degc").is_between(-80, 60))
    usable = frame.select(
        pl.when(both).then(pl.col(name)).alias(name) for name in ("air_temperature_degc", "dew_point_degc")
    )
    humidity = relative_humidity_from_dew_point_pct(
        usable["air_temperature_degc"].to_numpy(), usable["dew_point_degc"].to_numpy()
    )
    return frame.with_columns(pl.Series("relative_humidity_pct", humidity, dtype=pl.Float64).fill_nan(None))
