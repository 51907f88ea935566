"""Each code by itself: known answers, laws, and inputs that are refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fire_weather.arrays import CellWeather, OutOfRange
from models.fire_weather.bui import buildup_index
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.dc import day_length_factor, dc_today
from models.fire_weather.dmc import day_length_h, dmc_today
from models.fire_weather.dsr import daily_severity_rating
from models.fire_weather.ffmc import ffmc_from_moisture, ffmc_today, moisture_after_rain, moisture_from_ffmc
from models.fire_weather.fwi import fire_weather_index
from models.fire_weather.hourly_ffmc import hourly_ffmc
from models.fire_weather.isi import initial_spread_index
from models.fire_weather.overwinter import overwintered_dc
from tests.models.weather_cases import dcs, dmcs, ffmcs, humidities, latitudes, months, one, rains, temperatures, winds

EXACT = FfmcConstant.EXACT
constants = st.sampled_from(list(FfmcConstant))


def test_the_first_day_of_the_1985_report_is_met_as_printed() -> None:
    weather = one(17, 42, 25, 0)
    ffmc = ffmc_today(weather, 85.0, constant=FfmcConstant.PRINTED_1985)
    dmc = dmc_today(weather, 6.0, lat_deg=46.0, month=4)
    dc = dc_today(weather, 15.0, lat_deg=46.0, month=4)
    isi = initial_spread_index(ffmc, 25.0, constant=FfmcConstant.PRINTED_1985)
    bui = buildup_index(dmc, dc)
    fwi = fire_weather_index(isi, bui)
    printed = [np.round(code.item(), 1) for code in (ffmc, dmc, dc, isi, bui, fwi)]
    assert printed == [87.7, 8.5, 19.0, 10.9, 8.5, 10.1]


@given(ffmcs)
def test_the_exact_constant_makes_the_moisture_scale_its_own_inverse(ffmc: float) -> None:
    moisture = moisture_from_ffmc(np.array([ffmc]), EXACT)
    assert ffmc_from_moisture(moisture, EXACT) == pytest.approx(ffmc, rel=1e-12, abs=1e-11)


def test_the_printed_constant_loses_moisture_on_the_way_there_and_back() -> None:
    constant = FfmcConstant.PRINTED_1985
    there_and_back = moisture_from_ffmc(ffmc_from_moisture(np.array([20.0]), constant), constant)
    assert 20.0 - there_and_back.item() == pytest.approx(0.05, abs=0.05)
    assert there_and_back.item() < 20.0


@given(temperatures, humidities, winds, rains, ffmcs, constants)
def test_ffmc_stays_between_0_and_101(
    temperature: float, humidity: float, wind: float, rain: float, before: float, constant: FfmcConstant
) -> None:
    weather = one(temperature, humidity, wind, rain)
    for code in (ffmc_today(weather, before, constant=constant), hourly_ffmc(weather, before, constant=constant)):
        assert 0.0 <= code.item() <= 101.0


@given(temperatures, humidities, winds, rains, dmcs, dcs, months, latitudes)
def test_dmc_and_dc_are_never_negative_nor_missing(
    temperature: float, humidity: float, wind: float, rain: float, dmc: float, dc: float, month: int, lat_deg: float
) -> None:
    weather = one(temperature, humidity, wind, rain)
    assert dmc_today(weather, dmc, lat_deg=lat_deg, month=month).item() >= 0.0
    assert dc_today(weather, dc, lat_deg=lat_deg, month=month).item() >= 0.0


@given(temperatures, humidities, winds, winds, ffmcs, dmcs, dcs, constants)
def test_more_wind_never_lowers_the_fwi(
    temperature: float,
    humidity: float,
    wind: float,
    more: float,
    ffmc: float,
    dmc: float,
    dc: float,
    constant: FfmcConstant,
) -> None:
    bui = buildup_index(dmc, dc)
    calm, windy = (initial_spread_index(ffmc, value, constant=constant) for value in (wind, wind + more))
    assert fire_weather_index(windy, bui) >= fire_weather_index(calm, bui)


@given(st.floats(0, 300), st.floats(0, 300))
def test_a_higher_isi_or_bui_never_lowers_the_fwi_by_more_than_the_joint_of_its_branches(
    isi: float, bui: float
) -> None:
    base = fire_weather_index(isi, bui).item()
    assert fire_weather_index(isi * 1.01, bui).item() >= base
    # 28a ends at 23.70, 28b begins at 23.66: the published function falls there by 0.2 %.
    assert fire_weather_index(isi, bui * 1.01).item() >= base * 0.995


@given(dmcs, dcs)
def test_bui_is_a_number_between_nothing_and_the_sum_of_its_parts(dmc: float, dc: float) -> None:
    assert 0.0 <= buildup_index(dmc, dc).item() <= dmc + dc


def test_bui_of_wet_duff_and_no_drought_is_zero() -> None:
    assert buildup_index(0.0, 0.0).item() == 0.0
    assert buildup_index(0.5, 0.0).item() == 0.0


def test_rain_counts_only_above_its_intercept() -> None:
    dry, at, above = (one(15, 40, 10, rain) for rain in (0.0, 0.5, 0.500001))
    assert ffmc_today(dry, 90.0, constant=EXACT) == ffmc_today(at, 90.0, constant=EXACT)
    assert ffmc_today(above, 90.0, constant=EXACT) < ffmc_today(at, 90.0, constant=EXACT)
    assert dmc_today(one(15, 40, 10, 1.5), 40.0, lat_deg=40, month=4) == dmc_today(dry, 40.0, lat_deg=40, month=4)
    assert dc_today(one(15, 40, 10, 2.8), 200.0, lat_deg=40, month=4) == dc_today(dry, 200.0, lat_deg=40, month=4)
    assert dc_today(one(15, 40, 10, 2.9), 200.0, lat_deg=40, month=4) < dc_today(dry, 200.0, lat_deg=40, month=4)


def test_a_frozen_day_dries_neither_duff_nor_deep_layer() -> None:
    frost = one(-20, 30, 30, 0)
    assert dmc_today(frost, 40.0, lat_deg=41, month=1).item() == 40.0
    assert dc_today(frost, 300.0, lat_deg=41, month=1).item() == 300.0


def test_strong_rain_leaves_no_negative_code_to_start_drying_from() -> None:
    flood = one(-20, 90, 0, 500)
    assert dmc_today(flood, 0.3, lat_deg=41, month=7).item() == 0.0
    assert dc_today(flood, 3.0, lat_deg=41, month=1).item() == 0.0


def test_the_edge_of_a_band_of_latitude_belongs_to_the_band_south_of_it() -> None:
    assert day_length_h([30.0, 30.001], 1).tolist() == [7.9, 6.5]
    assert day_length_h([-30.0, -29.9, -10.0, 10.0], 1).tolist() == [11.5, 10.1, 10.1, 9.0]
    assert day_length_factor([20.0, 20.1, -20.0], 7).tolist() == [1.4, 6.4, -1.6]


def test_the_southern_year_is_the_northern_one_turned_by_six_months() -> None:
    north = day_length_factor(45.0, np.arange(1, 13))
    south = day_length_factor(-45.0, np.arange(1, 13))
    assert south.tolist() == np.roll(north, 6).tolist()


def test_wind_levels_off_for_fire_behaviour_from_40_kmh_on() -> None:
    plain, level = (
        initial_spread_index(90.0, [39.9, 40.0, 80.0], constant=EXACT, level_off=flag) for flag in (False, True)
    )
    assert plain[0] == level[0]
    assert plain[1] == pytest.approx(level[1], rel=0.01)
    assert plain[2] > 3 * level[2]


def test_dsr_follows_its_power_of_the_fwi() -> None:
    assert daily_severity_rating([0.0, 10.0]).tolist() == pytest.approx([0.0, 0.0272 * 10**1.77])


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("air_temperature_degc", ([17.0, 99.0], [42.0, 42.0], [25.0, 25.0], [0.0, 0.0])),
        ("relative_humidity_pct", ([17.0, 17.0], [42.0, 106.0], [25.0, 25.0], [0.0, 0.0])),
        ("relative_humidity_pct", ([17.0, 17.0], [42.0, -1.0], [25.0, 25.0], [0.0, 0.0])),
        ("wind_speed_kmh", ([17.0, 17.0], [42.0, 42.0], [25.0, -0.1], [0.0, 0.0])),
        ("precipitation_mm", ([17.0, 17.0], [42.0, 42.0], [25.0, 25.0], [0.0, -0.1])),
        ("precipitation_mm", ([17.0, 17.0], [42.0, 42.0], [25.0, 25.0], [0.0, float("nan")])),
        ("wind_speed_kmh", ([17.0, 17.0], [42.0, 42.0], [25.0, float("inf")], [0.0, 0.0])),
    ],
)
def test_weather_outside_its_range_is_refused_by_name_and_place(field: str, values: tuple[list[float], ...]) -> None:
    with pytest.raises(OutOfRange, match=field) as refused:
        CellWeather.of(*values)
    assert refused.value.field == field
    assert refused.value.position == 1


def test_codes_outside_their_range_are_refused() -> None:
    weather = one(17, 42, 25, 0)
    with pytest.raises(OutOfRange, match="ffmc"):
        ffmc_today(weather, 101.1, constant=EXACT)
    with pytest.raises(OutOfRange, match="ffmc"):
        hourly_ffmc(weather, -0.1, constant=EXACT)
    with pytest.raises(OutOfRange, match="dmc: no number"):
        dmc_today(weather, float("nan"), lat_deg=40, month=4)
    with pytest.raises(OutOfRange, match="dc: -1"):
        dc_today(weather, -1.0, lat_deg=40, month=4)
    with pytest.raises(OutOfRange, match="month: 13"):
        dc_today(weather, 15.0, lat_deg=40, month=13)
    with pytest.raises(OutOfRange, match="lat_deg"):
        dmc_today(weather, 6.0, lat_deg=91, month=4)
    with pytest.raises(OutOfRange, match="isi"):
        fire_weather_index(-1.0, 3.0)
    with pytest.raises(OutOfRange, match="fwi"):
        daily_severity_rating([1.0, float("nan")])


def test_an_hourly_step_takes_all_rain_and_no_rain_is_no_division_by_zero() -> None:
    dry, drizzle = (hourly_ffmc(one(15, 40, 10, rain), 90.0).item() for rain in (0.0, 0.2))
    assert drizzle < dry


def test_two_half_hours_make_an_hour() -> None:
    weather = one(22, 25, 15, 0)
    half = hourly_ffmc(weather, hourly_ffmc(weather, 80.0, step_h=0.5), step_h=0.5)
    assert half.item() == pytest.approx(hourly_ffmc(weather, 80.0).item(), rel=1e-12)


@pytest.mark.parametrize("step_h", [0.0, -1.0, float("nan")])
def test_an_hourly_step_that_is_no_time_is_refused(step_h: float) -> None:
    with pytest.raises(ValueError, match="step_h"):
        hourly_ffmc(one(22, 25, 15, 0), 80.0, step_h=step_h)


def test_a_snowy_winter_lowers_the_drought_code_and_a_dry_one_carries_it_over() -> None:
    assert overwintered_dc(300.0, 110.0).item() == pytest.approx(109.4657, abs=1e-4)
    assert overwintered_dc(250.0, 200.0).item() == 15.0
    assert overwintered_dc(400.0, 0.0, carry_over_fraction=1.0).item() == pytest.approx(400.0)
    # North China: 10 mm in a winter leave most of the drought.
    assert overwintered_dc(400.0, 10.0, carry_over_fraction=1.0, wetting_efficiency=0.5).item() > 350


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("dc", {"dc_autumn": -1.0}),
        ("winter_precipitation_mm", {"winter_precipitation_mm": -0.1}),
        ("winter_precipitation_mm", {"winter_precipitation_mm": float("nan")}),
        ("carry_over_fraction", {"carry_over_fraction": -0.1}),
        ("carry_over_fraction", {"carry_over_fraction": 0.0, "winter_precipitation_mm": 0.0}),
        ("wetting_efficiency", {"wetting_efficiency": 1.1}),
    ],
)
def test_an_impossible_winter_is_refused(field: str, arguments: dict[str, float]) -> None:
    winter = {"dc_autumn": 300.0, "winter_precipitation_mm": 10.0} | arguments
    with pytest.raises(OutOfRange) as refused:
        overwintered_dc(
            winter.pop("dc_autumn"),
            winter.pop("winter_precipitation_mm"),
            **winter,
        )
    assert refused.value.field == field


def test_without_carry_over_the_winter_s_water_alone_makes_the_spring_code() -> None:
    assert overwintered_dc(300.0, 20.0, carry_over_fraction=0.0).item() == pytest.approx(
        400.0 * math.log(800.0 / (0.75 * 3.94 * 20.0))
    )


def test_a_trace_of_rain_below_the_smallest_normal_number_changes_nothing() -> None:
    dry = np.array([20.0])
    assert moisture_after_rain(dry, np.array([2.2e-311])) == pytest.approx(dry)
