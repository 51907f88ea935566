"""An alert: a decision to tell people, with its level, its reason and its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AlertKind(StrEnum):
    """What an alert is about; the closed list of interfaces."""

    DANGER = "danger"
    INCIDENT = "incident"
    CANCEL = "cancel"
    CORRECT = "correct"
    SYSTEM = "system"


class WarningColour(StrEnum):
    """Warning signal (预警信号), the level of a danger alert."""

    NONE = "none"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"

    @property
    def rank(self) -> int:
        """0 for none … 4 for red."""
        return list(WarningColour).index(self)


class IncidentLevel(StrEnum):
    """Ring that an incident has reached (关注, 通报, 紧急), the level of an incident alert."""

    NONE = "none"
    WATCH = "watch"
    NOTIFY = "notify"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for none … 3 for critical."""
        return list(IncidentLevel).index(self)


class Reason(StrEnum):
    """Why an alert was raised, or why it was not. A closed list; texts for each stand in notify.wording."""

    DANGER_RAISED = "danger_raised"
    DANGER_LOWERED = "danger_lowered"
    DANGER_ENDED = "danger_ended"
    DANGER_REPEATED = "danger_repeated"
    INCIDENT_NEAR_BORDER = "incident_near_border"
    INCIDENT_CLOSER = "incident_closer"
    INCIDENT_GREW = "incident_grew"
    INCIDENT_ENDED = "incident_ended"
    FEED_OUT = "feed_out"
    FEED_BACK = "feed_back"
    UNCHANGED = "unchanged"
    BELOW_LEVEL = "below_level"
    HELD = "held"
    """Lower now, but not long enough or not often enough to say so."""
    NO_DATA = "no_data"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Alert:
    """One decision, one revision. Rows for each recipient are the ledger's."""

    alert_id: str
    """sha256 of event, revision and world, 32 hexadecimal digits: the same decision has the same id."""
    code: str
    """Short and speakable, for answers by phone: ``平0511-03``."""
    revision: int
    event_id: str
    """Stable over revisions: ``danger:PG-JZ`` with its episode, or the incident's number."""
    kind: AlertKind
    zone: str | None
    level: str
    previous_level: str
    reason: Reason
    decided_utc: datetime
    regions: tuple[str, ...]
    exercise: bool
    degraded: bool
    text_short: str
    text_long: str
    evidence: tuple[str, ...] = field(default=())
    """Ids of hotspots, products and payloads that the decision rests on."""
    world: str = "live"


@dataclass(frozen=True, slots=True)
class Silence:
    """A decision not to tell, which is a decision too: it is recorded with its reason."""

    event_id: str
    zone: str | None
    level: str
    reason: Reason
    decided_utc: datetime
    note: str = ""
