"""Daily Severity Rating: the effort that control takes; unlike the FWI it may be averaged over days and places.

Van Wagner 1970; Van Wagner and Pickett 1985, equation 31.
"""

from __future__ import annotations

from models.fire_weather.arrays import FloatArray, Floats, checked


def daily_severity_rating(fwi: Floats) -> FloatArray:
    """The rating (31), 0 and up.

    Raises:
        OutOfRange: the FWI is negative or NaN.
    """
    severity: FloatArray = 0.0272 * checked("fwi", fwi) ** 1.77
    return severity
