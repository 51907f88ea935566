"""Buildup Index: fuel available to the spreading fire. Van Wagner and Pickett 1985, equations 27a and 27b."""

from __future__ import annotations

import numpy as np

from models.fire_weather.arrays import FloatArray, Floats, checked


def buildup_index(dmc: Floats, dc: Floats) -> FloatArray:
    """The index.

    Args:
        dmc: 0 or more.
        dc: 0 or more.

    Returns:
        0 and up; 0 where both codes are 0.

    Raises:
        OutOfRange: names the field.
    """
    duff, drought = np.broadcast_arrays(checked("dmc", dmc), checked("dc", dc))
    total = duff + 0.4 * drought
    share = np.divide(0.8 * drought, total, out=np.ones_like(total), where=total > 0)
    moist_deep = duff - (1.0 - share) * (0.92 + (0.0114 * duff) ** 1.7)  # (27b)
    return np.where(duff <= 0.4 * drought, share * duff, np.maximum(moist_deep, 0.0))  # (27a) or (27b)
