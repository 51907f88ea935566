"""``firewatch compute`` at the command line; what it computes is tested with the tables."""

from __future__ import annotations

import polars as pl
import pytest

from desk.exits import Exit

HEADER = "id,lat,yr,mon,day,temp,rh,ws,prec"
GOOD = f"{HEADER}\na,40.5,2024,4,13,17,42,25,0\na,40.5,2024,4,14,20,21,25,2.4\n"
FIRST_DAY = {"FFMC": 87.692980, "DMC": 8.545051, "DC": 19.014}
"""Van Wagner and Pickett 1985, first day of the published series, with the standard start and their constant."""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_codes_follow_the_columns_of_the_table(firewatch, table, tmp_path) -> None:
    out = tmp_path / "out.csv"
    done = firewatch("compute", "fwi", table, out, "--constant", "1985")
    assert (done.code, done.out) == (Exit.DONE, f"2 rows → {out}\n")
    codes = pl.read_csv(out)
    assert codes.columns == [*HEADER.split(","), "FFMC", "DMC", "DC", "ISI", "BUI", "FWI", "DSR"]
    for name, value in FIRST_DAY.items():
        assert codes[name][0] == pytest.approx(value, abs=1e-5)


def test_json_says_what_was_written(firewatch, table, tmp_path) -> None:
    document = firewatch("compute", "fwi", table, tmp_path / "out.parquet", "--constant", "1985", "--json").document
    assert document == {"kind": "fwi", "rows": 2, "out": str(tmp_path / "out.parquet"), "constant": "1985"}
    assert pl.read_parquet(tmp_path / "out.parquet").height == 2


def test_the_constant_and_the_start_change_the_codes(firewatch, table, tmp_path) -> None:
    found = []
    for options in ((), ("--constant", "1985"), ("--start", "70,20,100")):
        firewatch("compute", "fwi", table, tmp_path / "out.csv", *options)
        found.append(pl.read_csv(tmp_path / "out.csv")["FFMC"].to_list())
    assert found[0] != found[1] != found[2] != found[0]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("20,21,25,2.4", "20,121,25,2.4", "row 2, column rh: 121 is outside"),
        ("20,21,25,2.4", "warm,21,25,2.4", "row 2, column temp: 'warm' is not a number"),
        ("20,21,25,2.4", "20,21,,2.4", "row 2, column ws: empty"),
        ("4,14", "4,15", "row 2, column day: id a: 2024-04-15 follows 2024-04-13, a gap"),
        ("4,14", "4,31", "row 2, column day: 2024-4-31 is no day"),
        ("rh,ws", "humidity,ws", "column rh: column rh is missing"),
        ("prec\n", "FFMC\n", "column prec"),
    ],
)
def test_a_wrong_row_is_named_by_row_and_column_and_nothing_is_written(
    firewatch, table, tmp_path, old, new, says
) -> None:
    table.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    out = tmp_path / "out.csv"
    done = firewatch("compute", "fwi", table, out)
    assert (done.code, done.out) == (Exit.BAD_INPUT, "")
    assert says in done.err
    assert str(table) in done.err
    assert list(tmp_path.glob("*out*")) == []


def test_what_stood_there_before_stays_when_the_table_is_wrong(firewatch, table, tmp_path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("before", encoding="utf-8")
    table.write_text(GOOD.replace("42", "142"), encoding="utf-8")
    assert firewatch("compute", "fwi", table, out).code == Exit.BAD_INPUT
    assert out.read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize("start", ["85", "85,6", "85;6;15", "a,b,c", "185,6,15", "85,-6,15"])
def test_a_start_that_is_none_is_refused(firewatch, table, tmp_path, start) -> None:
    done = firewatch("compute", "fwi", table, tmp_path / "out.csv", "--start", start)
    assert done.code == Exit.BAD_INPUT
    assert "--start" in done.err
    assert not (tmp_path / "out.csv").exists()


def test_the_hourly_code_and_the_winter_have_their_own_tables(firewatch, tmp_path) -> None:
    hours = tmp_path / "hours.csv"
    hours.write_text(f"{HEADER.replace('day', 'day,hr')}\na,40.5,2024,4,13,12,17,42,25,0\n", encoding="utf-8")
    assert firewatch("compute", "hffmc", hours, tmp_path / "h.csv", "--start", "85").code == Exit.DONE
    assert pl.read_csv(tmp_path / "h.csv").columns[-1] == "hffmc"
    winter = tmp_path / "winter.csv"
    winter.write_text("DCf,rw,a,b\n300,110,0.75,0.75\n", encoding="utf-8")
    assert firewatch("compute", "overwinter", winter, tmp_path / "w.csv").code == Exit.DONE
    assert pl.read_csv(tmp_path / "w.csv")["DCs"][0] == pytest.approx(109.4657, abs=0.01)
    refused = firewatch("compute", "overwinter", winter, tmp_path / "w2.csv", "--start", "85")
    assert refused.code == Exit.BAD_INPUT
