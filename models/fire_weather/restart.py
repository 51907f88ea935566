"""After a gap too long to bridge the codes start anew: the Drought Code from the one before, never from its minimum.

A gap is a winter without computation in small: the overwintering of Lawson and Armitage 2008 serves both. The water
that fell meanwhile is not known, so the mean of the months stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from models.fire_weather.arrays import FloatArray
from models.fire_weather.overwinter import overwintered_dc

MONTHS = 12


@dataclass(frozen=True, slots=True)
class RestartRules:
    """How a gap is bridged or ended (``rules/danger.toml``, section ``restart``).

    Raises:
        ValueError: a number that cannot be.
    """

    hold_max_d: int = 12
    """Days without weather over which the codes are held: the time lag of the DMC."""
    memory_d: int = 52
    """Days of weather after which a gap or a restart is no longer felt: the time lag of the DC."""
    carry_over_fraction: float = 0.75
    wetting_efficiency: float = 0.75
    precipitation_mm_per_d: tuple[float, ...] = (0.09, 0.16, 0.32, 0.82, 1.2, 2.4, 5.17, 4.46, 1.62, 0.74, 0.32, 0.07)
    """Mean of each month, January first: stands for what fell unseen."""

    def __post_init__(self) -> None:
        if self.hold_max_d < 0 or self.memory_d < 1:
            raise ValueError("hold_max_d is 0 or more, memory_d 1 or more")
        if len(self.precipitation_mm_per_d) != MONTHS or min(self.precipitation_mm_per_d) < 0:
            raise ValueError(f"precipitation_mm_per_d: {MONTHS} amounts of 0 or more are needed, one a month")
        for name in ("carry_over_fraction", "wetting_efficiency"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"{name}: {getattr(self, name)} is not a share above 0 to 1")


def unseen_precipitation_mm(until: date, gap_run_d: npt.NDArray[np.int64], rules: RestartRules) -> FloatArray:
    """What falls, in the mean, on the ``gap_run_d`` days before ``until``, for each cell."""
    longest = int(gap_run_d.max(initial=0))
    days = [until - timedelta(days=back) for back in range(1, longest + 1)]
    fallen = np.cumsum([0.0, *(rules.precipitation_mm_per_d[day.month - 1] for day in days)])
    amounts: FloatArray = fallen[gap_run_d]
    return amounts


def restarted_dc(
    dc: FloatArray,
    *,
    until: date,
    gap_run_d: npt.NDArray[np.int64],
    snow_water_mm: FloatArray,
    rules: RestartRules,
) -> FloatArray:
    """The Drought Code to start from on ``until``, after ``gap_run_d`` days that nobody saw.

    Args:
        dc: before the gap.
        until: the first day with weather again.
        gap_run_d: days without weather.
        snow_water_mm: what lay as snow when the gap began; it has melted into the ground or will have.
        rules: fractions and mean precipitation.
    """
    return overwintered_dc(
        dc,
        unseen_precipitation_mm(until, gap_run_d, rules) + snow_water_mm,
        carry_over_fraction=rules.carry_over_fraction,
        wetting_efficiency=rules.wetting_efficiency,
    )
