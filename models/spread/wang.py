"""Wang Zhengfei and Mao Xianmin: the rate of spread by which Chinese offices are used to think, as a second opinion.

R = R0 Ks Kw Kphi: R0 from the weather of the day, Ks from the fuel, Kw from the wind, Kphi from the slope. Mao Xianmin
resolves wind and slope onto the direction of spread, so that any direction can be computed: the wind angle runs from 0
(with the wind) to 180 degrees (against it), the slope is positive upward and negative downward along the spread.

Traps that programs in use fall into: 0.01 h in the place of 0.01 (100 - h); the arc tangent of 1.2 times the slope in
the place of tan^1.2; an unclipped Kw, 35 at 20 m/s. No measured vectors are published: the reference is the formula.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.fire_weather.arrays import FloatArray

STEEPEST_DEG = 60.0
"""The slope law was fitted below this."""
CLIP = (0.01, 10.0)
"""Kw and Kphi in PROPAGATOR (Trucchia et al. 2020): without it 20 m/s give 35 times."""
DISAGREES_BY = 3.0
"""More than so many times apart, the two models are shown as disagreeing."""


@dataclass(frozen=True, slots=True)
class StartingRate:
    """R0 = t T + w W + h (100 - RH) - c in m/min; T daily maximum, W wind force, RH daily minimum."""

    per_degc: float
    per_force: float
    per_dryness_pct: float
    offset_m_min: float


PLAIN = StartingRate(0.03, 0.05, 0.01, 0.3)
"""As one family of published programs has it."""
FITTED = StartingRate(0.0299, 0.047, 0.009, 0.304)
"""As another has it."""


def wind_force(wind_speed_ms: FloatArray) -> FloatArray:
    """Beaufort force by its definition v = 0.836 B^1.5, cut to whole numbers."""
    force: FloatArray = np.floor((wind_speed_ms / 0.836) ** (2.0 / 3.0) + 1e-9)
    return force


def starting_rate_m_min(
    air_temperature_degc: FloatArray, force: FloatArray, relative_humidity_pct: FloatArray, *, by: StartingRate = PLAIN
) -> FloatArray:
    """R0, m/min, not below 0."""
    rate: FloatArray = (
        by.per_degc * air_temperature_degc
        + by.per_force * force
        + by.per_dryness_pct * (100.0 - relative_humidity_pct)
        - by.offset_m_min
    )
    return np.maximum(rate, 0.0)


def wind_factor(wind_speed_ms: FloatArray, angle_deg: FloatArray) -> FloatArray:
    """Kw: ``angle_deg`` lies between where the wind blows and where the fire goes."""
    factor: FloatArray = np.exp(0.1783 * wind_speed_ms * np.cos(np.radians(angle_deg)))
    return factor


def terrain_factor(slope_deg: FloatArray) -> FloatArray:
    """Kphi: ``slope_deg`` along the spread, upward positive: more than 1 uphill, its inverse downhill.

    Raises:
        ValueError: 60 degrees or more.
    """
    steepness = np.abs(slope_deg)
    if (steepness >= STEEPEST_DEG).any():
        raise ValueError(f"a slope of {float(np.max(steepness)):g} degrees: the law holds below {STEEPEST_DEG:g}")
    factor: FloatArray = np.exp(np.sign(slope_deg) * 3.533 * np.tan(np.radians(steepness)) ** 1.2)
    return factor


def slope_along_deg(slope_pct: FloatArray, upslope_deg: FloatArray, toward_deg: FloatArray) -> FloatArray:
    """Slope in the direction of spread: Mao's cases up, down, left and right in one expression."""
    gradient = slope_pct / 100.0 * np.cos(np.radians(toward_deg - upslope_deg))
    slope: FloatArray = np.degrees(np.arctan(gradient))
    return slope


def rate_m_min(
    starting_m_min: FloatArray, fuel_factor: FloatArray, *, wind: FloatArray, terrain: FloatArray, clipped: bool
) -> FloatArray:
    """R, m/min; ``clipped`` keeps Kw and Kphi within ``CLIP``."""
    if clipped:
        wind, terrain = np.clip(wind, *CLIP), np.clip(terrain, *CLIP)
    rate: FloatArray = starting_m_min * fuel_factor * wind * terrain
    return rate


def disagree(first_m_min: FloatArray, second_m_min: FloatArray) -> np.ndarray:
    """Whether two rates lie more than ``DISAGREES_BY`` times apart. Against a rate of 0 any other disagrees."""
    low, high = np.minimum(first_m_min, second_m_min), np.maximum(first_m_min, second_m_min)
    apart: np.ndarray = high > DISAGREES_BY * low
    return apart
