"""Snow: what reaches the ground today, and what waits until it melts.

The classic codes know no snow. Here precipitation that falls as snow waits, and enters DMC and DC on the day it melts;
under a cover nothing dries, and the fine fuel is held wet. Three snow-free days after the melt the fine fuel starts
anew, as the season does after Lawson and Armitage 2008. Where nobody reports the depth no cover is assumed: danger is
then told rather than hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from models.fire_weather.arrays import FloatArray, check_range

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SnowRules:
    """When snow lies, and what follows (``rules/danger.toml``, section ``snow``).

    Raises:
        ValueError: a number that cannot be.
    """

    covered_from_cm: float = 1.0
    """Depth from which on the ground counts as covered."""
    snow_below_degc: float = 2.0
    """Precipitation at this temperature or below fell as snow."""
    melt_above_degc: float = 0.0
    """Without a reported depth, fallen snow melts on the first day whose noon is warmer than this."""
    held_ffmc: float = 0.0
    """The FFMC under snow: 0 is the moisture of saturated litter, 250 %."""
    restart_after_d: int = 3
    """On this snow-free day the FFMC starts from its standard value, unless it is higher already."""

    def __post_init__(self) -> None:
        if not self.covered_from_cm > 0:
            raise ValueError(f"covered_from_cm: {self.covered_from_cm} is not positive")
        if self.restart_after_d < 1:
            raise ValueError(f"restart_after_d: {self.restart_after_d}, at least one snow-free day is needed")
        check_range("ffmc", np.array([self.held_ffmc]))


@dataclass(frozen=True, slots=True)
class SnowWeather:
    """What tells snow from rain, one number a cell; NaN where nobody knows."""

    snow_depth_cm: FloatArray
    air_temperature_in_rain_degc: FloatArray

    def __getitem__(self, index: npt.NDArray[np.intp] | int) -> Self:
        return type(self)(self.snow_depth_cm[index], self.air_temperature_in_rain_degc[index])


@dataclass(frozen=True, slots=True)
class SnowDay:
    """A day's precipitation, divided."""

    covered: Flags
    """Snow lies at noon."""
    wetting_mm: FloatArray
    """What reaches the fuel: rain, and snow that melts."""
    snow_water_mm: FloatArray
    """What lies as snow after the day."""


def snow_day(
    snow: SnowWeather,
    *,
    noon_degc: FloatArray,
    precipitation_mm: FloatArray,
    snow_water_before_mm: FloatArray,
    rules: SnowRules,
) -> SnowDay:
    """Divide the precipitation of the 24 hours to noon. Nothing is lost: what does not wet the fuel lies as snow."""
    known = ~np.isnan(snow.snow_depth_cm)
    covered = known & (np.nan_to_num(snow.snow_depth_cm) >= rules.covered_from_cm)
    falling_degc = np.where(np.isnan(snow.air_temperature_in_rain_degc), noon_degc, snow.air_temperature_in_rain_degc)
    as_snow = (precipitation_mm > 0) & (falling_degc <= rules.snow_below_degc)
    lying = snow_water_before_mm + np.where(as_snow | covered, precipitation_mm, 0.0)
    melts = ~covered & (known | (noon_degc > rules.melt_above_degc))
    rain = np.where(as_snow | covered, 0.0, precipitation_mm)
    return SnowDay(covered, rain + np.where(melts, lying, 0.0), np.where(melts, 0.0, lying))
