"""The weather of the next day along a stretch of border, for a letter to the other side: only what was foretold."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import shapely

from boundary_zones.border import Stretch, ZoneBorder
from feeds import open_meteo
from feeds.tables import FORECAST_TABLE
from flows.gathered import Gathered
from flows.recorded_feeds import WEATHER
from flows.weather_extremes import least_humidity, strongest_wind
from flows.weather_near import REACH_KM
from flows.weather_words import moment_zh, source_of_area, weather_line
from flows.wiring import House
from models.field_check.fire_report import UNKNOWN_ZH
from models.frames import WeatherFrame
from notify.phrases import clock_zh, listed
from notify.wording import wind_words

AHEAD_H = 24
AROUND_KM = 15.0
"""On both sides of the stretch, as wide as the cells reach."""


def border_weather_zh(
    house: House, border: ZoneBorder, stretch: Stretch, *, gathered: Gathered[WeatherFrame], as_of: datetime
) -> str:
    """The strongest wind and the least humidity of the next 24 hours along a stretch, in a sentence; 待核 and why not.

    Args:
        house: whose bounds say how old a forecast may be.
        border: that the stretch is part of.
        stretch: between the two counties.
        gathered: what the round holds.
        as_of: the time of the decision.
    """
    end = as_of + timedelta(hours=AHEAD_H)
    hours = _near(border, stretch, gathered.frame.filter((pl.col("valid_utc") > as_of) & (pl.col("valid_utc") <= end)))
    foretold = hours.filter(pl.col("issued_utc").is_not_null())
    fresh = foretold.filter(_young_enough(house, as_of))
    lead = f"未来{AHEAD_H}小时（至{clock_zh(end, minutes=False)}）共同边界一带"
    if fresh.is_empty():
        return f"{lead}天气{UNKNOWN_ZH}：{_why_not(gathered, foretold)}。"
    said = {"最大风力": _wind_zh(fresh, as_of), "最小相对湿度": _humidity_zh(fresh, as_of)}
    known_h = fresh["valid_utc"].n_unique()
    short = "" if known_h >= AHEAD_H else f"其中仅{known_h}小时有预报，其余{UNKNOWN_ZH}。"
    return f"{lead}{weather_line(said, source_of_area(fresh, as_of=as_of))}。{short}"


def _wind_zh(hours: pl.DataFrame, as_of: datetime) -> str:
    found = strongest_wind(hours)
    return f"{wind_words(found[0])}（{moment_zh(found[1], as_of)}）" if found else f"{UNKNOWN_ZH}（预报无风）"


def _humidity_zh(hours: pl.DataFrame, as_of: datetime) -> str:
    found = least_humidity(hours)
    return f"{found[0]:.0f}%（{moment_zh(found[1], as_of)}）" if found else f"{UNKNOWN_ZH}（预报无湿度）"


def _near(border: ZoneBorder, stretch: Stretch, hours: pl.DataFrame) -> pl.DataFrame:
    """Rows of the points around the stretch; where there is none, of the nearest within reach."""
    if hours.is_empty():
        return hours
    plane, place = border.lines.plane, ["station_id", "lat_deg", "lon_deg"]
    points = hours.select(place).unique(maintain_order=True)
    places = shapely.points(plane.xy_m(points["lat_deg"].to_numpy(), points["lon_deg"].to_numpy()))
    apart_km = np.asarray(shapely.distance(plane.to_plane(stretch.line), places)) / 1000
    reach_km = AROUND_KM if apart_km.min() <= AROUND_KM else min(REACH_KM, float(apart_km.min()))
    return hours.join(points.filter(pl.Series(apart_km <= reach_km)), on=place, how="semi")


def _young_enough(house: House, as_of: datetime) -> pl.Expr:
    """Issued within the bound of its feed."""
    table, service = (
        pl.col("issued_utc") >= as_of - timedelta(hours=house.rules.freshness[feed].max_fetch_age_h)
        for feed in (WEATHER, open_meteo.FEED)
    )
    return pl.when(pl.col("model") == FORECAST_TABLE).then(table).otherwise(service)


def _why_not(gathered: Gathered[WeatherFrame], foretold: pl.DataFrame) -> str:
    issued = foretold["issued_utc"].max()
    if isinstance(issued, datetime):
        return f"预报已过期（{clock_zh(issued)}起报）"
    if gathered.frame.is_empty():
        return f"{listed(gathered.missing) or '气象'}缺测"
    has_forecast = bool(gathered.frame["issued_utc"].is_not_null().any())
    return f"{REACH_KM:g}公里内没有这段时间的预报" if has_forecast else "只有实况，没有预报"
