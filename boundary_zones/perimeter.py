"""The outline of a burning area (火场范围) that a person gives: GeoJSON or KML, in a datum, as WGS-84 with its area."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely
import shapely.geometry
from lxml import etree
from shapely.geometry.base import BaseGeometry

from boundary_zones.datum import Datum, wgs84_from
from boundary_zones.geodesy import WGS84

MOST_VERTICES = 5000
M2_PER_HA = 10_000.0
_AREAS = ("Polygon", "MultiPolygon")


class PerimeterUnreadable(ValueError):
    """What was given is no outline; the message says in Chinese what to mend."""


def outline_of(text: str) -> BaseGeometry:
    """The area of a GeoJSON or KML document as it was given: longitude before latitude, in the datum of who drew it.

    Raises:
        PerimeterUnreadable: neither of the two, no area in it, crossing lines, or latitude before longitude.
    """
    given = text.strip("\ufeff \t\r\n")
    parts = _of_kml(given) if given.startswith("<") else _of_geojson(given)
    if not parts:
        raise PerimeterUnreadable("没有面：须是 Polygon 或 MultiPolygon，点和线不是火场范围")
    outline = shapely.force_2d(shapely.union_all(parts) if all(map(shapely.is_valid, parts)) else parts[0])
    points = shapely.get_coordinates(outline)
    if len(points) > MOST_VERTICES:
        raise PerimeterUnreadable(f"有{len(points)}个折点，最多{MOST_VERTICES}个；请简化后再录")
    _refuse_impossible(points)
    if not shapely.is_valid(outline) or shapely.is_empty(outline):
        raise PerimeterUnreadable(f"边界自相交或不成面（{shapely.is_valid_reason(outline)}）；请按顺序重画")
    return outline


def in_wgs84(outline: BaseGeometry, datum: Datum) -> BaseGeometry:
    """An outline whose numbers are of a datum, in WGS-84."""

    def moved(points: np.ndarray) -> np.ndarray:
        lat, lon = wgs84_from(points[:, 1], points[:, 0], datum)
        return np.column_stack([lon, lat])

    return shapely.transform(outline, moved)


def area_ha(outline: BaseGeometry) -> float:
    """Area on the ellipsoid, in hectares."""
    area_m2, _ = WGS84.geometry_area_perimeter(shapely.orient_polygons(outline))
    return float(abs(area_m2)) / M2_PER_HA


def _of_geojson(text: str) -> list[BaseGeometry]:
    try:
        return list(map(shapely.geometry.shape, _areas(json.loads(text, parse_constant=_refuse_constant))))
    except PerimeterUnreadable:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, shapely.errors.GEOSException) as error:
        raise PerimeterUnreadable(f"既不是 GeoJSON 也不是 KML，或不完整（{error}）") from error


def _refuse_constant(name: str) -> None:
    raise PerimeterUnreadable(f"坐标里有不是数的值（{name}）")


def _areas(document: Any) -> list[Any]:
    if document["type"] == "FeatureCollection":
        return [area for feature in document["features"] for area in _areas(feature)]
    if document["type"] == "Feature":
        return _areas(document["geometry"])
    return [document] if document["type"] in _AREAS else []


def _of_kml(text: str) -> list[BaseGeometry]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text.encode(), parser)
        return [_polygon(one) for one in root.iter("{*}Polygon")]
    except PerimeterUnreadable:
        raise
    except (etree.XMLSyntaxError, ValueError, IndexError, shapely.errors.GEOSException) as error:
        raise PerimeterUnreadable(f"KML 读不懂或不完整（{error}）") from error


def _polygon(element: Any) -> BaseGeometry:
    outer = [_ring(one) for one in element.iterfind("{*}outerBoundaryIs/{*}LinearRing/{*}coordinates")]
    if len(outer) != 1:
        raise PerimeterUnreadable("KML 的 Polygon 没有外边界 outerBoundaryIs")
    return shapely.Polygon(
        outer[0], [_ring(one) for one in element.iterfind("{*}innerBoundaryIs/{*}LinearRing/{*}coordinates")]
    )


def _ring(element: Any) -> list[tuple[float, float]]:
    places = [[float(number) for number in place.split(",")] for place in (element.text or "").split()]
    if not np.isfinite([number for place in places for number in place]).all():
        raise PerimeterUnreadable("坐标里有不是数的值")
    return [(place[0], place[1]) for place in places]


def _refuse_impossible(points: np.ndarray) -> None:
    lon, lat = points.T
    if not np.isfinite(points).all():
        raise PerimeterUnreadable("坐标里有不是数的值")
    if (np.abs(lat) > 60).all() and ((lon > 15) & (lon < 60)).all():
        raise PerimeterUnreadable("经纬度像是写反了：GeoJSON 和 KML 都是先经度、后纬度")
    if (np.abs(lat) > 90).any() or (np.abs(lon) > 180).any():
        raise PerimeterUnreadable("坐标不在地球上：须是度，先经度、后纬度，不是米")
