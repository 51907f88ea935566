from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.weather.humidity import (
    relative_humidity_from_dew_point_pct,
    relative_humidity_pct,
    saturation_vapour_pressure,
    vapour_pressure,
)


def test_saturation_follows_the_table_of_the_wmo_guide() -> None:
    # Vapour pressure over water in hPa: 6.11 at 0, 12.27 at 10, 23.37 at 20, 42.43 at 30 degC.
    assert (6.112 * saturation_vapour_pressure([0.0, 10.0, 20.0, 30.0])).tolist() == pytest.approx(
        [6.11, 12.27, 23.37, 42.43], rel=3e-3
    )


def test_a_dew_point_at_the_temperature_is_saturated_air_and_one_above_it_no_more() -> None:
    assert relative_humidity_from_dew_point_pct([10.0, 10.0], [10.0, 10.4]).tolist() == [100.0, 100.0]


def test_a_dry_spring_noon() -> None:
    assert relative_humidity_from_dew_point_pct(22.0, -8.0).item() == pytest.approx(12.7, abs=0.2)


@given(st.floats(-45, 60), st.floats(0, 100))
def test_humidity_to_vapour_pressure_and_back_is_the_same(temperature: float, humidity: float) -> None:
    back = relative_humidity_pct(temperature, vapour_pressure(temperature, humidity))
    assert back.item() == pytest.approx(humidity, rel=1e-12, abs=1e-12)


@given(st.floats(-45, 60), st.floats(-80, 60))
def test_humidity_is_never_outside_0_and_100(temperature: float, dew_point: float) -> None:
    assert 0.0 <= relative_humidity_from_dew_point_pct(temperature, dew_point).item() <= 100.0


def test_a_missing_dew_point_stays_missing() -> None:
    assert np.isnan(relative_humidity_from_dew_point_pct([10.0], [np.nan])).all()
