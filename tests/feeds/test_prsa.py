from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.errors import FeedMalformed
from feeds.prsa import SITES, parse_prsa
from feeds.rejects import RejectBounds, RejectReason
from tests.feeds.conftest import table

HEADER = (
    '"No","year","month","day","hour","PM2.5","PM10","SO2","NO2","CO","O3","TEMP","PRES","DEWP","RAIN","wd","WSPM",'
    '"station"'
)
HOUR = '1,2015,3,1,8,7,7,3,2,100,91,20,1020.3,10,0.4,"WNW",3.1,"Huairou"'
HUAIROU = SITES["Huairou"]


def test_an_hour_is_in_utc_with_humidity_from_the_dew_point(bounds: RejectBounds):
    row = parse_prsa(table(f"{HEADER}\n{HOUR}\n"), HUAIROU, bounds=bounds).frame.row(0, named=True)
    assert row["valid_utc"] == datetime(2015, 3, 1, 0, tzinfo=UTC)
    # WMO-No. 8: e(10 °C) = 12.272 hPa, e(20 °C) = 23.371 hPa.
    assert row["relative_humidity_pct"] == pytest.approx(52.5, abs=0.1)
    assert (row["wind_direction_deg"], row["wind_speed_ms"], row["precipitation_mm"]) == (292.5, 3.1, 0.4)
    assert (row["station_id"], row["model"], row["issued_utc"]) == ("Huairou", "observed", None)


def test_the_first_hours_of_a_local_day_lie_in_the_utc_day_before(bounds: RejectBounds):
    text = f"{HEADER}\n{HOUR.replace('3,1,8,', '3,1,0,', 1)}\n"
    assert parse_prsa(table(text), HUAIROU, bounds=bounds).newest_content_utc == datetime(2015, 2, 28, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("point", "deg"), [("N", 0.0), ("NNE", 22.5), ("E", 90.0), ("S", 180.0), ("WSW", 247.5), ("NNW", 337.5)]
)
def test_sixteen_points_become_degrees(point: str, deg: float, bounds: RejectBounds):
    text = f"{HEADER}\n{HOUR.replace('WNW', point)}\n"
    assert parse_prsa(table(text), HUAIROU, bounds=bounds).frame["wind_direction_deg"].to_list() == [deg]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        (",20,1020", ",NA,1020", "air_temperature_degc"),
        (",20,1020", ",NA,1020", "relative_humidity_pct"),
        (",10,0.4", ",NA,0.4", "relative_humidity_pct"),
        (",0.4,", ",NA,", "precipitation_mm"),
        ('"WNW"', "NA", "wind_direction_deg"),
        (",3.1,", ",NA,", "wind_speed_ms"),
    ],
)
def test_na_is_null_and_never_zero(old: str, new: str, column: str, bounds: RejectBounds):
    parsed = parse_prsa(table(f"{HEADER}\n{HOUR.replace(old, new)}\n"), HUAIROU, bounds=bounds)
    assert parsed.frame[column].to_list() == [None]
    assert parsed.blanked.total == 0


def test_an_unknown_wind_direction_is_blank_and_counted(bounds: RejectBounds):
    parsed = parse_prsa(table(f"{HEADER}\n{HOUR.replace('WNW', 'calm')}\n"), HUAIROU, bounds=bounds)
    assert parsed.blanked.counts == {RejectReason.UNKNOWN_WORD: 1}
    assert parsed.blanked.examples[RejectReason.UNKNOWN_WORD][0].value == "calm"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("2015,3,1,8", "2015,2,30,8", RejectReason.BAD_TIME),
        ("2015,3,1,8", "2015,3,1,24", RejectReason.BAD_TIME),
        ("2015,3,1,8", "2015,3,,8", RejectReason.BAD_TIME),
        ("Huairou", "Shunyi", RejectReason.CONTRADICTION),
        (',"Huairou"', "", RejectReason.RAGGED_LINE),
    ],
)
def test_an_hour_without_a_time_or_of_another_station_is_rejected(
    old: str, new: str, reason: RejectReason, bounds: RejectBounds
):
    text = "\n".join([HEADER, HOUR.replace(old, new), HOUR])
    parsed = parse_prsa(table(text), HUAIROU, bounds=bounds)
    assert parsed.rejects.counts == {reason: 1}
    assert parsed.frame.height == 1


def test_a_missing_column_is_named(bounds: RejectBounds):
    with pytest.raises(FeedMalformed, match=r"^office\.csv: column DEWP is missing"):
        parse_prsa(table(HEADER.replace("DEWP", "x")), HUAIROU, bounds=bounds)


@pytest.mark.shared
def test_the_recorded_site_is_read_whole_with_the_missing_values_that_its_source_states(
    shared: Path, bounds: RejectBounds
):
    path = shared / "data" / "weather" / "uci_prsa" / "PRSA_Data_Huairou_20130301-20160229.csv.gz"
    parsed = parse_prsa(table(path.read_bytes(), path.name), HUAIROU, bounds=bounds)
    assert (parsed.rows_in, parsed.frame.height, parsed.rejects.total, parsed.blanked.total) == (26304, 26304, 0, 0)
    missing = {column: parsed.frame[column].null_count() for column in parsed.frame.columns}
    assert missing["air_temperature_degc"] == 33
    assert missing["precipitation_mm"] == 36
    assert missing["wind_direction_deg"] == 142
    assert missing["wind_speed_ms"] == 37
    assert missing["relative_humidity_pct"] == 35


@pytest.mark.shared
def test_every_recorded_site_has_a_place(shared: Path):
    names = {path.name.split("_")[2] for path in (shared / "data" / "weather" / "uci_prsa").glob("PRSA_*.csv.gz")}
    assert names == set(SITES)
