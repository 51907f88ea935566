"""Danger of counties from that of their cells: the grade, what noon said, and the hour that raised it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import dataframely as dy
import polars as pl

from models.area_danger import county_days
from models.danger import with_peaks
from models.frames import CellPeakFrame, DangerFrame
from tests.models.test_danger import OF_DAY, codes, graded, peaks
from tests.models.weather_cases import cell_names

GB = 110116
DAY = date(2015, 4, 2)


def day_of(found: dy.DataFrame[DangerFrame], share: float = 0.05) -> tuple[int | None, int | None, datetime | None]:
    cells = pl.DataFrame({"cell_id": cell_names(found.height), "county_gb": GB})
    (day,) = county_days(found, cells, area_share=share)[GB]
    return day.danger_grade, day.noon_grade, day.peak_utc


def test_a_windy_evening_raises_the_county_and_says_its_hour() -> None:
    found = with_peaks(graded(codes([12.0, 12.0])), peaks(46.0, 44.0), bounds=OF_DAY)
    assert day_of(found) == (4, 2, datetime(2015, 4, 2, 11, tzinfo=UTC))


def test_where_noon_says_the_same_no_hour_is_told() -> None:
    found = with_peaks(graded(codes([45.0, 45.0])), peaks(46.0, 46.0), bounds=OF_DAY)
    assert day_of(found) == (4, 4, None)


def test_without_hours_noon_speaks_alone() -> None:
    found = with_peaks(graded(codes([45.0, 12.0])), CellPeakFrame.create_empty(), bounds=OF_DAY)
    assert day_of(found) == (4, 4, None)
    assert day_of(found, share=0.6) == (2, 2, None)
