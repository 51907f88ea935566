"""A fire from a point takes a while to reach its rate (ST-X-3, equations 70 to 74 and 81)."""

from __future__ import annotations

import numpy as np
from scipy.special import lambertw

from models.fire_weather.arrays import FloatArray

OPEN_PER_MIN = 0.115
"""90 % of the rate after 20 minutes (70)."""


def acceleration_per_min(crown_fraction: FloatArray, open_stand: np.ndarray) -> FloatArray:
    """alpha: slower where the crowns burn in part (70, 72)."""
    closed = OPEN_PER_MIN - 18.8 * crown_fraction**2.5 * np.exp(-8.0 * crown_fraction)
    return np.where(open_stand, OPEN_PER_MIN, closed)


def rate_at(rate_m_min: FloatArray, minutes: FloatArray, alpha: FloatArray) -> FloatArray:
    """Rate of spread after some minutes, m/min (73)."""
    rate: FloatArray = -rate_m_min * np.expm1(-alpha * minutes)
    return rate


def distance_at_m(rate_m_min: FloatArray, minutes: FloatArray, alpha: FloatArray) -> FloatArray:
    """Distance after some minutes, m (71)."""
    distance: FloatArray = rate_m_min * (minutes + np.expm1(-alpha * minutes) / alpha)
    return distance


def minutes_to(distance_m: FloatArray, rate_m_min: FloatArray, alpha: FloatArray) -> FloatArray:
    """Time to a distance: the inverse of :func:`distance_at_m` by the branch W0 of Lambert's function."""
    level = 1.0 + alpha * distance_m / rate_m_min
    minutes: FloatArray = (level + lambertw(-np.exp(-level)).real) / alpha
    return np.maximum(minutes, 0.0)


def length_to_breadth_at(ratio: FloatArray, minutes: FloatArray, alpha: FloatArray) -> FloatArray:
    """LBt: a young fire is round (81)."""
    young: FloatArray = 1.0 - (ratio - 1.0) * np.expm1(-alpha * minutes)
    return young
