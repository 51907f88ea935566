"""What looks wrong in the weather that a round holds, each in a sentence for the officer on duty."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from feeds.parsed import Parsed
from feeds.rejects import Rejects
from flows.gathered import Gathered
from models.frames import WeatherFrame
from models.weather.doubt import Finding, PlausibilityRules, WeatherContext
from models.weather.plausibility import implausible

_FIELDS_ZH = {
    "air_temperature_degc": "气温",
    "relative_humidity_pct": "相对湿度",
    "wind_speed_ms": "风速",
    "wind_direction_deg": "风向",
    "wind_gust_ms": "阵风",
    "precipitation_mm": "降水",
    "snow_depth_cm": "积雪深度",
}


def looks_wrong(gathered: Gathered[WeatherFrame], *, as_of: datetime, rules: PlausibilityRules) -> tuple[Finding, ...]:
    """Findings on the hours that have come: a forecast may well be unlike the season.

    Args:
        gathered: weather with what was blanked on its way in.
        as_of: the time of the round.
        rules: from which figure on weather looks wrong.
    """
    return _found(gathered.frame.filter(pl.col("valid_utc") <= as_of), gathered.blanked, rules)


def doubts_zh(parsed: Parsed[WeatherFrame], rules: PlausibilityRules) -> tuple[str, ...]:
    """What looks wrong in a table of the past, in sentences: what is made of it is as wrong."""
    return tuple(finding.message for finding in _found(parsed.frame, parsed.blanked, rules))


def _found(hours: pl.DataFrame, blanked: Rejects, rules: PlausibilityRules) -> tuple[Finding, ...]:
    return implausible(WeatherContext(hours, rules, blanked.total, example_zh=_example_zh(blanked)))


def _example_zh(blanked: Rejects) -> str:
    """The first value that could not be: 相对湿度106."""
    first = next((seen[0] for seen in blanked.examples.values() if seen), None)
    return "" if first is None else f"{_FIELDS_ZH.get(first.field, first.field)}{first.value}"
