"""When a surface fire climbs into the crowns (ST-X-3, equations 56 to 58)."""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import FloatArray


def critical_intensity_kw_m(crown_base_height_m: FloatArray, foliar_moisture_pct: FloatArray) -> FloatArray:
    """CSI: the surface intensity at which crowns catch fire (56)."""
    intensity: FloatArray = 0.001 * crown_base_height_m**1.5 * (460.0 + 25.9 * foliar_moisture_pct) ** 1.5
    return intensity


def critical_rate_m_min(critical_kw_m: FloatArray, surface_kg_m2: FloatArray) -> FloatArray:
    """RSO: the rate of spread at which the surface fire has that intensity (57)."""
    rate: FloatArray = critical_kw_m / (300.0 * surface_kg_m2)
    return rate


def crown_fraction_burned(rate_m_min: FloatArray, critical_m_min: FloatArray) -> FloatArray:
    """CFB: 0 at and below the critical rate, towards 1 above it (58)."""
    over = np.maximum(rate_m_min - critical_m_min, 0.0)
    fraction: FloatArray = 1.0 - np.exp(-0.23 * over)
    return fraction
