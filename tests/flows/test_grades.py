"""Years of weather into bounds of grades, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import dataframely as dy
import numpy as np
import polars as pl
import pytest

from flows.grades import PartsOverlap, climatology_of
from flows.rules import shipped_rules
from flows.signed import SignedRules, load_signed
from models.frames import WeatherFrame
from models.local_grade import LocalBoundsFrame

CELLS = pl.DataFrame(
    {"cell_id": ["4050N11660E", "4060N11670E"], "lat_deg": [40.505, 40.605], "lon_deg": [116.605, 116.705]}
)
DAYS = 250
MIDNIGHT = datetime(2011, 10, 1, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def one_season_is_enough() -> Iterator[None]:
    """Three seasons would be asked for: one shows the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.local_grade.LEAST_DAYS", 100)
        yield


@pytest.fixture(scope="module")
def rules() -> SignedRules:
    return load_signed(shipped_rules())


@pytest.fixture(scope="module")
def years() -> dy.DataFrame[WeatherFrame]:
    """A report every three hours at one point from autumn to summer."""
    random = np.random.default_rng(2)
    hours = np.arange(0, 24 * DAYS, 3)
    count = len(hours)
    season, day = np.cos(2 * np.pi * hours / 8766), np.cos(2 * np.pi * (hours - 6) / 24)
    frame = pl.DataFrame(
        {
            "station_id": "a",
            "model": "observed",
            "lat_deg": 40.5,
            "lon_deg": 116.6,
            "elevation_m": 100.0,
            "valid_utc": [MIDNIGHT + timedelta(hours=int(hour)) for hour in hours],
            "air_temperature_degc": 12 - 15 * season + 6 * day + random.normal(0, 3, count),
            "relative_humidity_pct": random.uniform(15, 80, count),
            "wind_speed_ms": random.gamma(2, 2, count),
            "wind_direction_deg": 300.0,
            "precipitation_mm": np.where(random.random(count) < 0.01, 4.0, 0.0),
        }
    )
    absent = [name for name in WeatherFrame.column_names() if name not in frame.columns]
    whole = frame.with_columns(pl.lit(None).alias(name) for name in absent)
    return WeatherFrame.validate(whole.select(WeatherFrame.column_names()), cast=True)


def part(years: pl.DataFrame, begin_h: int, end_h: int) -> dy.DataFrame[WeatherFrame]:
    begin, end = (MIDNIGHT + timedelta(hours=hour) for hour in (begin_h, end_h))
    return WeatherFrame.validate(years.filter(pl.col("valid_utc").is_between(begin, end, closed="left")))


@pytest.fixture(scope="module")
def whole(years, rules) -> dy.DataFrame[LocalBoundsFrame]:
    return climatology_of([years], CELLS, rules)


def test_years_in_parts_give_the_bounds_of_one_table_wherever_they_are_cut(years, rules, whole) -> None:
    edges = [0, 24 * 100, 24 * 150 + 7, 24 * 151 + 20, 24 * DAYS]
    parts = [part(years, begin, end) for begin, end in pairwise(edges)]
    assert climatology_of(parts, CELLS, rules).equals(whole)
    assert whole.height == CELLS.height
    assert whole["of_day"].all()


def test_every_day_of_fire_season_is_counted_once_the_spin_up_is_over(whole, rules) -> None:
    days = pl.Series([(MIDNIGHT + timedelta(days=number)).date() for number in range(DAYS)])
    season = days.filter(days.dt.month().is_in([11, 12, 1, 2, 3, 4, 5]))
    late = season.filter(season >= (MIDNIGHT + timedelta(days=rules.danger.spin_up_required_d)).date())
    assert whole["days"].to_list() == [pytest.approx(len(late), abs=1)] * CELLS.height


def test_parts_that_overlap_are_refused_by_their_hours(years, rules) -> None:
    parts = [part(years, 0, 24 * 30), part(years, 24 * 29, 24 * 60)]
    with pytest.raises(PartsOverlap, match=r"2011-10-30 00Z.*2011-10-30 21Z"):
        climatology_of(parts, CELLS, rules)


def test_no_weather_gives_no_bounds(rules) -> None:
    assert climatology_of([], CELLS, rules).is_empty()
    assert climatology_of([WeatherFrame.create_empty()], CELLS, rules).is_empty()
