"""The level of each followed incident, after its projection and before anybody is told (等级)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flows.by_hand import override_of, override_words
from flows.order import Order
from flows.projecting import ProjectedRound
from flows.standing import standing_danger
from flows.wiring import House
from models.incidents.incident import Incident, IncidentState
from notify.alert import rank_of
from notify.incident_level import Around, levelled
from notify.phrases import BEIJING
from store.overrides import OverrideKind


def level_and_keep(
    house: House, order: Order, followed: Iterable[Incident], ahead: ProjectedRound
) -> tuple[Incident, ...]:
    """Incidents with this round's projection and the level that follows from it, kept where either is new.

    Args:
        house: the world to work in.
        order: what was asked.
        followed: incidents as this round left them.
        ahead: what it projected.
    """
    grades = danger_grades(house, order)
    before = list(followed)
    after = tuple(_levelled(house, order, ahead.of(each), grades) for each in before)
    if order.send:
        _keep(house, [new for old, new in zip(before, after, strict=True) if new != old])
    return after


def _keep(house: House, levelled_anew: Iterable[Incident]) -> None:
    """Keep level and projection alone: another round may have given the incident hotspots, or ended it, meanwhile."""
    with house.incidents.alone(world=house.world):
        standing = {each.incident_id: each for each in house.incidents.open_incidents(world=house.world)}
        pairs = [(standing[each.incident_id], each) for each in levelled_anew if each.incident_id in standing]
        house.incidents.save([replace(old, **_found(new)) for old, new in pairs], world=house.world)


def _found(incident: Incident) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in ("level", "level_reasons", "projection")}


def _levelled(house: House, order: Order, incident: Incident, grades: Mapping[str, int]) -> Incident:
    """The incident with its level and the reasons for it; one that ended keeps its last."""
    if incident.state is IncidentState.ENDED:
        return incident
    key_dates = house.rules.calendar.key_dates(_local_date(order))
    around = Around(
        now=order.as_of,
        danger_grade=grade_of(incident, grades),
        key_dates_zh="、".join(day.key_date.name_zh for day in key_dates),
    )
    found = levelled(incident, around=around, rings=house.rules.incident_alert, rules=house.rules.incident_level)
    override = override_of(house, order, OverrideKind.INCIDENT, incident.incident_id)
    if override is not None and rank_of(override.level) > found.level.rank:
        return replace(incident, level=override.level, level_reasons=(*found.reasons, override_words(override)))
    return replace(incident, level=found.level.value, level_reasons=found.reasons)


def grade_of(incident: Incident, grades: Mapping[str, int]) -> int | None:
    """Today's grade of an incident: the highest of its joint units; None where nobody can say any."""
    return max((grades[zone] for zone in incident.zones if zone in grades), default=None)


def danger_grades(house: House, order: Order) -> Mapping[str, int]:
    """Today's danger grade of each joint unit; a unit that nobody can say one of has none."""
    standing = standing_danger(house)
    if standing is None or standing["stale"] or datetime.fromisoformat(standing["made_utc"]) > order.as_of:
        return {}
    today = _local_date(order).isoformat()
    return {row["zone"]: row["danger_grade"] for row in standing["zones"] if row["local_date"] == today}


def _local_date(order: Order) -> date:
    return order.as_of.astimezone(BEIJING).date()
