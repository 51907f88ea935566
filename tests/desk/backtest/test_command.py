from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from desk.backtest.command import exit_of
from desk.cli import app
from desk.errors import InputError
from desk.exits import Exit
from feeds.errors import FeedMalformed

BEGIN, DAYS = date(2016, 3, 1), 60
FIRES = (5, 12, 19, 26, 33, 40, 47, 54)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two springs of noon weather, windy and dry on the days that burn; the fires, and a steel plant every day."""
    folder = tmp_path_factory.mktemp("tables")
    random = np.random.default_rng(5)
    rows: list[dict[str, Any]] = []
    fires: list[dict[str, Any]] = []
    for year in (2016, 2017):
        for number in range(DAYS):
            day, burns = BEGIN.replace(year=year) + timedelta(days=number), number in FIRES
            rows += [
                {
                    "station_id": name,
                    "lat_deg": lat,
                    "lon_deg": lon,
                    "elevation_m": 50.0,
                    "valid_utc": f"{day}T04:00:00Z",
                    "air_temperature_degc": 15.0 + 5 * burns + random.normal(),
                    "relative_humidity_pct": 45.0 - 25 * burns + 2 * random.normal(),
                    "wind_speed_ms": 3.0 + 4 * burns + 0.2 * random.normal(),
                    "wind_direction_deg": 300.0,
                    "precipitation_mm": 0.0,
                    "wind_gust_ms": 8.0 + 8 * burns + random.normal(),
                }
                for name, lat, lon in (("a", 40.3, 116.6), ("b", 40.1, 117.2))
            ]
            places = [(39.75, 118.09), *([(40.5 + 0.003 * number, 116.1 + 0.02 * number)] if burns else [])]
            fires += [
                {"latitude": lat, "longitude": lon, "acq_date": str(day), "acq_time": "0530", "satellite": "Aqua"}
                for lat, lon in places
            ]
    rows[0] |= {"wind_gust_ms": -1.0}
    pl.DataFrame(rows).write_csv(folder / "weather.csv")
    pl.DataFrame(fires).with_columns(
        pl.lit("MODIS").alias("instrument"), pl.lit(80).alias("confidence"), pl.lit(20.0).alias("frp")
    ).write_csv(folder / "hotspots.csv")
    return folder / "weather.csv", folder / "hotspots.csv"


@pytest.fixture(scope="module")
def verdict(tables: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    out = tmp_path_factory.mktemp("out")
    weather, hotspots = tables
    days = ("--from", "2016-03-01", "--to", "2017-12-31", "--out", str(out), "--json")
    run = CliRunner().invoke(app, ["backtest", "--weather", str(weather), "--hotspots", str(hotspots), *days])
    assert run.exit_code == 0, run.output
    return json.loads(run.stdout), out


def of(summary: dict[str, Any], scope: str, score: str) -> dict[str, Any]:
    return next(row for row in summary["skill"] if (row["scope"], row["score"]) == (scope, score))


def test_days_that_burn_are_told_from_days_that_do_not(verdict: tuple[dict[str, Any], Path]) -> None:
    summary, _ = verdict
    assert summary["counts"]["burning_days"] == 2 * len(FIRES)
    assert summary["counts"]["hotspots_persistent"] == 2 * DAYS
    assert summary["counts"]["days_looked_at"] == 2 * DAYS
    assert (summary["counts"]["weather_rows_rejected"], summary["counts"]["weather_values_blanked"]) == (0, 1)
    for score in ("peak_index", "fwi", "vpd_gust", "low_humidity"):
        assert of(summary, "box", score)["auc"] > 0.95
    assert of(summary, "box", "ignition_probability")["auc"] > 0.9
    assert of(summary, "box", "climatology")["brier"] is not None


def test_each_fire_has_its_rank_in_the_season(verdict: tuple[dict[str, Any], Path]) -> None:
    summary, out = verdict
    ranks = pl.read_csv(out / "ranks.csv")
    assert ranks.filter(pl.col("kind") == "hotspots").height == 2 * len(FIRES)
    assert ranks["peak_index"].mean() > 80
    assert {event["name"] for event in summary["events"]} >= {"1 clean hotspots"}


def test_a_zone_with_too_few_fires_has_no_figure_and_says_so(verdict: tuple[dict[str, Any], Path]) -> None:
    summary, _ = verdict
    assert of(summary, "PG-JZ", "fwi")["auc"] is None
    assert any("平谷–蓟州 PG-JZ" in line for line in summary["cannot_show"])


def test_without_a_record_of_coverage_the_verdict_says_that_quiet_days_are_few(
    verdict: tuple[dict[str, Any], Path],
) -> None:
    summary, _ = verdict
    assert not summary["coverage_told"]
    assert any("覆盖记录" in line for line in summary["cannot_show"])


def test_the_verdict_says_how_far_the_weather_is_and_how_much_of_the_rain_nobody_reported(
    verdict: tuple[dict[str, Any], Path],
) -> None:
    summary, _ = verdict
    counts, told = summary["counts"], "".join(summary["cannot_show"])
    assert 0 < counts["points_far_from_weather"] < counts["points"]
    assert f"{counts['points_far_from_weather']}/{counts['points']}离最近测站过远" in told
    assert counts["days_with_rain_unreported"] == 2 * DAYS  # the table has the hour of noon alone
    assert f"{2 * DAYS}天降水缺报过多，缺报按无雨计" in told


@pytest.mark.parametrize(
    ("burning", "events", "far", "code"), [(3, 0, 9, Exit.DONE), (0, 0, 0, Exit.DEGRADED), (3, 2, 10, Exit.DEGRADED)]
)
def test_without_a_fire_or_with_the_weather_of_another_place_a_verdict_is_degraded(burning, events, far, code) -> None:
    counts = {"burning_days": burning, "events": events, "points": 10, "points_far_from_weather": far}
    assert exit_of(counts) == code


def test_tables_and_plots_are_written(verdict: tuple[dict[str, Any], Path]) -> None:
    summary, out = verdict
    names = {path.name for path in out.iterdir()}
    assert names >= {"ranks.csv", "skill.csv", "reliability.csv", "days.csv", "summary.json", *summary["plots"]}
    assert summary["plots"] == ["events.png", "skill.png", "reliability.png"]


def test_a_coverage_table_leaves_out_the_days_that_nobody_looked_at(tables: tuple[Path, Path], tmp_path: Path) -> None:
    weather, hotspots = tables
    coverage = tmp_path / "coverage.csv"
    coverage.write_text(
        "snapshot_utc,repo,path,blob,covers_study_box\n"
        + "".join(f"2016-03-{day:02}T12:00:00Z,r,p,b,{day <= 20}\n" for day in range(1, 31)),
        encoding="utf-8",
    )
    arguments = ["backtest", "--weather", str(weather), "--hotspots", str(hotspots), "--coverage", str(coverage)]
    arguments += ["--from", "2016-03-01", "--to", "2016-03-30", "--out", str(tmp_path / "out"), "--json"]
    counts = json.loads(CliRunner().invoke(app, arguments).stdout)["counts"]
    assert counts["burning_days"] == 3
    assert counts["days_looked_at"] == 20
    assert counts["days_left_out_without_coverage"] == 10
    assert counts["burning_days_left_out_without_coverage"] == 1


def test_a_table_without_a_hotspot_is_no_quiet_season_and_wind_in_km_an_hour_is_seen(
    tables: tuple[Path, Path], tmp_path: Path
) -> None:
    weather, hotspots = tmp_path / "weather.csv", tables[1]
    pl.read_csv(tables[0]).with_columns(pl.col("wind_speed_ms") * 3.6).write_csv(weather)
    empty = tmp_path / "empty.csv"
    empty.write_text(hotspots.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    arguments = ["backtest", "--weather", str(weather), "--hotspots", str(empty), "--out", str(tmp_path / "out")]
    run = CliRunner().invoke(app, [*arguments, "--from", "2017-03-01", "--to", "2017-04-30", "--json"])
    assert run.exit_code == 4, run.output
    summary = json.loads(run.stdout)
    assert (summary["counts"]["days_looked_at"], summary["counts"]["burning_days"]) == (0, 0)
    assert all(row["auc"] is None for row in summary["skill"])
    assert summary["cannot_show"][0].startswith("气象存疑：平均风速")


def test_a_period_without_weather_says_which_days_the_weather_has(tables: tuple[Path, Path], tmp_path: Path) -> None:
    weather, hotspots = tables
    arguments = ["backtest", "--weather", str(weather), "--hotspots", str(hotspots), "--out", str(tmp_path / "out")]
    run = CliRunner().invoke(app, [*arguments, "--from", "2021-03-01", "--to", "2021-04-30", "--json"])
    assert run.exit_code == 4, run.output
    assert "2016-03-01至2017-04-29" in json.loads(run.stdout)["cannot_show"][0]


@pytest.mark.parametrize(
    ("option", "name", "text", "said"),
    [
        ("--weather", "w.csv", "", "w.csv: the file is empty"),
        ("--weather", "w.csv", None, "no day has a noon with temperature, humidity and wind"),
        ("--hotspots", "f.csv", "", "f.csv: the file is empty"),
        ("--hotspots", "f.csv", "latitude,longitude\n", "f.csv: column acq_date"),
        ("--hotspots", "f.jsonl", "", "f.jsonl: no stored answer in it"),
        ("--coverage", "c.csv", "a,b\n1,2\n", "c.csv: column snapshot_utc"),
        ("--out", "taken", "x", "File exists"),
    ],
)
def test_a_mutilated_input_is_refused_in_a_line_that_names_it(
    tables: tuple[Path, Path], tmp_path: Path, option: str, name: str, text: str | None, said: str
) -> None:
    weather, hotspots = tables
    path = tmp_path / name
    path.write_text(
        weather.read_text(encoding="utf-8").splitlines()[0] + "\n" if text is None else text, encoding="utf-8"
    )
    given = {"--weather": weather, "--hotspots": hotspots, "--out": tmp_path / "out", option: path}
    arguments = [part for pair in given.items() for part in map(str, pair)]
    run = CliRunner().invoke(app, ["backtest", *arguments, "--from", "2017-03-01", "--to", "2017-03-02"])
    assert isinstance(run.exception, InputError | FeedMalformed)
    assert said in str(run.exception)


def test_days_in_the_wrong_order_are_refused(tables: tuple[Path, Path]) -> None:
    weather, hotspots = tables
    arguments = ["backtest", "--weather", str(weather), "--hotspots", str(hotspots), "--from", "2017-01-02"]
    run = CliRunner().invoke(app, [*arguments, "--to", "2017-01-01"])
    assert isinstance(run.exception, InputError)
    assert "lies after" in str(run.exception)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "--straw-points {path}: No such file"),
        (
            "date,center_lon,center_lat\n2016-08-02,116.7,40.5\n2016-08-03,40.5,\n",
            "{path}, row 2, column center_lat: no place",
        ),
        ("date,center_lon,center_lat\n5 April,116.7,40.5\n", "{path}, row 1, column date: '5 April' is no day"),
        ("center_lon,center_lat\n116.7,40.5\n", "{path}, column date: a column with the day is missing"),
        ("", "--straw-points {path}: empty"),
    ],
)
def test_a_record_that_cannot_be_used_is_named_with_its_option_file_row_and_field(
    tables: tuple[Path, Path], tmp_path: Path, text: str | None, said: str
) -> None:
    weather, hotspots = tables
    path = tmp_path / "straw.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    arguments = ["backtest", "--weather", str(weather), "--hotspots", str(hotspots), "--straw-points", str(path)]
    run = CliRunner().invoke(
        app, [*arguments, "--from", "2017-03-01", "--to", "2017-03-02", "--out", str(tmp_path / "o")]
    )
    assert isinstance(run.exception, InputError)
    assert str(run.exception).startswith("--straw-points ")
    assert said.format(path=path) in str(run.exception)


def test_a_training_counts_what_offices_verified(tables: tuple[Path, Path], tmp_path: Path) -> None:
    weather, hotspots = tables
    verified = tmp_path / "verified.csv"
    false_alarm = f"{BEGIN + timedelta(days=5)},40.515,116.2,false\n"
    verified.write_text(
        f"local_date,lat_deg,lon_deg,fire\n{false_alarm}2016-03-08,40.3,117.0,true\n2016-03-09,40.3,117.0,true\n",
        encoding="utf-8",
    )
    arguments = ["train", "--weather", str(weather), "--hotspots", str(hotspots), "--verified", str(verified)]
    run = CliRunner().invoke(app, [*arguments, "--from", "2016-03-01", "--to", "2016-04-29", "--only-look", "--json"])
    assert run.exit_code == 0, run.output
    lesson = json.loads(run.stdout)
    assert (lesson["outcome"], lesson["why"].split(";")[0]) == (
        "too_few_fires",
        f"{len(FIRES) + 2 - 1} burning cell-days",
    )
    assert (lesson["weather_rows_rejected"], lesson["weather_values_blanked"]) == (0, 1)
