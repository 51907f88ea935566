"""``firewatch import``: recorded sources brought to the weather table of the interface."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from desk.exits import Exit
from feeds.tables import WEATHER_OPTIONAL, WEATHER_REQUIRED, TableFile, parse_weather_table
from flows.rules import shipped_rules
from flows.signed import load_signed
from models.weather.noon import noon_weather

PRSA = (
    '"No","year","month","day","hour","PM2.5","PM10","SO2","NO2","CO","O3","TEMP","PRES","DEWP","RAIN","wd","WSPM",'
    '"station"\n'
    '1,2015,3,1,8,7,7,3,2,100,91,20,1020.3,10,0.4,"WNW",3.1,"Huairou"\n'
    '2,2015,3,1,9,7,7,3,2,100,91,21,1020.3,10,0,"W",NA,"Huairou"\n'
)
CMA = (
    "date,avgtemp,maxtemp,mintemp,avgrh,minrh,avgws,maxws,maxwswd,extremews,extremewswd,daylight,precipitation\n"
    "2015-03-01,9.0,16.0,2.0,40.0,20,2.0,6.0,14,11.1,14,7.7,4.8\n"
    "2015-03-02,9.0,16.0,,40.0,20,2.0,6.0,14,11.1,14,7.7,0.0\n"
)
STATION = "54511,39.80,116.47,31"


@pytest.fixture
def prsa(tmp_path) -> Path:
    path = tmp_path / "PRSA_Data_Huairou_20150301.csv.gz"
    path.write_bytes(gzip.compress(PRSA.encode()))
    return path


@pytest.fixture
def cma(tmp_path) -> Path:
    path = tmp_path / "beijing.csv"
    path.write_text(CMA, encoding="utf-8")
    return path


def read_back(path: Path) -> pl.DataFrame:
    """What the weather feed of tables makes of an imported file."""
    file = TableFile(path.name, path.read_bytes(), datetime(2026, 1, 1, tzinfo=UTC))
    return parse_weather_table(file, bounds=load_signed(shipped_rules()).rejects).frame


def test_hourly_sites_become_rows_of_the_weather_table(firewatch, prsa, tmp_path) -> None:
    out = tmp_path / "out.csv"
    done = firewatch("import", "prsa", out, prsa, "--json")
    assert done.code == Exit.DONE
    assert (done.document["rows"], done.document["stations"]) == (2, 1)
    assert pl.read_csv(out).columns == [*WEATHER_REQUIRED, *WEATHER_OPTIONAL]
    first, second = read_back(out).sort("valid_utc").to_dicts()
    assert (first["station_id"], first["valid_utc"]) == ("Huairou", datetime(2015, 3, 1, tzinfo=UTC))
    assert (first["air_temperature_degc"], first["wind_direction_deg"], first["precipitation_mm"]) == (20, 292.5, 0.4)
    assert first["relative_humidity_pct"] == pytest.approx(52.5, abs=0.5)
    assert second["wind_speed_ms"] is None


def test_daily_records_become_one_noon_with_the_rain_of_its_day(firewatch, cma, tmp_path) -> None:
    out = tmp_path / "out.parquet"
    done = firewatch("import", "cma-daily", out, cma, "--station", STATION)
    assert done.code == Exit.DONE
    assert "1 days without noon values" in done.out
    hours = read_back(out)
    assert hours.height == 24 + 2
    (noon,) = noon_weather(hours).noon.to_dicts()
    assert noon["local_date"].isoformat() == "2015-03-01"
    assert noon["precipitation_mm"] == pytest.approx(4.8)
    assert noon["rain_hours_missing_h"] == 0
    assert noon["air_temperature_degc"] == pytest.approx(2 + 0.85 * 14)
    assert noon["wind_speed_kmh"] == pytest.approx(2.0 * 1.35 * 3.6)
    assert 20 < noon["relative_humidity_pct"] < 40


def test_the_extremes_of_a_daily_record_stand_at_three_in_the_afternoon(firewatch, cma, tmp_path) -> None:
    out = tmp_path / "out.parquet"
    firewatch("import", "cma-daily", out, cma, "--station", STATION)
    (three,) = read_back(out).filter(pl.col("valid_utc") == datetime(2015, 3, 1, 7, tzinfo=UTC)).to_dicts()
    assert three["air_temperature_degc"] == 16
    assert three["wind_gust_ms"] > three["wind_speed_ms"] > 2.0
    assert three["precipitation_mm"] is None


def test_files_are_put_together_in_one_table(firewatch, cma, tmp_path) -> None:
    other = tmp_path / "tianjin.csv"
    other.write_text(CMA, encoding="utf-8")
    out = tmp_path / "out.csv"
    stations = ("--station", STATION, "--station", "54527,39.08,117.07,3")
    assert firewatch("import", "cma-daily", out, cma, other, *stations).code == Exit.DONE
    assert pl.read_csv(out)["station_id"].unique().sort().to_list() == [54511, 54527]


@pytest.mark.parametrize(
    ("stations", "says"),
    [
        ((), "--station: 0 stations for 1 files"),
        (("--station", STATION, "--station", STATION), "2 stations for 1 files"),
        (("--station", "54511,39.80"), "'54511,39.80' is not id,lat,lon,elevation"),
        (("--station", "54511,39.80,116.47,high"), "is not id,lat,lon,elevation"),
    ],
)
def test_stations_that_do_not_fit_the_files_are_refused(firewatch, cma, tmp_path, stations, says) -> None:
    done = firewatch("import", "cma-daily", tmp_path / "out.csv", cma, *stations)
    assert done.code == Exit.BAD_INPUT
    assert says in done.err
    assert not (tmp_path / "out.csv").exists()


def test_a_file_whose_name_says_no_site_is_refused(firewatch, prsa, tmp_path) -> None:
    nameless = prsa.rename(tmp_path / "hours.csv.gz")
    done = firewatch("import", "prsa", tmp_path / "out.csv", nameless)
    assert done.code == Exit.BAD_INPUT
    assert "hours.csv.gz: the name does not say which site it is" in done.err


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [("DEWP", "dew", "column DEWP is missing"), ('"Huairou"', '"Dongsi"', "PRSA_Data_Huairou")],
    ids=["a missing column", "rows of another site"],
)
def test_a_record_that_is_another_one_is_refused_and_nothing_is_written(firewatch, tmp_path, old, new, says) -> None:
    path = tmp_path / "PRSA_Data_Huairou_x.csv"
    path.write_text(PRSA.replace(old, new), encoding="utf-8")
    done = firewatch("import", "prsa", tmp_path / "out.csv", path)
    assert done.code == Exit.BAD_INPUT
    assert says in done.err
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.shared
def test_recorded_hours_and_days_are_imported_whole(firewatch, shared, tmp_path) -> None:
    hours = firewatch(
        "import",
        "prsa",
        tmp_path / "hours.parquet",
        *sorted((shared / "data/weather/uci_prsa").glob("PRSA_Data_[HS]*.csv.gz")),
        "--json",
    ).document
    assert hours["stations"] == 2
    assert hours["rows"] == 2 * 26304
    days = firewatch(
        "import",
        "cma-daily",
        tmp_path / "days.parquet",
        shared / "data/weather/cma_daily/beijing_daily_dev.csv.gz",
        "--station",
        STATION,
        "--json",
    ).document
    assert days["rows"] > 24 * 365
