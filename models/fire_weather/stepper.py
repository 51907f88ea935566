"""One day of all seven codes for a block of cells, arranged for speed.

Every step writes into arrays that are already there, rain is computed on wet cells only, powers of one base share its
logarithm, and choices between two branches are made with minimum and maximum, because a selection by a random mask
costs more than two powers. Numbers in comments are the equations of Van Wagner and Pickett 1985.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from models.fire_weather.arrays import CellWeather, Codes, FloatArray, Moisture, aligned_empty
from models.fire_weather.constant import FfmcConstant
from models.fire_weather.dc import LEAST_TEMPERATURE_DEGC as LEAST_TEMPERATURE_DC_DEGC
from models.fire_weather.dc import RAIN_INTERCEPT_MM as RAIN_INTERCEPT_DC_MM
from models.fire_weather.dc import day_length_factor, dc_after_rain
from models.fire_weather.dmc import LEAST_TEMPERATURE_DEGC as LEAST_TEMPERATURE_DMC_DEGC
from models.fire_weather.dmc import RAIN_INTERCEPT_MM as RAIN_INTERCEPT_DMC_MM
from models.fire_weather.dmc import day_length_h, dmc_after_rain
from models.fire_weather.ffmc import DAILY_RATE, moisture_after_rain
from models.fire_weather.ffmc import RAIN_INTERCEPT_MM as RAIN_INTERCEPT_FFMC_MM

_Wet = tuple[npt.NDArray[np.intp], FloatArray]
"""The cells where more rain fell than the canopy of fine fuel holds back, and the rain there in mm."""


class Stepper:
    """Takes one block of cells from one day to the next, in scratch arrays that every step overwrites."""

    def __init__(self, lat_deg: FloatArray, constant: FfmcConstant, dtype: np.dtype[Any]) -> None:
        self._constant = constant.number
        self._scratch = tuple(aligned_empty(5, lat_deg.size, dtype))
        self._least, self._zeros = aligned_empty(2, lat_deg.size, dtype)
        self._least[:] = math.sqrt(
            np.finfo(dtype).tiny
        )  # under every logarithm: log(0) takes five times as long as log
        self._zeros[:] = 0.0
        months = np.arange(1, 13)[:, np.newaxis]
        self._dmc_rates = _narrowed(1.894e-4 * day_length_h(lat_deg, months)).astype(dtype)
        self._dc_rates = _narrowed(
            0.5 * (day_length_factor(lat_deg, months) - 0.36 * LEAST_TEMPERATURE_DC_DEGC)
        ).astype(dtype)

    def advance(self, weather: CellWeather, before: Moisture, out: Codes, month: int) -> None:
        """One day: reads yesterday's moisture codes, writes today's codes to ``out``."""
        wet = np.flatnonzero(weather.precipitation_mm > RAIN_INTERCEPT_FFMC_MM)
        rain_mm = weather.precipitation_mm.take(wet)
        with np.errstate(divide="ignore"):  # the humidity may be 0: log(0) is -inf, and exp(-inf) the 0 that is meant
            self._fine_fuel(weather, before.ffmc, out.ffmc, wet=(wet, rain_mm))
        self._duff(weather, before.dmc, out.dmc, month)
        self._deep(weather, before.dc, out.dc, month)
        _rain_on(out.dmc, before.dmc, (wet, rain_mm), above_mm=RAIN_INTERCEPT_DMC_MM, after=dmc_after_rain)
        _rain_on(out.dc, before.dc, (wet, rain_mm), above_mm=RAIN_INTERCEPT_DC_MM, after=dc_after_rain)
        self._initial_spread(weather, out)
        self._buildup(out)
        self._fire_weather(out)

    def _fine_fuel(self, weather: CellWeather, before: FloatArray, out: FloatArray, *, wet: _Wet) -> None:
        """FFMC, equations 1 to 10."""
        moisture, target, fraction, sign, _ = self._scratch
        self._moisture_of(before, moisture)
        cells, rain_mm = wet
        if cells.size:
            moisture[cells] = moisture_after_rain(moisture.take(cells), rain_mm - RAIN_INTERCEPT_FFMC_MM)
        self._equilibrium(weather, moisture, target)
        np.subtract(moisture, target, moisture)  # > 0 dries, < 0 wets
        np.multiply(weather.relative_humidity_pct, 0.01, fraction)
        np.subtract(fraction, 0.5, fraction)
        np.sign(moisture, sign)
        np.multiply(fraction, sign, fraction)
        np.add(fraction, 0.5, fraction)  # H/100 where it dries (6), 1 - H/100 where it wets (7)
        self._exchange_share(weather, fraction)
        np.multiply(moisture, fraction, moisture)
        np.add(moisture, target, moisture)  # (8), (9)
        np.add(moisture, self._constant, moisture)
        np.divide(59.5 * (250.0 + self._constant), moisture, moisture)
        np.subtract(moisture, 59.5, moisture)  # (10)
        np.minimum(moisture, 101.0, out=moisture)
        np.maximum(moisture, self._zeros, out=out)

    def _moisture_of(self, ffmc: FloatArray, out: FloatArray) -> None:
        """Moisture content in % (1), as c (101 + 59.5) / (59.5 + F) - c; of a code of 101 a rounding error below 0."""
        np.add(ffmc, 59.5, out)
        np.divide(self._constant * 160.5, out, out)
        np.subtract(out, self._constant, out)

    def _equilibrium(self, weather: CellWeather, moisture: FloatArray, out: FloatArray) -> None:
        """The moisture that the fuel tends to (4, 5); its own where it lies between the two."""
        humidity = weather.relative_humidity_pct
        drying, common, wet_air = self._scratch[2:]
        np.log(humidity, out)
        np.multiply(out, 0.679, drying)
        np.exp(drying, drying)
        np.multiply(drying, 0.942, drying)
        np.multiply(out, 0.753, out)
        np.exp(out, out)
        np.multiply(out, 0.618, out)
        np.multiply(humidity, -0.115, common)
        np.exp(common, common)
        np.subtract(1.0, common, common)
        np.subtract(21.1, weather.air_temperature_degc, wet_air)
        np.multiply(wet_air, 0.18, wet_air)
        np.multiply(common, wet_air, common)
        np.multiply(humidity, 0.1, wet_air)
        np.add(wet_air, math.log(10.0) - 10.0, wet_air)
        np.exp(wet_air, wet_air)  # 10 exp((H - 100) / 10)
        np.add(common, wet_air, common)
        np.add(out, common, out)  # (5)
        np.multiply(wet_air, 0.1, wet_air)
        np.add(common, wet_air, common)
        np.add(drying, common, drying)  # (4)
        np.maximum(out, moisture, out=out)
        np.minimum(out, drying, out=out)

    def _exchange_share(self, weather: CellWeather, fraction: FloatArray) -> None:
        """Turn the humidity fraction into 10^-k, what is left of the distance to the target after a day (6, 7)."""
        rate, wind = self._scratch[3:]
        np.log(fraction, rate)
        np.multiply(rate, 1.7, rate)
        np.exp(rate, rate)
        np.multiply(rate, 0.424, rate)
        for _ in range(3):  # to the 8th power
            np.square(fraction, fraction)
        np.subtract(1.0, fraction, fraction)
        np.sqrt(weather.wind_speed_kmh, wind)
        np.multiply(wind, 0.0694, wind)
        np.multiply(fraction, wind, fraction)
        np.subtract(fraction, rate, fraction)
        np.add(fraction, 0.424, fraction)
        np.multiply(weather.air_temperature_degc, 0.0365, rate)
        np.exp(rate, rate)
        np.multiply(rate, -DAILY_RATE * math.log(10.0), rate)
        np.multiply(fraction, rate, fraction)
        np.exp(fraction, fraction)

    def _duff(self, weather: CellWeather, before: FloatArray, out: FloatArray, month: int) -> None:
        """DMC without rain, equations 16 and 17."""
        drying, dryness = self._scratch[:2]
        np.subtract(weather.air_temperature_degc, LEAST_TEMPERATURE_DMC_DEGC, drying)
        np.maximum(drying, self._zeros, out=drying)
        np.subtract(100.0, weather.relative_humidity_pct, dryness)
        np.multiply(drying, dryness, drying)
        np.multiply(drying, self._dmc_rates[month - 1], drying)  # 100 x (16)
        np.add(before, drying, out)  # (17)

    def _deep(self, weather: CellWeather, before: FloatArray, out: FloatArray, month: int) -> None:
        """DC without rain, equations 22 and 23."""
        drying = self._scratch[0]
        np.maximum(weather.air_temperature_degc, LEAST_TEMPERATURE_DC_DEGC, out=drying)
        np.multiply(drying, 0.18, drying)
        np.add(drying, self._dc_rates[month - 1], drying)
        np.maximum(drying, self._zeros, out=drying)  # half of (22)
        np.add(before, drying, out)  # (23)

    def _initial_spread(self, weather: CellWeather, out: Codes) -> None:
        """ISI, equations 24 to 26, with the two exponentials drawn into one."""
        moisture, power, wind = self._scratch[:3]
        self._moisture_of(out.ffmc, moisture)
        np.maximum(moisture, self._least, out=moisture)
        np.log(moisture, power)
        np.multiply(power, 5.31, power)
        np.exp(power, power)
        np.multiply(power, 0.208 * 91.9 / 4.93e7, power)
        np.add(power, 0.208 * 91.9, power)
        np.multiply(moisture, -0.1386, moisture)
        np.multiply(weather.wind_speed_kmh, 0.05039, wind)
        np.add(moisture, wind, moisture)
        np.exp(moisture, moisture)
        np.multiply(moisture, power, out.isi)

    def _buildup(self, out: Codes) -> None:
        """BUI, equations 27a and 27b.

        With t = (P - 0.4 D) / (P + 0.4 D), 27a is P - t P (t <= 0) and 27b is P - t (0.92 + (0.0114 P)^1.7) (t > 0).
        """
        balance, power, part = self._scratch[:3]
        np.multiply(out.dc, 0.4, part)
        np.subtract(out.dmc, part, balance)
        np.add(out.dmc, part, part)
        np.maximum(part, self._least, out=part)  # 0 / 0 where both codes are 0: t = 0
        np.divide(balance, part, balance)
        np.multiply(out.dmc, 0.0114, power)
        np.maximum(power, self._least, out=power)
        np.log(power, power)
        np.multiply(power, 1.7, power)
        np.exp(power, power)
        np.add(power, 0.92, power)
        np.maximum(balance, self._zeros, out=part)
        np.multiply(part, power, power)
        np.minimum(balance, self._zeros, out=balance)
        np.multiply(balance, out.dmc, balance)
        np.add(balance, power, balance)
        np.subtract(out.dmc, balance, balance)
        np.maximum(balance, self._zeros, out=out.bui)

    def _fire_weather(self, out: Codes) -> None:
        """FWI and DSR, equations 28 to 31, in logarithms: DSR is a power of the FWI."""
        log_intensity, part = self._scratch[:2]
        np.maximum(out.bui, self._least, out=log_intensity)
        np.log(log_intensity, log_intensity)
        np.multiply(log_intensity, 0.809, log_intensity)
        np.exp(log_intensity, log_intensity)
        np.multiply(log_intensity, 0.0626, log_intensity)
        np.add(log_intensity, 0.2, log_intensity)  # (28a)
        deep = np.flatnonzero(out.bui > 80.0)
        if deep.size:
            log_intensity[deep] = 100.0 / (25.0 + 108.64 * np.exp(-0.023 * out.bui.take(deep)))  # (28b)
        np.multiply(log_intensity, out.isi, log_intensity)  # (29)
        np.maximum(log_intensity, self._least, out=log_intensity)
        np.log(log_intensity, log_intensity)
        np.maximum(log_intensity, self._least, out=part)
        np.minimum(log_intensity, self._zeros, out=log_intensity)
        np.log(part, part)
        np.multiply(part, 0.647, part)
        np.add(part, math.log(2.72) + 0.647 * math.log(0.434), part)
        np.exp(part, part)
        np.add(log_intensity, part, log_intensity)  # one of the two is 0: (30a) or (30b)
        np.exp(log_intensity, out.fwi)
        np.multiply(log_intensity, 1.77, log_intensity)
        np.exp(log_intensity, log_intensity)
        np.multiply(log_intensity, 0.0272, out.dsr)  # (31)


def _rain_on(
    code: FloatArray,
    before: FloatArray,
    wet: _Wet,
    *,
    above_mm: float,
    after: Callable[[FloatArray, FloatArray], FloatArray],
) -> None:
    """Put yesterday's code after rain in the place of yesterday's in ``code``, where more than ``above_mm`` fell."""
    cells, rain_mm = wet
    enough = rain_mm > above_mm
    cells, rain_mm = cells[enough], rain_mm[enough]
    if cells.size:
        dry = before.take(cells)
        code[cells] += after(dry, rain_mm) - dry


def _narrowed(by_month: FloatArray) -> FloatArray:
    """(12, cells) as (12, 1) where every cell has the same number: a band of latitude is wider than any zone."""
    return by_month[:, :1] if bool((by_month == by_month[:, :1]).all()) else by_month
