"""What a platform may see of the store: the joint units that its region is a member of, and no person's number."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from desk.documents import incident_document
from desk.web.board.top import Source, sources_of
from desk.web.exchange.shapes import AlertOut, DangerOut, IncidentOut, SourceOut, StandingOut
from flows.standing import standing_danger
from flows.wiring import House
from models.field_check.stage import Stage
from models.incidents.incident import Incident
from notify.alert import LIVE, Alert
from store.errors import NotInStore
from store.products import Product

KEPT_FOR = timedelta(days=30)
FEED_OF = timedelta(days=7)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def zones_of(house: House, region: str) -> frozenset[str]:
    """Joint units that a region is a member of."""
    return frozenset(zone.id for zone in house.catalogue.zones if region in zone.region_ids)


def incidents_for(house: House, region: str, *, since: datetime) -> list[IncidentOut]:
    """Incidents of a region's joint units that were seen since an instant, newest first; the suppressed ones too."""
    zones = zones_of(house, region)
    stages = house.verification.newest_stages(world=house.world)
    found = [
        each
        for each in house.incidents.all_incidents(world=house.world)
        if zones & set(each.zones) and each.last_seen_utc >= since
    ]
    newest = sorted(found, key=lambda each: each.last_seen_utc, reverse=True)
    return [
        _incident(house, each, stages[each.incident_id].stage if each.incident_id in stages else Stage.SUSPECTED)
        for each in newest
    ]


def incident_for(house: House, region: str, number: str) -> Incident:
    """One incident.

    Raises:
        NotInStore: no such number, or none of this region's: which of the two is not told.
    """
    found = house.incidents.resolve(number, world=house.world)
    if not zones_of(house, region) & set(found.zones):
        raise NotInStore(f"no incident {number!r}")
    return found


def incident_out(house: House, incident: Incident) -> IncidentOut:
    """One incident as a document."""
    return _incident(house, incident, house.verification.stage(incident.incident_id, world=house.world))


def _incident(house: House, incident: Incident, stage: Stage) -> IncidentOut:
    said = incident_document(incident, house.catalogue)
    more = {"stage": stage.value, "stage_zh": stage.name_zh, "exercise": house.world != LIVE}
    return IncidentOut.model_validate(
        {name: value for name, value in (said | more).items() if name in IncidentOut.model_fields}
    )


def alerts_for(house: House, region: str, office: str, *, since: datetime) -> list[AlertOut]:
    """Alerts of a region's joint units since an instant, newest first."""
    zones = zones_of(house, region)
    found = [alert for alert in house.alerts.since(since, world=house.world) if _concerns(house, alert, zones)]
    return [alert_out(house, alert, region, office) for alert in reversed(found)]


def alert_for(house: House, region: str, code: str) -> Alert:
    """One alert.

    Raises:
        NotInStore: no such code, or none of this region's.
    """
    found = house.alerts.with_code(code, world=house.world)
    if not _concerns(house, found, zones_of(house, region)):
        raise NotInStore(f"no alert {code!r}")
    return found


def _concerns(house: House, alert: Alert, zones: frozenset[str]) -> bool:
    """Whether an alert is about one of these joint units; one about a fire on a divide is about both of its units."""
    return alert.zone in zones or bool(zones & set(house.incidents.zones_of_event(alert.event_id, world=house.world)))


def alert_out(house: House, alert: Alert, region: str, office: str) -> AlertOut:
    """One alert as a document."""
    answered = house.alerts.answered_at(alert.alert_id, region, office)
    said = {name: getattr(alert, name) for name in AlertOut.model_fields if name != "acknowledged_utc"}
    return AlertOut.model_validate(said | {"regions": list(alert.regions), "acknowledged_utc": answered})


def standing_for(house: House, region: str, *, now: datetime) -> StandingOut:
    """Danger, and how old every source is."""
    zones = zones_of(house, region)
    summary = standing_danger(house)
    rows = [] if summary is None else [row for row in summary["zones"] if row["zone"] in zones]
    danger = [
        DangerOut(
            zone=row["zone"],
            local_date=row["local_date"],
            danger_grade=row["danger_grade"],
            stale=bool(summary and summary["stale"]),
            made_utc=summary["made_utc"] if summary else now,
        )
        for row in rows
    ]
    sources = [_source(each) for each in sources_of(house, now=now)]
    return StandingOut(now_utc=now, exercise=house.world != LIVE, sources=sources, danger=danger)


def _source(one: Source) -> SourceOut:
    return SourceOut(name=one.name_zh, state=one.state, words=one.words_zh)


def cap_products(house: House, region: str, *, now: datetime) -> list[Product]:
    """CAP messages of the last days."""
    zones = zones_of(house, region)
    return [one for one in house.products.since("cap", now - FEED_OF, world=house.world) if one.zone in zones]


def cap_message(house: House, region: str, identifier: str) -> bytes:
    """One message, as it was signed.

    Raises:
        NotInStore: no such message of this region's.
    """
    product = house.products.newest_named("cap", f"{identifier}.xml", world=house.world)
    path = house.home.products / product.path if product is not None else None
    if product is None or path is None or product.zone not in zones_of(house, region) or not path.is_file():
        raise NotInStore(f"no CAP message {identifier!r}")
    return path.read_bytes()


def as_geojson(found: Iterable[IncidentOut]) -> str:
    """Incidents as points."""
    features = [
        {
            "type": "Feature",
            "id": one.incident_id,
            "geometry": {"type": "Point", "coordinates": [one.lon_deg, one.lat_deg]},
            "properties": one.model_dump(mode="json", exclude={"lat_deg", "lon_deg"}),
        }
        for one in found
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def as_csv(found: Sequence[IncidentOut]) -> str:
    """Incidents as a table; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    names = [name for name in IncidentOut.model_fields if name != "projection"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for one in found:
        said = one.model_dump(mode="json")
        writer.writerow(list(_cells(said[name] for name in names)))
    return "\ufeff" + out.getvalue()


def _cells(values: Iterable[Any]) -> Iterator[object]:
    for value in values:
        if isinstance(value, list):
            yield "、".join(str(item) for item in value)
        elif isinstance(value, str) and value.startswith(_FORMULA):
            yield f"'{value}"
        else:
            yield "" if value is None else value
