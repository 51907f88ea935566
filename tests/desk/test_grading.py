from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
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


def test_a_climatology_of_four_years_gives_every_cell_its_bounds_with_provenance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIREWATCH_HOME", str(tmp_path / "home"))
    days = 4 * 365
    random = np.random.default_rng(2)
    day = np.arange(days)
    table = pl.DataFrame(
        {
            "station_id": "a",
            "lat_deg": 40.5,
            "lon_deg": 116.6,
            "elevation_m": 100.0,
            "valid_utc": [datetime(2011, 1, 1, 4, tzinfo=UTC) + timedelta(days=int(n)) for n in day],
            "air_temperature_degc": 12 - 15 * np.cos(2 * np.pi * day / 365) + random.normal(0, 3, days),
            "relative_humidity_pct": random.uniform(15, 80, days),
            "wind_speed_ms": random.gamma(2, 2, days),
            "wind_direction_deg": 300.0,
            "precipitation_mm": np.where(random.random(days) < 0.1, 4.0, 0.0),
        }
    )
    table.write_parquet(tmp_path / "years.parquet")
    monkeypatch.setattr("desk.grading.load_catalogue", lambda folder: _Few())
    run = CliRunner().invoke(app, ["climatology", "--weather", str(tmp_path / "years.parquet"), "--json"])
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert told["from"] == "2011-01-01"
    assert told["cells"] == 2
    assert told["median_bounds"] == sorted(told["median_bounds"])
    bounds, basis = standing_bounds(tmp_path / "home")
    assert bounds is not None
    assert bounds.height == 2
    assert "本地百分位分级" in basis
    assert "years.parquet" in basis


class _Few:
    """Two cells in the place of ten thousand."""

    zones = (type("Zone", (), {"id": "x"}),)

    def cells(self, zone_id: str) -> pl.DataFrame:
        return pl.DataFrame(
            {"cell_id": ["4050N11660E", "4060N11670E"], "lat_deg": [40.505, 40.605], "lon_deg": [116.605, 116.705]}
        )
