"""The documents of the exchange: what stands in an answer, and what a request may hold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Name = Annotated[
    str, Field(min_length=1, max_length=20, pattern=r"^[^\x00-\x1f\x7f<>]*[^\x00-\x20\x7f<>][^\x00-\x1f\x7f<>]*$")
]
Note = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Problem(BaseModel):
    """Why a request was not done."""

    detail: str


class ProjectionOut(BaseModel):
    """Where and when a fire may reach the line; hours from ``projected_utc``."""

    bearing_deg: float
    arrival_h_early: float | None
    arrival_h_late: float | None
    crossing_lat_deg: float | None
    crossing_lon_deg: float | None
    projected_utc: datetime
    arrival_probability: float | None


class IncidentOut(BaseModel):
    """A followed fire, with the fields of ``incidents.jsonl``. A suspected fire is no verified one: see ``stage``."""

    incident_id: str
    hotspot_no: str
    zone: str
    state: str
    stage: str
    stage_zh: str
    first_seen_utc: datetime
    first_available_utc: datetime
    last_seen_utc: datetime
    lat_deg: float
    lon_deg: float
    location_error_km: float
    hotspot_count: int
    frp_mw: float | None
    distance_to_border_km: float
    region: str | None
    county: str | None
    neighbour_regions: list[str]
    projection: ProjectionOut | None
    source_kind: str
    suppressed: bool
    suppressed_by: str | None
    confidence: str
    level: str
    reason: str
    merged_into: str | None
    exercise: bool


class AlertOut(BaseModel):
    """An alert as it was committed."""

    alert_id: str
    code: str
    revision: int
    event_id: str
    kind: str
    zone: str | None
    level: str
    previous_level: str
    reason: str
    decided_utc: datetime
    regions: list[str]
    exercise: bool
    degraded: bool
    text_short: str
    text_long: str
    acknowledged_utc: datetime | None
    """When the office of the token answered it; null: it has not."""


class DangerOut(BaseModel):
    """Danger of a joint unit on a day."""

    zone: str
    local_date: str
    danger_grade: int
    stale: bool
    made_utc: datetime


class SourceOut(BaseModel):
    """How old a source is: no hotspot is no news where this is not ``ok``."""

    name: str
    state: str
    words: str


class StandingOut(BaseModel):
    """What stands now."""

    now_utc: datetime
    exercise: bool
    sources: list[SourceOut]
    danger: list[DangerOut]


class AnswerIn(BaseModel):
    """An answer (签收) of the token's own office."""

    model_config = ConfigDict(extra="forbid")

    by: Name


class AnswerOut(BaseModel):
    """What an answer did."""

    code: str
    office: str
    acknowledged_utc: datetime | None


class FeedbackIn(BaseModel):
    """What was found at an incident (核查反馈)."""

    model_config = ConfigDict(extra="forbid")

    found: Annotated[str, Field(min_length=1, max_length=20)]
    """One of the eleven types by name, word or code: forest_fire, 林火, 0."""
    by: Name
    note: Note = ""


class FeedbackOut(BaseModel):
    """Where the incident stands after it."""

    incident_id: str
    result: str
    stage: str


Since = AwareDatetime
