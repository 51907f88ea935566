"""Weather at points to weather at cells."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import dataframely as dy
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.frames import NoonFrame
from models.weather.humidity import vapour_pressure
from models.weather.interpolate import InterpolationParameters, weather_at_cells
from tests.models.weather_cases import NO_SNOW_TOLD

DAY = date(2015, 4, 2)
PARAMETERS = InterpolationParameters()


def point(station: str = "a", **values: Any) -> dict[str, Any]:
    return {
        "station_id": station,
        "local_date": DAY,
        "lat_deg": 40.5,
        "lon_deg": 116.5,
        "elevation_m": 100.0,
        "air_temperature_degc": 20.0,
        "relative_humidity_pct": 30.0,
        "wind_speed_kmh": 15.0,
        "precipitation_mm": 2.0,
        "rain_hours_missing_h": 0,
        "noon_offset_h": 0,
        "is_forecast": False,
        **NO_SNOW_TOLD,
    } | values


def points(*rows: dict[str, Any]) -> dy.DataFrame[NoonFrame]:
    return NoonFrame.validate(pl.DataFrame(list(rows), schema_overrides={"elevation_m": pl.Float64}), cast=True)


def cells(**values: Any) -> pl.DataFrame:
    row = {"cell_id": "4050N11650E", "lat_deg": 40.5, "lon_deg": 116.5, "elevation_m": 100.0} | values
    return pl.DataFrame([row], schema_overrides={"elevation_m": pl.Float64})


def one(noon: dy.DataFrame[NoonFrame], places: pl.DataFrame, **parameters: Any) -> dict[str, Any]:
    return weather_at_cells(noon, places, parameters=InterpolationParameters(**parameters)).row(0, named=True)


def test_at_a_points_own_place_and_height_the_weather_is_that_of_the_point() -> None:
    other = point("b", lat_deg=40.6, air_temperature_degc=5.0, relative_humidity_pct=90.0, wind_speed_kmh=60.0)
    row = one(points(point(), other), cells())
    assert row["air_temperature_degc"] == 20.0
    assert row["relative_humidity_pct"] == pytest.approx(30.0, rel=1e-12)
    assert row["wind_speed_kmh"] == 15.0
    assert row["precipitation_mm"] == 2.0
    assert not row["degraded"]


def test_halfway_between_two_points_is_their_mean() -> None:
    other = point("b", lat_deg=40.7, air_temperature_degc=10.0, wind_speed_kmh=25.0, precipitation_mm=0.0)
    row = one(points(point(), other), cells(lat_deg=40.6))
    assert row["air_temperature_degc"] == pytest.approx(15.0)
    assert row["wind_speed_kmh"] == pytest.approx(20.0)
    assert row["precipitation_mm"] == pytest.approx(1.0)


@pytest.mark.parametrize("rain_mm", [1.5, 2.8])
def test_where_all_points_report_one_amount_the_cells_have_it_to_the_digit(rain_mm: float) -> None:
    """The DMC and the DC step at these amounts: a hair more would be rain."""
    around = [
        point(str(number), lat_deg=40.5 + 0.037 * number, lon_deg=116.5 + 0.013 * number**2, precipitation_mm=rain_mm)
        for number in range(7)
    ]
    for step in range(20):
        row = one(points(*around), cells(lat_deg=40.51 + 0.01 * step))
        assert row["precipitation_mm"] == rain_mm


def test_twice_as_near_weighs_four_times_as_much() -> None:
    other = point("b", lat_deg=40.8, wind_speed_kmh=40.0)
    row = one(points(point(), other), cells(lat_deg=40.6))
    assert row["wind_speed_kmh"] == pytest.approx(15.0 + 25.0 / 5.0, rel=1e-6)


def test_distances_are_kilometres_and_not_degrees() -> None:
    # 0.1 degree of longitude is three quarters of 0.1 degree of latitude here: the eastern point is nearer.
    east, north = point("b", lon_deg=116.6, wind_speed_kmh=40.0), point("c", lat_deg=40.6, wind_speed_kmh=0.0)
    row = one(points(east, north), cells())
    assert row["wind_speed_kmh"] == pytest.approx(40.0 / (1 + 0.7604**2), rel=2e-3)


def test_a_kilometre_higher_is_six_and_a_half_degrees_colder_and_holds_less_vapour() -> None:
    row = one(points(point()), cells(elevation_m=1100.0))
    assert row["air_temperature_degc"] == pytest.approx(13.5)
    pressure = vapour_pressure(row["air_temperature_degc"], row["relative_humidity_pct"])
    assert pressure == pytest.approx(vapour_pressure(20.0, 30.0) * 2.718281828**-0.4)
    assert row["relative_humidity_pct"] > 30.0
    assert not row["degraded"]


def test_without_heights_the_land_is_flat_and_degraded() -> None:
    for noon, places in (
        (points(point()), cells().drop("elevation_m")),
        (points(point()), cells(elevation_m=None)),
        (points(point(elevation_m=None)), cells(elevation_m=900.0)),
    ):
        row = one(noon, places)
        assert row["air_temperature_degc"] == 20.0
        assert row["degraded"]


def test_a_height_that_makes_an_impossible_temperature_is_held_and_degraded() -> None:
    row = one(points(point(elevation_m=8000.0, air_temperature_degc=30.0)), cells(elevation_m=50.0))
    assert (row["air_temperature_degc"], row["degraded"]) == (60.0, True)
    cold = one(points(point(elevation_m=-400.0, air_temperature_degc=-58.0)), cells(elevation_m=2900.0))
    assert (cold["air_temperature_degc"], cold["degraded"]) == (-70.0, True)


def test_a_cell_far_from_every_point_has_weather_but_is_degraded() -> None:
    assert one(points(point()), cells(lat_deg=41.2))["degraded"]
    assert not one(points(point()), cells(lat_deg=40.9))["degraded"]
    assert one(points(point()), cells(lat_deg=40.9), far_km=40.0)["degraded"]


def test_only_the_nearest_points_count() -> None:
    far = [point(f"far{number}", lat_deg=41.0 + number / 100, wind_speed_kmh=200.0) for number in range(5)]
    near = [point("a", lat_deg=40.51), point("b", lat_deg=40.49)]
    assert one(points(*near, *far), cells(), neighbours=2)["wind_speed_kmh"] == pytest.approx(15.0)


def test_doubtful_reports_degrade_the_cells_that_they_reach() -> None:
    assert one(points(point(noon_offset_h=1)), cells())["degraded"]
    assert one(points(point(rain_hours_missing_h=7)), cells())["degraded"]
    assert not one(points(point(rain_hours_missing_h=6)), cells())["degraded"]
    elsewhere = point("b", lat_deg=40.6, noon_offset_h=1)
    assert not one(points(point(), elsewhere), cells())["degraded"]


def test_a_forecast_at_any_point_makes_a_forecast() -> None:
    forecast = point("b", lat_deg=40.6, is_forecast=True)
    assert one(points(point(), forecast), cells(lat_deg=40.55))["is_forecast"]
    assert not one(points(point(), forecast), cells())["is_forecast"]


def test_points_may_differ_from_day_to_day() -> None:
    rows = [
        point(),
        point("b", lat_deg=40.7),
        point("b", lat_deg=40.7, local_date=DAY + timedelta(days=2), wind_speed_kmh=33.0),
    ]
    codes = weather_at_cells(points(*rows), cells(), parameters=PARAMETERS)
    assert codes["local_date"].to_list() == [DAY, DAY + timedelta(days=2)]
    assert codes["wind_speed_kmh"].to_list() == pytest.approx([15.0, 33.0])


def test_a_cell_of_two_zones_has_weather_once_and_no_points_have_none() -> None:
    twice = pl.concat([cells().with_columns(zone=pl.lit("HR-CD")), cells().with_columns(zone=pl.lit("YQ-HL"))])
    assert weather_at_cells(points(point()), twice, parameters=PARAMETERS).height == 1
    none = NoonFrame.create_empty()
    assert weather_at_cells(none, cells(), parameters=PARAMETERS).is_empty()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(39, 42), st.floats(115, 118), st.floats(-100, 2200), st.floats(-30, 42), st.floats(0, 100)),
        min_size=1,
        max_size=10,
    ),
    st.floats(-100, 2500),
)
def test_humidity_and_wind_stay_physical_in_the_mountains(sites: list[tuple[float, ...]], height: float) -> None:
    names = ("lat_deg", "lon_deg", "elevation_m", "air_temperature_degc", "relative_humidity_pct")
    rows = [point(str(number), **dict(zip(names, site, strict=True))) for number, site in enumerate(sites)]
    row = one(points(*rows), cells(elevation_m=height))
    assert 0.0 <= row["relative_humidity_pct"] <= 100.0
    assert row["wind_speed_kmh"] == pytest.approx(15.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"neighbours": 0},
        {"power": 0.0},
        {"far_km": -1.0},
        {"vapour_decrease_per_km": -0.1},
        {"rain_hours_missing_max_h": -1},
    ],
)
def test_impossible_parameters_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        InterpolationParameters(**wrong)
