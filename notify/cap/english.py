"""The English of a message: what happened, where and how sure, in plain sentences from typed values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notify.alert import Alert, AlertKind, Reason
from notify.cap.message import Words
from notify.incident_facts import ON_LINE_KM

_LEVEL = {"watch": "watch ring", "notify": "notification ring", "critical": "innermost ring"}
_DANGER = {
    Reason.DANGER_RAISED: "{colour} warning proposed",
    Reason.DANGER_LOWERED: "warning lowered to {colour}",
    Reason.DANGER_REPEATED: "{colour} warning continues",
    Reason.DANGER_ENDED: "{previous} warning ended",
}
_INCIDENT = {
    Reason.INCIDENT_NEAR_BORDER: "seen near the regional line",
    Reason.INCIDENT_CLOSER: "nearer to the regional line than before",
    Reason.INCIDENT_GREW: "grown",
    Reason.INCIDENT_RAISED: "more urgent than before",
    Reason.INCIDENT_REIGNITED: "burning again after a silence",
    Reason.INCIDENT_SPREAD: "now also in the area of another joint unit",
    Reason.INCIDENT_PROJECTED: "projected to the regional line since the last text",
    Reason.INCIDENT_VERIFIED: "verified",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A suspected fire in numbers."""

    county_en: str
    neighbour_en: str
    lat_deg: float
    lon_deg: float
    location_error_km: float
    distance_to_border_km: float
    hotspots: int


def english_words(alert: Alert, *, unit_en: str, members_en: Sequence[str], spot: Spot | None) -> Words:
    """What the second block of a message says.

    Args:
        alert: the decision.
        unit_en: of the joint unit.
        members_en: counties of the unit.
        spot: of an incident; None for fire danger.
    """
    if alert.reason is Reason.INCIDENT_OVER:
        return _taken_back(alert, "Over", "The fire is out, mopped up and accepted on the ground.")
    if alert.reason is Reason.INCIDENT_NO_FIRE:
        return _taken_back(alert, "Cancelled", "Checked on the ground: no fire of concern. Nothing is to be done.")
    if alert.kind is AlertKind.CANCEL:
        return _taken_back(alert, "Cancelled", "The earlier message is withdrawn and is not to be acted on any more.")
    if alert.kind is AlertKind.CORRECT:
        return _taken_back(
            alert, "Corrected", "The earlier message was wrong in part; the Chinese text says what is right."
        )
    return _danger(alert, unit_en, members_en) if spot is None else _incident(alert, unit_en, spot)


def _danger(alert: Alert, unit_en: str, members_en: Sequence[str]) -> Words:
    said = _DANGER.get(alert.reason, "{colour}").format(colour=alert.level, previous=alert.previous_level)
    area = ", ".join(members_en)
    missing = " Some input was missing or old; the Chinese text names it." if alert.degraded else ""
    return Words(
        event="Forest fire danger",
        headline=f"Forest fire danger: {said}, {area}",
        description=f"Joint unit {unit_en} ({area}). Computed from weather by the Fire Weather Index; "
        f"each office decides and publishes its own warning.{missing}",
        instruction="Confer with the offices across the line and keep watch. Report any fire at once (12119, 119).",
    )


def _incident(alert: Alert, unit_en: str, spot: Spot) -> Words:
    verified = alert.reason is Reason.INCIDENT_VERIFIED
    fire = "Fire" if verified else "Suspected fire"
    found = "verified on the ground" if verified else "not verified on the ground"
    said = _INCIDENT.get(alert.reason, "told again")
    plural = "" if spot.hotspots == 1 else "s"
    return Words(
        event="Forest fire" if verified else "Suspected forest fire",
        headline=f"{fire} {said}: {spot.county_en}, {where_en(spot)}",
        description=f"{spot.hotspots} satellite hotspot{plural}, {found}. Nearest to the line at "
        f"{spot.lat_deg:.4f} N {spot.lon_deg:.4f} E (CGCS2000), location error about {spot.location_error_km:.1f} km; "
        f"{where_en(spot)} "
        f"({_LEVEL.get(alert.level, alert.level)}). "
        f"Joint unit {unit_en}, number {alert.event_id}. Fires under cloud are not seen.",
        instruction="Both sides are asked to check their own ground, hold crews ready and answer. "
        "Where flames are seen, attack at once and report.",
    )


def where_en(spot: Spot) -> str:
    """Where a fire stands to the line."""
    if spot.distance_to_border_km < ON_LINE_KM:
        return f"on the line to {spot.neighbour_en}"
    return f"{spot.distance_to_border_km:.1f} km from the line to {spot.neighbour_en}"


def _taken_back(alert: Alert, verb: str, sentence: str) -> Words:
    return Words(
        event="Forest fire notice corrected" if verb == "Corrected" else "Forest fire notice withdrawn",
        headline=f"{verb}: notice of {alert.event_id}",
        description=sentence,
        instruction="Compare with the office across the line before recalling anybody who is on the way.",
    )
