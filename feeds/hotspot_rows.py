"""From rows of strings with FIRMS column names to hotspots, whatever the satellite, the product and its spelling.

FIRMS attribute tables: MODIS Collection 6 and 6.1 Active Fire Product User's Guide (Giglio et al. 2021) and VIIRS 375 m
Active Fire Product User's Guide (Schroeder and Giglio 2018), with the variants seen in real answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from feeds.csv_text import TextTable, instant, number
from feeds.parsed import Parsed, declared_range, newest
from feeds.rejects import ROW, Check, RejectBounds, RejectReason, blank, bounded, sift
from models.frames import UTC, HotspotFrame

PLACE_AND_TIME = ("latitude", "longitude", "acq_date", "acq_time", "satellite")
"""Without one of these a row says nothing and is rejected. Any other field can be unreadable and the fire be real."""
BRIGHTNESS = ("brightness", "bright_ti4")
_OPTIONAL = ("instrument", "confidence", "frp", "scan", "track", "daynight", "available_utc")
_WORDS = {"l": "low", "low": "low", "n": "nominal", "nominal": "nominal", "h": "high", "high": "high"}
_NAMES = {"frp": "frp_mw", "brightness": "brightness_k", "scan": "scan_km", "track": "track_km"}
_RANGES = {name: declared_range(HotspotFrame, long) for name, long in _NAMES.items()}


@dataclass(frozen=True)
class HotspotRules:
    """What must be known to read a hotspot row.

    Args:
        satellites: name of each satellite by the codes that feeds use for it (``N20`` and ``1`` are NOAA-20).
        instruments: instrument of each satellite name.
        min_location_error_km: least error of a pixel centre, by instrument: the size of its pixel at nadir.
        unknown_location_error_km: error where the pixel size is not given, by instrument: that of its largest pixel.
        latency_h: from acquisition to availability, by instrument.
        low_below_pct: a confidence in percent below it is ``low``.
        high_from_pct: a confidence in percent from it on is ``high``.
        future_tolerance_min: how far a clock may be ahead before a row is rejected.

    Raises:
        ValueError: a satellite without instrument, or an instrument without numbers.
    """

    satellites: Mapping[str, str]
    instruments: Mapping[str, str]
    min_location_error_km: Mapping[str, float]
    unknown_location_error_km: Mapping[str, float]
    latency_h: Mapping[str, float]
    low_below_pct: float
    high_from_pct: float
    future_tolerance_min: float

    def __post_init__(self) -> None:
        orphans = sorted(set(self.satellites.values()) - set(self.instruments))
        if orphans:
            raise ValueError(f"satellite {', '.join(orphans)} has no instrument")
        for name in ("min_location_error_km", "unknown_location_error_km", "latency_h"):
            bare = sorted(set(self.instruments.values()) - set(getattr(self, name)))
            if bare:
                raise ValueError(f"{name} has no value for {', '.join(bare)}")
        if not 0 < self.low_below_pct < self.high_from_pct <= 100:
            raise ValueError(f"confidence bounds are in disorder: {self.low_below_pct} and {self.high_from_pct}")


@dataclass(frozen=True)
class HotspotSource:
    """Where a table of hotspots came from.

    Args:
        feed: name of the feed.
        product: what it covers.
        fetched_utc: when the answer came.
        live: the rows could first be had when the answer came. False for a record of the past, whose rows carry
            ``available_utc`` or take the latency of their instrument.
    """

    feed: str
    product: str
    fetched_utc: datetime
    live: bool


def hotspots(
    table: TextTable, *, source: HotspotSource, rules: HotspotRules, bounds: RejectBounds
) -> Parsed[HotspotFrame]:
    """Hotspots of a table whose columns have FIRMS names; the columns of ``PLACE_AND_TIME`` must be there.

    Blanked values have no bound here: a hundred hotspots whose radiative power is unreadable are a hundred hotspots.

    Raises:
        FeedMalformed: more rows than ``bounds`` allow cannot be used.
    """
    typed = _typed(_uniform(table.frame), rules)
    sound, rejects = sift(typed, _row_checks(source, rules))
    rejects = table.ragged + rejects
    bounded(rejects, table.rows_in, bounds.max_reject_share, feed=source.feed, allowed_rows=bounds.allowed_rows)
    sound, blanked = blank(sound, _value_checks())
    described = _described(sound, source, rules)
    merged = _merged(described)
    return Parsed(
        feed=source.feed,
        product=source.product,
        frame=HotspotFrame.validate(merged.select(HotspotFrame.column_names()), cast=True),
        rows_in=table.rows_in,
        duplicates=described.height - merged.height,
        rejects=rejects,
        blanked=blanked,
        newest_content_utc=newest(merged, "acquired_utc"),
        covered_until_utc=_covered_until(merged, source, rules),
    )


def _uniform(frame: pl.DataFrame) -> pl.DataFrame:
    """The same columns for every product; what a product does not have is null."""
    brightness = [pl.col(name) for name in BRIGHTNESS if name in frame.columns]
    return frame.select(
        ROW,
        *PLACE_AND_TIME,
        (pl.coalesce(brightness) if brightness else pl.lit(None, pl.String)).alias("brightness"),
        *((pl.col(name) if name in frame.columns else pl.lit(None, pl.String).alias(name)) for name in _OPTIONAL),
    )


def _typed(frame: pl.DataFrame, rules: HotspotRules) -> pl.DataFrame:
    codes = {code.lower(): name for code, name in rules.satellites.items()}
    word = pl.col("confidence").str.to_lowercase()
    return frame.with_columns(
        *(number(name).alias(name) for name in ("latitude", "longitude", *_RANGES)),
        *(pl.col(name).alias(f"{name}_text") for name in ("latitude", "longitude", *_RANGES, "available_utc")),
        number("confidence").alias("confidence_pct"),
        word.replace_strict(_WORDS, default=None, return_dtype=pl.String).alias("confidence_word"),
        pl.col("satellite").str.to_lowercase().replace_strict(codes, default=None).cast(pl.String).alias("name"),
        pl.col("daynight").str.to_uppercase().alias("daynight"),
        pl.format("{} {}", "acq_date", "acq_time").alias("acquired_text"),
        _acquired().alias("acquired_utc"),
        instant("available_utc").alias("available_utc"),
    ).with_columns(
        pl.col("name").replace_strict(dict(rules.instruments), default=None).cast(pl.String).alias("known_instrument"),
        _confidence(rules).alias("confidence_word"),
    )


def _acquired() -> pl.Expr:
    """UTC instant of ``acq_date`` and ``acq_time``.

    The time may be ``0034``, ``34`` (zeros lost on the way), ``34.0``, ``00:34`` or ``00:34:00``; the day
    ``2024-02-29``, ``2024/2/29`` (saved by a spreadsheet) or the midnight with which it begins.
    """
    digits = pl.col("acq_time").str.replace(r"^([0-9]{1,2}):([0-9]{2})(?::00)?$", "$1$2").str.replace(r"\.0$", "")
    clock = pl.when(digits.str.contains(r"^[0-9]{1,4}$")).then(digits.str.zfill(4))
    pattern = r"^((?:19|20)[0-9]{2})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[T ]0?0:00(?::00)?Z?)?$"
    day = pl.col("acq_date").str.extract_groups(pattern).struct
    text = pl.format("{}-{}-{} {}", day[0], day[1].str.zfill(2), day[2].str.zfill(2), clock)
    return text.str.to_datetime("%Y-%m-%d %H%M", time_unit="us", strict=False).dt.replace_time_zone(UTC)


def _confidence(rules: HotspotRules) -> pl.Expr:
    pct = pl.col("confidence_pct")
    graded = (
        pl.when(pct < rules.low_below_pct)
        .then(pl.lit("low"))
        .when(pct >= rules.high_from_pct)
        .then(pl.lit("high"))
        .otherwise(pl.lit("nominal"))
    )
    return pl.coalesce("confidence_word", pl.when(pct.is_between(0, 100)).then(graded))


def _row_checks(source: HotspotSource, rules: HotspotRules) -> Sequence[Check]:
    latest = source.fetched_utc + timedelta(minutes=rules.future_tolerance_min)
    said, known = pl.col("instrument").str.to_uppercase(), pl.col("known_instrument").str.to_uppercase()
    missing = (Check(RejectReason.MISSING_VALUE, name, pl.col(name).is_null()) for name in PLACE_AND_TIME)
    return (
        *missing,
        *(
            Check(RejectReason.NOT_A_NUMBER, name, pl.col(name).is_nan(), f"{name}_text")
            for name in ("latitude", "longitude")
        ),
        Check(RejectReason.OUT_OF_RANGE, "latitude", ~pl.col("latitude").is_between(-90, 90), "latitude_text"),
        Check(RejectReason.OUT_OF_RANGE, "longitude", ~pl.col("longitude").is_between(-180, 180), "longitude_text"),
        Check(RejectReason.BAD_TIME, "acq_time", pl.col("acquired_utc").is_null(), "acquired_text"),
        Check(RejectReason.FUTURE_TIME, "acq_time", pl.col("acquired_utc") > latest, "acquired_text"),
        Check(RejectReason.UNKNOWN_SATELLITE, "satellite", pl.col("name").is_null()),
        Check(RejectReason.CONTRADICTION, "instrument", said != known),
    )


def _value_checks() -> Sequence[Check]:
    numbers = tuple(
        check
        for name, (low, high) in _RANGES.items()
        for check in (
            Check(RejectReason.NOT_A_NUMBER, name, pl.col(name).is_nan(), f"{name}_text"),
            Check(RejectReason.OUT_OF_RANGE, name, ~pl.col(name).is_between(low, high), f"{name}_text"),
        )
    )
    known = pl.col("confidence_word").is_not_null()
    early = pl.col("available_utc") < pl.col("acquired_utc")
    untold = pl.col("available_utc_text").is_not_null() & pl.col("available_utc").is_null()
    return (
        *numbers,
        Check(RejectReason.UNKNOWN_WORD, "confidence", pl.col("confidence").is_not_null() & ~known),
        Check(RejectReason.UNKNOWN_WORD, "daynight", ~pl.col("daynight").is_in(["D", "N"])),
        Check(RejectReason.BAD_TIME, "available_utc", untold, "available_utc_text"),
        Check(RejectReason.CONTRADICTION, "available_utc", early, "available_utc_text"),
    )


def _described(frame: pl.DataFrame, source: HotspotSource, rules: HotspotRules) -> pl.DataFrame:
    latency = pl.duration(minutes=_by_instrument(rules.latency_h) * 60)
    available = (
        pl.lit(source.fetched_utc) if source.live else pl.coalesce("available_utc", pl.col("acquired_utc") + latency)
    )
    pct = pl.col("confidence_pct")
    return frame.with_columns(
        pl.lit(source.feed).alias("feed"),
        pl.col("name").alias("satellite"),
        pl.col("known_instrument").alias("instrument"),
        available.dt.cast_time_unit("us").alias("available_utc"),
        pl.col("latitude").alias("lat_deg"),
        pl.col("longitude").alias("lon_deg"),
        *(pl.col(name).alias(long) for name, long in _NAMES.items()),
        pl.col("confidence_word").alias("confidence"),
        pl.when(pct.is_between(0, 100)).then(pct).alias("confidence_pct"),
        _location_error_km(rules).alias("location_error_km"),
    ).with_columns(_hotspot_id().alias("hotspot_id"))


def _by_instrument(numbers: Mapping[str, float]) -> pl.Expr:
    return pl.col("known_instrument").replace_strict(dict(numbers), return_dtype=pl.Float64)


def _location_error_km(rules: HotspotRules) -> pl.Expr:
    """Half the diagonal of the pixel: the fire is somewhere in it, the row gives its centre."""
    half_diagonal = (pl.col("scan") ** 2 + pl.col("track") ** 2).sqrt() / 2
    return pl.max_horizontal(
        half_diagonal.fill_null(_by_instrument(rules.unknown_location_error_km)),
        _by_instrument(rules.min_location_error_km),
    )


def _hotspot_id() -> pl.Expr:
    """Instrument, satellite, time and place to 3 decimals (about 100 m): the same pixel in any feed.

    Feeds give 5 decimals, or 5 decimals with the noise of another float width: hence 5 first, then 3.
    """
    lat, lon = (
        pl.col(name).round(5).round(3).cast(pl.Decimal(9, 3)).cast(pl.String) for name in ("lat_deg", "lon_deg")
    )
    minute = pl.col("acquired_utc").dt.strftime("%Y%m%dT%H%MZ")
    return pl.concat_str("instrument", "satellite", minute, pl.concat_str(lat, lon, separator=","), separator="|")


def _merged(frame: pl.DataFrame) -> pl.DataFrame:
    """One row an id: the strongest one, known since the earliest. The order of the rows that came plays no part."""
    strongest = ("frp_mw", "brightness_k", "scan_km", "track_km", "confidence_pct", "lat_deg", "lon_deg")
    words = ("confidence", "daynight")
    return (
        frame.with_columns(pl.col("available_utc").min().over("hotspot_id"))
        .sort(
            "hotspot_id", *strongest, *words, descending=[False, *(True for _ in (*strongest, *words))], nulls_last=True
        )
        .unique("hotspot_id", keep="first", maintain_order=True)
        .sort("acquired_utc", "hotspot_id")
    )


def _covered_until(frame: pl.DataFrame, source: HotspotSource, rules: HotspotRules) -> datetime | None:
    """A live answer knows everything that is older than the usual latency; a record nothing beyond its last row."""
    if not source.live:
        return newest(frame, "acquired_utc")
    return source.fetched_utc - timedelta(hours=max(rules.latency_h.values()))
