from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from models.backtest.burning import Box, RecurrenceRules, days_covered, with_persistence
from models.frames import HotspotFrame

FIRST = datetime(2017, 4, 1, 5, 30, tzinfo=UTC)


def hotspots(*rows: tuple[int, float, float]) -> pl.DataFrame:
    frame = pl.DataFrame(
        [
            {
                "hotspot_id": str(number),
                "feed": "f",
                "satellite": "Aqua",
                "instrument": "MODIS",
                "acquired_utc": FIRST + timedelta(days=day),
                "available_utc": FIRST + timedelta(days=day),
                "lat_deg": lat,
                "lon_deg": lon,
                "location_error_km": 0.5,
            }
            for number, (day, lat, lon) in enumerate(rows)
        ]
    )
    absent = [name for name in HotspotFrame.column_names() if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None).alias(name) for name in absent)
    return with_persistence(
        HotspotFrame.validate(frame.select(HotspotFrame.column_names()), cast=True), RecurrenceRules()
    )


def test_a_place_that_is_hot_on_three_days_over_a_month_is_heat() -> None:
    told = hotspots((0, 40.181, 118.061), (15, 40.182, 118.062), (30, 40.199, 118.079), (10, 40.5, 116.5))
    assert told.sort("hotspot_id")["persistent"].to_list() == [True, True, True, False]


def test_three_days_in_a_row_are_a_fire_and_not_heat() -> None:
    assert not hotspots((0, 40.181, 118.061), (1, 40.181, 118.061), (2, 40.181, 118.061))["persistent"].any()


def test_a_neighbouring_cell_counts_and_the_next_but_one_does_not() -> None:
    told = hotspots((0, 40.01, 116.01), (20, 40.03, 116.01), (40, 40.01, 116.03), (41, 40.07, 116.01))
    assert told.sort("hotspot_id")["persistent"].to_list() == [True, True, True, False]


def test_the_local_day_is_that_of_beijing() -> None:
    night = FIRST.replace(hour=17)
    assert hotspots(((night - FIRST).days, 40.0, 116.0))["local_date"].to_list() == [date(2017, 4, 1)]


@pytest.mark.parametrize(
    ("snapshot", "day"),
    [
        (datetime(2022, 3, 1, 9, tzinfo=UTC), date(2022, 3, 1)),
        (datetime(2022, 3, 1, 8, tzinfo=UTC), date(2022, 2, 28)),
        (datetime(2022, 3, 2, 5, tzinfo=UTC), date(2022, 3, 1)),
    ],
)
def test_an_answer_covers_the_last_afternoon_that_it_could_know_of(snapshot: datetime, day: date) -> None:
    table = pl.DataFrame({"snapshot_utc": [snapshot], "covers_study_box": [True]})
    assert days_covered(table) == {day}


def test_an_answer_that_did_not_see_the_box_covers_nothing() -> None:
    table = pl.DataFrame({"snapshot_utc": [FIRST], "covers_study_box": [False]})
    assert days_covered(table) == frozenset()


def test_a_box_that_is_turned_round_is_refused() -> None:
    with pytest.raises(ValueError, match="west, south, east, north"):
        Box(west_deg=119.0)
