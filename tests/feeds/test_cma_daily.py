from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from feeds.cma_daily import parse_cma_daily
from feeds.errors import FeedMalformed
from feeds.rejects import RejectBounds, RejectReason
from feeds.weather_rows import Station
from tests.feeds.conftest import table

BEIJING = Station("54511", 39.79, 116.47, 31.0)
HEADER = (
    "date,avgtemp,maxtemp,mintemp,avgrh,minrh,avgws,maxws,maxwswd,extremews,extremewswd,daylight,precipitation,avgp,"
    "maxp,minp,avggt,maxgt,mingt"
)
DAY = "2026-04-04,14.1,21.5,6.0,35.0,16,2.9,8.1,14,15.2,14,9.8,0.0,101060.0,101320.0,100820.0,12.0,30.3,-1.5"


def test_a_day_keeps_its_figures_in_our_units(bounds: RejectBounds):
    parsed = parse_cma_daily(table(f"{HEADER}\n{DAY}\n"), BEIJING, bounds=bounds)
    assert parsed.frame.row(0, named=True) == {
        "station_id": "54511",
        "local_date": date(2026, 4, 4),
        "lat_deg": 39.79,
        "lon_deg": 116.47,
        "elevation_m": 31.0,
        "air_temperature_mean_degc": 14.1,
        "air_temperature_max_degc": 21.5,
        "air_temperature_min_degc": 6.0,
        "relative_humidity_mean_pct": 35.0,
        "relative_humidity_min_pct": 16.0,
        "wind_speed_mean_ms": 2.9,
        "wind_speed_max_ms": 8.1,
        "wind_gust_max_ms": 15.2,
        "precipitation_mm": 0.0,
    }


def test_the_content_of_a_day_ends_with_its_beijing_midnight(bounds: RejectBounds):
    parsed = parse_cma_daily(table(f"{HEADER}\n{DAY}\n"), BEIJING, bounds=bounds)
    assert parsed.newest_content_utc == datetime(2026, 4, 4, 16, tzinfo=UTC)


def test_a_missing_rain_is_null_and_not_dry(bounds: RejectBounds):
    parsed = parse_cma_daily(table(f"{HEADER}\n{DAY.replace(',0.0,', ',,')}\n"), BEIJING, bounds=bounds)
    assert parsed.frame["precipitation_mm"].to_list() == [None]
    assert parsed.blanked.total == 0


def test_a_repeated_day_is_merged_and_the_fuller_row_kept(bounds: RejectBounds):
    text = "\n".join([HEADER, DAY.replace(",0.0,", ",,"), DAY, DAY.replace("04-04", "04-05")])
    parsed = parse_cma_daily(table(text), BEIJING, bounds=bounds)
    assert (parsed.rows_in, parsed.duplicates, parsed.frame.height) == (3, 1, 2)
    assert parsed.frame["precipitation_mm"].to_list() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("2026-04-04", "2026-02-30", RejectReason.BAD_TIME),
        ("2026-04-04", "0026-04-04", RejectReason.BAD_TIME),
        ("2026-04-04", "", RejectReason.MISSING_VALUE),
        (",-1.5", "", RejectReason.RAGGED_LINE),
    ],
)
def test_a_day_without_a_date_or_a_whole_line_is_rejected(
    old: str, new: str, reason: RejectReason, bounds: RejectBounds
):
    text = "\n".join([HEADER, DAY.replace(old, new), DAY])
    parsed = parse_cma_daily(table(text), BEIJING, bounds=bounds)
    assert parsed.rejects.counts == {reason: 1}
    assert parsed.frame.height == 1


@pytest.mark.parametrize("value", ["99", "nan", "hot"])
def test_a_figure_that_cannot_be_is_blank(value: str, bounds: RejectBounds):
    parsed = parse_cma_daily(table("\n".join([HEADER, DAY.replace("21.5", value)])), BEIJING, bounds=bounds)
    assert parsed.frame["air_temperature_max_degc"].to_list() == [None]
    assert parsed.blanked.total == 1


def test_a_missing_column_is_named(bounds: RejectBounds):
    with pytest.raises(FeedMalformed, match=r"^office\.csv: column minrh is missing"):
        parse_cma_daily(table(HEADER.replace("minrh", "x")), BEIJING, bounds=bounds)


@pytest.mark.shared
@pytest.mark.parametrize("city", ["beijing", "tianjin"])
def test_the_recorded_years_are_read_whole(shared: Path, city: str, bounds: RejectBounds):
    path = shared / "data" / "weather" / "cma_daily" / f"{city}_daily_dev.csv.gz"
    parsed = parse_cma_daily(table(path.read_bytes(), path.name), BEIJING, bounds=bounds)
    assert (parsed.rows_in, parsed.frame.height, parsed.rejects.total, parsed.blanked.total) == (1461, 1461, 0, 0)
    assert parsed.frame["local_date"].min() == date(2014, 1, 1)
    assert parsed.frame["local_date"].max() == date(2018, 12, 31)
    assert parsed.frame.filter(local_date=date(2016, 3, 1)).is_empty()
