"""Tables in, tables out: the numbers, and every way in which a table is refused."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from desk.compute import compute_fwi, compute_hffmc, compute_overwinter, run_compute
from desk.errors import InputError
from models.fire_weather.constant import FfmcConstant

REFERENCE = Path(__file__).parent.parent / "reference" / "fwi"
CODES = ("FFMC", "DMC", "DC", "ISI", "BUI", "FWI", "DSR")
KEYS = ("id", "lat", "yr", "mon", "day", "temp", "rh", "ws", "prec")


def fwi48(station: str = "van-wagner") -> pl.DataFrame:
    table = pl.read_csv(REFERENCE / "fwi48_full_precision.csv")
    return table.select(pl.lit(station).alias("id"), *KEYS[1:])


def hours() -> pl.DataFrame:
    table = pl.read_csv(REFERENCE / "hffmc480_full_precision.csv").drop("hffmc")
    return table.with_columns(id=pl.lit("a"), lat=pl.lit(50.0))


def as_text(table: pl.DataFrame) -> pl.DataFrame:
    """A table as a CSV gives it."""
    return table.select(pl.all().cast(pl.String))


def put(table: pl.DataFrame, row: int, column: str, value: Any) -> pl.DataFrame:
    """The table as text with one cell changed; ``row`` counts from 1."""
    text = as_text(table)
    cells = text[column].to_list()
    cells[row - 1] = value
    return text.with_columns(pl.Series(column, cells, dtype=pl.String))


@pytest.mark.parametrize(("constant", "suffix"), [(FfmcConstant.EXACT, ""), (FfmcConstant.PRINTED_1985, "_1472")])
@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".parquet"])
def test_fwi_from_file_to_file_meets_the_reference(
    tmp_path: Path, constant: FfmcConstant, suffix: str, ending: str
) -> None:
    source, target = tmp_path / f"in{ending}", tmp_path / f"out{ending}"
    table = fwi48()
    if ending == ".parquet":
        table.write_parquet(source)
    else:
        content = table.write_csv().encode()
        source.write_bytes(gzip.compress(content) if ending == ".csv.gz" else content)
    assert run_compute("fwi", source, target, constant=constant) == 48
    result = pl.read_parquet(target) if ending == ".parquet" else pl.read_csv(target)
    assert result.columns == [*KEYS, *CODES]
    reference = pl.read_csv(REFERENCE / "fwi48_full_precision.csv")
    for name in CODES:
        theirs = reference[name + suffix if name + suffix in reference.columns else name]
        np.testing.assert_allclose(result[name], theirs, rtol=1e-9, atol=1e-8, err_msg=name)


def test_hffmc_meets_the_reference() -> None:
    theirs = pl.read_csv(REFERENCE / "hffmc480_full_precision.csv")["hffmc"]
    np.testing.assert_allclose(compute_hffmc(as_text(hours()))["hffmc"], theirs, rtol=1e-9, atol=1e-8)


def test_overwinter_meets_the_worked_cases() -> None:
    table = pl.DataFrame({"DCf": ["300", "250"], "rw": ["110", "200"], "a": ["0.75", "0.75"], "b": ["0.75", "0.75"]})
    assert compute_overwinter(table)["DCs"].to_list() == pytest.approx([109.4657, 15.0], abs=1e-4)


def test_a_start_is_taken_from_the_option() -> None:
    wet, dry = (compute_fwi(fwi48(), start=start)["DC"][0] for start in ((0.0, 0.0, 0.0), (85.0, 6.0, 300.0)))
    assert dry - wet == pytest.approx(300.0)
    low, high = (compute_hffmc(hours(), start=(value,))["hffmc"][0] for value in (20.0, 95.0))
    assert low < high


def test_ids_are_series_of_their_own_and_rows_keep_their_order() -> None:
    north, south = fwi48("a"), fwi48("b").with_columns(lat=pl.lit(-40)).head(20)
    both = pl.concat([north.with_row_index("n"), south.with_row_index("n")], how="vertical_relaxed")
    mixed = both.sort("n", "id", descending=[False, True], maintain_order=True).drop("n")
    result = compute_fwi(mixed)
    assert result.select(KEYS).equals(mixed)
    for station, alone in (("a", compute_fwi(north)), ("b", compute_fwi(south))):
        for name in CODES:
            ours = result.filter(pl.col("id") == station)[name]
            np.testing.assert_allclose(ours, alone[name], rtol=1e-12)
    assert result["DMC"][1] != result["DMC"][0]  # the other hemisphere has other days


def test_further_columns_are_kept() -> None:
    result = compute_fwi(fwi48().with_columns(remark=pl.lit("x")))
    assert result.columns == [*KEYS, "remark", *CODES]


def test_a_header_without_rows_is_a_header_without_rows() -> None:
    assert compute_fwi(as_text(fwi48()).clear()).columns == [*KEYS, *CODES]
    assert compute_hffmc(as_text(hours()).clear()).height == 0


@pytest.mark.parametrize(
    ("row", "column", "value", "says"),
    [
        (3, "rh", "106", "106 is outside 0 to 100"),
        (3, "rh", "-1", "-1 is outside"),
        (48, "prec", "-0.1", "-0.1 is outside"),
        (1, "temp", "nan", "no number"),
        (7, "ws", "inf", "outside"),
        (9, "ws", "", "empty"),
        (9, "ws", None, "empty"),
        (9, "ws", "12,5", "'12,5' is not a number"),
        (2, "lat", "91", "91 is outside"),
        (5, "day", "31", "1985-4-31 is no day"),
        (5, "mon", "13", "no day"),
        (5, "day", "17.5", "17.5 is not a whole number"),
        (5, "day", "-3", "no day"),
        (5, "lat", "41", "41 is not that of the first row"),
        (6, "id", None, "empty"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(row: int, column: str, value: str | None, says: str) -> None:
    with pytest.raises(InputError) as refused:
        compute_fwi(put(fwi48(), row, column, value), source="station.csv")
    assert refused.value.row == row
    assert refused.value.column == ("day" if "no day" in says else column)
    assert says in str(refused.value)
    assert str(refused.value).startswith("station.csv, row ")


def test_a_day_left_out_is_a_gap_and_refused() -> None:
    with pytest.raises(InputError, match=r"row 10, column day: id van-wagner: 1985-04-23 follows 1985-04-21, a gap"):
        compute_fwi(fwi48().with_row_index("n").filter(pl.col("n") != 9).drop("n"))


def test_days_out_of_order_or_double_are_refused() -> None:
    table = fwi48()
    with pytest.raises(InputError, match="row 2, column day: .*1985-04-13 follows 1985-04-14"):
        compute_fwi(pl.concat([table[1:2], table[0:1], table[2:]]))
    with pytest.raises(InputError, match="row 2, column day: .*1985-04-13 stands twice"):
        compute_fwi(pl.concat([table[:1], table]))


def test_hours_left_out_or_impossible_are_refused() -> None:
    table = hours()
    with pytest.raises(InputError, match=r"row 4, column hr: id a: 2001-07-12 04:00 follows 2001-07-12 02:00, a gap"):
        compute_hffmc(pl.concat([table[:3], table[4:]]))
    with pytest.raises(InputError, match=r"row 2, column hr: 2001-7-12-24 is no hour"):
        compute_hffmc(put(table, 2, "hr", "24"))


@pytest.mark.parametrize("column", KEYS)
def test_a_missing_column_is_named(column: str) -> None:
    with pytest.raises(InputError, match=f"column {column} is missing") as refused:
        compute_fwi(fwi48().drop(column))
    assert refused.value.column == column


def test_a_result_column_in_the_input_is_refused_and_not_overwritten() -> None:
    with pytest.raises(InputError, match="column FWI is a result"):
        compute_fwi(fwi48().with_columns(FWI=pl.lit(1.0)))


def test_a_parquet_column_of_another_kind_is_refused() -> None:
    with pytest.raises(InputError, match="column temp: holds Boolean"):
        compute_fwi(fwi48().with_columns(temp=pl.lit(value=True)))


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("DCf", "-1", "-1 is outside"),
        ("rw", "nan", "no number"),
        ("a", "-0.5", "-0.5 is outside"),
        ("b", "2", "2 is outside"),
    ],
)
def test_an_impossible_winter_is_named_by_row_and_column(column: str, value: str, says: str) -> None:
    table = pl.DataFrame({"DCf": ["300", "250"], "rw": ["110", "200"], "a": ["0.75", "0.75"], "b": ["0.75", "0.75"]})
    with pytest.raises(InputError, match=f"row 2, column {column}: {says}"):
        compute_overwinter(put(table, 2, column, value))


@pytest.mark.parametrize(
    ("kind", "start", "says"),
    [
        ("fwi", (85.0, 6.0), "2 numbers, 3 are needed"),
        ("fwi", (102.0, 6.0, 15.0), "FFMC 102 is outside 0 to 101"),
        ("hffmc", (85.0, 6.0, 15.0), "3 numbers, 1 are needed"),
        ("overwinter", (85.0,), "own DCf"),
    ],
)
def test_a_start_that_does_not_fit_is_refused(tmp_path: Path, kind: str, start: tuple[float, ...], says: str) -> None:
    source = tmp_path / "in.csv"
    (hours() if kind == "hffmc" else fwi48()).write_csv(source)
    with pytest.raises(InputError, match=says):
        run_compute(kind, source, tmp_path / "out.csv", start=start)


def test_an_unknown_computation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one of fwi, hffmc, overwinter"):
        run_compute("fbi", tmp_path / "in.csv", tmp_path / "out.csv")


def test_a_wrong_row_leaves_the_old_output_untouched(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    put(fwi48(), 48, "rh", "106").write_csv(source)
    target.write_text("before")
    with pytest.raises(InputError, match=r"in\.csv, row 48, column rh"):
        run_compute("fwi", source, target)
    assert target.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


@pytest.mark.shared
def test_overwintering_from_a_table_meets_cffdrs(shared: Path) -> None:
    path = shared / "reference" / "fwi" / "cffdrs_r" / "OverwinterDroughtCode.csv"
    table = pl.read_csv(path, infer_schema=False).filter(pl.col("a").cast(pl.Float64) > 0)
    ours = compute_overwinter(table)
    np.testing.assert_allclose(ours["DCs"], ours["OverwinterDroughtCode"].cast(pl.Float64), rtol=0, atol=0.0051)
