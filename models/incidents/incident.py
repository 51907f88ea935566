"""An incident: hotspots near each other in space and time, followed as one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class IncidentState(StrEnum):
    """Where a followed fire stands. Verification (核查) is a matter of its own and comes from a person."""

    ACTIVE = "active"
    DORMANT = "dormant"
    ENDED = "ended"

    @property
    def name_zh(self) -> str:
        """跟踪中, 转静, 已结束."""
        return _STATES_ZH[self]


_STATES_ZH = {IncidentState.ACTIVE: "跟踪中", IncidentState.DORMANT: "转静", IncidentState.ENDED: "已结束"}


class SourceKind(StrEnum):
    """What the hotspots of an incident are taken for."""

    SATELLITE = "satellite"
    """Nothing known speaks against a fire."""
    STATIC_HEAT = "static_heat"
    """常年热源: heat that is always there, within its own extent and radiative power."""


class Confidence(StrEnum):
    """How sure it is that something burns (置信度 高, 中, 低)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def name_zh(self) -> str:
        """高, 中, 低."""
        return _CONFIDENCES_ZH[self]


_CONFIDENCES_ZH = {Confidence.HIGH: "高", Confidence.MEDIUM: "中", Confidence.LOW: "低"}


class Doubt(StrEnum):
    """Why a hotspot, or a whole incident, is held back; the closed list of the suppressed."""

    PERSISTENT_HEAT = "persistent_heat"
    """Seen there again and again: learned from the archive."""
    REGISTERED_HEAT = "registered_heat"
    """Stands in a register of known heat."""
    SUN_GLINT = "sun_glint"
    LOW_CONFIDENCE = "low_confidence"
    CROPLAND_SEASON = "cropland_season"


# Active to ended without a silence: merged into another, or closed by a person.
NEXT_STATES: dict[IncidentState, frozenset[IncidentState]] = {
    IncidentState.ACTIVE: frozenset({IncidentState.DORMANT, IncidentState.ENDED}),
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
class Telling:
    """What a text says of a projection beside the hours: kept with it, so that no text has to project anew."""

    probability_within: Mapping[int, float]
    """By hours: 6, 12, 24."""
    into_region: str | None
    """That it would burn into (烧入); null when nobody can say."""
    rate_m_min: float
    intensity_kw_m: float
    second_rate_m_min: float | None
    """By Wang Zhengfei and Mao."""
    disagrees: bool
    """The two rates lie more than three times apart."""
    notes: tuple[str, ...]
    """What it rests on less than it should, in Chinese."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Where and when an incident may reach the line.

    Hours count from ``projected_utc``, the decision that the projection was made for, in the store, in files and in
    texts alike: 0 says that it may have happened since the fire was last seen.

    Raises:
        ValueError: the earliest arrival is after the latest, or a probability outside 0…1.
    """

    bearing_deg: float
    """Toward which it runs."""
    arrival_h_early: float | None
    """Null when fewer than one member of the ensemble in twenty arrives within the horizon."""
    arrival_h_late: float | None
    """Null when more than one in twenty does not."""
    crossing_lat_deg: float | None
    crossing_lon_deg: float | None
    projected_utc: datetime
    arrival_probability: float | None = None
    """Share of the members that reach the line within the horizon."""
    hotspots: int = 0
    """How many hotspots the incident had then: with more, or fewer, it is due again."""
    telling: Telling | None = None
    """What a text says of it beside the hours; null in one that was kept before there was any."""

    def __post_init__(self) -> None:
        early, late = self.arrival_h_early, self.arrival_h_late
        if early is not None and late is not None and late < early:
            raise ValueError(f"arrival_h_late {late} is before arrival_h_early {early}")
        if self.arrival_probability is not None and not 0 <= self.arrival_probability <= 1:
            raise ValueError(f"arrival_probability must lie in 0…1, got {self.arrival_probability}")
        if self.projected_utc.utcoffset() is None:
            raise ValueError(f"projected_utc must be aware, got {self.projected_utc.isoformat()}")

    def early_h_from(self, now: datetime) -> float | None:
        """Hours from ``now`` to the earliest arrival; 0 when they have passed."""
        return self._from(now, self.arrival_h_early)

    def late_h_from(self, now: datetime) -> float | None:
        """Hours from ``now`` to the latest arrival; 0 when they have passed."""
        return self._from(now, self.arrival_h_late)

    def _from(self, now: datetime, hours: float | None) -> float | None:
        return None if hours is None else max(0.0, hours - (now - self.projected_utc) / timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Incident:
    """A tracked group of hotspots. Distances are to the nearest line of any joint unit."""

    incident_id: str
    """``JJJ-HR-CD-2027-007``; an exercise has the prefix ``YL-`` in the place of ``JJJ-``."""
    zone: str
    """The joint unit of its number: that of its hotspot nearest to a line when it began. It stays."""
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
    source_kind: SourceKind = SourceKind.SATELLITE
    suppressed: bool = False
    reason: str = ""
    """Why its confidence is what it is, or why it is held back: one Chinese sentence."""
    satellites: tuple[str, ...] = field(default=())
    hotspot_no: str = ""
    """``RD-110116-20270410-03``: of the first hotspot; later passes attach to it (热点编号)."""
    confidence: Confidence = Confidence.MEDIUM
    suppressed_by: Doubt | None = None
    looks: int = 1
    """Passes that saw it, at least."""
    most_pixels: int = 1
    """Most hotspots of one pass."""
    county_gbs: tuple[int, ...] = ()
    """Counties that the circle of a hotspot touches, by code; empty where none is known."""
    level: str = ""
    """The ring or step that ``notify.incident_level`` gives it; empty before the first decision."""
    level_reasons: tuple[str, ...] = ()
    projection: Projection | None = None
    merged_into: str | None = None
    """The incident that it became a part of. Its own number stays and leads there."""
    merged_from: tuple[str, ...] = ()
    """Incidents that became a part of this one, in order."""
    split_from: str | None = None
    """The incident that it was a part of."""
    other_zones: tuple[str, ...] = ()
    """Other joint units in whose area a hotspot of it lies or lay, in alphabetical order: they hear of it too."""

    @property
    def hotspot_count(self) -> int:
        """Number of distinct hotspots."""
        return len(self.hotspot_ids)

    @property
    def zones(self) -> tuple[str, ...]:
        """Every joint unit that it concerns, that of its number first."""
        return (self.zone, *self.other_zones)

    @property
    def is_projected(self) -> bool:
        """Whether its projection was made from all the hotspots that it has now."""
        return self.projection is not None and self.projection.hotspots == self.hotspot_count

    @property
    def least_distance_km(self) -> float:
        """Distance to the line less the location error: 0 when the error circle touches it."""
        return max(0.0, self.distance_to_border_km - self.location_error_km)
