"""How fast each fuel burns at each net wind: the FBP equations in a table, for the thousands of steps of a march."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.fire_weather.arrays import FloatArray
from models.fire_weather.constant import FfmcConstant
from models.spread.ellipse import Ellipse
from models.spread.fbp import Behaviour, Site, fire_behaviour
from models.spread.fuel import ORDER, FuelType
from models.spread.slope import slope_equivalent_wind_kmh
from models.spread.stand import Stand

STRONGEST_KMH = 250.0
STEP_KMH = 0.5


@dataclass(frozen=True, slots=True)
class FuelSetting:
    """How one kind of vegetation is burned: FBP fuel and mixture, and Wang Zhengfei's Ks."""

    fuel: FuelType
    conifer_pct: float = 50.0
    curing_pct: float = 90.0
    grass_load_kg_m2: float = 0.35
    wang_ks: float = 1.0

    def stand(self, count: int) -> Stand:
        """``count`` elements of it."""
        return Stand.of(
            np.full(count, ORDER.index(self.fuel)),
            conifer_pct=self.conifer_pct,
            curing_pct=self.curing_pct,
            grass_load_kg_m2=self.grass_load_kg_m2,
        )


@dataclass(frozen=True)
class Dryness:
    """The codes of the day and the moisture of living needles."""

    ffmc: float
    bui: float
    foliar_moisture_pct: float = 97.0


def behaviour_of(
    setting: FuelSetting,
    dryness: Dryness,
    *,
    wind_speed_kmh: FloatArray,
    wind_from_deg: FloatArray | float = 180.0,
    slope_pct: FloatArray | float = 0.0,
    aspect_deg: FloatArray | float = 0.0,
) -> Behaviour:
    """Behaviour of one fuel for each wind."""
    wind = np.asarray(wind_speed_kmh, dtype=np.float64)
    spread = (dryness.ffmc, dryness.bui, wind, wind_from_deg, slope_pct, aspect_deg, dryness.foliar_moisture_pct)
    numbers = (np.broadcast_to(np.asarray(value, dtype=np.float64), wind.shape) for value in spread)
    return fire_behaviour(Site(setting.stand(wind.size), *numbers))


class Paces:
    """Half axes and shift of the ellipse by fuel and net wind, for one day's codes.

    Args:
        settings: by position in ``fuel.ORDER``.
        dryness: of the day.
    """

    def __init__(self, settings: Mapping[int, FuelSetting], dryness: Dryness) -> None:
        winds = np.arange(0.0, STRONGEST_KMH + STEP_KMH, STEP_KMH)
        self._width = len(winds)
        table = np.zeros((3, len(ORDER), self._width))
        for position, setting in settings.items():
            fire = behaviour_of(setting, dryness, wind_speed_kmh=winds)
            shape = Ellipse.of(
                fire.rate_m_min, fire.back_rate_m_min, fire.length_to_breadth, along_deg=np.zeros_like(winds)
            )
            table[:, position] = shape.half_length, shape.half_breadth, shape.shift
        self._table = table.reshape(3, -1)
        self.settings = dict(settings)
        self.dryness = dryness

    def at(self, fuels: np.ndarray, wind_speed_kmh: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Half length, half breadth and shift in m/min; between the lines of the table linear."""
        place = np.minimum(wind_speed_kmh / STEP_KMH, self._width - 2)
        low = place.astype(np.intp)
        part = place - low
        first = fuels * self._width + low
        a, b, c = (column[first] + (column[first + 1] - column[first]) * part for column in self._table)
        return a, b, c

    def fastest_m_min(self, wind_speed_kmh: float) -> float:
        """Head rate of the fastest fuel at that net wind."""
        rates = [
            behaviour_of(setting, self.dryness, wind_speed_kmh=np.array([wind_speed_kmh])).rate_m_min[0]
            for setting in self.settings.values()
        ]
        return float(max(rates, default=0.0))

    def slope_wind_kmh(self, fuels: np.ndarray, slope_pct: FloatArray) -> FloatArray:
        """Equivalent wind of a slope, cell by cell; 0 where nothing burns."""
        found = np.zeros(fuels.shape)
        for position, setting in self.settings.items():
            here = fuels == position
            count = int(here.sum())
            if count:
                ffmc = np.full(count, self.dryness.ffmc)
                found[here] = slope_equivalent_wind_kmh(
                    setting.stand(count), ffmc, slope_pct[here], constant=FfmcConstant.EXACT
                )
        return found
