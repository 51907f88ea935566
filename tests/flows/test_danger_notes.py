"""What is said of a grade that the peak raised."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from flows.danger_notes import day_words, peak_words

DAY = date(2015, 4, 15)
ZONES = pl.DataFrame(
    {"zone": ["HR-CD", "PG-JZ"], "local_date": [DAY, DAY], "danger_grade": [4, 3], "noon_grade": [2, 3]}
)
PEAKS = pl.DataFrame(
    {"zone": ["HR-CD", "PG-JZ"], "local_date": [DAY, DAY], "valid_utc": [datetime(2015, 4, 15, 11, tzinfo=UTC)] * 2}
)


def test_only_a_raised_grade_is_explained_with_its_hour_and_what_noon_said() -> None:
    assert peak_words(ZONES, PEAKS) == {("HR-CD", DAY): "19时前后火险最高，正午为二级"}


def test_what_is_told_of_a_day_stands_in_one_phrase() -> None:
    told = day_words({("a", DAY): "一"}, {("a", DAY): "二", ("b", DAY): "三"})
    assert told == {("a", DAY): "一，二", ("b", DAY): "三"}
