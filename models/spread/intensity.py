"""Fire intensity (ST-X-3, equation 69)."""

from __future__ import annotations

from models.fire_weather.arrays import FloatArray


def fire_intensity_kw_m(consumed_kg_m2: FloatArray, rate_m_min: FloatArray) -> FloatArray:
    """Byram's intensity with 18 000 kJ/kg of heat: 300 times consumption times rate (69)."""
    intensity: FloatArray = 300.0 * consumed_kg_m2 * rate_m_min
    return intensity
