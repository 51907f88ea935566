"""Whose weather a text rests on, and as of when (气象法 art. 25 asks for both)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from feeds.tables import FORECAST_TABLE
from feeds.weather_rows import OBSERVED
from notify.phrases import clock_zh, hour_minute_zh, length_of, plain, same_day

SERVICE = "Open-Meteo"
SOURCE_MOST = 40
_STATION_MOST = 20
_UNNAMED_STATION_ZH = "测站"


def weather_line(said: Mapping[str, str | None], source: str) -> str:
    """Each quantity after its label, and whose words they are: 西北风5级，相对湿度16%（54419站14时）.

    Args:
        said: words by label; what has none is left out.
        source: who says so, and as of when; may be empty.

    Returns:
        Empty where nothing is known.
    """
    words = "，".join(f"{label}{found}" for label, found in said.items() if found is not None)
    return f"{words}（{source}）" if words and source else words


def source_of_area(hours: pl.DataFrame, *, as_of: datetime) -> str:
    """The source of the weather of an area: Open-Meteo（ECMWF、CMA）15时, 气象表预报08时起报, 气象表实况14时.

    Args:
        hours: the rows of a WeatherFrame that a text speaks of; none is no source.
        as_of: the day that needs no naming.
    """
    if hours.is_empty():
        return ""
    issued, seen = hours["issued_utc"].max(), hours["valid_utc"].max()
    newest = issued if isinstance(issued, datetime) else seen
    assert isinstance(newest, datetime)
    at = moment_zh(newest, as_of)
    models = hours["model"].unique(maintain_order=True).to_list()
    if set(models) <= {OBSERVED, FORECAST_TABLE}:
        return f"气象表预报{at}起报" if isinstance(issued, datetime) else f"气象表实况{at}"
    names = "、".join(dict.fromkeys(plain(model).split("_")[0].upper() for model in models))
    named = f"{SERVICE}（{names}）{at}"
    return named if length_of(named) <= SOURCE_MOST else f"{SERVICE}（{len(models)}个模式）{at}"


def source_of_point(row: Mapping[str, Any], *, as_of: datetime) -> str:
    """The source of the weather at a place: 54419站14时, 54419站14时预报, Open-Meteo预报格点14时."""
    at = moment_zh(row["valid_utc"], as_of)
    if row["model"] not in {OBSERVED, FORECAST_TABLE}:
        return f"{SERVICE}预报格点{at}"
    station = plain(row["station_id"])
    name = station if 0 < length_of(station) <= _STATION_MOST else _UNNAMED_STATION_ZH
    return f"{name.removesuffix('站')}站{at}" + ("预报" if row["model"] == FORECAST_TABLE else "")


def moment_zh(instant: datetime, as_of: datetime) -> str:
    """The full hour, with its day where that is not the day of ``as_of``."""
    whole = instant.replace(minute=0)
    return hour_minute_zh(whole) if same_day(whole, as_of) else clock_zh(whole)
