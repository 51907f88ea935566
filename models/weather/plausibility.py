"""Whether the weather can be what it says it is: a wrong clock, unit or column leaves a trace in the numbers.

Every check is an object with ``check(context)``; what it returns is the sentence that an operator reads. A finding
stops nothing: weather that looks wrong is still the only weather, and the product says what looks wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
import polars as pl

MONTHS = 12
BEIJING_H = 8
NOON_H = 12
HOURS_OF_A_DAY = 24


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
    unusable_share: float = 0.01
    mean_degc: tuple[float, ...] = (-3.1, 0.2, 6.7, 14.8, 20.8, 24.9, 26.7, 25.5, 20.7, 13.7, 4.9, -1.1)
    """Of each month at 50 m, January first."""
    precipitation_mm_per_d: tuple[float, ...] = (0.09, 0.16, 0.32, 0.82, 1.2, 2.4, 5.17, 4.46, 1.62, 0.74, 0.32, 0.07)

    def __post_init__(self) -> None:
        if not (self.warmest_from_h < self.warmest_to_h and self.wind_mean_least_ms < self.wind_mean_most_ms):
            raise ValueError("warmest_from_h and wind_mean_least_ms lie below their upper bounds")
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
    "unusable": "气象数值越界",
    "noon": "12时气温存疑",
    "season": "气象日期存疑",
    "rain": "降水量存疑",
}


class WeatherCheck(Protocol):
    """One way in which weather can be wrong."""

    name: str

    def check(self, context: WeatherContext) -> Finding | None:
        """The finding, or None: nothing wrong, or too little to tell."""
        ...


class ClockCheck:
    """The temperature must be highest in the afternoon: local times read as UTC move the crest by eight hours."""

    name = "clock"

    def check(self, context: WeatherContext) -> Finding | None:
        """The crest of the mean daily wave, by its first harmonic."""
        rules = context.rules
        crest = _warmest_h(context.hours)
        if context.past_days_d < rules.least_days_d or crest is None:
            return None
        if rules.warmest_from_h <= crest <= rules.warmest_to_h:
            return None
        usual = (rules.warmest_from_h + rules.warmest_to_h) / 2
        off = (crest - usual + 12) % 24 - 12
        return Finding(
            self.name,
            f"气温日变化峰值在北京时{crest:.0f}时，应在{rules.warmest_from_h:.0f}至{rules.warmest_to_h:.0f}时："
            f"时次约差{off:+.0f}小时，请核对时区（北京时或世界时）",
        )


class WindUnitCheck:
    """Over some days the mean wind lies between 1 and 5 m/s here: km/h read as m/s, or the reverse, do not."""

    name = "wind_unit"

    def check(self, context: WeatherContext) -> Finding | None:
        """The mean over all points and hours."""
        rules, mean = context.rules, context.hours["wind_speed_ms"].mean()
        if context.past_days_d < rules.least_days_d or not isinstance(mean, float):
            return None
        if rules.wind_mean_least_ms <= mean <= rules.wind_mean_most_ms:
            return None
        guess = "千米每小时当作米每秒" if mean > rules.wind_mean_most_ms else "米每秒当作千米每小时"
        return Finding(
            self.name,
            f"平均风速{mean:.1f}m/s，应在{rules.wind_mean_least_ms:g}至{rules.wind_mean_most_ms:g}m/s："
            f"请核对单位（可能把{guess}）",
        )


class HumidityCheck:
    """Humidity above 100 % was blanked on the way in; humidity that never passes 1 is a fraction."""

    name = "humidity"

    def check(self, context: WeatherContext) -> Finding | None:
        """The highest value of all."""
        highest = context.hours["relative_humidity_pct"].max()
        if isinstance(highest, float) and 0 < highest <= 1:
            return Finding(self.name, f"相对湿度最大{highest:.2f}%：可能是小数（0至1）而不是百分数")
        return None


class UnusableCheck:
    """Values outside their range (a humidity of 106 %) are blanked: many of them are a fault of the source."""

    name = "unusable"

    def check(self, context: WeatherContext) -> Finding | None:
        """How many there are in proportion to the hours: one bad sensor is not thinned by the good ones beside it."""
        if not context.blanked or context.blanked < context.rules.unusable_share * context.hours.height:
            return None
        example = f"（如{context.example_zh}）" if context.example_zh else ""
        return Finding(self.name, f"{context.blanked}个数值越界或不是数字{example}，已作缺测处理，请核对来源")


class NoonCheck:
    """Noon must lie on the curve of the hours beside it: a daily maximum in its place stands out."""

    name = "noon"

    def check(self, context: WeatherContext) -> Finding | None:
        """Mean of T(12) less the mean of T(11) and T(13)."""
        hour = (pl.col("valid_utc").dt.hour() + BEIJING_H) % HOURS_OF_A_DAY
        near = context.hours.filter(hour.is_in([NOON_H - 1, NOON_H, NOON_H + 1])).with_columns(
            hour.alias("hour"), pl.col("valid_utc").dt.date().alias("day")
        )
        days = near.pivot("hour", index=["station_id", "model", "day"], values="air_temperature_degc")
        if days.height < context.rules.least_days_d or not {"11", "12", "13"} <= set(days.columns):
            return None
        spike = days.select((pl.col("12") - (pl.col("11") + pl.col("13")) / 2).mean()).item()
        if spike is None or abs(spike) < context.rules.noon_spike_degc:
            return None
        return Finding(self.name, f"12时气温比前后时次平均高{spike:+.1f}℃：可能把日最高气温当作12时气温")


class SeasonCheck:
    """The mean temperature must be that of the time of year: dates off by a month are not."""

    name = "season"

    def check(self, context: WeatherContext) -> Finding | None:
        """Difference from the mean of each hour's month, brought to the height of its point."""
        rules = context.rules
        if context.past_days_d < 2 * rules.least_days_d:
            return None
        usual = _of_date(context.hours, rules.mean_degc) - 0.0065 * (
            context.hours["elevation_m"].fill_null(50.0).to_numpy() - 50.0
        )
        off = context.hours["air_temperature_degc"].to_numpy() - usual
        if np.isnan(off).all() or abs(float(np.nanmean(off))) < rules.season_off_degc:
            return None
        return Finding(self.name, f"平均气温比当月常年值差{float(np.nanmean(off)):+.1f}℃：请核对日期（月份）")


class RainCheck:
    """No source may report far more rain than the others, nor all of them far more than the time of year gives."""

    name = "rain"

    def check(self, context: WeatherContext) -> Finding | None:
        """Totals per model, else per station, against their median and against the climate."""
        rules = context.rules
        by = "model" if context.hours["model"].n_unique() > 1 else "station_id"
        totals = context.hours.group_by(by, "station_id" if by == "model" else pl.lit(0).alias("all")).agg(
            pl.col("precipitation_mm").sum()
        )
        totals = totals.group_by(by).agg(pl.col("precipitation_mm").mean()).sort(by)
        if context.past_days_d < 4 * rules.least_days_d:
            return None
        found = self._against_each_other(totals, by, rules)
        return found or self._against_the_climate(float(np.mean(totals["precipitation_mm"].to_numpy())), context)

    def _against_each_other(self, totals: pl.DataFrame, by: str, rules: PlausibilityRules) -> Finding | None:
        for row in totals.iter_rows(named=True):
            others = totals.filter(pl.col(by) != row[by])["precipitation_mm"].median()
            if not isinstance(others, float) or others < rules.rain_least_mm:
                continue
            if row["precipitation_mm"] > rules.rain_times * others:
                return Finding(
                    self.name,
                    f"{row[by]}降水{row['precipitation_mm']:.0f}毫米，其他来源{others:.0f}毫米：可能重复累计或单位有误",
                )
        return None

    def _against_the_climate(self, total_mm: float, context: WeatherContext) -> Finding | None:
        days = context.past_days_d
        if total_mm < context.rules.rain_least_mm:
            return None
        usual = float(np.mean(_of_date(context.hours, context.rules.precipitation_mm_per_d))) * days
        if total_mm <= context.rules.rain_climate_times * usual:
            return None
        return Finding(self.name, f"{days:.0f}天降水{total_mm:.0f}毫米，常年{usual:.0f}毫米：请核对是否重复累计")


CHECKS: tuple[WeatherCheck, ...] = (
    ClockCheck(),
    WindUnitCheck(),
    HumidityCheck(),
    UnusableCheck(),
    NoonCheck(),
    SeasonCheck(),
    RainCheck(),
)


def implausible(context: WeatherContext, checks: Sequence[WeatherCheck] = CHECKS) -> tuple[Finding, ...]:
    """Everything that looks wrong, in the order of ``checks``."""
    if context.hours.is_empty():
        return ()
    found = (check.check(context) for check in checks)
    return tuple(finding for finding in found if finding is not None)


def _warmest_h(hours: pl.DataFrame) -> float | None:
    """Beijing time of the crest of the mean daily wave; None without all hours or without a wave."""
    local = ((pl.col("valid_utc").dt.hour() + BEIJING_H) % HOURS_OF_A_DAY).alias("hour")
    mean = hours.group_by(local).agg(pl.col("air_temperature_degc").mean()).drop_nulls().sort("hour")
    if mean.height < HOURS_OF_A_DAY:
        return None
    wave = np.fft.rfft(mean["air_temperature_degc"].to_numpy())[1]
    if abs(wave) / (HOURS_OF_A_DAY / 2) < 1.0:
        return None
    return float(-np.angle(wave) / (2 * np.pi) * HOURS_OF_A_DAY % HOURS_OF_A_DAY)


def _of_date(hours: pl.DataFrame, by_month: Sequence[float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A monthly mean at the day of each row, drawn straight from the middle of one month to that of the next."""
    day = hours["valid_utc"].dt.ordinal_day().to_numpy()
    middles = np.arange(MONTHS) * 365.25 / MONTHS + 15.2
    return np.asarray(np.interp(day, middles, by_month, period=365.25), dtype=np.float64)
