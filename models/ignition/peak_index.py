"""The peak index (峰值指数): what a fire would do in the worst hour of a day.

    peak index = G * sqrt(D * (1 + FWI(ISI(FFMC, G), BUI)))

with G the strongest gust in m/s, D the largest vapour pressure deficit in kPa, and the FWI of the day's fuel in that
gust. G * D alone is the Hot-Dry-Windy index (Srock et al. 2018, Atmosphere 9:279) with the gust for the wind: the air.
The FWI adds the fuel: after rain a gale is less dangerous than the air says. docs/science/ignition.md argues the form.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.fire_weather.constant import FfmcConstant
from models.fire_weather.fwi import fire_weather_index
from models.fire_weather.isi import initial_spread_index

_KMH_PER_MS = 3.6
_GUST_MAX_KMH = 120.0
"""The spread function of wind is not made for more (ST-X-3 bends it from 40 km/h on)."""


def peak_index(
    ffmc: npt.ArrayLike, bui: npt.ArrayLike, *, vpd_max_kpa: npt.ArrayLike, gust_max_ms: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Peak index of each cell and day, 0 or more.

    Raises:
        OutOfRange: a code outside its valid range.
    """
    gust = np.asarray(gust_max_ms, dtype=np.float64)
    gust_kmh = np.minimum(gust * _KMH_PER_MS, _GUST_MAX_KMH)
    spread = initial_spread_index(ffmc, gust_kmh, constant=FfmcConstant.EXACT)
    intensity = fire_weather_index(spread, bui)
    dry: npt.NDArray[np.float64] = np.asarray(vpd_max_kpa, dtype=np.float64) * (1.0 + intensity)
    return np.asarray(gust * np.sqrt(dry), dtype=np.float64)
