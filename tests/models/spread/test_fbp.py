"""Fire behaviour: the published cases, and the laws that any fire obeys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fire_weather.constant import FfmcConstant
from models.spread.fbp import fire_behaviour, growth
from models.spread.fuel import ORDER, FuelType, UnknownFuel, fuel_codes
from tests.models.spread.cases import CASES, HOURS, case_sites, reference, site

fuels = st.sampled_from(list(FuelType))
winds = st.floats(0, 80)
bearings = st.floats(0, 359.9)


@pytest.mark.parametrize(("constant", "table"), [(FfmcConstant.EXACT, "exact"), (FfmcConstant.PRINTED_1985, "1472")])
def test_the_published_cases_are_met_to_full_precision(constant: FfmcConstant, table: str) -> None:
    theirs = reference(f"fbp20_full_precision_{table}.csv")
    fire = fire_behaviour(case_sites(), constant_of_ffmc=constant)
    grown = growth(fire, HOURS * 60, from_point=np.full(len(CASES), True))
    ours = {
        "ROS": fire.rate_m_min,
        "HFI": fire.intensity_kw_m,
        "CFB": fire.crown_fraction,
        "SFC": fire.surface_kg_m2,
        "TFC": fire.consumed_kg_m2,
        "WSV": fire.net_wind_kmh,
        "RAZ": fire.along_deg,
        "RSO": fire.critical_rate_m_min,
        "CSI": fire.critical_intensity_kw_m,
        "BROS": fire.back_rate_m_min,
        "FROS": fire.flank_rate_m_min,
        "LB": fire.length_to_breadth,
        "LBt": grown.length_to_breadth,
        "HROSt": grown.head_rate_m_min,
        "DH": grown.head_m,
        "DB": grown.back_m,
        "DF": grown.flank_m,
    }
    assert theirs.height == len(CASES) == 17
    for name, values in ours.items():
        np.testing.assert_allclose(values, theirs[name], rtol=1e-9, atol=1e-8, err_msg=name)


def test_a_backing_rate_that_is_small_is_not_taken_for_none() -> None:
    fire = fire_behaviour(site(FuelType.C1, ffmc=83.2593, bui=72.0, wind_speed_kmh=97.1196))
    moisture = 250 * 59.5 / 101 * (101 - 83.2593) / (59.5 + 83.2593)
    calm = 0.208 * 91.9 * np.exp(-0.1386 * moisture) * (1 + moisture**5.31 / 4.93e7)
    by_hand = 90 * (1 - np.exp(-0.0649 * calm * np.exp(-0.05039 * 97.1196))) ** 4.5
    assert 0 < by_hand < 1e-9
    np.testing.assert_allclose(fire.back_rate_m_min, by_hand, rtol=1e-9)


def test_a_slope_may_push_a_gale_beyond_any_wind_that_blows() -> None:
    gale = {"wind_speed_kmh": 320.0, "wind_from_deg": 200.0, "slope_pct": 80.0, "aspect_deg": 200.0}
    fire = fire_behaviour(site(FuelType.C2, **gale))
    assert fire.net_wind_kmh[0] > 330
    assert np.isfinite(fire.rate_m_min[0])


def test_a_fuel_is_known_however_it_is_written_and_c6_is_refused() -> None:
    codes = fuel_codes(["C-2", "c2", " O-1A", "o1b", "M 3"])
    assert [ORDER[code] for code in codes] == ["C2", "C2", "O1A", "O1B", "M3"]
    with pytest.raises(UnknownFuel, match="C6 is not computed: published programs disagree") as refused:
        fuel_codes(["C2", "c-6"])
    assert refused.value.position == 1
    with pytest.raises(UnknownFuel, match="'NF' is no FBP fuel type"):
        fuel_codes(["NF"])


@given(fuel=fuels, wind=winds, more=st.floats(0, 40))
def test_more_wind_on_the_level_never_slows_a_fire(fuel: FuelType, wind: float, more: float) -> None:
    slow, fast = (fire_behaviour(site(fuel, wind_speed_kmh=speed)) for speed in (wind, wind + more))
    assert fast.rate_m_min[0] >= slow.rate_m_min[0] * (1 - 1e-9)
    assert fast.back_rate_m_min[0] <= slow.back_rate_m_min[0] * (1 + 1e-9)
    assert fast.length_to_breadth[0] >= slow.length_to_breadth[0] * (1 - 1e-9)


@given(fuel=fuels, ffmc=st.floats(0, 100), drier=st.floats(0, 1))
def test_drier_fuel_spreads_faster(fuel: FuelType, ffmc: float, drier: float) -> None:
    wet, dry = (fire_behaviour(site(fuel, ffmc=code)).rate_m_min[0] for code in (ffmc, min(101, ffmc + drier)))
    assert dry >= wet * (1 - 1e-9)


@given(fuel=fuels, wind=winds, blows=bearings, slope=st.floats(0, 69), aspect=bearings, turn=bearings)
def test_a_turned_world_has_the_same_fire_turned(
    fuel: FuelType, wind: float, blows: float, slope: float, aspect: float, turn: float
) -> None:
    first = fire_behaviour(site(fuel, wind_speed_kmh=wind, wind_from_deg=blows, slope_pct=slope, aspect_deg=aspect))
    turned = fire_behaviour(
        site(fuel, wind_speed_kmh=wind, wind_from_deg=blows + turn, slope_pct=slope, aspect_deg=aspect + turn)
    )
    np.testing.assert_allclose(turned.rate_m_min, first.rate_m_min, rtol=1e-6)
    if first.net_wind_kmh[0] > 0.01:
        apart = (turned.along_deg[0] - first.along_deg[0] - turn + 180) % 360 - 180
        assert abs(apart) < 1e-3


@given(fuel=fuels, wind=winds, slope=st.floats(1, 69))
def test_a_slope_that_faces_the_wind_quickens_it(fuel: FuelType, wind: float, slope: float) -> None:
    flat, up = (
        fire_behaviour(site(fuel, wind_speed_kmh=wind, wind_from_deg=200, slope_pct=grade, aspect_deg=200))
        for grade in (0.0, slope)
    )
    assert up.rate_m_min[0] >= flat.rate_m_min[0] * (1 - 1e-9)


@given(fuel=fuels, wind=winds)
def test_head_flank_and_back_stand_in_their_order(fuel: FuelType, wind: float) -> None:
    fire = fire_behaviour(site(fuel, wind_speed_kmh=wind))
    assert fire.rate_m_min[0] >= fire.back_rate_m_min[0] * (1 - 1e-9)
    assert 0 <= fire.crown_fraction[0] <= 1
    assert fire.consumed_kg_m2[0] >= fire.surface_kg_m2[0]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["exact", "1472"])
def test_the_kept_answers_are_those_handed_over(shared: Path, name: str) -> None:
    file = f"fbp20_full_precision_{name}.csv"
    assert reference(file).equals(
        pl.read_csv(shared / "reference/fwi/generated" / file).filter(~pl.col("ID").is_in([6, 19, 20]))
    )
