"""The map as GeoJSON: what never moves (line, rings, counties), and what stands now. From the store only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from boundary_zones.catalogue import Catalogue
from boundary_zones.geodesy import LocalPlane
from boundary_zones.zone import Zone
from desk.web.board.queue import LEVEL_ZH, Facts, facts_of
from desk.web.permissions import sees
from feeds.errors import FeedError
from flows.relief import Relief, relief_of
from flows.weather_near import wind_near
from flows.wiring import House
from models.incidents.incident import Doubt, Incident, IncidentState, Projection
from notify.facts import Wind
from notify.phrases import beaufort, hectares_zh, hour_minute_zh, sector_zh
from store.accounts import Account
from store.perimeters import Perimeter

RINGS_KM = (2, 5, 10)
LOOK_BACK = timedelta(days=3)
WINDS = 5
SOON_H = 0.5
WIND_KEPT = timedelta(minutes=10)
RELIEF_KEPT = timedelta(days=1)
NO_RELIEF_KEPT = timedelta(minutes=10)
"""Heights that are not known yet are asked for again."""
MOST_RELIEFS = 8
_COUNTY_DETAIL_DEG = 0.004
_LINE_DETAIL_DEG = 0.0006
_RING_DETAIL_DEG = 0.002
_HEAT = frozenset({Doubt.PERSISTENT_HEAT, Doubt.REGISTERED_HEAT})
Feature = dict[str, Any]


@lru_cache(maxsize=8)
def _base(catalogue: _Same, zone_ids: tuple[str, ...]) -> str:
    zones = [catalogue.of.zone(zone_id) for zone_id in zone_ids]
    return _collection(_base_features(catalogue.of, zones))


class _Same:
    """A catalogue as a key of a cache: it is made once and never changed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.of = catalogue

    def __hash__(self) -> int:
        return id(self.of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.of is self.of


def base_map(house: House, account: Account) -> str:
    """Counties, the line and its rings, for the joint units of an account."""
    return _base(_Same(house.catalogue), _zone_ids(house, account))


def relief_map(house: House, account: Account) -> Relief | None:
    """The relief of the joint units of an account; drawn once while the heights stay the same, kept for a day."""
    zone_ids = _zone_ids(house, account)
    now = house.clock()
    key = (id(house.elevation), zone_ids)
    kept = _reliefs.get(key)
    if kept is None or abs(now - kept[0]) > (RELIEF_KEPT if kept[1] else NO_RELIEF_KEPT):
        zones = [house.catalogue.zone(zone_id) for zone_id in zone_ids]
        kept = _reliefs[key] = (now, relief_of(house, zones, as_of=now))
        while len(_reliefs) > MOST_RELIEFS:
            del _reliefs[next(iter(_reliefs))]
    return kept[1]


_reliefs: dict[tuple[int, tuple[str, ...]], tuple[datetime, Relief | None]] = {}


def _zone_ids(house: House, account: Account) -> tuple[str, ...]:
    return tuple(zone.id for zone in house.catalogue.zones if sees(account, zone))


def _base_features(catalogue: Catalogue, zones: list[Zone]) -> Iterator[Feature]:
    members = {county.gb for zone in zones for county in zone.counties}
    for gb, county in catalogue.counties.items():
        outline = catalogue.county_map.polygon(gb).simplify(_COUNTY_DETAIL_DEG)
        yield _feature(outline, kind="county", name=county.short_zh, region=county.region_id, member=gb in members)
    for zone in zones:
        border = catalogue.border(zone.id)
        lines = shapely.union_all([stretch.line for stretch in border.stretches])
        middle = lines.centroid
        plane = LocalPlane(middle.y, middle.x)
        flat = plane.to_plane(lines)
        for ring in reversed(RINGS_KM):
            around = plane.to_lon_lat(flat.buffer(1000.0 * ring)).simplify(_RING_DETAIL_DEG)
            yield _feature(around.boundary, kind="ring", km=ring, zone=zone.id)
        yield _feature(lines.simplify(_LINE_DETAIL_DEG), kind="line", zone=zone.id, name=zone.name_zh)


def live_map(house: House, account: Account, *, now: datetime) -> str:
    """Hotspots by age, incidents, where they may run, known heat and wind, as they stand now."""
    facts = facts_of(house, account, now=now)
    return _collection(_live_features(house, facts, now))


def _live_features(house: House, facts: Facts, now: datetime) -> Iterator[Feature]:
    yield from _heat(house)
    yield from _hotspots(house, now)
    shown = [each for each in facts.incidents if each.state is not IncidentState.ENDED]
    drawn = house.products.since("incident_fan", now - LOOK_BACK, world=house.world)
    fans = {PurePosixPath(one.path).stem: house.home.products / one.path for one in reversed(drawn)}
    numbers = {number for each in shown for number in (each.incident_id, *each.merged_from)}
    outlines = house.perimeters.of(*sorted(numbers), world=house.world)
    for incident in shown:
        yield from _perimeter(outlines, incident)
        yield from _incident(facts, incident)
        yield from _fans(fans.get(incident.incident_id))
    told = sorted((each for each in shown if not each.suppressed), key=lambda each: each.least_distance_km)
    for incident in told[:WINDS]:
        wind = _wind(house, incident, now)
        if wind is not None and wind.direction_deg is not None:
            words = f"{sector_zh(wind.direction_deg)}风{beaufort(wind.speed_ms)}级"
            yield _point(
                incident.lat_deg,
                incident.lon_deg,
                kind="wind",
                toward_deg=(wind.direction_deg + 180) % 360,
                words=words,
            )


def _heat(house: House) -> Iterator[Feature]:
    for source in (*house.heat_register, *house.heat_sources.all(world=house.world)):
        yield _point(source.lat_deg, source.lon_deg, kind="heat", name=source.name_zh, radius_km=source.radius_km)


def _hotspots(house: House, now: datetime) -> Iterator[Feature]:
    known = house.hotspots.since(now - LOOK_BACK, available_by=now, world=house.world)
    doubts = {
        row["hotspot_id"]: row["doubt"]
        for row in house.judgements.since(now - LOOK_BACK, world=house.world).iter_rows(named=True)
    }
    for row in known.iter_rows(named=True):
        yield _point(
            row["lat_deg"],
            row["lon_deg"],
            kind="hotspot",
            age_h=round((now - row["acquired_utc"]) / timedelta(hours=1), 1),
            heat=doubts.get(row["hotspot_id"]) in _HEAT,
            satellite=row["satellite"],
            error_km=row["location_error_km"],
        )


def _incident(facts: Facts, incident: Incident) -> Iterator[Feature]:
    stage = facts.stage(incident.incident_id)
    yield _point(
        incident.lat_deg,
        incident.lon_deg,
        kind="incident",
        number=incident.incident_id,
        level=incident.level,
        level_zh=LEVEL_ZH.get(incident.level, incident.level),
        stage_zh=stage.name_zh,
        suppressed=incident.suppressed,
        error_km=incident.location_error_km,
        words=f"{stage.name_zh} 距界{incident.distance_to_border_km:.1f}公里",
    )
    found = incident.projection
    if found is not None and found.crossing_lat_deg is not None and found.crossing_lon_deg is not None:
        way = shapely.LineString(
            [(incident.lon_deg, incident.lat_deg), (found.crossing_lon_deg, found.crossing_lat_deg)]
        )
        yield _feature(way, kind="run", number=incident.incident_id, words=_words(found))


def _perimeter(outlines: Sequence[Perimeter], incident: Incident) -> Iterator[Feature]:
    """The outline that a person gave last, to the incident or to what was merged into it."""
    numbers = {incident.incident_id, *incident.merged_from}
    one = next((outline for outline in reversed(outlines) if outline.incident_id in numbers), None)
    if one is not None:
        words = f"火场范围{hectares_zh(one.area_ha)} {one.source} {hour_minute_zh(one.seen_utc)}"
        yield _feature(shapely.from_geojson(one.outline), kind="perimeter", number=incident.incident_id, words=words)


def _fans(path: Path | None) -> Iterator[Feature]:
    """The fans that the last projection drew, as the round kept them."""
    if path is not None and path.is_file():
        yield from json.loads(path.read_text(encoding="utf-8"))["features"]


def _words(found: Projection) -> str:
    early, late = found.arrival_h_early, found.arrival_h_late
    since = f"自{hour_minute_zh(found.projected_utc)}起"
    if early is None:
        return "24小时内到界的可能性很小"
    if late is not None and late < SOON_H:
        return f"{since}半小时内可能到界"
    return f"{since}最早{early:.1f}小时到界" if late is None else f"{since}{early:.1f}至{late:.1f}小时可能到界"


_winds: dict[tuple[int, str, float, float], tuple[datetime, Wind | None]] = {}


def _wind(house: House, incident: Incident, now: datetime) -> Wind | None:
    """Read from the archive at most every ten minutes; without weather there is no arrow."""
    key = (id(house.database), house.world, round(incident.lat_deg, 1), round(incident.lon_deg, 1))
    kept = _winds.get(key)
    if kept is not None and abs(now - kept[0]) < WIND_KEPT:
        return kept[1]
    try:
        wind = wind_near(house, incident.lat_deg, incident.lon_deg, as_of=now).wind
    except FeedError:
        wind = None
    if len(_winds) > 64:
        _winds.clear()
    _winds[key] = (now, wind)
    return wind


def _collection(features: Iterator[Feature]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False)


def _point(lat_deg: float, lon_deg: float, **properties: object) -> Feature:
    return _feature(shapely.Point(lon_deg, lat_deg), **properties)


def _feature(geometry: BaseGeometry, **properties: object) -> Feature:
    rounded = shapely.set_precision(geometry, 1e-5)
    shape: Mapping[str, Any] = json.loads(shapely.to_geojson(rounded))
    return {"type": "Feature", "geometry": shape, "properties": properties}
