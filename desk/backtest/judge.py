"""The verdict: ranks of fires among the days of their season, and skill against burning days, ours beside baselines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
import polars as pl

from boundary_zones.geodesy import KM_PER_DEG
from desk.backtest.points import BOX
from desk.backtest.series import BASELINES, OURS
from models.backtest.burning import nearest_point
from models.backtest.ranks import climatology, days_within, seasonal_percentile
from models.backtest.skill import ALARM_AREAS, Floats, ScoreSkill, reliability, score_skill

ALL_SCORES = (*OURS, *BASELINES)
_RANKED = (*OURS, "low_humidity", "vpd_gust", "dry_days")
TILES = "tiles"
_FAR_KM = 30.0


@dataclass(frozen=True)
class Record:
    """What is known of burning: the units' days, and the days that somebody looked at."""

    burning: pl.DataFrame
    """``unit, local_date, fires``."""
    covered: frozenset[date]
    begin: date
    end: date


def event_ranks(events: pl.DataFrame, point_scores: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Percentile of each event's day among the days within a month of it in all years, at the point nearest to it.

    Returns:
        Events that have weather that day; ``days`` is how many the rank is among, ``point_km`` how far the point is.
    """
    if events.is_empty() or point_scores.is_empty():
        return _no_ranks()
    index = nearest_point(events, places)
    found = []
    for place in np.unique(index):
        own = events[np.flatnonzero(index == place).tolist()]
        series = point_scores.filter(pl.col("cell_id") == places["cell_id"][int(place)]).sort("local_date")
        ranked = series.select(
            "local_date",
            *(pl.Series(name, seasonal_percentile(_numbers(series, name), series["local_date"])) for name in _RANKED),
        )
        days = pl.Series("days", [days_within(series["local_date"], day) for day in own["local_date"]], dtype=pl.Int64)
        km = pl.Series("point_km", _km(own, places[int(place)]))
        found.append(own.with_columns(days, km).join(ranked, on="local_date"))
    return pl.concat(found).select(_no_ranks().columns).sort("local_date", "kind", "name")


def event_hits(ranks: pl.DataFrame) -> pl.DataFrame:
    """Share of the fires of each kind that an alarm on 5, 10 and 20 % of the days would have met, by kind and score.

    The alarm area is the same for every score: the days with the highest values among those within a month, at the
    point nearest to the fire.
    """
    long = ranks.unpivot(_RANKED, index=["kind"], variable_name="score", value_name="percentile").drop_nulls()
    known = long.filter(pl.col("percentile").is_not_nan())
    met = [
        (pl.col("percentile") >= 100 * (1 - area)).mean().alias(f"hits_{round(100 * area)}pct") for area in ALARM_AREAS
    ]
    return known.group_by("kind", "score").agg(pl.len().alias("n"), *met).sort("kind", "score")


def unit_skill(days: pl.DataFrame, record: Record) -> pl.DataFrame:
    """One row a scope, split and score: the box and its pooled tiles, by year and by quarter, and each joint unit."""
    judged = with_burning(days, record)
    return pl.DataFrame(
        [
            {"scope": scope, "split": split, **asdict(skill)}
            for scope, split, part in _scopes(judged)
            for skill in _skills(part)
        ],
        infer_schema_length=None,
    )


def with_burning(days: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Unit-days of the period with ``burned`` (1, 0, NaN where nobody looked) and the climatology of day and place.

    Coverage is asked first: a day that nobody vouches for is neither quiet nor burning, whatever was seen on it. Else a
    fire would count wherever it was, and a quiet day only where somebody looked.
    """
    period = days.filter(pl.col("local_date").is_between(record.begin, record.end))
    looked = pl.col("local_date").is_in(list(record.covered))
    told = period.join(record.burning, on=["unit", "local_date"], how="left").with_columns(
        pl.when(~looked).then(float("nan")).when(pl.col("fires") > 0).then(1.0).otherwise(0.0).alias("burned")
    )
    parts = [_with_climatology(part) for part in told.partition_by("unit", maintain_order=True)]
    return pl.concat(parts) if parts else told.with_columns(pl.lit(None, pl.Float64).alias("climatology"))


def reliability_rows(days: pl.DataFrame, record: Record) -> pl.DataFrame:
    """What was forecast and what burned, in five bins, for the box and the pooled tiles."""
    judged = with_burning(days, record)
    scopes = {scope: part for scope, split, part in _scopes(judged) if split == "all" and scope in {BOX, TILES}}
    rows = [
        {"scope": scope, "bin": number, **asdict(each)}
        for scope, part in scopes.items()
        for number, each in enumerate(
            reliability(_numbers(part, "ignition_probability"), _numbers(part, "burned")), start=1
        )
    ]
    kinds = {"scope": pl.String, "bin": pl.Int64, "days": pl.Int64, "forecast_mean": pl.Float64}
    return pl.DataFrame(rows, schema={**kinds, "burned_share": pl.Float64})


def counts(days: pl.DataFrame, record: Record) -> Mapping[str, int]:
    """How many days there were, were looked at, burned, and were left out because nobody looked."""
    box = with_burning(days.filter(pl.col("unit") == BOX), record)
    burned = box["burned"]
    return {
        "days_with_weather": box.height,
        "days_looked_at": int(burned.is_not_nan().sum()),
        "days_left_out_without_coverage": int(burned.is_nan().sum()),
        "burning_days_left_out_without_coverage": box.filter(burned.is_nan() & (pl.col("fires") > 0)).height,
        "burning_days": int((burned == 1.0).sum()),
        "days_in_spin_up": int((box["spin_up_days"] < 52).sum()),
        "days_without_weather": (record.end - record.begin).days + 1 - box.height,
    }


def _scopes(judged: pl.DataFrame) -> Iterator[tuple[str, str, pl.DataFrame]]:
    tiles = judged.filter(pl.col("unit").str.starts_with("tile-"))
    box = judged.filter(pl.col("unit") == BOX)
    yield BOX, "all", box
    yield TILES, "all", tiles
    for year in judged["local_date"].dt.year().unique().sort():
        yield BOX, str(year), box.filter(pl.col("local_date").dt.year() == year)
        yield TILES, str(year), tiles.filter(pl.col("local_date").dt.year() == year)
    for name, part in _quarters(tiles):
        yield TILES, name, part
    zones = judged.filter(~pl.col("unit").str.starts_with("tile-") & (pl.col("unit") != BOX))
    for unit in zones["unit"].unique().sort():
        yield unit, "all", zones.filter(pl.col("unit") == unit)


def _quarters(tiles: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    row, column = (pl.col("unit").str.split("-").list.get(place).cast(pl.Int64) for place in (1, 2))
    north, east = row >= 2, column >= 3
    for name, where in (
        ("north_west", north & ~east),
        ("north_east", north & east),
        ("south_west", ~north & ~east),
        ("south_east", ~north & east),
    ):
        yield name, tiles.filter(where)


def _skills(part: pl.DataFrame) -> Iterator[ScoreSkill]:
    months = (part["local_date"].dt.year() * 12 + part["local_date"].dt.month()).cast(pl.Int64).to_numpy()
    burned = _numbers(part, "burned")
    for name in ALL_SCORES:
        probability = name in {"ignition_probability", "climatology"}
        yield score_skill(name, _numbers(part, name), burned, months, probability=probability)


def _with_climatology(part: pl.DataFrame) -> pl.DataFrame:
    values = climatology(_numbers(part, "burned"), part["local_date"])
    return part.with_columns(pl.Series("climatology", values))


def _numbers(frame: pl.DataFrame, name: str) -> Floats:
    return frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _km(events: pl.DataFrame, point: pl.DataFrame) -> Floats:
    north = (events["lat_deg"] - point["lat_deg"][0]).to_numpy() * KM_PER_DEG
    east = (events["lon_deg"] - point["lon_deg"][0]).to_numpy() * KM_PER_DEG * np.cos(np.radians(40.5))
    return np.asarray(np.round(np.hypot(north, east), 1))


def _no_ranks() -> pl.DataFrame:
    kinds = {"kind": pl.String, "name": pl.String, "local_date": pl.Date, "lat_deg": pl.Float64, "lon_deg": pl.Float64}
    return pl.DataFrame(
        schema={**kinds, "point_km": pl.Float64, "days": pl.Int64, **dict.fromkeys(_RANKED, pl.Float64)}
    )


def nearby(events: pl.DataFrame, places: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Events within 30 km of a point, and how many lie farther: weather there is nobody's."""
    if events.is_empty():
        return events, 0
    index = nearest_point(events, places)
    km = np.array([_km(events[row], places[int(place)])[0] for row, place in enumerate(index)])
    return events.filter(pl.Series(km <= _FAR_KM)), int((km > _FAR_KM).sum())


def in_period(events: pl.DataFrame, begin: date, end: date) -> pl.DataFrame:
    """Events of the period, both ends included."""
    return events.filter(pl.col("local_date").is_between(begin, end))
