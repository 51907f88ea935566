"""The course of a fire (时间线) with every clock: detected, verified, told, answered, responded, out. Pure.

Nothing here is remembered from a run: the same course can be made a year later from what the ledger kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from models.field_check.fire_report import FireReport, ReportClocks
from models.field_check.task import Task, VerificationClocks
from models.incidents.incident import Incident
from models.processes.case import Case
from models.processes.clocks import ProcessClocks
from notify.alert import Alert, Reason
from notify.escalate import EscalationRules
from notify.ledger import Delivery
from notify.phrases import SATELLITES_ZH, duration_zh, listed
from notify.three_regions import OfficeFacts

WHAT_ZH = {
    Reason.DANGER_RAISED: "火险升高",
    Reason.DANGER_LOWERED: "火险降低",
    Reason.DANGER_REPEATED: "火险延续",
    Reason.DANGER_ENDED: "火险解除",
    Reason.INCIDENT_NEAR_BORDER: "首报",
    Reason.INCIDENT_CLOSER: "更近界线",
    Reason.INCIDENT_GREW: "续报",
    Reason.INCIDENT_RAISED: "更紧急",
    Reason.INCIDENT_REIGNITED: "复燃",
    Reason.INCIDENT_SPREAD: "烧至邻单元",
    Reason.INCIDENT_PROJECTED: "补推演",
    Reason.INCIDENT_VERIFIED: "核实",
    Reason.INCIDENT_NO_FIRE: "误报销号",
    Reason.INCIDENT_OVER: "火情解除",
    Reason.VERIFICATION_ASKED: "请核查",
    Reason.TAKEN_BACK: "撤销",
    Reason.PUT_RIGHT: "更正",
}
"""What an alert was, in a word."""
MINUTE = timedelta(minutes=1)
SYSTEM_ZH = "系统"


class Standing(StrEnum):
    """How a step stands against its clock."""

    IN_TIME = "按时"
    LATE = "迟"
    MISSING = "超时未完成"
    WAITING = "未到时限"
    NO_LIMIT = "无规定时限"
    NO_RECORD = "无记录"


@dataclass(frozen=True, slots=True)
class Timed:
    """A step with its clock."""

    step_zh: str
    who_zh: str
    since_utc: datetime | None
    """When the clock began; None while it has not."""
    limit: timedelta | None
    came_utc: datetime | None
    basis_zh: str
    """Where the limit stands."""

    @property
    def due_utc(self) -> datetime | None:
        """By when."""
        return None if self.since_utc is None or self.limit is None else self.since_utc + self.limit

    @property
    def took(self) -> timedelta | None:
        """From the beginning of the clock to the step."""
        return None if self.since_utc is None or self.came_utc is None else self.came_utc - self.since_utc

    def standing(self, now: datetime) -> Standing:
        """How it stands at ``now``; on the very minute is in time."""
        due = self.due_utc
        if due is None:
            return Standing.NO_RECORD if self.came_utc is None else Standing.NO_LIMIT
        if self.came_utc is not None:
            return Standing.LATE if self.came_utc > due else Standing.IN_TIME
        return Standing.MISSING if now > due else Standing.WAITING

    def verdict_zh(self, now: datetime) -> str:
        """按时, 迟12分钟, 超时未完成（已超3小时）."""
        standing, due = self.standing(now), self.due_utc
        if due is not None and standing is Standing.LATE and self.came_utc is not None:
            return f"迟{duration_zh(self.came_utc - due)}"
        if due is not None and standing is Standing.MISSING:
            return f"{standing.value}（已超{duration_zh(now - due)}）"
        return standing.value


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the course."""

    at_utc: datetime
    stage_zh: str
    """发现, 研判, 通报, 叫应, 签收, 核查, 处置, 流程."""
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said, and when."""

    at_utc: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Clocks:
    """All clocks of the house that run on a fire."""

    escalation: EscalationRules
    verification: VerificationClocks
    reports: ReportClocks
    processes: ProcessClocks


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that is known of one fire, as it was kept."""

    incident: Incident
    alerts: tuple[Alert, ...]
    offices: tuple[OfficeFacts, ...]
    """Every office that was owed each alert."""
    calls: tuple[Delivery, ...]
    """Steps of the ladder that left."""
    ends_utc: datetime
    """Up to when it is told: now, or the end of an exercise."""
    task: Task | None = None
    answers: tuple[Said, ...] = ()
    stages: tuple[Said, ...] = ()
    verified_utc: datetime | None = None
    flames_out_utc: datetime | None = None
    closed_utc: datetime | None = None
    reports: tuple[FireReport, ...] = ()
    cases: tuple[Case, ...] = ()
    changes: tuple[Said, ...] = field(default=())
    """What rounds and people did to the incident."""
    first_satellites: tuple[str, ...] = ()
    """Those that saw it first; others may have seen it later."""

    @property
    def first_seen_by_zh(self) -> str:
        """葵花8号; 卫星 where nobody knows which."""
        return listed([SATELLITES_ZH.get(name, name) for name in self.first_satellites]) or "卫星"
