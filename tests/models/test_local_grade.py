from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from models.frames import CodesFrame
from models.local_grade import LocalBoundsFrame, local_bounds, with_local_grade


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
    return CodesFrame.validate(frame.select(CodesFrame.column_names()), cast=True)


def test_bounds_are_percentiles_of_the_fire_season_alone() -> None:
    found = codes(1500)
    (row,) = local_bounds(found, spin_up_required_d=52).to_dicts()
    season = found.filter(pl.col("local_date").dt.month().is_in([11, 12, 1, 2, 3, 4, 5]))["fwi"]
    assert row["days"] == len(season)
    assert row["fwi_p90"] == season.quantile(0.9, interpolation="linear")
    assert row["fwi_p50"] < row["fwi_p75"] < row["fwi_p90"] < row["fwi_p97"]


def test_a_short_record_and_one_in_spin_up_give_no_bounds() -> None:
    assert local_bounds(codes(400), spin_up_required_d=52).is_empty()
    assert local_bounds(codes(1500, spin_up=10), spin_up_required_d=52).is_empty()


def danger(*fwi: float, snow: bool = False) -> pl.DataFrame:
    return pl.DataFrame({"cell_id": ["a"] * len(fwi), "fwi": list(fwi), "snow": snow})


BOUNDS = LocalBoundsFrame.validate(
    pl.DataFrame({"cell_id": ["a"], "fwi_p50": 10.0, "fwi_p75": 20.0, "fwi_p90": 30.0, "fwi_p97": 40.0, "days": 800}),
    cast=True,
)


def test_a_value_on_a_bound_belongs_to_the_higher_grade() -> None:
    assert with_local_grade(danger(9.9, 10.0, 20.0, 30.0, 40.0), BOUNDS)["local_grade"].to_list() == [1, 2, 3, 4, 5]


def test_snow_is_grade_1_and_a_cell_without_climate_has_no_grade() -> None:
    assert with_local_grade(danger(50.0, snow=True), BOUNDS)["local_grade"].to_list() == [1]
    other = danger(50.0).with_columns(pl.lit("b").alias("cell_id"))
    assert with_local_grade(other, BOUNDS)["local_grade"].to_list() == [None]
    assert with_local_grade(danger(50.0), None)["local_grade"].to_list() == [None]
