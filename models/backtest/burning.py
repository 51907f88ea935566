"""Which days burned, which did not, and of which nobody knows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import dataframely as dy
import numpy as np
import polars as pl

from models.frames import HotspotFrame
from models.incidents.false_alarm_rules import HeatRules
from models.incidents.heat import places_of_heat

_LOCAL = "Asia/Shanghai"
_PASS_UTC_H = 5.5
"""13:30 Beijing time: the afternoon passes of Aqua, S-NPP, NOAA-20 and NOAA-21, when fires here are largest."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box in degrees, both ends included."""

    west_deg: float = 115.0
    south_deg: float = 39.6
    east_deg: float = 118.6
    north_deg: float = 41.8

    def __post_init__(self) -> None:
        if not (self.west_deg < self.east_deg and self.south_deg < self.north_deg):
            raise ValueError(f"box {self}: west, south, east, north, each below its opposite")

    def holds(self) -> pl.Expr:
        """Whether a row with ``lat_deg`` and ``lon_deg`` lies within."""
        north_south = pl.col("lat_deg").is_between(self.south_deg, self.north_deg)
        return north_south & pl.col("lon_deg").is_between(self.west_deg, self.east_deg)


def with_persistence(hotspots: dy.DataFrame[HotspotFrame], rules: HeatRules) -> pl.DataFrame:
    """Hotspots with ``local_date`` and ``persistent``: whether the place is one of heat that is always there.

    The whole table judges, later days too: a record that is shorter than ``learn_spread_d`` calls nothing persistent.
    """
    known = places_of_heat(hotspots, hotspots, rules, in_hindsight=True)["hotspot_id"]
    return hotspots.with_columns(
        local_date=pl.col("acquired_utc").dt.convert_time_zone(_LOCAL).dt.date(),
        persistent=pl.col("hotspot_id").is_in(known.implode()),
    )


def days_covered(snapshots: pl.DataFrame) -> frozenset[date]:
    """Local days whose afternoon pass some stored 24-hour answer covers that saw the study box.

    Args:
        snapshots: ``snapshot_utc`` and ``covers_study_box``.
    """
    covering = snapshots.filter("covers_study_box")["snapshot_utc"].to_list()
    return frozenset(_day_covered(moment) for moment in covering)


def _day_covered(snapshot_utc: datetime) -> date:
    """The last day whose afternoon pass lies at least 3 h before the answer, the least delay of a row."""
    return (snapshot_utc - timedelta(hours=3 + _PASS_UTC_H)).date()


def days_vouched_for(hotspots: pl.DataFrame) -> frozenset[date]:
    """Local days on which the table has any row at all, of whatever place or kind.

    Without a record of coverage only these are known to have been looked at.
    """
    return frozenset(hotspots["local_date"].unique())


def burning_days(fires: pl.DataFrame, units: Collection[str]) -> pl.DataFrame:
    """``unit, local_date, fires``: one row a unit and day that burned.

    Args:
        fires: ``unit, local_date``, one row a hotspot; those outside of every unit have a null unit.
        units: that count.
    """
    return (
        fires.filter(pl.col("unit").is_in(list(units))).group_by("unit", "local_date").agg(pl.len().alias("fires"))
    ).sort("unit", "local_date")


def nearest_point(places: pl.DataFrame, points: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Row of ``points`` that lies nearest to each row of ``places``; both have ``lat_deg`` and ``lon_deg``."""
    shrink = np.cos(np.radians(40.5))
    there = points.select("lat_deg", pl.col("lon_deg") * shrink).to_numpy()
    here = places.select("lat_deg", pl.col("lon_deg") * shrink).to_numpy()
    return np.asarray(((here[:, np.newaxis, :] - there[np.newaxis, :, :]) ** 2).sum(axis=2).argmin(axis=1))
