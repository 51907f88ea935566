"""Alerts, incidents, rows and rules for the tests of this floor."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from boundary_zones.contacts import Recipient, RecipientRole
from models.incidents.incident import Incident, IncidentState
from notify.alert import Alert, AlertKind, Draft, IncidentLevel, Reason, Silence, WarningColour
from notify.decide_danger import DangerDay
from notify.decision import Decision, Scope
from notify.obligations import obligations
from notify.rules import DangerAlertRules, DispatchRules, FeedAlertRules, IncidentAlertRules

_M = TypeVar("_M")
MORNING = datetime(2027, 4, 10, 7, 7, tzinfo=UTC)
"""10 April 2027, 15:07 in Beijing."""
TODAY = date(2027, 4, 10)
REGIONS = ("beijing", "tianjin", "hebei")
SCOPE = Scope(zone="HR-CD", regions=REGIONS)
DRILL = replace(SCOPE, world="exercise-2027-04")

DANGER = DangerAlertRules(
    colour_by_grade=tuple(WarningColour),
    min_told_colour=WarningColour.ORANGE,
    window_d=2,
    lower_when_degraded=True,
    lower_after_runs=2,
    min_hold_h=6.0,
    repeat_after_h=(24.0, 24.0, 24.0, 6.0),
)
INCIDENT = IncidentAlertRules(
    watch_km=10.0,
    notify_km=5.0,
    critical_km=2.0,
    min_told_level=IncidentLevel.NOTIFY,
    growth_hotspots=3,
    growth_interval_min=30.0,
)
FEED = FeedAlertRules(out_after_rounds=3, asked_within_h=72.0)
DISPATCH = DispatchRules(
    batch=100,
    lease_s=120.0,
    send_deadline_s=15.0,
    workers={"webhook": 8, "other": 2},
    max_attempts={"other": 3, "inbox": 5},
    backoff_base_s={"other": 4.0},
    backoff_cap_s={"other": 60.0},
    retry_after_cap_s=120.0,
    keyed_channels=("inbox", "webhook"),
    doubtful_resends=1,
    failover_after={"other": 2},
    look_ups_most=2,
    expires_after_h={"other": 48.0},
)


def drafted(decision: Decision[_M]) -> Draft:
    """What a decision tells; it must tell something."""
    assert isinstance(decision.outcome, Draft)
    return decision.outcome


def silent(decision: Decision[_M]) -> Silence:
    """The silence of a decision; it must tell nothing."""
    assert isinstance(decision.outcome, Silence)
    return decision.outcome


def hours(count: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=count)


def day(grade: int | None, lead_d: int = 0, **facts: Any) -> DangerDay:
    """A danger row of the zone."""
    return DangerDay(zone="HR-CD", local_date=TODAY + timedelta(days=lead_d), danger_grade=grade, **facts)


def incident(distance_km: float = 4.0, error_km: float = 0.4, *, count: int = 3, **facts: Any) -> Incident:
    """An incident near the line of HR-CD."""
    made: dict[str, Any] = {
        "incident_id": "JJJ-HR-CD-2027-007",
        "zone": "HR-CD",
        "state": IncidentState.ACTIVE,
        "first_seen_utc": MORNING - hours(1),
        "first_available_utc": MORNING,
        "last_seen_utc": MORNING - hours(1),
        "lat_deg": 41.0135,
        "lon_deg": 116.4812,
        "location_error_km": error_km,
        "hotspot_ids": frozenset(f"h{number}" for number in range(count)),
        "frp_mw": 12.5,
        "distance_to_border_km": distance_km,
        "signed_distance_km": distance_km,
        "bearing_to_border_deg": 330.0,
        "region": "beijing",
        "county_gb": 110116,
        "neighbour_county_gb": 130826,
        "neighbour_regions": ("hebei",),
    }
    return Incident(**made | facts)


def alert(event_id: str = "JJJ-HR-CD-2027-007", *, revision: int = 1, **facts: Any) -> Alert:
    """A committed alert."""
    draft = Draft(
        event_id=event_id,
        revision=revision,
        kind=AlertKind.INCIDENT,
        zone="HR-CD",
        level=IncidentLevel.NOTIFY,
        previous_level=IncidentLevel.NONE,
        reason=Reason.INCIDENT_NEAR_BORDER,
        decided_utc=MORNING,
        regions=facts.pop("regions", REGIONS),
        degraded=False,
        evidence=("h0", "h1", "h2"),
        world=facts.pop("world", "live"),
    )
    made = draft.alert(
        "怀0410-01", text_short="【森防通报】疑似火情：怀柔。回1。", text_long="【森防通报】火情通报。回1。"
    )
    return replace(made, **facts)


def recipient(region: str, office: str, channel: str = "inbox", address: str = "") -> Recipient:
    """A duty room."""
    return Recipient(
        region=region,
        office=office,
        office_zh=f"{office}森防办",
        role=RecipientRole.COUNTY_DUTY,
        channel=channel,
        address=address or f"inbox://{region}/{office}",
    )


OFFICES = (
    recipient("beijing", "110116"),
    recipient("tianjin", "tianjin-desk"),
    recipient("hebei", "130826"),
    recipient("hebei", "130824"),
)
ROWS = obligations(alert(), OFFICES)
