"""From typed weather rows of any source to one frame: what cannot be is blanked, what repeats is merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from feeds.parsed import Parsed, declared_range, newest
from feeds.rejects import Check, RejectBounds, RejectReason, Rejects, blank, bounded, sift
from models.frames import WeatherFrame

OBSERVED = "observed"
VALUES = (
    "elevation_m",
    "air_temperature_degc",
    "relative_humidity_pct",
    "wind_speed_ms",
    "wind_direction_deg",
    "wind_gust_ms",
    "precipitation_mm",
    "snow_depth_cm",
)
ESSENTIAL = ("air_temperature_degc", "relative_humidity_pct", "wind_speed_ms")
"""What an hour must have to count as weather."""
_KEY = ("station_id", "valid_utc", "model")


@dataclass(frozen=True)
class Station:
    """A place that observes. ``elevation_m`` is None where nobody knows it."""

    station_id: str
    lat_deg: float
    lon_deg: float
    elevation_m: float | None


@dataclass(frozen=True)
class WeatherSource:
    """Where weather rows came from, with what was lost before they became typed rows."""

    feed: str
    product: str
    rows_in: int
    rejects: Rejects = field(default_factory=Rejects)
    time_text: str | None = None
    """Column that holds the valid time as it was written, for the examples."""


def weather(frame: pl.DataFrame, *, source: WeatherSource, bounds: RejectBounds) -> Parsed[WeatherFrame]:
    """Weather of rows with the columns of ``WeatherFrame`` and ``row``; NaN stands for "not a number".

    Where a station, time and model repeats, the later issue wins, then the row that says more.

    Raises:
        FeedMalformed: more rows or values than ``bounds`` allow cannot be used.
    """
    sound, rejects = sift(frame, _row_checks(source.time_text))
    rejects = source.rejects + rejects
    bounded(rejects, source.rows_in, bounds.max_reject_share, feed=source.feed, allowed_rows=bounds.allowed_rows)
    sound, blanked = blank(sound, _value_checks())
    told = sum(sound.get_column(name).count() for name in VALUES) + blanked.total
    bounded(blanked, told, bounds.max_blank_share, feed=source.feed, allowed_rows=bounds.allowed_rows)
    merged = _merged(sound)
    with_data = merged.filter(pl.all_horizontal(pl.col(*ESSENTIAL).is_not_null()))
    return Parsed(
        feed=source.feed,
        product=source.product,
        frame=WeatherFrame.validate(merged.select(WeatherFrame.column_names()), cast=True),
        rows_in=source.rows_in,
        duplicates=sound.height - merged.height,
        rejects=rejects,
        blanked=blanked,
        newest_content_utc=newest(with_data, "valid_utc"),
        covered_until_utc=newest(with_data, "valid_utc"),
    )


def _row_checks(time_text: str | None) -> Sequence[Check]:
    place = [
        check
        for name in ("lat_deg", "lon_deg")
        for check in (
            Check(RejectReason.MISSING_VALUE, name, pl.col(name).is_null()),
            Check(RejectReason.NOT_A_NUMBER, name, ~pl.col(name).is_finite()),
            Check(RejectReason.OUT_OF_RANGE, name, ~pl.col(name).is_between(*declared_range(WeatherFrame, name))),
        )
    ]
    known_year = pl.col("valid_utc").dt.year().is_between(1900, 2099)
    return (
        Check(RejectReason.MISSING_VALUE, "station_id", pl.col("station_id").is_null()),
        Check(RejectReason.BAD_TIME, "valid_utc", pl.col("valid_utc").is_null() | ~known_year, time_text),
        *place,
    )


def _value_checks() -> Sequence[Check]:
    return [
        check
        for name in VALUES
        for check in (
            Check(RejectReason.NOT_A_NUMBER, name, ~pl.col(name).is_finite()),
            Check(RejectReason.OUT_OF_RANGE, name, ~pl.col(name).is_between(*declared_range(WeatherFrame, name))),
        )
    ]


def _merged(frame: pl.DataFrame) -> pl.DataFrame:
    said = pl.sum_horizontal(pl.col(name).is_not_null() for name in VALUES)
    order = ("issued_utc", "_said", *VALUES, "lat_deg", "lon_deg")
    return (
        frame.with_columns(said.alias("_said"))
        .sort(*_KEY, *order, descending=[*(False for _ in _KEY), *(True for _ in order)], nulls_last=True)
        .unique(_KEY, keep="first", maintain_order=True)
    )
