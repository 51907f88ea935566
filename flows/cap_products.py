"""Every decision as CAP messages under ``products/cap``: one for each region, made once, from what the ledger holds.

The ledger is read, not the round's memory: what a crash kept from being written is written by the next round.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from boundary_zones.outline import county_outlines
from boundary_zones.places import place_in_words
from boundary_zones.zone import Zone
from flows.product_files import Made, keep_product
from flows.wiring import House
from models.incidents.incident import Incident
from notify.alert import Alert, AlertKind, Reason
from notify.cap.english import Spot, english_words, where_en
from notify.cap.judge import judge
from notify.cap.message import DANGER_EVENTS, Bulletin, Place, Words, cap_document
from notify.cap.signature import CERTIFICATE_FILE
from notify.phrases import BEIJING
from notify.whole_file import write_whole
from store.products import Product

LOOK_BACK = timedelta(hours=24)
"""Alerts of this time that have no message yet get one."""
KIND = "cap"
_EVENT_ZH = {
    AlertKind.DANGER: "森林火险",
    AlertKind.INCIDENT: "疑似火情",
    AlertKind.VERIFICATION: "热点核查",
    AlertKind.CANCEL: "撤销",
    AlertKind.CORRECT: "更正",
}
_EVENT_BY_REASON_ZH = {
    Reason.INCIDENT_VERIFIED: "火情",
    Reason.INCIDENT_NO_FIRE: "误报销号",
    Reason.INCIDENT_OVER: "火情解除",
}
_INSTRUCTION_ZH = {
    AlertKind.DANGER: "商请各方会商后各自签发，加强值守，有火必报（12119、119）。",
    AlertKind.VERIFICATION: "商请属地核查并反馈；如见明火，立即扑救并按规定上报。",
    AlertKind.INCIDENT: "商请两侧各自核查界内情况并反馈；如见明火，立即扑救并按规定上报。",
    AlertKind.CANCEL: "原通报不再执行；已出动的，请与对方值班室核对后撤回。",
    AlertKind.CORRECT: "原通报作废，以更正为准。",
}
_LEAST_RADIUS_KM = 0.1


class CapInvalid(ValueError):
    """A message of ours that our own check refuses: it is not published."""


def publish_cap(house: House, *, now: datetime, run_id: str) -> tuple[Product, ...]:
    """Write the messages that are not there yet.

    Args:
        house: the world to work in; signed where it has a key.
        now: time of the round.
        run_id: stands in the catalogue of products.

    Raises:
        CapInvalid: a message would not be valid; those before it are written.
    """
    incidents: dict[str, Incident] | None = None
    made: list[Product] = []
    for alert in house.alerts.since(now - LOOK_BACK, world=house.world):
        if alert.kind not in _EVENT_ZH or alert.zone is None or alert.reason is Reason.NOTICE:
            continue
        if incidents is None:
            incidents = {each.incident_id: each for each in house.incidents.all_incidents(world=house.world)}
        for bulletin in bulletins(house, alert, incidents.get(alert.event_id)):
            path = _path(house, bulletin)
            if not house.products.entered(str(path), world=house.world):
                made.append(_published(house, bulletin, path, run_id=run_id))
    return tuple(made)


def bulletins(house: House, alert: Alert, incident: Incident | None) -> Iterator[Bulletin]:
    """What an alert says to each of its regions."""
    assert alert.zone is not None
    zone = house.catalogue.zone(alert.zone)
    former = tuple(
        one for one in house.alerts.of_event(alert.event_id, world=alert.world) if one.revision < alert.revision
    )
    place = _zone_place(house, zone) if incident is None else _incident_place(house, incident)
    english = english_words(
        alert,
        unit_en=zone.name_en,
        members_en=[county.name_en for county in zone.counties],
        spot=None if incident is None else _spot(house, incident),
    )
    event_zh = _EVENT_BY_REASON_ZH.get(alert.reason, _EVENT_ZH[alert.kind])
    chinese = Words(event_zh, alert.text_short, alert.text_long, _INSTRUCTION_ZH[alert.kind])
    for region in alert.regions:
        yield Bulletin(
            alert=alert,
            region_gb=house.catalogue.regions[region].gb,
            former=former,
            expires_utc=_expires(house, alert),
            place=place,
            chinese=chinese,
            english=english,
        )


def _expires(house: House, alert: Alert) -> datetime:
    """Danger: the end of the days that were looked at. An incident: some hours, unless it is told again."""
    rules = house.rules.cap
    decided = alert.decided_utc
    if alert.kind is AlertKind.CANCEL or alert.reason is Reason.DANGER_ENDED:
        return decided + timedelta(hours=rules.ended_valid_h)
    if not alert.event_id.startswith(DANGER_EVENTS):
        return decided + timedelta(hours=rules.incident_valid_h)
    midnight = decided.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=house.rules.danger_alert.window_d)).astimezone(decided.tzinfo)


def _zone_place(house: House, zone: Zone) -> Place:
    rings = [ring for county in zone.counties for ring in county_outlines(house.catalogue, county.gb)]
    return Place(
        area_zh="、".join(county.name_zh for county in zone.counties),
        area_en=", ".join(county.name_en for county in zone.counties),
        geocodes=tuple(county.gb for county in zone.counties),
        polygons=tuple(" ".join(f"{lat:.4f},{lon:.4f}" for lat, lon in ring) for ring in rings),
    )


def _incident_place(house: House, incident: Incident) -> Place:
    radius_km = max(incident.location_error_km, _LEAST_RADIUS_KM)
    spot = _spot(house, incident)
    codes = dict.fromkeys(gb for gb in (incident.county_gb, incident.neighbour_county_gb) if gb is not None)
    return Place(
        area_zh=place_in_words(
            house.catalogue,
            incident.county_gb,
            neighbour_county_gb=incident.neighbour_county_gb,
            distance_km=incident.distance_to_border_km,
            with_prefecture=True,
        ),
        area_en=f"{spot.county_en}, {where_en(spot)}",
        geocodes=tuple(codes),
        circles=(f"{incident.lat_deg:.4f},{incident.lon_deg:.4f} {radius_km:.1f}",),
    )


def _spot(house: House, incident: Incident) -> Spot:
    counties = house.catalogue.counties
    return Spot(
        county_en=counties[incident.county_gb].name_en if incident.county_gb is not None else "county unknown",
        neighbour_en=counties[incident.neighbour_county_gb].name_en,
        lat_deg=incident.lat_deg,
        lon_deg=incident.lon_deg,
        location_error_km=incident.location_error_km,
        distance_to_border_km=incident.distance_to_border_km,
        hotspots=incident.hotspot_count,
    )


def _path(house: House, bulletin: Bulletin) -> Path:
    return Path(KIND, house.world, f"{bulletin.alert.decided_utc:%Y%m%d}", f"{bulletin.identifier}.xml")


def _published(house: House, bulletin: Bulletin, path: Path, *, run_id: str) -> Product:
    content = cap_document(bulletin, house.rules.cap, key=house.cap_key)
    certificate = None if house.cap_key is None else house.cap_key.certificate_pem
    verdict = judge(content, certificate_pem=certificate)
    if not verdict.valid:
        raise CapInvalid(f"{bulletin.identifier}: {'; '.join(verdict.reasons)}")
    if certificate is not None:
        write_whole(house.home.products / KIND / house.world / CERTIFICATE_FILE, certificate)
    alert = bulletin.alert
    valid = (alert.decided_utc, bulletin.expires_utc)
    return keep_product(house, path, content, Made(run_id, KIND, alert.decided_utc, *valid, alert.zone, alert.degraded))
