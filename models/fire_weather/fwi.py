"""Fire Weather Index: intensity of the spreading fire. Van Wagner and Pickett 1985, equations 28 to 30."""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import FloatArray, Floats, checked


def duff_function(bui: FloatArray) -> FloatArray:
    """Fuel consumed as a function of the BUI (28a up to 80, 28b above)."""
    return np.where(bui <= 80.0, 0.626 * bui**0.809 + 2.0, 1000.0 / (25.0 + 108.64 * np.exp(-0.023 * bui)))


def fire_weather_index(isi: Floats, bui: Floats) -> FloatArray:
    """The index.

    Args:
        isi: 0 or more.
        bui: 0 or more.

    Returns:
        0 and up, open above.

    Raises:
        OutOfRange: names the field.
    """
    intensity = 0.1 * checked("isi", isi) * duff_function(checked("bui", bui))  # (29)
    log_intensity = np.log(np.maximum(intensity, 1.0))
    return np.where(intensity > 1.0, np.exp(2.72 * (0.434 * log_intensity) ** 0.647), intensity)  # (30a), (30b)
