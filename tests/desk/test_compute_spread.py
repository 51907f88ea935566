"""Fire behaviour and arrival from table to table, and every way in which a table is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from desk.compute import run_compute
from desk.compute_spread import compute_arrival, compute_fbp
from desk.errors import InputError
from models.fire_weather.constant import FfmcConstant
from tests.models.spread.cases import CASES, REFERENCE, case_table, reference

RESULTS = [
    "ROS",
    "HFI",
    "CFB",
    "SFC",
    "TFC",
    "WSV",
    "RAZ",
    "RSO",
    "CSI",
    "BROS",
    "FROS",
    "LB",
    "LBt",
    "HROSt",
    "DH",
    "DB",
    "DF",
]
ARRIVAL_IN = [
    "case",
    "hros_m_min",
    "bros_m_min",
    "lb",
    "raz_deg",
    "target_bearing_deg",
    "line_normal_bearing_deg",
    "distance_m",
]
ARRIVAL_OUT = ["ros_theta_m_min", "arrival_point_min", "ros_normal_m_min", "arrival_line_min"]


def arrivals() -> pl.DataFrame:
    return pl.read_csv(REFERENCE / "ellipse_arrival.csv", infer_schema=False)


def put(table: pl.DataFrame, row: int, column: str, value: str) -> pl.DataFrame:
    cells = table[column].to_list()
    cells[row - 1] = value
    return table.with_columns(pl.Series(column, cells, dtype=pl.String))


@pytest.mark.parametrize(("constant", "name"), [(FfmcConstant.EXACT, "exact"), (FfmcConstant.PRINTED_1985, "1472")])
def test_fbp_from_file_to_file_meets_the_reference(tmp_path: Path, constant: FfmcConstant, name: str) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    case_table().write_csv(source)
    assert run_compute("fbp", source, target, constant=constant) == len(CASES)
    result = pl.read_csv(target)
    assert result.columns == ["id", *RESULTS]
    theirs = reference(f"fbp20_full_precision_{name}.csv")
    for column in RESULTS:
        np.testing.assert_allclose(result[column], theirs[column], rtol=1e-9, atol=1e-8, err_msg=column)


def test_arrival_from_file_to_file_meets_the_reference(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    arrivals().select(ARRIVAL_IN).write_csv(source)
    assert run_compute("arrival", source, target) == 200
    result, theirs = pl.read_csv(target), pl.read_csv(REFERENCE / "ellipse_arrival.csv")
    assert result.columns == theirs.columns == [*ARRIVAL_IN, *ARRIVAL_OUT]
    for column in ARRIVAL_OUT:
        np.testing.assert_allclose(result[column], theirs[column], rtol=1e-9, err_msg=column)


def test_results_that_a_table_of_arrivals_holds_are_computed_anew() -> None:
    wrong = arrivals().with_columns(arrival_line_min=pl.lit("1"))
    assert compute_arrival(wrong)["arrival_line_min"][0] == pytest.approx(733421.7712407232)


def test_a_line_source_has_its_rate_from_the_start() -> None:
    result = compute_fbp(case_table().with_columns(Accel=pl.lit("0")))
    np.testing.assert_allclose(result["HROSt"], result["ROS"])
    np.testing.assert_allclose(result["LBt"], result["LB"])
    minutes = np.array([float(case[13]) for case in CASES])
    np.testing.assert_allclose(result["DH"], result["ROS"] * minutes)


def test_the_buildup_effect_can_be_switched_off() -> None:
    on, off = (compute_fbp(case_table().with_columns(BUIEff=pl.lit(flag))) for flag in "10")
    np.testing.assert_allclose(on["SFC"], off["SFC"])
    assert on["ROS"][0] / off["ROS"][0] == pytest.approx(1.03318240193305)


def test_foliar_moisture_that_is_given_is_taken() -> None:
    result = compute_fbp(case_table().with_columns(FMC=pl.lit("120")))
    assert result["CSI"][0] > compute_fbp(case_table())["CSI"][0]


def test_five_columns_are_enough() -> None:
    needed = case_table().select("id", "FuelType", "FFMC", "BUI", "WS")
    assert compute_fbp(needed).height == len(CASES)


@pytest.mark.parametrize(
    ("row", "column", "value", "says"),
    [
        (2, "FFMC", "101.5", "101.5 is outside 0 to 101"),
        (3, "BUI", "-1", "-1 is outside"),
        (1, "WS", "", "empty"),
        (4, "WD", "361", "361 is outside 0 to 360"),
        (5, "GS", "steep", "'steep' is not a number"),
        (6, "Aspect", "-10", "-10 is outside"),
        (7, "PC", "101", "101 is outside"),
        (8, "Dj", "nan", "no number"),
        (9, "Accel", "0.5", "0.5 is neither 0 nor 1"),
        (10, "FuelType", "C-6", "C6 is not computed"),
        (11, "FuelType", "", "no FBP fuel type"),
        (12, "hr", "-1", "-1 is outside"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(row: int, column: str, value: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        compute_fbp(put(case_table(), row, column, value), source="fires.csv")
    assert (refused.value.row, refused.value.column) == (row, column)


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("lb", "0.9", "0.9 is outside 1 to 100"),
        ("hros_m_min", "0", "0 is outside"),
        ("distance_m", "-5", "-5 is outside"),
        ("raz_deg", "", "empty"),
        ("bros_m_min", "99", "is more than hros_m_min"),
    ],
)
def test_an_impossible_arrival_is_named_by_row_and_column(column: str, value: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        compute_arrival(put(arrivals(), 7, column, value))
    assert (refused.value.row, refused.value.column) == (7, column)


@pytest.mark.parametrize("kind", ["fbp", "arrival"])
def test_a_wrong_row_writes_nothing(tmp_path: Path, kind: str) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    table = put(case_table(), 3, "FFMC", "200") if kind == "fbp" else put(arrivals(), 3, "lb", "0")
    table.write_csv(source)
    with pytest.raises(InputError, match="row 3"):
        run_compute(kind, source, target)
    assert not target.exists()


def test_a_header_without_rows_is_a_header_without_rows() -> None:
    assert compute_fbp(case_table().clear()).columns == ["id", *RESULTS]
    assert compute_arrival(arrivals().clear()).height == 0
