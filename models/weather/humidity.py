"""Relative humidity and vapour pressure over water, also below 0 °C, as stations report it.

Magnus formula with the coefficients of the WMO Guide to Instruments and Methods of Observation (WMO-No. 8), annex 4.B:
e(t) = 6.112 hPa exp(17.62 t / (243.12 °C + t)), for -45 to 60 °C. Only ratios of it occur here, so pressures are in
multiples of 6.112 hPa.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_SLOPE = 17.62
_SHIFT_DEGC = 243.12

_Floats = npt.NDArray[np.floating[Any]]


def saturation_vapour_pressure(air_temperature_degc: npt.ArrayLike) -> _Floats:
    """Vapour pressure at saturation over water, in multiples of 6.112 hPa."""
    temperature = np.asarray(air_temperature_degc, dtype=np.float64)
    pressure: _Floats = np.exp(_SLOPE * temperature / (_SHIFT_DEGC + temperature))
    return pressure


def vapour_pressure(air_temperature_degc: npt.ArrayLike, relative_humidity_pct: npt.ArrayLike) -> _Floats:
    """Actual vapour pressure, in multiples of 6.112 hPa."""
    pressure: _Floats = saturation_vapour_pressure(air_temperature_degc) * np.asarray(relative_humidity_pct) / 100.0
    return pressure


def relative_humidity_pct(air_temperature_degc: npt.ArrayLike, pressure: npt.ArrayLike) -> _Floats:
    """Relative humidity of air that holds a vapour pressure (multiples of 6.112 hPa); at most 100."""
    share = np.asarray(pressure, dtype=np.float64) / saturation_vapour_pressure(air_temperature_degc)
    return np.minimum(100.0 * share, 100.0)


def relative_humidity_from_dew_point_pct(air_temperature_degc: npt.ArrayLike, dew_point_degc: npt.ArrayLike) -> _Floats:
    """Relative humidity from temperature and dew point; 100 where the dew point lies above the temperature."""
    return relative_humidity_pct(air_temperature_degc, saturation_vapour_pressure(dew_point_degc))
