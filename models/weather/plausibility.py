"""Whether the weather can be what it says it is: a wrong clock, unit or column leaves a trace in the numbers.

Every check is an object with ``check(context)``; what it returns is the sentence that an operator reads. A finding
stops nothing: weather that looks wrong is still the only weather, and the product says what looks wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from models.weather.doubt import Finding, WeatherCheck, WeatherContext, of_date
from models.weather.rain_checks import RainCheck, RainStepCheck

BEIJING_H = 8
NOON_H = 12
HOURS_OF_A_DAY = 24


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
        usual = of_date(context.hours, rules.mean_degc) - 0.0065 * (
            context.hours["elevation_m"].fill_null(50.0).to_numpy() - 50.0
        )
        off = context.hours["air_temperature_degc"].to_numpy() - usual
        if np.isnan(off).all() or abs(float(np.nanmean(off))) < rules.season_off_degc:
            return None
        return Finding(self.name, f"平均气温比当月常年值差{float(np.nanmean(off)):+.1f}℃：请核对日期（月份）")


CHECKS: tuple[WeatherCheck, ...] = (
    ClockCheck(),
    WindUnitCheck(),
    HumidityCheck(),
    UnusableCheck(),
    NoonCheck(),
    SeasonCheck(),
    RainCheck(),
    RainStepCheck(),
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
