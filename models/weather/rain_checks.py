"""Whether amounts of rain can be what they say: against each other, the time of year, and their own step."""

from __future__ import annotations

import numpy as np
import polars as pl

from models.weather.doubt import Finding, PlausibilityRules, WeatherContext, of_date

_LEAST_KINDS = 3
"""Different amounts: fewer are a table made up, or a gauge that says wet or dry."""


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
        usual = float(np.mean(of_date(context.hours, context.rules.precipitation_mm_per_d))) * days
        if total_mm <= context.rules.rain_climate_times * usual:
            return None
        return Finding(self.name, f"{days:.0f}天降水{total_mm:.0f}毫米，常年{usual:.0f}毫米：请核对是否重复累计")


class RainStepCheck:
    """Amounts come in whole steps of a gauge or a service, 0.1 mm: doubled, none of them is an odd number of steps.

    This tells rain that is doubled everywhere in a dry month, where neither a neighbour nor the time of year does.
    """

    name = "rain_step"

    def check(self, context: WeatherContext) -> Finding | None:
        """All sources together, then each by itself."""
        wet = context.hours.filter(pl.col("precipitation_mm") > 0)
        if context.rules.rain_step_mm == 0 or wet.is_empty():
            return None
        if _is_doubled(wet["precipitation_mm"].to_numpy(), context.rules):
            return self._finding("", wet.height, context.rules)
        by = "model" if wet["model"].n_unique() > 1 else "station_id"
        for (source,), rows in sorted(wet.group_by(by), key=lambda found: str(found[0])):
            if _is_doubled(rows["precipitation_mm"].to_numpy(), context.rules):
                return self._finding(str(source), rows.height, context.rules)
        return None

    def _finding(self, source: str, hours: int, rules: PlausibilityRules) -> Finding:
        return Finding(
            self.name,
            f"{source}{hours}个有雨时次的降水都是{2 * rules.rain_step_mm:g}毫米的整倍数："
            f"可能加倍或重复累计，请核对来源（分辨力应为{rules.rain_step_mm:g}毫米）",
        )


def _is_doubled(amounts_mm: np.ndarray[tuple[int, ...], np.dtype[np.float64]], rules: PlausibilityRules) -> bool:
    """Whether the greatest step of which all amounts are multiples is twice that of the sources, and not by chance."""
    steps = amounts_mm / rules.rain_step_mm
    whole = np.round(steps).astype(np.int64)
    if len(whole) < rules.rain_step_hours or not np.allclose(steps, whole, atol=0.01):
        return False
    return len(np.unique(whole)) >= _LEAST_KINDS and int(np.gcd.reduce(whole)) == 2
