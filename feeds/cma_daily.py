"""CMA daily surface climate as a table: one row a station and local day, to be brought to noon values by the models.

Columns of the recorded copies: date, avgtemp maxtemp mintemp (°C), avgrh minrh (%), avgws maxws extremews (m/s),
precipitation (mm from 20:00 to 20:00 Beijing time), and others that are not used here.
"""

from __future__ import annotations

from types import MappingProxyType

import polars as pl

from feeds.csv_text import number, require_columns, text_table
from feeds.parsed import Parsed, declared_range, newest
from feeds.rejects import ROW, Check, RejectBounds, RejectReason, blank, bounded, sift
from feeds.tables import TableFile, unpacked_text
from feeds.weather_rows import Station
from models.frames import DailyRecordFrame

COLUMNS = MappingProxyType(
    {
        "avgtemp": "air_temperature_mean_degc",
        "maxtemp": "air_temperature_max_degc",
        "mintemp": "air_temperature_min_degc",
        "avgrh": "relative_humidity_mean_pct",
        "minrh": "relative_humidity_min_pct",
        "avgws": "wind_speed_mean_ms",
        "maxws": "wind_speed_max_ms",
        "extremews": "wind_gust_max_ms",
        "precipitation": "precipitation_mm",
    }
)


def parse_cma_daily(file: TableFile, station: Station, *, bounds: RejectBounds) -> Parsed[DailyRecordFrame]:
    """Read the daily record of one station (CSV or .csv.gz). Where a day repeats, the row that says more wins.

    Raises:
        FeedMalformed: names the file and the column, or the rows and fields that cannot be used.
    """
    table = text_table(unpacked_text(file), file.name)
    require_columns(table, ("date", *COLUMNS), file.name)
    typed = table.frame.select(
        ROW,
        pl.col("date").alias("date_text"),
        pl.col("date").str.to_date("%Y-%m-%d", strict=False).alias("local_date"),
        *(number(theirs).alias(ours) for theirs, ours in COLUMNS.items()),
    )
    dated, rejects = sift(typed, _row_checks())
    rejects = table.ragged + rejects
    bounded(rejects, table.rows_in, bounds.max_reject_share, feed=file.name, allowed_rows=bounds.allowed_rows)
    dated, blanked = blank(dated, _value_checks())
    values = dated.height * len(COLUMNS)
    bounded(blanked, values, bounds.max_blank_share, feed=file.name, allowed_rows=bounds.allowed_rows)
    merged = _merged(dated)
    # A local day ends at 16 UTC.
    days = merged.select((pl.col("local_date").cast(pl.Datetime("us")) + pl.duration(hours=16)).alias("ends_utc"))
    days = days.with_columns(pl.col("ends_utc").dt.replace_time_zone("UTC"))
    return Parsed(
        feed=file.name,
        product=file.name,
        frame=DailyRecordFrame.validate(_placed(merged, station), cast=True),
        rows_in=table.rows_in,
        duplicates=dated.height - merged.height,
        rejects=rejects,
        blanked=blanked,
        newest_content_utc=newest(days, "ends_utc"),
        covered_until_utc=newest(days, "ends_utc"),
    )


def _row_checks() -> tuple[Check, ...]:
    day = pl.col("local_date")
    return (
        Check(RejectReason.MISSING_VALUE, "date", pl.col("date_text").is_null(), "date_text"),
        Check(RejectReason.BAD_TIME, "date", day.is_null() | ~day.dt.year().is_between(1900, 2099), "date_text"),
    )


def _value_checks() -> list[Check]:
    return [
        check
        for name in COLUMNS.values()
        for check in (
            Check(RejectReason.NOT_A_NUMBER, name, pl.col(name).is_nan()),
            Check(RejectReason.OUT_OF_RANGE, name, ~pl.col(name).is_between(*declared_range(DailyRecordFrame, name))),
        )
    ]


def _merged(frame: pl.DataFrame) -> pl.DataFrame:
    said = pl.sum_horizontal(pl.col(name).is_not_null() for name in COLUMNS.values()).alias("_said")
    order = ("_said", *COLUMNS.values())
    return (
        frame.with_columns(said)
        .sort("local_date", *order, descending=[False, *(True for _ in order)], nulls_last=True)
        .unique("local_date", keep="first", maintain_order=True)
    )


def _placed(frame: pl.DataFrame, station: Station) -> pl.DataFrame:
    return frame.with_columns(
        pl.lit(station.station_id).alias("station_id"),
        pl.lit(station.lat_deg).alias("lat_deg"),
        pl.lit(station.lon_deg).alias("lon_deg"),
        pl.lit(station.elevation_m, dtype=pl.Float64).alias("elevation_m"),
    ).select(DailyRecordFrame.column_names())
