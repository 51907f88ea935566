"""The place of a hotspot is put right by a person: the old one is kept, and both sides hear where the fire is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from boundary_zones.datum import Datum
from flows.by_hand import order_now
from flows.carry_out import carry_out
from flows.errors import OrderRefused
from flows.order import FlowName
from flows.phone_report import Call, checked
from flows.taking_back import TakenBack, correct
from flows.wiring import House
from models.incidents.fold import OF_NEAREST, fragment
from models.incidents.incident import Incident
from models.incidents.judge import with_judgements
from models.incidents.match import located
from notify.alert import AlertKind
from store.hotspot_corrections import PlaceCorrection

WRONG_ZH = "位置有误"
TOLD_KM = 0.1
"""Texts say distances to this: less is no other conclusion."""


@dataclass(frozen=True, slots=True)
class RightPlace:
    """Where a hotspot really is, as a person gives it."""

    lat_deg: float
    lon_deg: float
    reason: str
    by: str
    datum: Datum | None = None
    """None while nobody has asked in which datum the numbers are."""
    error_km: float = 0.5


@dataclass(frozen=True, slots=True)
class PutRight:
    """What came of it."""

    correction: PlaceCorrection
    incident: Incident
    """That the hotspot belongs to now."""
    codes: tuple[str, ...]
    """Of what the round told that followed at once."""
    told: TakenBack | None
    """The 更正; None where nobody had been told, or the conclusion is the same."""


def put_place_right(house: House, number: str, hotspot_id: str, place: RightPlace) -> PutRight:
    """Keep where a hotspot of an incident really is, look again at once, and tell who had been told otherwise.

    Raises:
        NotInStore: no such incident.
        OrderRefused: no such hotspot in it, or a place that cannot be; the message says what each datum would give.
        AnswerUnclear: nobody or no reason is named.
    """
    before = house.incidents.resolve(number, world=house.world)
    if hotspot_id not in before.hotspot_ids:
        raise OrderRefused(f"{before.incident_id}里没有热点{hotspot_id}")
    with house.incidents.alone(world=house.world):
        correction = _kept(house, before, hotspot_id, place)
        _moved(house, before)
    codes = _looked_again(house, correction)
    after = _now(house, before, hotspot_id)
    return PutRight(correction, after, codes, _told(house, before, after, by=place.by))


def _kept(house: House, incident: Incident, hotspot_id: str, place: RightPlace) -> PlaceCorrection:
    [row] = house.hotspots.among([hotspot_id], since=incident.first_seen_utc, world=house.world).to_dicts()
    now = house.clock()
    call = Call(place.lat_deg, place.lon_deg, row["acquired_utc"], "改正坐标", place.by, place.datum)
    found = checked(house, call)
    assert place.datum is not None
    correction = PlaceCorrection(
        hotspot_id=hotspot_id,
        former_lat_deg=row["lat_deg"],
        former_lon_deg=row["lon_deg"],
        lat_deg=found.reading.lat_deg,
        lon_deg=found.reading.lon_deg,
        location_error_km=place.error_km,
        given_lat_deg=place.lat_deg,
        given_lon_deg=place.lon_deg,
        datum=place.datum.value,
        corrected_utc=now,
        corrected_by=place.by,
        reason=place.reason,
    )
    house.place_corrections.save(correction, world=house.world)
    return correction


def _moved(house: House, incident: Incident) -> None:
    """The incident where its hotspots lie now: following keeps the nearest place that it ever had.

    Its number and unit stay as they were told; another unit that it lies in is named beside.
    """
    since = incident.first_seen_utc
    mine = house.hotspots.among(incident.hotspot_ids, since=since, world=house.world)
    rows = with_judgements(located(mine, house.catalogue).hotspots, house.judgements.since(since, world=house.world))
    fresh = fragment(incident.incident_id, rows)
    units = {*fresh.zones} - {incident.zone}
    parts = {name: getattr(fresh, name) for name in (*OF_NEAREST, "neighbour_regions", "county_gbs")}
    house.incidents.save(
        [replace(incident, **parts, other_zones=tuple(sorted(units)), projection=None)], world=house.world
    )


def _looked_again(house: House, correction: PlaceCorrection) -> tuple[str, ...]:
    reason, who = f"改正热点坐标：{correction.reason}", correction.corrected_by
    order = order_now(house, FlowName.HOTSPOT_WATCH, reason=reason, who=who)
    return carry_out(house, replace(order, as_of=max(order.as_of, correction.corrected_utc))).outcome.alerts


def _now(house: House, before: Incident, hotspot_id: str) -> Incident:
    standing = house.incidents.open_incidents(world=house.world)
    found = next((each for each in standing if hotspot_id in each.hotspot_ids), None)
    return found or house.incidents.resolve(before.incident_id, world=house.world)


def _told(house: House, before: Incident, after: Incident, *, by: str) -> TakenBack | None:
    """The 更正 under the event that was told, where what it said is another thing now."""
    told = house.alerts.of_event(before.incident_id, world=house.world)
    if not told or told[-1].kind is AlertKind.CANCEL or _conclusion(before) == _conclusion(after):
        return None
    now = max(house.clock(), told[-1].decided_utc)
    return correct(house, told[-1].code, wrong_zh=WRONG_ZH, right_zh=right_zh(house, after), by=by, now=now)


def _conclusion(incident: Incident) -> tuple[object, ...]:
    """What a text says of the place."""
    return (
        incident.county_gb,
        incident.neighbour_county_gb,
        incident.least_distance_km <= 0,
        round(incident.distance_to_border_km / TOLD_KM),
    )


def right_zh(house: House, incident: Incident) -> str:
    """Where a fire really is, as a correction says it: 应为平谷，距蓟州界3.1公里."""
    counties = house.catalogue.counties
    county = counties[incident.county_gb].short_zh if incident.county_gb is not None else "县区待核"
    across = counties[incident.neighbour_county_gb].short_zh
    where = (
        f"压{across}界" if incident.least_distance_km <= 0 else f"距{across}界{incident.distance_to_border_km:.1f}公里"
    )
    return f"应为{county}，{where}"
