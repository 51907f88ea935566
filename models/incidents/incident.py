"""An incident: hotspots near each other in space and time, followed as one thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class IncidentState(StrEnum):
    """Where a followed fire stands. Verification (核查) is a matter of its own and comes from a person."""

    ACTIVE = "active"
    DORMANT = "dormant"
    ENDED = "ended"


NEXT_STATES: dict[IncidentState, frozenset[IncidentState]] = {
    IncidentState.ACTIVE: frozenset({IncidentState.DORMANT}),
    IncidentState.DORMANT: frozenset({IncidentState.ACTIVE, IncidentState.ENDED}),
    IncidentState.ENDED: frozenset(),
}


def next_state(state: IncidentState, wanted: IncidentState) -> IncidentState:
    """Return ``wanted`` if it may follow ``state``.

    Raises:
        ValueError: it may not.
    """
    if wanted not in NEXT_STATES[state]:
        raise ValueError(f"an incident that is {state} cannot become {wanted}")
    return wanted


@dataclass(frozen=True, slots=True)
class Incident:
    """A tracked group of hotspots. Distances are to the line of ``zone``."""

    incident_id: str
    """``JJJ-HR-CD-2027-007``; an exercise has the prefix ``YL-`` in the place of ``JJJ-``."""
    zone: str
    state: IncidentState
    first_seen_utc: datetime
    first_available_utc: datetime
    last_seen_utc: datetime
    lat_deg: float
    """Of the hotspot nearest to the line."""
    lon_deg: float
    location_error_km: float
    hotspot_ids: frozenset[str]
    frp_mw: float | None
    """Sum over the newest pass; null when no hotspot of it carries one."""
    distance_to_border_km: float
    signed_distance_km: float
    bearing_to_border_deg: float
    region: str | None
    county_gb: int | None
    neighbour_county_gb: int
    neighbour_regions: tuple[str, ...]
    """Other regions that a hotspot lies in or has across the nearest line, in alphabetical order."""
    source_kind: str = "satellite"
    suppressed: bool = False
    reason: str = ""
    satellites: tuple[str, ...] = field(default=())

    @property
    def hotspot_count(self) -> int:
        """Number of distinct hotspots."""
        return len(self.hotspot_ids)

    @property
    def least_distance_km(self) -> float:
        """Distance to the line less the location error: 0 when the error circle touches it."""
        return max(0.0, self.distance_to_border_km - self.location_error_km)
