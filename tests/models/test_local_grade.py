from __future__ import annotations

from datetime import date, timedelta

import dataframely as dy
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.frames import CodesFrame
from models.local_grade import BIN_WIDTH, PERCENTILES, SEASON_MONTHS, LocalBoundsFrame, SeasonCounts, with_local_grade


def codes(days: int, *, spin_up: int = 400) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "cell_id": "a",
            "local_date": [date(2010, 1, 1) + timedelta(days=number) for number in range(days)],
            "fwi": np.linspace(0.0, 60.0, days),
            "ffmc": 85.0,
            "dmc": 6.0,
            "dc": 15.0,
            "bui": 5.0,
            "spin_up_days": spin_up,
            "is_forecast": False,
            "degraded": False,
            "snow": False,
        }
    )
    zeros = [name for name in ("gap_days", "filled_days", "gap_run_d", "snow_water_mm") if name not in frame.columns]
    frame = frame.with_columns(pl.lit(0).alias(name) for name in zeros)
    absent = [name for name in CodesFrame.column_names() if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None).alias(name) for name in absent)
    return CodesFrame.validate(frame.select(CodesFrame.column_names()), cast=True).with_columns(
        pl.lit(None, pl.Float64).alias("peak_fwi")
    )


def local_bounds(frame: pl.DataFrame, *, spin_up_required_d: int) -> dy.DataFrame[LocalBoundsFrame]:
    counts = SeasonCounts(pl.Series(["a"]))
    counts.add(frame, spin_up_required_d=spin_up_required_d)
    return counts.bounds()


def test_bounds_are_percentiles_of_the_fire_season_alone() -> None:
    found = codes(1500)
    (row,) = local_bounds(found, spin_up_required_d=52).to_dicts()
    season = found.filter(pl.col("local_date").dt.month().is_in([11, 12, 1, 2, 3, 4, 5]))["fwi"]
    assert row["days"] == len(season)
    assert row["fwi_p90"] == pytest.approx(season.quantile(0.9, interpolation="linear"), abs=BIN_WIDTH / 2)
    assert row["fwi_p50"] < row["fwi_p75"] < row["fwi_p90"] < row["fwi_p97"]


def test_a_short_record_and_one_in_spin_up_give_no_bounds() -> None:
    assert local_bounds(codes(400), spin_up_required_d=52).is_empty()
    assert local_bounds(codes(1500, spin_up=10), spin_up_required_d=52).is_empty()


def test_with_hours_of_most_days_the_bounds_are_of_the_whole_day() -> None:
    hourly = codes(1500).with_columns((pl.col("fwi") + 7.0).alias("peak_fwi"))
    (noon,) = local_bounds(codes(1500), spin_up_required_d=52).to_dicts()
    (day,) = local_bounds(hourly, spin_up_required_d=52).to_dicts()
    assert (noon["of_day"], day["of_day"]) == (False, True)
    assert day["fwi_p90"] == pytest.approx(noon["fwi_p90"] + 7.0, abs=BIN_WIDTH)


def test_a_tenth_of_the_days_without_hours_is_too_much_for_bounds_of_the_day() -> None:
    some = codes(1500).with_columns(pl.when(pl.int_range(pl.len()) % 8 > 0).then(pl.col("fwi") + 7.0).alias("peak_fwi"))
    assert not local_bounds(some, spin_up_required_d=52)["of_day"].item()


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1), cut=st.integers(0, 1500))
def test_counted_in_two_parts_the_bounds_are_the_percentiles_of_all_days(seed: int, cut: int) -> None:
    found = codes(1500).with_columns(pl.Series("fwi", np.random.default_rng(seed).gamma(1.5, 12.0, 1500)))
    counts = SeasonCounts(pl.Series(["a", "b"]))
    for part in (found[:cut], found[cut:]):
        counts.add(part, spin_up_required_d=52)
    (row,) = counts.bounds().to_dicts()
    season = found.filter(pl.col("local_date").dt.month().is_in(SEASON_MONTHS))["fwi"]
    for each in PERCENTILES:
        exact = season.quantile(each / 100, interpolation="linear")
        assert row[f"fwi_p{each}"] == pytest.approx(exact, abs=BIN_WIDTH / 2 + 1e-9)


def test_an_fwi_above_every_bin_counts_as_the_highest() -> None:
    (row,) = local_bounds(codes(1500).with_columns(pl.lit(500.0).alias("fwi")), spin_up_required_d=52).to_dicts()
    assert row["fwi_p50"] == row["fwi_p97"] == pytest.approx(200.0, abs=BIN_WIDTH)


def danger(*fwi: float, snow: bool = False, peak: float | None = None) -> pl.DataFrame:
    return pl.DataFrame({"cell_id": ["a"] * len(fwi), "fwi": list(fwi), "snow": snow}).with_columns(
        pl.lit(peak, pl.Float64).alias("peak_fwi")
    )


def bounds(*, of_day: bool = False) -> dy.DataFrame[LocalBoundsFrame]:
    row = {"cell_id": ["a"], "fwi_p50": 10.0, "fwi_p75": 20.0, "fwi_p90": 30.0, "fwi_p97": 40.0, "days": 800}
    return LocalBoundsFrame.validate(pl.DataFrame({**row, "of_day": of_day}), cast=True)


BOUNDS = bounds()


def test_a_windy_afternoon_is_graded_by_bounds_of_the_day_and_not_by_those_of_noon() -> None:
    windy = danger(12.0, peak=35.0)
    assert with_local_grade(windy, bounds(of_day=True))["local_grade"].to_list() == [4]
    assert with_local_grade(windy, BOUNDS)["local_grade"].to_list() == [2]


def test_a_value_on_a_bound_belongs_to_the_higher_grade() -> None:
    assert with_local_grade(danger(9.9, 10.0, 20.0, 30.0, 40.0), BOUNDS)["local_grade"].to_list() == [1, 2, 3, 4, 5]


def test_snow_is_grade_1_and_a_cell_without_climate_has_no_grade() -> None:
    assert with_local_grade(danger(50.0, snow=True), BOUNDS)["local_grade"].to_list() == [1]
    other = danger(50.0).with_columns(pl.lit("b").alias("cell_id"))
    assert with_local_grade(other, BOUNDS)["local_grade"].to_list() == [None]
    assert with_local_grade(danger(50.0), None)["local_grade"].to_list() == [None]
