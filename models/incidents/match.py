"""Which hotspots concern whom: those of the watch area, each with its county and its distance to the line."""

from __future__ import annotations

from dataclasses import dataclass

import dataframely as dy
import polars as pl
import shapely

from boundary_zones.catalogue import Catalogue
from boundary_zones.places import locate
from models.frames import HotspotFrame, LocatedHotspotFrame

_KM_PER_DEG = 110.5
"""Least length of a degree of latitude (WGS-84): a box made with it is never too small."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Hotspots of the watch area, and how many lay outside."""

    hotspots: dy.DataFrame[LocatedHotspotFrame]
    outside: int


def located(hotspots: dy.DataFrame[HotspotFrame], catalogue: Catalogue) -> Matched:
    """Match hotspots to joint unit, region and county.

    Args:
        hotspots: of any place on Earth.
        catalogue: of joint units; its extent says how far the watch area reaches from the line.
    """
    near = hotspots.filter(_in_box(catalogue))
    places = locate(catalogue, near["lat_deg"].to_numpy(), near["lon_deg"].to_numpy())
    regions = {gb: county.region_id for gb, county in catalogue.counties.items()}
    watched = (
        pl.concat([near, places], how="horizontal")
        .filter("in_watch_area")
        .with_columns(
            pl.col("neighbour_county_gb").replace_strict(regions, return_dtype=pl.String).alias("neighbour_region")
        )
    )
    watched = watched.with_columns(_touched(watched, catalogue))
    frame = LocatedHotspotFrame.validate(watched.select(LocatedHotspotFrame.column_names()))
    return Matched(frame, outside=hotspots.height - frame.height)


def _touched(watched: pl.DataFrame, catalogue: Catalogue) -> pl.Series:
    """Counties that the circle of error of each hotspot touches: an office on either side of a line hears of it."""
    lat, lon, error = (watched[name].to_numpy() for name in ("lat_deg", "lon_deg", "location_error_km"))
    counties = catalogue.county_map
    return counties.touched(lat, lon, error, counties.position_of(watched["county_gb"])).alias("touched_county_gbs")


def _in_box(catalogue: Catalogue) -> pl.Expr:
    """A box of latitude and longitude around the watch area: a global day is mostly somewhere else."""
    lines = shapely.multilinestrings([part for each in catalogue.lines.stretches for part in each.line.geoms])
    west, south, east, north = lines.bounds
    margin_deg = catalogue.extent.watch_km / _KM_PER_DEG
    widest = pl.Series([max(abs(south), abs(north)) + margin_deg]).radians().cos().item()
    in_lat = pl.col("lat_deg").is_between(south - margin_deg, north + margin_deg)
    return in_lat & pl.col("lon_deg").is_between(west - margin_deg / widest, east + margin_deg / widest)
