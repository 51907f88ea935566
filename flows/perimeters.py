"""The outline of a burning area, given to an incident by hand: checked, kept, told where it is nearer to the line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from boundary_zones.datum import Datum, readings
from boundary_zones.geodesy import LocalPlane
from boundary_zones.perimeter import area_ha, in_wgs84, outline_of
from boundary_zones.places import locate
from flows.by_hand import order_now
from flows.errors import OrderRefused
from flows.order import FlowName, new_run_id
from flows.phone_report import Call, listed, placed, report_fire
from flows.picturing import draw_incidents
from flows.wiring import House
from models.incidents.incident import Incident
from notify.phrases import clock_zh
from store.hand_reports import HandReport
from store.perimeters import Perimeter

MOST_AWAY_KM = 10.0
"""From the edge to the hotspots of its incident: farther, and it is another fire, or another datum or number."""
MOST_HA = 100_000.0
"""Larger than the largest fire on record in the three regions by far."""
EDGE_STEP_DEG = 0.0005
"""About 50 m: so finely the edge is held against the line."""
EDGE_ERROR_KM = 0.05
NEARER_KM = 0.2
"""So much nearer to the line than its hotspots, and the edge is entered as a place of the fire by itself."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a person gives."""

    text: str
    """GeoJSON or KML."""
    seen_utc: datetime
    source: str
    """Who or what saw it: 无人机, 现场指挥部, 卫星判读."""
    by: str
    datum: Datum | None = None
    """None while nobody has asked in which datum it was drawn."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of it."""

    perimeter: Perimeter
    nearer: HandReport | None
    """The place of the edge that is nearer to the line than the hotspots, entered as a report of its own."""


def keep_perimeter(house: House, number: str, drawn: Drawn) -> Kept:
    """Keep an outline of an incident; where its edge is nearer to the line than the hotspots, enter that place too.

    Raises:
        PerimeterUnreadable: it is no outline.
        OrderRefused: the datum was not asked, it does not lie at the incident, or it was seen at a time to come.
        NotInStore: no such incident.
        AnswerUnclear: no source or nobody is named.
    """
    now = house.clock()
    incident = house.incidents.resolve(number, world=house.world)
    if drawn.seen_utc > now:
        raise OrderRefused(f"火场范围的观测时间{clock_zh(drawn.seen_utc)}还没有到")
    outline = _checked(house, incident, drawn)
    assert drawn.datum is not None
    lat, lon, edge_km = _edge(house, outline)
    one = Perimeter(
        incident_id=incident.incident_id,
        outline=shapely.to_geojson(shapely.set_precision(outline, 1e-6)),
        given=drawn.text,
        datum=drawn.datum.value,
        area_ha=area_ha(outline),
        edge_to_border_km=edge_km,
        seen_utc=drawn.seen_utc,
        entered_utc=now,
        entered_by=drawn.by,
        source=drawn.source,
        note=drawn.note,
    )
    nearer = None
    with house.database.begin():
        house.perimeters.save(one, world=house.world)
        if edge_km + NEARER_KM < incident.least_distance_km:
            nearer, _ = report_fire(house, _edge_call(drawn, lat, lon))
    _redraw(house, incident, drawn)
    return Kept(one, nearer)


def _redraw(house: House, incident: Incident, drawn: Drawn) -> None:
    """The picture with the outline on it, at once: the next one may be hours away. One that fails is logged."""
    order = order_now(house, FlowName.HOTSPOT_WATCH, reason="录入火场范围", who=drawn.by)
    draw_incidents(house, order, [incident], run_id=new_run_id(order.as_of, order.flow))


def _edge_call(drawn: Drawn, lat_deg: float, lon_deg: float) -> Call:
    """The place of the edge as a report: what is followed, levelled and told is told of it as of any fire."""
    caller = f"{drawn.source}（火场范围边缘）"
    return Call(
        lat_deg, lon_deg, drawn.seen_utc, caller, drawn.by, Datum.WGS84, error_km=EDGE_ERROR_KM, note=drawn.note
    )


def _checked(house: House, incident: Incident, drawn: Drawn) -> BaseGeometry:
    given = outline_of(drawn.text)
    middle = given.centroid
    options = listed(placed(house, readings(middle.y, middle.x)))
    if drawn.datum is None:
        raise OrderRefused(f"未说明坐标系，请问清。各坐标系读出的火场中心：\n{options}")
    outline = in_wgs84(given, drawn.datum)
    plane = LocalPlane(incident.lat_deg, incident.lon_deg)
    away_km = shapely.distance(plane.to_plane(outline), shapely.Point(0.0, 0.0)) / 1000.0
    if away_km > MOST_AWAY_KM + incident.location_error_km:
        raise OrderRefused(
            f"火场范围离{incident.incident_id}的热点{away_km:.1f}公里，请核对事件、数字和坐标系：\n{options}"
        )
    if (hectares := area_ha(outline)) > MOST_HA:
        raise OrderRefused(f"火场范围{hectares:.0f}公顷，大得不像一场火，请核对数字")
    return outline


def _edge(house: House, outline: BaseGeometry) -> tuple[float, float, float]:
    """The place of the edge that is nearest to the line, and how far that is; 0 where the outline lies over it."""
    points = shapely.get_coordinates(shapely.segmentize(outline, EDGE_STEP_DEG))
    places = locate(house.catalogue, points[:, 1], points[:, 0])
    distances = places["distance_to_border_km"].to_numpy()
    at = int(np.argmin(distances))
    over = places["region"].n_unique() > 1
    return float(points[at, 1]), float(points[at, 0]), 0.0 if over else float(distances[at])
