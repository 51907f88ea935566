"""The one table that every estimator sees: raw quantities per cell and day, and the design that is made of them.

A quantity that nobody supplied is null. In the design it takes the reference value of the estimator, which leaves the
logit where it is, and is counted as missing: the interval grows by what the feature could have said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl

from models.frames.declared import DeclaredFrame

Column = npt.NDArray[np.float64]


class IgnitionFeatureFrame(DeclaredFrame):
    """Raw quantities of a cell and a day. A flag is 0 or 1; null means that nobody told."""

    cell_id = dy.String(primary_key=True)
    local_date = dy.Date(primary_key=True)
    ffmc = dy.Float64(min=0, max=101)
    isi = dy.Float64(min=0)
    dmc = dy.Float64(min=0)
    dc = dy.Float64(min=0)
    bui = dy.Float64(min=0)
    fwi = dy.Float64(min=0)
    vpd_max_kpa = dy.Float64(nullable=True, min=0)
    relative_humidity_min_pct = dy.Float64(nullable=True, min=0, max=100)
    gust_max_ms = dy.Float64(nullable=True, min=0)
    days_since_rain_d = dy.Int64(nullable=True, min=0)
    """Days since one with 1 mm or more; null where the record does not reach back to one."""
    snow_depth_cm = dy.Float64(nullable=True, min=0)
    elevation_m = dy.Float64(nullable=True)
    slope_deg = dy.Float64(nullable=True, min=0, max=90)
    forest_type = dy.Int64(nullable=True)
    """0 no forest; 111, 121 evergreen, 112, 122 deciduous, 14 bamboo and economic forest."""
    settlement_distance_km = dy.Float64(nullable=True, min=0)
    road_distance_km = dy.Float64(nullable=True, min=0)
    static_heat = dy.Int64(nullable=True, min=0, max=1)
    """A known or recurrent industrial heat source in the cell or beside it."""
    rest_day = dy.Int64(nullable=True, min=0, max=1)
    qingming = dy.Int64(nullable=True, min=0, max=1)
    spring_festival = dy.Int64(nullable=True, min=0, max=1)
    labour_day = dy.Int64(nullable=True, min=0, max=1)
    zhongyuan = dy.Int64(nullable=True, min=0, max=1)
    hanyi = dy.Int64(nullable=True, min=0, max=1)
    fire_season = dy.Int64(nullable=True, min=0, max=1)
    fire_ban = dy.Int64(nullable=True, min=0, max=1)
    degraded = dy.Bool()


class Direction(IntEnum):
    """Which way physics or experience lets a feature push the probability."""

    DOWN = -1
    FREE = 0
    UP = 1


@dataclass(frozen=True, slots=True)
class Feature:
    """A column of the design."""

    name: str
    of: str
    """Column of the table that it is made of."""
    transform: Callable[[Column], Column]
    direction: Direction


def _log1p(column: Column) -> Column:
    return np.log1p(column)


def _log_vpd(column: Column) -> Column:
    return np.log(column + 0.05)


def _log_gust(column: Column) -> Column:
    return np.log(np.maximum(column, 0.5))


def _tens(column: Column) -> Column:
    return column / 10.0


def _steep(column: Column) -> Column:
    return np.minimum(column, 30.0) / 10.0


def _above_400(column: Column) -> Column:
    return np.clip(column - 400.0, 0.0, 2000.0) / 1000.0


def _near(column: Column) -> Column:
    return np.exp(-column / 3.0)


def _rain_days(column: Column) -> Column:
    return np.log1p(np.minimum(column, 60.0))


def _snow(column: Column) -> Column:
    return np.where(np.isnan(column), np.nan, column >= 1.0)


def _of(*codes: int) -> Callable[[Column], Column]:
    def flag(column: Column) -> Column:
        return np.where(np.isnan(column), np.nan, np.isin(column, codes))

    return flag


def _as_is(column: Column) -> Column:
    return column


_UP, _DOWN, _FREE = Direction.UP, Direction.DOWN, Direction.FREE
FEATURES: Mapping[str, Feature] = MappingProxyType(
    {
        feature.name: feature
        for feature in (
            Feature("log_vpd", "vpd_max_kpa", _log_vpd, _UP),
            Feature("log_gust", "gust_max_ms", _log_gust, _UP),
            Feature("humidity_10pct", "relative_humidity_min_pct", _tens, _DOWN),
            Feature("ffmc_10", "ffmc", _tens, _UP),
            Feature("log_isi", "isi", _log1p, _UP),
            Feature("log_dmc", "dmc", _log1p, _UP),
            Feature("log_dc", "dc", _log1p, _UP),
            Feature("log_dry_days", "days_since_rain_d", _rain_days, _UP),
            Feature("snow", "snow_depth_cm", _snow, _DOWN),
            Feature("slope_10deg", "slope_deg", _steep, _FREE),
            Feature("above_400m_km", "elevation_m", _above_400, _DOWN),
            Feature("conifer", "forest_type", _of(111, 112), _FREE),
            Feature("no_forest", "forest_type", _of(0), _FREE),
            Feature("settlement_near", "settlement_distance_km", _near, _UP),
            Feature("road_near", "road_distance_km", _near, _UP),
            Feature("static_heat", "static_heat", _as_is, _FREE),
            Feature("rest_day", "rest_day", _as_is, _FREE),
            Feature("qingming", "qingming", _as_is, _UP),
            Feature("spring_festival", "spring_festival", _as_is, _UP),
            Feature("labour_day", "labour_day", _as_is, _UP),
            Feature("zhongyuan", "zhongyuan", _as_is, _UP),
            Feature("hanyi", "hanyi", _as_is, _UP),
            Feature("fire_season", "fire_season", _as_is, _UP),
            Feature("fire_ban", "fire_ban", _as_is, _FREE),
        )
    }
)
"""Every feature that an estimator may weigh, by name."""


def design_column(table: pl.DataFrame, name: str) -> Column:
    """One column of the design, NaN where nobody told the quantity.

    Raises:
        ValueError: no such feature.
    """
    if name not in FEATURES:
        raise ValueError(f"{name!r} is no feature; there are {', '.join(FEATURES)}")
    feature = FEATURES[name]
    raw = table[feature.of].cast(pl.Float64).to_numpy()
    return np.asarray(feature.transform(raw), dtype=np.float64)
