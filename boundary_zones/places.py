"""Places: region, county and joint unit of points, and how an office says where something is."""

from __future__ import annotations

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from boundary_zones.border import RelationFrame, relation_to_lines
from boundary_zones.catalogue import Catalogue
from boundary_zones.geodesy import coordinates

UNKNOWN_PLACE_ZH = "行政区不明"
_ON_THE_LINE_KM = 0.05
_WHOLE_FROM_KM = 10.0


class PlaceFrame(RelationFrame):
    """Places of points, row by row as they were given. The border is that of ``zone``."""

    zone = dy.String()
    """The joint unit whose border is nearest, however far."""
    region = dy.String(nullable=True)
    """Null outside all known counties."""
    county_gb = dy.Int64(nullable=True)
    in_watch_area = dy.Bool()


def locate(catalogue: Catalogue, lat_deg: ArrayLike, lon_deg: ArrayLike) -> dy.DataFrame[PlaceFrame]:
    """Region, county, nearest joint unit and relation to its border for many points.

    Args:
        catalogue: of joint units.
        lat_deg: latitudes, WGS-84.
        lon_deg: longitudes, as many.

    Raises:
        ValueError: coordinates that are no place on Earth.
    """
    lat, lon = coordinates(lat_deg, lon_deg)
    position = catalogue.county_map.position(lat, lon)
    stretch, relation = relation_to_lines(catalogue.lines, catalogue.county_map, lat=lat, lon=lon, position=position)
    zones = np.array([stretch.zone.id for stretch in catalogue.lines.stretches], dtype=object)
    frame = pl.concat([relation, catalogue.county_map.names(position)], how="horizontal").with_columns(
        pl.Series("zone", zones[stretch], dtype=pl.String),
        (pl.col("distance_to_border_km") <= catalogue.extent.watch_km).alias("in_watch_area"),
    )
    return PlaceFrame.validate(frame.select(PlaceFrame.column_names()))


def county_in_words(catalogue: Catalogue, county_gb: int | None, *, with_prefecture: bool = False) -> str:
    """Full name of a county after its region: 北京市怀柔区, 河北省(承德市)丰宁满族自治县; 行政区不明 for None."""
    if county_gb is None:
        return UNKNOWN_PLACE_ZH
    county = catalogue.counties[county_gb]
    prefecture = catalogue.prefectures.get(county_gb // 100 * 100) if with_prefecture else None
    return catalogue.regions[county.region_id].name_zh + (prefecture.name_zh if prefecture else "") + county.name_zh


def distance_in_words(distance_km: float) -> str:
    """A distance as a message says it: one decimal below 10 km, whole kilometres above.

    Raises:
        ValueError: negative or not finite.
    """
    if not 0 <= distance_km < np.inf:
        raise ValueError(f"a distance is 0 or more, got {distance_km}")
    return f"{distance_km:.1f}公里" if distance_km < _WHOLE_FROM_KM - 0.05 else f"{distance_km:.0f}公里"


def border_in_words(catalogue: Catalogue, neighbour_county_gb: int, *, distance_km: float) -> str:
    """Where something stands to the border: 距丰宁界1.8公里; 位于丰宁界上 within 50 m of the line."""
    short = catalogue.counties[neighbour_county_gb].short_zh
    if distance_km < _ON_THE_LINE_KM:
        return f"位于{short}界上"
    return f"距{short}界{distance_in_words(distance_km)}"


def place_in_words(
    catalogue: Catalogue,
    county_gb: int | None,
    *,
    neighbour_county_gb: int,
    distance_km: float,
    with_prefecture: bool = False,
) -> str:
    """Place and border in one phrase: 河北省丰宁满族自治县，距怀柔界1.8公里.

    Args:
        catalogue: of joint units.
        county_gb: the county, None when it is not known.
        neighbour_county_gb: the county across the nearest stretch.
        distance_km: to the border.
        with_prefecture: name the prefecture too, as a long text does.
    """
    county = county_in_words(catalogue, county_gb, with_prefecture=with_prefecture)
    return f"{county}，{border_in_words(catalogue, neighbour_county_gb, distance_km=distance_km)}"
