"""Pictures of incidents as products of the round: what stands around a fire, gathered and drawn."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from boundary_zones.geodesy import LocalPlane
from flows.best_effort import attempt
from flows.ground import Surroundings, surroundings
from flows.order import Order
from flows.product_files import Made, keep_product
from flows.projecting import Projected, project
from flows.weather_near import wind_near
from flows.wiring import House
from models.frames import HotspotFrame
from models.incidents.incident import Doubt, Incident
from models.spread.ground import between_cells
from models.spread.outlook import LIMITS_ZH, Outlook
from notify.alert import IncidentLevel
from notify.arrival_words import likely_zh
from notify.incident_facts import ArrivalFacts
from notify.phrases import clock_zh, duration_zh, hectares_zh, hour_minute_zh, sector_zh
from notify.picture.incident_map import incident_map
from notify.picture.incident_picture import Fan, IncidentPicture, Spot
from store.products import Product

LOG = logging.getLogger("firewatch.picture")
PICTURE_ZH = "态势图"
LOOK_BACK = timedelta(days=3)
MOST_PICTURES = 5
"""In one round, the highest level and then the nearest to the line first: each takes a second or two."""
LEAST_HALF_KM = 4.0
BEARINGS = 72
SOON_H = 0.5


@dataclass(frozen=True)
class Pictures:
    """What was drawn, how many pictures failed, and for how many there was no time."""

    products: tuple[Product, ...]
    failed: int
    left_out: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """For the run row."""
        counted = {"pictures_failed": self.failed, "pictures_left_out": self.left_out}
        return {name: count for name, count in counted.items() if count}

    @property
    def missing(self) -> tuple[str, ...]:
        """For the run, in Chinese."""
        failed = (f"{PICTURE_ZH}{self.failed}张",) if self.failed else ()
        return (*failed, f"{PICTURE_ZH}{self.left_out}张未绘（同时火情多）") if self.left_out else failed


def draw_incidents(
    house: House,
    order: Order,
    incidents: Iterable[Incident],
    *,
    run_id: str,
    projected: Mapping[str, Projected] = MappingProxyType({}),
) -> Pictures:
    """Draw the incidents that were told in this round. A picture that fails is logged, counted and named missing.

    Args:
        house: the world to work in.
        order: what was asked.
        incidents: that an alert was committed about.
        run_id: stands in the path and in the catalogue of products.
        projected: in this round, by incident: their ground and weather are used again.
    """
    products: list[Product] = []
    failed = 0
    urgent = sorted(incidents, key=_urgency)
    for incident in urgent[:MOST_PICTURES]:
        draw = partial(_drawn, house, order, incident, run_id=run_id, ran=projected.get(incident.incident_id))
        made, done = attempt(f"draw {incident.incident_id}", draw, log=LOG)
        products += [made] if made else []
        failed += not done
    return Pictures(tuple(products), failed, left_out=len(urgent[MOST_PICTURES:]))


def _urgency(incident: Incident) -> tuple[int, float, str]:
    """Sorts the highest level first, then the nearest to the line."""
    level = IncidentLevel(incident.level) if incident.level else IncidentLevel.NONE
    return -level.rank, incident.least_distance_km, incident.incident_id


def _drawn(house: House, order: Order, incident: Incident, *, run_id: str, ran: Projected | None) -> Product:
    picture = picture_of(house, order, incident, ran)
    if picture.fans:
        _kept(house, order, incident, fans_geojson(incident, picture.fans), run_id, kind="incident_fan")
    return _kept(house, order, incident, incident_map(picture), run_id)


def picture_of(house: House, order: Order, incident: Incident, ran: Projected | None = None) -> IncidentPicture:
    """Everything that stands on the picture of one incident; ``ran`` is its projection of this round."""
    as_of = order.as_of
    projected = project(house, incident, as_of=as_of, rings=True, again=ran)
    around = projected.surroundings if projected else surroundings(house, incident, as_of=as_of)
    crossing_km = _km(projected.outlook.crossing_m) if projected else None
    half_km, middle = _frame(incident, crossing_km)
    wind = wind_near(house, incident.lat_deg, incident.lon_deg, as_of=as_of)
    outline = house.perimeters.newest(incident.incident_id, *incident.merged_from, world=house.world)
    facts = projected.facts if projected else None
    return IncidentPicture(
        title=f"疑似火情态势图 {incident.incident_id}",
        headline=_headline(house, incident, facts),
        half_km=half_km,
        middle_km=middle,
        line=_line(house, around.plane, 1.5 * half_km),
        counties=_counties(house, around.plane, 1.5 * half_km),
        spots=_spots(house, incident, around.plane, as_of=as_of, half_km=1.5 * half_km),
        footer=_footer(incident, as_of, (*around.notes, *wind.missing), wind.source),
        error_km=incident.location_error_km,
        height_m=_heights(around, half_km, middle),
        fans=_fans(projected.outlook) if projected else (),
        crossing_km=crossing_km,
        crossing_zh=f"推演越界处 {_hours(facts)}" if facts else "",
        wind=wind.wind,
        burning=_view(around.plane.to_plane(shapely.from_geojson(outline.outline)), 1.5 * half_km) if outline else None,
        burning_zh=f"火场范围{hectares_zh(outline.area_ha)}（{outline.source}）" if outline else "",
        exercise=order.exercise,
    )


def _frame(incident: Incident, crossing_km: tuple[float, float] | None) -> tuple[float, tuple[float, float]]:
    """Half the width of the picture and its middle: fire, nearest place of the line and crossing are in it."""
    apart, bearing = incident.distance_to_border_km, np.radians(incident.bearing_to_border_deg)
    nearest = (apart * np.sin(bearing), apart * np.cos(bearing))
    seen = np.array([(0.0, 0.0), nearest, *([crossing_km] if crossing_km else [])])
    low, high = seen.min(axis=0), seen.max(axis=0)
    half_km = max(LEAST_HALF_KM, 0.7 * float((high - low).max()) + 2.0)
    east, north = (low + high) / 2
    return half_km, (float(east), float(north))


def _headline(house: House, incident: Incident, facts: ArrivalFacts | None) -> str:
    counties = house.catalogue.counties
    county = counties[incident.county_gb].short_zh if incident.county_gb is not None else "县区待核"
    across = counties[incident.neighbour_county_gb].short_zh
    away = f"{incident.distance_to_border_km:.1f}±{incident.location_error_km:.1f}公里"
    stands = f"压{across}界、两侧均可能" if incident.least_distance_km <= 0 else f"距{across}界{away}"
    where = f"{county}热点{incident.hotspot_count}个，{stands}"
    if facts is None:
        return f"{where}\n缺推演：未能推算蔓延方向和到达时间"
    share = facts.probability_within[24]
    if facts.early_h is None:
        return f"{where}\n向{sector_zh(facts.along_deg)}蔓延，24小时内到界的可能性很小"
    on_one_side = facts.into_zh and incident.least_distance_km > 0
    into = f"烧入{facts.into_zh}" if on_one_side else "越界"
    return f"{where}\n向{sector_zh(facts.along_deg)}蔓延，{_hours(facts)}可能{into}（24小时内{likely_zh(share)}）"


def _hours(facts: ArrivalFacts | None) -> str:
    if facts is None or facts.early_h is None:
        return ""
    if facts.late_h is not None and facts.late_h < SOON_H:
        return "半小时内"
    if facts.late_h is None:
        return "随时" if facts.early_h < SOON_H else f"最早约{_plain(facts.early_h)}小时"
    early = "随时" if facts.early_h < SOON_H else _plain(facts.early_h)
    return f"{early}至{_plain(facts.late_h)}小时"


def _plain(hours: float) -> str:
    return f"{hours:.1f}" if hours < 10 else f"{hours:.0f}"


def _footer(incident: Incident, as_of: datetime, notes: Sequence[str], source: str) -> str:
    age = duration_zh(as_of - incident.last_seen_utc)
    seen = f"卫星观测 {clock_zh(incident.last_seen_utc)}（距今{age}）  制图 {hour_minute_zh(as_of)} 北京时间"
    weather = f"风：{source}  " if source else ""
    rest = f"{weather}{'、'.join(notes)}" if notes else weather
    return f"{seen}\n系统初判，待核查。{LIMITS_ZH}\n{rest}".rstrip()


def _line(house: House, plane: LocalPlane, half_km: float) -> BaseGeometry:
    """Every stretch within sight and beyond: rings of lines outside of the picture reach into it."""
    lines = shapely.union_all([plane.to_plane(stretch.line) for stretch in house.catalogue.lines.stretches])
    return _view(lines, half_km + 12.0)


def _counties(house: House, plane: LocalPlane, half_km: float) -> list[tuple[str, BaseGeometry]]:
    counties = house.catalogue.county_map
    placed = ((each.short_zh, counties.polygon(each.gb)) for each in counties.counties)
    seen = ((name, _view(plane.to_plane(polygon).buffer(0), 1.2 * half_km)) for name, polygon in placed)
    return [(name, polygon) for name, polygon in seen if not polygon.is_empty]


def _view(geometry: BaseGeometry, half_km: float) -> BaseGeometry:
    """What lies in the picture, in km."""
    in_km = shapely.transform(geometry, lambda points: points / 1000.0)
    return shapely.make_valid(in_km).intersection(shapely.box(-half_km, -half_km, half_km, half_km))


def _spots(house: House, incident: Incident, plane: LocalPlane, *, as_of: datetime, half_km: float) -> list[Spot]:
    known = HotspotFrame.validate(
        house.hotspots.since(as_of - LOOK_BACK, available_by=as_of, world=house.world), cast=True
    )
    doubts = house.judgements.since(as_of - LOOK_BACK, world=house.world).select("hotspot_id", "doubt")
    rows = known.join(doubts, on="hotspot_id", how="left").iter_rows(named=True)
    spots = []
    for row in rows:
        (x_m, y_m), *_ = plane.xy_m(np.array([row["lat_deg"]]), np.array([row["lon_deg"]]))
        mine = row["hotspot_id"] in incident.hotspot_ids
        age_h = (as_of - row["acquired_utc"]) / timedelta(hours=1)
        heat = not mine and str(row["doubt"]) in {Doubt.PERSISTENT_HEAT, Doubt.REGISTERED_HEAT}
        if max(abs(x_m), abs(y_m)) < 1000 * half_km:
            spots.append(Spot(float(x_m) / 1000, float(y_m) / 1000, age_h, static_heat=heat))
    return spots


def _heights(around: Surroundings, half_km: float, middle_km: tuple[float, float]) -> np.ndarray | None:
    """Heights of the picture's square, from the grid of the ground."""
    height = around.ground.height_m
    if height is None:
        return None
    steps = np.linspace(-half_km, half_km, 240) * 1000.0
    east, north = np.meshgrid(steps + 1000.0 * middle_km[0], steps + 1000.0 * middle_km[1])
    return between_cells(around.ground, height, east, north)


def _fans(found: Outlook) -> list[Fan]:
    return [Fan(hours, _reach(rings, 0.5), _reach(rings, 0.95)) for hours, rings in found.rings_m]


def _reach(rings: np.ndarray, share: float) -> np.ndarray:
    """How far the fronts of the members have come in each direction, as a ring in km."""
    bearing = np.arange(BEARINGS) * 2 * np.pi / BEARINGS
    angle = np.arctan2(rings[..., 0], rings[..., 1]) % (2 * np.pi)
    radius = np.hypot(rings[..., 0], rings[..., 1])
    order = np.argsort(angle, axis=1)
    reach = np.array(
        [
            np.interp(bearing, angles[by], radii[by], period=2 * np.pi)
            for angles, radii, by in zip(angle, radius, order, strict=True)
        ]
    )
    far = np.quantile(reach, share, axis=0) / 1000.0
    return np.column_stack([far * np.sin(bearing), far * np.cos(bearing)])


def _km(place: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if place is None else (place[0] / 1000.0, place[1] / 1000.0)


def fans_geojson(incident: Incident, fans: Sequence[Fan]) -> bytes:
    """The fans of a picture in longitude and latitude, for the map of the duty desk; the widest first."""
    plane = LocalPlane(incident.lat_deg, incident.lon_deg)
    features = []
    for fan in sorted(fans, key=lambda each: each.hours, reverse=True):
        for likely, ring_km in ((False, fan.possible), (True, fan.likely)):
            lat, lon = plane.lat_lon_deg(np.vstack([ring_km, ring_km[:1]]) * 1000.0)
            ring = [[round(float(x), 5), round(float(y), 5)] for x, y in zip(lon, lat, strict=True)]
            words = f"{fan.hours:g}小时{'可能烧到（半数推演）' if likely else '最远可能（二十分之一）'}"
            properties = {"kind": "fan", "hours": fan.hours, "likely": likely, "words": words}
            geometry = {"type": "Polygon", "coordinates": [ring]}
            features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


_ENDINGS = {"incident_map": "png", "incident_fan": "geojson"}


def _kept(
    house: House, order: Order, incident: Incident, content: bytes, run_id: str, *, kind: str = "incident_map"
) -> Product:
    name = f"{incident.incident_id}.{_ENDINGS[kind]}"
    path = Path(house.world) / f"{order.as_of:%Y%m%d}" / run_id / name
    seen = incident.last_seen_utc
    made = Made(run_id, kind, order.as_of, seen, max(order.as_of, seen), incident.zone)
    return keep_product(house, path, content, made)
