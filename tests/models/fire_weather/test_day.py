"""The fused day step against the readable equations, and the laws of a series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.fire_weather import day as day_module
from models.fire_weather.arrays import CellWeather, Codes, Moisture, OutOfRange
from models.fire_weather.bui import buildup_index
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.day import fire_weather_day, fire_weather_series
from models.fire_weather.dc import dc_today
from models.fire_weather.dmc import dmc_today
from models.fire_weather.dsr import daily_severity_rating
from models.fire_weather.ffmc import ffmc_today
from models.fire_weather.fwi import fire_weather_index
from models.fire_weather.isi import initial_spread_index
from tests.models.weather_cases import (
    dcs,
    dmcs,
    ffmcs,
    humidities,
    latitudes,
    months,
    rains,
    synthetic_year,
    temperatures,
    winds,
)

EXACT = FfmcConstant.EXACT
cell = st.tuples(temperatures, humidities, winds, rains, ffmcs, dmcs, dcs, latitudes)


def readable_day(
    weather: CellWeather, before: Moisture, *, lat_deg: np.ndarray, month: int, constant: FfmcConstant
) -> Codes:
    ffmc = ffmc_today(weather, before.ffmc, constant=constant)
    dmc = dmc_today(weather, before.dmc, lat_deg=lat_deg, month=month)
    dc = dc_today(weather, before.dc, lat_deg=lat_deg, month=month)
    isi = initial_spread_index(ffmc, weather.wind_speed_kmh, constant=constant)
    bui = buildup_index(dmc, dc)
    fwi = fire_weather_index(isi, bui)
    return Codes(ffmc, dmc, dc, isi, bui, fwi, daily_severity_rating(fwi))


def standard(cells: int) -> Moisture:
    return Moisture(np.full(cells, 85.0), np.full(cells, 6.0), np.full(cells, 15.0))


def assert_same(ours: Codes, theirs: Codes, *, rtol: float = 1e-12, atol: float = 1e-11) -> None:
    for name, one, other in zip(("ffmc", "dmc", "dc", "isi", "bui", "fwi", "dsr"), ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=rtol, atol=atol, err_msg=name)


@settings(max_examples=40)
@given(st.lists(cell, min_size=1, max_size=12), months, st.sampled_from(list(FfmcConstant)))
def test_the_fused_step_equals_the_readable_equations(
    cells: list[tuple[float, ...]], month: int, constant: FfmcConstant
) -> None:
    columns = [np.array(column) for column in zip(*cells, strict=True)]
    weather, before, lat_deg = CellWeather.of(*columns[:4]), Moisture(*columns[4:7]), columns[7]
    fused = fire_weather_day(weather, before, lat_deg=lat_deg, month=month, constant=constant)
    assert_same(fused, readable_day(weather, before, lat_deg=lat_deg, month=month, constant=constant))
    for code in fused:
        assert np.isfinite(code).all()
        assert (code >= 0).all()


def test_a_year_of_the_fused_step_equals_a_year_of_the_readable_equations() -> None:
    weather, months_of_days = synthetic_year(40, 365)
    series = fire_weather_series(weather, standard(40), lat_deg=40.5, months=months_of_days)
    state = standard(40)
    for index, month in enumerate(months_of_days):
        codes = readable_day(weather[index], state, lat_deg=np.full(40, 40.5), month=month, constant=EXACT)
        assert_same(series[index], codes, rtol=1e-10, atol=1e-10)
        state = codes.moisture


@given(st.integers(0, 20), st.integers(0, 2**32 - 1))
def test_a_series_cut_in_two_is_one_run(cut: int, seed: int) -> None:
    weather, months_of_days = synthetic_year(3, 20, seed=seed)
    whole = fire_weather_series(weather, standard(3), lat_deg=40.5, months=months_of_days)
    first = fire_weather_series(weather[:cut], standard(3), lat_deg=40.5, months=months_of_days[:cut])
    state = first[cut - 1].moisture if cut else standard(3)
    second = fire_weather_series(weather[cut:], state, lat_deg=40.5, months=months_of_days[cut:])
    for all_days, before, after in zip(whole, first, second, strict=True):
        assert np.array_equal(all_days, np.concatenate([before, after]))


@given(st.permutations(range(7)), st.integers(0, 2**32 - 1))
def test_the_order_of_the_cells_does_not_matter(order: list[int], seed: int) -> None:
    weather, months_of_days = synthetic_year(7, 10, seed=seed)
    lat_deg = np.linspace(-50, 50, 7)
    plain = fire_weather_series(weather, standard(7), lat_deg=lat_deg, months=months_of_days)
    mixed = fire_weather_series(weather[:, order], standard(7), lat_deg=lat_deg[order], months=months_of_days)
    assert_same(plain[:, order], mixed, rtol=1e-13)


def test_each_cell_by_itself_gives_what_all_give_together() -> None:
    weather, months_of_days = synthetic_year(5, 60)
    together = fire_weather_series(weather, standard(5), lat_deg=40.5, months=months_of_days)
    for number in range(5):
        only = slice(number, number + 1)
        alone = fire_weather_series(weather[:, only], standard(1), lat_deg=40.5, months=months_of_days)
        assert_same(together[:, only], alone, rtol=1e-12)


def test_cells_in_several_blocks_are_all_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    weather, months_of_days = synthetic_year(23, 12)
    whole = fire_weather_series(weather, standard(23), lat_deg=40.5, months=months_of_days)
    monkeypatch.setattr(day_module, "BLOCK_CELLS", 5)
    cut = fire_weather_series(weather, standard(23), lat_deg=40.5, months=months_of_days)
    assert_same(whole, cut, rtol=1e-12)


def test_single_precision_stays_within_two_thousandths() -> None:
    weather, months_of_days = synthetic_year(50, 200)
    single = CellWeather(*(column.astype(np.float32) for column in weather))
    widened = CellWeather(*(column.astype(np.float64) for column in single))
    ours = fire_weather_series(single, standard(50), lat_deg=40.5, months=months_of_days)
    exact = fire_weather_series(widened, standard(50), lat_deg=40.5, months=months_of_days)
    assert all(code.dtype == np.float32 for code in ours)
    assert_same(ours, exact, rtol=2e-4, atol=2e-3)


def test_the_start_and_the_weather_are_left_as_they_were() -> None:
    weather, months_of_days = synthetic_year(4, 5)
    start, before = standard(4), [column.copy() for column in weather]
    fire_weather_series(weather, start, lat_deg=40.5, months=months_of_days)
    assert all(np.array_equal(one, other) for one, other in zip(weather, before, strict=True))
    assert all(np.array_equal(one, other) for one, other in zip(start, standard(4), strict=True))


@pytest.mark.parametrize(
    "field", ["air_temperature_degc", "relative_humidity_pct", "wind_speed_kmh", "precipitation_mm"]
)
def test_missing_weather_is_refused_by_name_and_never_becomes_a_number(field: str) -> None:
    weather, months_of_days = synthetic_year(4, 5)
    getattr(weather, field)[3, 2] = np.nan
    with pytest.raises(OutOfRange, match=rf"{field}: no number \(NaN\)"):
        fire_weather_series(weather, standard(4), lat_deg=40.5, months=months_of_days)


def test_a_missing_state_is_refused_by_name() -> None:
    weather, months_of_days = synthetic_year(2, 1)
    start = standard(2)
    start.dc[1] = np.nan
    with pytest.raises(OutOfRange, match="dc: no number"):
        fire_weather_series(weather, start, lat_deg=40.5, months=months_of_days)


def test_shapes_that_do_not_fit_are_refused() -> None:
    weather, months_of_days = synthetic_year(4, 5)
    with pytest.raises(ValueError, match="4 cells"):
        fire_weather_series(weather, standard(3), lat_deg=40.5, months=months_of_days)
    with pytest.raises(ValueError, match="4 months for 5 days"):
        fire_weather_series(weather, standard(4), lat_deg=40.5, months=months_of_days[:4])
    ragged = CellWeather(*(column[:, : 4 - number] for number, column in enumerate(weather)))
    with pytest.raises(ValueError, match="shape"):
        fire_weather_series(ragged, standard(4), lat_deg=40.5, months=months_of_days)


def test_codes_can_be_written_over_those_of_another_year() -> None:
    def year(seed: int, out: Codes | None = None) -> Codes:
        weather, months_of_days = synthetic_year(5, 60, seed=seed)
        return fire_weather_series(weather, standard(5), lat_deg=40.5, months=months_of_days, out=out)

    kept, fresh = year(1), year(2)
    assert year(2, out=kept) is kept
    for code, expected in zip(kept, fresh, strict=True):
        np.testing.assert_array_equal(code, expected)


def test_arrays_to_write_to_of_another_shape_are_refused() -> None:
    weather, months_of_days = synthetic_year(5, 3)
    kept = fire_weather_series(weather, standard(5), lat_deg=40.5, months=months_of_days)
    with pytest.raises(ValueError, match="out must hold seven arrays"):
        fire_weather_series(weather[:2], standard(5), lat_deg=40.5, months=months_of_days[:2], out=kept)


def test_no_days_and_no_cells_are_no_codes() -> None:
    weather, months_of_days = synthetic_year(3, 4)
    assert fire_weather_series(weather[:0], standard(3), lat_deg=40.5, months=[]).shape == (0, 3)
    none = fire_weather_series(weather[:, :0], standard(0), lat_deg=40.5, months=months_of_days)
    assert none.shape == (4, 0)
