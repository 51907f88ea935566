"""What a check of the weather looks at, by which figures, and what it says: shared by all checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
import polars as pl

MONTHS = 12


@dataclass(frozen=True, slots=True)
class PlausibilityRules:
    """From which figure on weather looks wrong (``rules/danger.toml``, section ``plausibility``).

    Raises:
        ValueError: bounds that exclude each other, or not one temperature and amount a month.
    """

    least_days_d: int = 5
    """Fewer days than this say nothing of the season or of a unit."""
    warmest_from_h: float = 13.5
    warmest_to_h: float = 17.0
    """Beijing time between which the daily wave of temperature has its crest."""
    wind_mean_least_ms: float = 0.8
    wind_mean_most_ms: float = 5.0
    noon_spike_degc: float = 1.0
    """By which noon may stand out, in the mean, over the hours beside it."""
    season_off_degc: float = 5.5
    """By which the mean may differ from that of the time of year, over twice ``least_days_d``."""
    rain_times: float = 1.9
    """Times the median of the sources that one of them may report."""
    rain_least_mm: float = 30.0
    """Less than this in all is too little to compare."""
    rain_climate_times: float = 3.0
    """Times the mean of the time of year that may fall in 20 days and more."""
    rain_step_mm: float = 0.1
    """The least amount of an hour that the sources report; 0 where they differ: doubling is then not told by it."""
    rain_step_hours: int = 12
    """Wet hours of a source from which on its amounts tell their step."""
    unusable_share: float = 0.01
    mean_degc: tuple[float, ...] = (-3.1, 0.2, 6.7, 14.8, 20.8, 24.9, 26.7, 25.5, 20.7, 13.7, 4.9, -1.1)
    """Of each month at 50 m, January first."""
    precipitation_mm_per_d: tuple[float, ...] = (0.09, 0.16, 0.32, 0.82, 1.2, 2.4, 5.17, 4.46, 1.62, 0.74, 0.32, 0.07)

    def __post_init__(self) -> None:
        if not (self.warmest_from_h < self.warmest_to_h and self.wind_mean_least_ms < self.wind_mean_most_ms):
            raise ValueError("warmest_from_h and wind_mean_least_ms lie below their upper bounds")
        if self.rain_step_mm < 0 or self.rain_step_hours < 2:
            raise ValueError("rain_step_mm is 0 or more, rain_step_hours at least 2")
        for name in ("mean_degc", "precipitation_mm_per_d"):
            if len(getattr(self, name)) != MONTHS:
                raise ValueError(f"{name}: {MONTHS} numbers are needed, one a month")


@dataclass(frozen=True, slots=True)
class WeatherContext:
    """What the checks look at: the hours of a WeatherFrame, and what was blanked before it became one."""

    hours: pl.DataFrame
    rules: PlausibilityRules
    blanked: int = 0
    """Values out of their range, or no numbers at all."""
    example_zh: str = ""
    """One of them: 相对湿度106."""

    @property
    def past_days_d(self) -> float:
        """Length of the record."""
        first, last = self.hours["valid_utc"].min(), self.hours["valid_utc"].max()
        if not isinstance(first, datetime) or not isinstance(last, datetime):
            return 0.0
        return (last - first) / timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that looks wrong; ``message`` is Chinese and says what was seen, what is usual and what to look at."""

    check: str
    message: str

    @property
    def short(self) -> str:
        """For a list of what a product rests on less than it should."""
        return SHORT_ZH[self.check]


SHORT_ZH = {
    "clock": "气象时次存疑",
    "wind_unit": "风速单位存疑",
    "humidity": "湿度单位存疑",
    "unusable": "气象数值存疑",
    "noon": "12时气温存疑",
    "season": "气象日期存疑",
    "rain": "降水量存疑",
    "rain_step": "降水加倍存疑",
}


class WeatherCheck(Protocol):
    """One way in which weather can be wrong."""

    name: str

    def check(self, context: WeatherContext) -> Finding | None:
        """The finding, or None: nothing wrong, or too little to tell."""
        ...


def of_date(hours: pl.DataFrame, by_month: Sequence[float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A monthly mean at the day of each row, drawn straight from the middle of one month to that of the next."""
    day = hours["valid_utc"].dt.ordinal_day().to_numpy()
    middles = np.arange(MONTHS) * 365.25 / MONTHS + 15.2
    return np.asarray(np.interp(day, middles, by_month, period=365.25), dtype=np.float64)
