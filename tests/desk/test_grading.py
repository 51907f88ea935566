from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from desk.cli import app
from desk.errors import InputError
from flows.grades import standing_bounds


@pytest.mark.parametrize("name", ["qx_t_77_2007", "gb_t_36743_2018"])
def test_a_standard_without_a_table_file_refuses_to_run_and_says_what_to_do(name: str, tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["standard", name, "in.csv", str(tmp_path / "out.csv")])
    assert isinstance(run.exception, InputError)
    assert "no table file" in str(run.exception)
    assert f"{name}.toml" in str(run.exception)


def test_an_office_that_has_the_standard_computes_it_with_the_status_of_its_tables(tmp_path: Path) -> None:
    tables = tmp_path / "own.toml"
    tables.write_text(
        'standard = "QX/T 77-2007"\n[classes]\nbounds = [1, 2, 3, 4]\nstatus = "verified"\n'
        '[[table]]\nname = "wind"\nquantity = "wind_speed_max_ms"\nupper_included = true\nbounds = [5.0]\n'
        'values = [0, 3.5]\nstatus = "verified"\nsource = "the printed standard"\n',
        encoding="utf-8",
    )
    (tmp_path / "in.csv").write_text("day,wind_speed_max_ms\n1,5.0\n2,5.1\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    arguments = ["standard", "qx_t_77_2007", str(tmp_path / "in.csv"), str(out), "--tables", str(tables)]
    run = CliRunner().invoke(app, arguments)
    assert run.exit_code == 0, run.output
    assert pl.read_csv(out)["grade"].to_list() == [1, 4]
    assert pl.read_csv(out)["tables_status"].unique().to_list() == ["verified"]
    (tmp_path / "in.csv").write_text("day,wind_speed_max_ms\n1,5.0\n2,大风\n", encoding="utf-8")
    refused = CliRunner().invoke(app, arguments).exception
    assert isinstance(refused, InputError)
    assert str(refused) == f"{tmp_path / 'in.csv'}, row 2, column wind_speed_max_ms: '大风' is not a number"


DAYS = 250


@pytest.fixture
def years(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Noon reports of a fire season in two tables, for which one season is enough and two cells are all."""
    monkeypatch.setenv("FIREWATCH_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("models.local_grade.LEAST_DAYS", 100)
    monkeypatch.setattr("desk.grading.catalogue_of", lambda folder: _Few())
    random = np.random.default_rng(2)
    day = np.arange(DAYS)
    table = pl.DataFrame(
        {
            "station_id": "a",
            "lat_deg": 40.5,
            "lon_deg": 116.6,
            "elevation_m": 100.0,
            "valid_utc": [datetime(2011, 10, 1, 4, tzinfo=UTC) + timedelta(days=int(n)) for n in day],
            "air_temperature_degc": 12 + random.normal(0, 3, DAYS),
            "relative_humidity_pct": random.uniform(15, 80, DAYS),
            "wind_speed_ms": random.gamma(2, 2, DAYS),
            "wind_direction_deg": 300.0,
            "precipitation_mm": np.where(random.random(DAYS) < 0.1, 4.0, 0.0),
        }
    )
    paths = [str(tmp_path / name) for name in ("first.parquet", "second.parquet")]
    table[:100].write_parquet(paths[0])
    table[100:].write_parquet(paths[1])
    return paths


def built(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["climatology", *arguments, "--json"])


def test_a_climatology_of_several_tables_gives_every_cell_its_bounds_with_provenance(years, tmp_path: Path) -> None:
    run = built("--weather", years[0], "--weather", years[1])
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert (told["from"], told["to"]) == ("2011-10-01", "2012-06-06")
    assert told["cells"] == 2
    assert len(told["sha256"].split("、")) == 2
    assert told["median_bounds"] == sorted(told["median_bounds"])
    assert (told["weather_rows_rejected"], told["weather_values_blanked"]) == (0, 0)
    bounds, basis = standing_bounds(tmp_path / "home")
    assert bounds is not None
    assert bounds.height == 2
    assert "本地百分位分级" in basis
    assert "first.parquet" in basis


def test_what_of_the_tables_could_not_be_used_is_counted_and_said(years) -> None:
    first = pl.read_parquet(years[0])
    wet = pl.when(pl.int_range(pl.len()) < 3).then(106.0).otherwise("relative_humidity_pct")
    in_kmh = pl.col("wind_speed_ms") * 3.6
    first.with_columns(wet.alias("relative_humidity_pct"), in_kmh).write_parquet(years[0])
    run = CliRunner().invoke(app, ["climatology", "--weather", years[0], "--weather", years[1]])
    assert run.exit_code == 0, run.output
    assert "注意：不可用、作缺测的气象数值3个" in run.output
    assert "气象存疑：first.parquet：平均风速" in run.output


def test_tables_in_the_wrong_order_are_refused_by_name(years) -> None:
    run = built("--weather", years[1], "--weather", years[0])
    assert isinstance(run.exception, InputError)
    assert "first.parquet" in str(run.exception)
    assert "order of time" in str(run.exception)


@pytest.mark.parametrize("span", ["2024", "2024-1995", "1900-1950", "1995-2999"])
def test_a_span_of_years_that_the_reanalysis_does_not_have_is_refused(years, span: str) -> None:
    run = built("--from-feed", span)
    assert isinstance(run.exception, InputError)
    assert "1995-2024" in str(run.exception)


def test_either_tables_or_the_feed_must_be_named(years) -> None:
    assert isinstance(built().exception, InputError)
    assert isinstance(built("--weather", years[0], "--from-feed", "1995-2024").exception, InputError)


class _Few:
    """Two cells in the place of ten thousand."""

    zones = (type("Zone", (), {"id": "x"}),)

    def cells(self, zone_id: str) -> pl.DataFrame:
        return pl.DataFrame(
            {"cell_id": ["4050N11660E", "4060N11670E"], "lat_deg": [40.505, 40.605], "lon_deg": [116.605, 116.705]}
        )
