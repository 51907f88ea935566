from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fire_weather.arrays import OutOfRange
from models.ignition.peak_index import peak_index

ffmcs, buis = st.floats(0, 101), st.floats(0, 300)
deficits, gusts = st.floats(0, 8), st.floats(0, 45)


@given(ffmc=ffmcs, bui=buis, vpd=deficits, gust=gusts, more=st.floats(0, 10))
def test_more_gust_or_drier_air_is_never_less(ffmc: float, bui: float, vpd: float, gust: float, more: float) -> None:
    plain = peak_index(ffmc, bui, vpd_max_kpa=vpd, gust_max_ms=gust)
    assert peak_index(ffmc, bui, vpd_max_kpa=vpd, gust_max_ms=gust + more) >= plain
    assert peak_index(ffmc, bui, vpd_max_kpa=vpd + more, gust_max_ms=gust) >= plain
    assert np.isfinite(plain)
    assert plain >= 0


def test_a_gale_over_wet_fuel_is_less_than_the_air_alone_says() -> None:
    wet, dry = peak_index([30.0, 92.0], [2.0, 60.0], vpd_max_kpa=2.0, gust_max_ms=18.0)
    assert dry > 3 * wet


def test_a_code_out_of_range_is_refused() -> None:
    with pytest.raises(OutOfRange, match="ffmc"):
        peak_index(120.0, 10.0, vpd_max_kpa=1.0, gust_max_ms=5.0)
