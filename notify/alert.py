"""An alert: a decision to tell people, with its level, its reason and its evidence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

LIVE = "live"
"""The world of real alerts. Every other world is an exercise or a replay, and its texts say so."""

SYSTEM_PREFIX = "运"
"""Of the codes of alerts to operations."""


def require_utc(instant: datetime) -> datetime:
    """Return ``instant`` if it is aware and in UTC.

    Raises:
        ValueError: it is naive, or has another offset.
    """
    if instant.utcoffset() != timedelta(0):
        raise ValueError(f"a time must be aware and in UTC, got {instant.isoformat()}")
    return instant


def alert_id_of(*, world: str, event_id: str, revision: int) -> str:
    """sha256 of world, event and revision, 32 hexadecimal digits: the same decision has the same id."""
    return hashlib.sha256(f"{world}|{event_id}|{revision}".encode()).hexdigest()[:32]


def alert_code(prefix: str, *, decided_local: datetime, number: int, exercise: bool) -> str:
    """A code short enough to be said on the phone: ``平0511-03``, in an exercise ``演平0511-03``.

    Args:
        prefix: one or two characters that name the joint unit or the service.
        decided_local: Beijing time of the decision.
        number: counts the alerts of the day with this prefix, from 1.
        exercise: an exercise has codes of its own, so that its answers never count for a real alert.

    Raises:
        ValueError: the prefix or the number would make a code that no text has room for.
    """
    if not 1 <= len(prefix) <= 2 or not 1 <= number <= 999:
        raise ValueError(f"a code is made of 1-2 characters and a number of 1-999, got {prefix!r} and {number}")
    return f"{'演' if exercise else ''}{prefix}{decided_local:%m%d}-{number:02d}"


FORMAL = "formal:"
"""Begins the event of a text that a person signed."""


class AlertKind(StrEnum):
    """What an alert is about; the closed list of interfaces."""

    DANGER = "danger"
    INCIDENT = "incident"
    VERIFICATION = "verification"
    """A request for a look (核查) at what the false-alarm filter doubts, in the place of an incident alert."""
    CANCEL = "cancel"
    CORRECT = "correction"
    REPORT = "report"
    """A report of the day: asked of an office (零报告), or summed up for those above it."""
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


class FeedLevel(StrEnum):
    """State of a feed or of a flow, the level of a system alert."""

    NONE = "none"
    OUT = "out"


class ReportLevel(StrEnum):
    """Whether an office owes an answer to a report of the day."""

    NONE = "none"
    DUE = "due"


NEVER_QUIET = (WarningColour.RED.value, WarningColour.ORANGE.value, IncidentLevel.CRITICAL.value)
"""Levels that no silence hides, and whose ladders wait for no morning."""

_SCALES = tuple(
    tuple(level.value for level in scale) for scale in (WarningColour, IncidentLevel, FeedLevel, ReportLevel)
)


def rank_of(level: str) -> int:
    """0 for none; more is worse. Levels of one kind of alert may be compared by it.

    Raises:
        ValueError: no kind of alert has this level.
    """
    for scale in _SCALES:
        if level in scale:
            return scale.index(level)
    raise ValueError(f"no kind of alert has the level {level!r}")


class Reason(StrEnum):
    """Why an alert was raised, or why it was not. A closed list; its texts: notify.*_wording."""

    DANGER_RAISED = "danger_raised"
    DANGER_LOWERED = "danger_lowered"
    DANGER_ENDED = "danger_ended"
    DANGER_REPEATED = "danger_repeated"
    INCIDENT_NEAR_BORDER = "incident_near_border"
    INCIDENT_CLOSER = "incident_closer"
    INCIDENT_GREW = "incident_grew"
    INCIDENT_RAISED = "incident_raised"
    INCIDENT_REIGNITED = "incident_reignited"
    """It was seen again after the passes of half a day saw nothing."""
    INCIDENT_SPREAD = "incident_spread"
    """It has hotspots in the area of a joint unit whose offices were not told."""
    INCIDENT_PROJECTED = "incident_projected"
    """The projection that was to follow has come, and the line may be reached."""
    """Not nearer, but more urgent: growth, danger, a key date, or a projection that reaches the line."""
    INCIDENT_VERIFIED = "incident_verified"
    """Somebody on the ground found a fire (已核实)."""
    INCIDENT_NO_FIRE = "incident_no_fire"
    """Somebody on the ground found no fire of concern (误报销号)."""
    INCIDENT_OVER = "incident_over"
    """A verified fire is out, mopped up and accepted (解除)."""
    VERIFICATION_ASKED = "verification_asked"
    INCIDENT_ENDED = "incident_ended"
    FEED_OUT = "feed_out"
    FEED_BACK = "feed_back"
    RUN_FAILED = "run_failed"
    RUN_RECOVERED = "run_recovered"
    OFFICES_UNREACHED = "offices_unreached"
    OFFICES_REACHED = "offices_reached"
    DAY_REPORT = "day_report"
    """The day is over at the cut-off, and its report is due."""
    TAKEN_BACK = "taken_back"
    PUT_RIGHT = "put_right"
    NOTICE = "notice"
    """Said by the system of itself to operations or a test group; no decision, and in no ledger."""
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
    world: str = LIVE
    expires_utc: datetime | None = None
    """After this nothing of it is sent any more: the words would no longer be true."""
    text_full: str = ""
    """The document form, in lines; empty where the long text says everything."""

    @property
    def rank(self) -> int:
        """Of its level, to compare with another alert of the same kind: 0 for none, more is worse."""
        return rank_of(self.level)


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision to tell, before it has its code and its words."""

    event_id: str
    revision: int
    kind: AlertKind
    zone: str | None
    level: str
    previous_level: str
    reason: Reason
    decided_utc: datetime
    regions: tuple[str, ...]
    degraded: bool
    evidence: tuple[str, ...] = ()
    verification: bool = False
    """The false-alarm filter doubts the source, but it is too near the line: the text asks for a look."""
    world: str = LIVE

    def __post_init__(self) -> None:
        require_utc(self.decided_utc)

    @property
    def alert_id(self) -> str:
        """Id of the alert that this becomes."""
        return alert_id_of(world=self.world, event_id=self.event_id, revision=self.revision)

    @property
    def exercise(self) -> bool:
        """Whether every text must be marked 【演练】."""
        return self.world != LIVE

    def alert(
        self,
        code: str,
        *,
        text_short: str,
        text_long: str,
        text_full: str = "",
        expires_utc: datetime | None = None,
    ) -> Alert:
        """The alert with its code, its words and its end."""
        return Alert(
            alert_id=self.alert_id,
            code=code,
            revision=self.revision,
            event_id=self.event_id,
            kind=self.kind,
            zone=self.zone,
            level=self.level,
            previous_level=self.previous_level,
            reason=self.reason,
            decided_utc=self.decided_utc,
            regions=self.regions,
            exercise=self.exercise,
            degraded=self.degraded,
            text_short=text_short,
            text_long=text_long,
            evidence=self.evidence,
            world=self.world,
            expires_utc=expires_utc,
            text_full=text_full,
        )


@dataclass(frozen=True, slots=True)
class Silence:
    """A decision not to tell, which is a decision too: it is recorded with its reason."""

    event_id: str
    zone: str | None
    level: str
    reason: Reason
    decided_utc: datetime
    note: str = ""
