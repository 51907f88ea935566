"""Each equation against the tables of cffdrs, to the rounding that they are printed with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models.fire_weather.constant import FfmcConstant
from models.spread.acceleration import acceleration_per_min, distance_at_m, length_to_breadth_at, rate_at
from models.spread.consumption import LEAST, crown_consumption_kg_m2, surface_consumption_kg_m2
from models.spread.crown import critical_intensity_kw_m, critical_rate_m_min, crown_fraction_burned
from models.spread.ellipse import flank_rate_m_min, length_to_breadth
from models.spread.fuel import GRASS, ORDER, constant, fuel_codes, is_one_of
from models.spread.intensity import fire_intensity_kw_m
from models.spread.rate import backing_rate_m_min, buildup_effect, rate_of_spread_m_min
from models.spread.stand import Stand

ROUNDED = {"rtol": 5.1e-4, "atol": 0.0051}
"""Four significant digits, at least two decimals."""
COMPUTED = [fuel.value for fuel in ORDER]
pytestmark = pytest.mark.shared


def rows(shared: Path, name: str, *columns: str, answer: str = "") -> tuple[pl.DataFrame, list[np.ndarray], np.ndarray]:
    """Rows of a table within the valid domain, the columns as arrays, and the answers."""
    table = pl.read_csv(
        shared / "reference/fwi/cffdrs_r" / f"{name}.csv", null_values=["NA", "Inf"], infer_schema_length=None
    )
    answer = answer or name
    valid = pl.col(answer).is_not_null()
    if "FUELTYPE" in table.columns:
        valid &= pl.col("FUELTYPE").is_in(COMPUTED)
    bounds = {"FFMC": 101, "PC": 100, "PDF": 100, "CC": 100, "CFB": 1, "FMC": 1e9, "WSV": 1e9, "LB": 1e9, "ROS": 1e9}
    for column in table.columns:
        if column not in {"FUELTYPE", "option", answer}:
            valid &= pl.col(column).is_between(0, bounds.get(column, 1e9))
    table = table.filter(valid)
    assert table.height > 50, name
    return (
        table,
        [table[column].to_numpy().astype(float) for column in columns],
        table[answer].cast(pl.Float64).to_numpy(),
    )


def stand(table: pl.DataFrame) -> Stand:
    shares = (table[name].to_numpy().astype(float) for name in ("PC", "PDF", "CC"))
    conifer, fir, cured = shares
    return Stand(fuel_codes(table["FUELTYPE"].to_list()), conifer, fir, np.full(table.height, 0.35), cured)


def fuels(table: pl.DataFrame) -> np.ndarray:
    return fuel_codes(table["FUELTYPE"].to_list())


def test_buildup_effect(shared: Path) -> None:
    table, (bui,), theirs = rows(shared, "BuildupEffect", "BUI")
    np.testing.assert_allclose(buildup_effect(fuels(table), bui), theirs, **ROUNDED)


def test_rate_of_spread(shared: Path) -> None:
    table, (isi, bui), theirs = rows(shared, "RateOfSpread", "ISI", "BUI")
    np.testing.assert_allclose(rate_of_spread_m_min(stand(table), isi, bui), theirs, **ROUNDED)


def test_backing_rate(shared: Path) -> None:
    table, (ffmc, bui, wind), theirs = rows(shared, "BackRateOfSpread", "FFMC", "BUI", "WSV")
    ours = backing_rate_m_min(stand(table), ffmc, wind_speed_kmh=wind, bui=bui, constant=FfmcConstant.EXACT)
    np.testing.assert_allclose(ours, theirs, **ROUNDED)


def test_surface_consumption(shared: Path) -> None:
    table, (ffmc, bui, conifer, load), theirs = rows(shared, "SurfaceFuelConsumption", "FFMC", "BUI", "PC", "GFL")
    ours = surface_consumption_kg_m2(fuels(table), ffmc, bui, conifer_pct=conifer, grass_load_kg_m2=load)
    np.testing.assert_allclose(ours, np.maximum(theirs, LEAST), **ROUNDED)


def test_crown_and_total_consumption(shared: Path) -> None:
    table, (crown, surface, conifer, fir), theirs = rows(shared, "TotalFuelConsumption", "CFB", "SFC", "PC", "PDF")
    table_load = table["CFL"].to_numpy().astype(float)
    default = constant(fuels(table), "crown_fuel_load_kg_m2")
    known = (default > 0) & (table["option"].to_numpy() == "TFC")
    ours = crown_consumption_kg_m2(fuels(table), crown, conifer_pct=conifer, dead_fir_pct=fir)
    ours = surface + np.divide(ours * table_load, default, out=np.zeros_like(ours), where=default > 0)
    assert known.sum() > 100
    np.testing.assert_allclose(ours[known], theirs[known], **ROUNDED)


def test_critical_intensity_and_rate(shared: Path) -> None:
    table, (foliar, base), theirs = rows(shared, "CriticalSurfaceIntensity", "FMC", "CBH")
    known = (base > 0) & (table["option"].to_numpy() == "CSI")
    np.testing.assert_allclose(critical_intensity_kw_m(base, foliar)[known], theirs[known], **ROUNDED)
    table, (foliar, base, surface), theirs = rows(shared, "CriticalSurfaceRateOfSpread", "FMC", "CBH", "SFC")
    known = (base > 0) & (surface > 0) & (table["option"].to_numpy() == "RSO")
    ours = critical_rate_m_min(critical_intensity_kw_m(base, foliar)[known], surface[known])
    np.testing.assert_allclose(ours, theirs[known], **ROUNDED)


def test_crown_fraction(shared: Path) -> None:
    _, (foliar, base, surface, rate), theirs = rows(shared, "CrownFractionBurned", "FMC", "CBH", "SFC", "ROS")
    known = (base > 0) & (surface > 0)
    critical = critical_rate_m_min(critical_intensity_kw_m(base, foliar)[known], surface[known])
    np.testing.assert_allclose(crown_fraction_burned(rate[known], critical), theirs[known], **ROUNDED)


def test_intensity(shared: Path) -> None:
    _, (consumed, rate), theirs = rows(shared, "FireIntensity", "FC", "ROS")
    np.testing.assert_allclose(fire_intensity_kw_m(consumed, rate), theirs, **ROUNDED)


def test_shape(shared: Path) -> None:
    table, (wind,), theirs = rows(shared, "LengthToBreadthRatio", "WSV")
    ours = length_to_breadth(wind, grass=is_one_of(fuels(table), *GRASS))
    np.testing.assert_allclose(ours, theirs, **ROUNDED)
    _, (head, back, ratio), theirs = rows(shared, "FlankRateOfSpread", "ROS", "BROS", "LB")
    known = ratio > 0
    np.testing.assert_allclose(flank_rate_m_min(head[known], back[known], ratio[known]), theirs[known], **ROUNDED)


def test_acceleration(shared: Path) -> None:
    def alpha(table: pl.DataFrame, crown: np.ndarray) -> np.ndarray:
        return acceleration_per_min(crown, constant(fuels(table), "open_stand") > 0)

    table, (rate, minutes, crown), theirs = rows(shared, "RateOfSpreadAtTime", "ROSeq", "HR", "CFB")
    np.testing.assert_allclose(rate_at(rate, minutes, alpha(table, crown)), theirs, **ROUNDED)
    table, (rate, minutes, crown), theirs = rows(shared, "DistanceAtTime", "ROSeq", "HR", "CFB")
    np.testing.assert_allclose(distance_at_m(rate, minutes, alpha(table, crown)), theirs, **ROUNDED)
    table, (ratio, minutes, crown), theirs = rows(shared, "LengthToBreadthRatioAtTime", "LB", "HR", "CFB")
    np.testing.assert_allclose(length_to_breadth_at(ratio, minutes, alpha(table, crown)), theirs, **ROUNDED)


def test_the_printed_cases_of_the_report_are_met_to_their_print(shared: Path) -> None:
    from models.spread.fbp import fire_behaviour
    from tests.models.spread.cases import CASES, case_sites

    printed = pl.read_csv(shared / "reference/fwi/glc_x_10/glc_x_10_paper_primary_outputs.csv").filter(
        pl.col("TestCase").is_in([case[0] for case in CASES])
    )
    fire = fire_behaviour(case_sites(), constant_of_ffmc=FfmcConstant.PRINTED_1985)
    np.testing.assert_allclose(fire.rate_m_min, printed["ROS"], atol=6e-4)
    np.testing.assert_allclose(fire.intensity_kw_m, printed["HFI"], atol=0.03)
    np.testing.assert_allclose(fire.net_wind_kmh, printed["WSV"], rtol=5e-5, atol=2e-3)
    np.testing.assert_allclose(fire.crown_fraction, printed["CFB"], atol=6e-4)
