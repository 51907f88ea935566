"""The course of a fire (时间线) with every clock: detected, verified, told, answered, responded, out. Pure.

Nothing here is remembered from a run: the same course can be made a year later from what the ledger kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from models.field_check.fire_report import FireReport, ReportClocks, ReportKind
from models.field_check.task import Clock, Task, VerificationClocks
from models.incidents.incident import Incident
from models.processes.case import Case
from models.processes.clocks import ProcessClocks, kept_clocks
from models.processes.law import FIELDS, Process
from notify.alert import Alert, Reason
from notify.escalate import EscalationRules
from notify.ledger import Delivery
from notify.phrases import duration_zh
from notify.rules import OTHER
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


def moments(course: Course) -> tuple[Moment, ...]:
    """The course line by line, in the order of time."""
    found = [*_seen(course), *_told(course), *_answered(course), *_on_the_ground(course), *_between_offices(course)]
    return tuple(sorted((one for one in found if one.at_utc <= course.ends_utc), key=lambda one: one.at_utc))


def answer_clocks(course: Course, rules: EscalationRules) -> tuple[Timed, ...]:
    """Each office and alert: from the decision to its answer."""
    return tuple(
        Timed(
            step_zh=f"签收{one.code}",
            who_zh=one.office_zh,
            since_utc=one.decided_utc,
            limit=_minutes(rules.acknowledged_within_min, one.level),
            came_utc=one.acknowledged_utc,
            basis_zh="rules/escalation.toml",
        )
        for one in course.offices
    )


def step_clocks(course: Course, clocks: Clocks) -> tuple[Timed, ...]:
    """Every other step: seeing, deciding, sending, verifying, reporting, and the processes between offices."""
    return (
        *_seeing(course),
        *_sending(course, clocks.escalation),
        *_verifying(course, clocks.verification),
        *_reporting(course, clocks.reports),
        *_processes(course, clocks.processes),
    )


def late(timed: Sequence[Timed], now: datetime) -> tuple[Timed, ...]:
    """Those that came late, or are not there and late."""
    return tuple(one for one in timed if one.standing(now) in {Standing.LATE, Standing.MISSING})


def _seeing(course: Course) -> Iterator[Timed]:
    incident = course.incident
    decided = course.alerts[0].decided_utc if course.alerts else None
    satellites = "、".join(incident.satellites) or "卫星"
    seen, had = incident.first_seen_utc, incident.first_available_utc
    yield Timed("首次观测到数据可得", satellites, seen, None, had, "卫星时延")
    yield Timed("数据可得到系统决定通报", SYSTEM_ZH, had, None, decided, "每10分钟一轮")


def _sending(course: Course, rules: EscalationRules) -> Iterator[Timed]:
    for alert in course.alerts:
        mine = [one for one in course.offices if one.alert_id == alert.alert_id]
        if not mine:
            # The end of a fire is told to those who heard of it, and nobody is owed it.
            continue
        first = [one.first_word_utc for one in mine]
        known = [at for at in first if at is not None]
        yield Timed(
            step_zh=f"{WHAT_ZH.get(alert.reason, '通报')}{alert.code}发出",
            who_zh=f"应告{len(mine)}个单位,已告{len(known)}个",
            since_utc=alert.decided_utc,
            limit=_minutes(rules.sent_within_min, alert.level),
            came_utc=max(known) if known and len(known) == len(mine) else None,
            basis_zh="rules/escalation.toml",
        )


def _verifying(course: Course, clocks: VerificationClocks) -> Iterator[Timed]:
    task = course.task
    for clock in Clock:
        came = task.step(clock) if task else None
        begun = task.published_utc if task else None
        limit = clocks.due(clock, begun) - begun if begun else None
        who = came.by if came else "属地县区"
        yield Timed(f"核查{clock.name_zh}", who, begun, limit, came.at_utc if came else None, "rules/verification.toml")


def _reporting(course: Course, clocks: ReportClocks) -> Iterator[Timed]:
    basis, verified = "rules/verification.toml", course.verified_utc
    first = next((one for one in course.reports if one.kind is ReportKind.FIRST), None)
    last = next((one for one in course.reports if one.kind is ReportKind.FINAL), None)
    limit = timedelta(minutes=clocks.written_min)
    drafted = first.drafted_utc if first else None
    yield Timed("火情快报首报起草", first.drafted_by if first else "属地县区", verified, limit, drafted, basis)
    out, limit = course.flames_out_utc, timedelta(hours=clocks.final_h)
    drafted = last.drafted_utc if last else None
    yield Timed("火情快报终报起草", last.drafted_by if last else "属地县区", out, limit, drafted, basis)


def _processes(course: Course, clocks: ProcessClocks) -> Iterator[Timed]:
    for case in course.cases:
        if case.process is Process.NOTICE:
            continue
        for kept in kept_clocks(case, clocks):
            name = f"{kept.case_no}{kept.what_zh}"
            yield Timed(name, case.said("office") or case.process.name_zh, kept.since_utc, kept.limit, kept.came_utc,
                        "rules/processes.toml")  # fmt: skip


def _seen(course: Course) -> Iterator[Moment]:
    incident = course.incident
    satellites = "、".join(incident.satellites) or "卫星"
    yield Moment(incident.first_seen_utc, "发现", f"{satellites}首次观测到热点。")
    yield Moment(incident.first_available_utc, "发现", "数据可得。")
    yield from (Moment(one.at_utc, "研判", f"{one.text}。") for one in course.changes)


def _told(course: Course) -> Iterator[Moment]:
    codes = {alert.alert_id: alert.code for alert in course.alerts}
    for alert in course.alerts:
        yield Moment(alert.decided_utc, "通报", f"{WHAT_ZH.get(alert.reason, '通报')}{alert.code}：{alert.text_short}")
        left = [one for one in course.offices if one.alert_id == alert.alert_id and one.sent_utc is not None]
        for at in sorted({one.sent_utc for one in left if one.sent_utc is not None}):
            named = "、".join(one.office_zh for one in left if one.sent_utc == at)
            yield Moment(at, "通报", f"{alert.code}发至{named}。")
    rung: dict[tuple[str, datetime, str], list[str]] = {}
    for row in course.calls:
        if row.sent_utc is not None:
            called = row.office_zh if row.for_office_zh else ""
            rung.setdefault((row.alert_id, row.sent_utc, called), []).extend(row.silent_zh)
    for (alert_id, at, called), silent in rung.items():
        whom = f"升级叫应{called}" if called else "再次叫应本单位"
        yield Moment(at, "叫应", f"{codes.get(alert_id, '')}：{'、'.join(dict.fromkeys(silent))}未见答复，{whom}。")


def _answered(course: Course) -> Iterator[Moment]:
    for one in course.offices:
        if one.acknowledged_utc is not None:
            yield Moment(one.acknowledged_utc, "签收", f"{one.office_zh}签收{one.code}。")


def _on_the_ground(course: Course) -> Iterator[Moment]:
    task = course.task
    if task is not None:
        yield Moment(task.published_utc, "核查", "核查任务下达。")
        for step, text in ((task.received, "接收核查任务"), (task.arrived, "到达现场")):
            if step is not None:
                yield Moment(step.at_utc, "核查", f"{step.by}{text}。")
    yield from (Moment(one.at_utc, "核查", f"{one.by}反馈：{one.text}。") for one in course.answers)
    yield from (Moment(one.at_utc, "处置", f"{one.text}（{one.by}）。") for one in course.stages)
    for report in course.reports:
        yield Moment(report.drafted_utc, "处置", f"火情快报{report.title_zh}起草（{report.drafted_by}）。")


def _between_offices(course: Course) -> Iterator[Moment]:
    for case in course.cases:
        if case.process is Process.NOTICE:
            continue
        for step in case.steps:
            said = "；".join(f"{label}：{step.fields[name]}" for name, label in FIELDS.items() if step.fields.get(name))
            text = f"{case.process.name_zh}{case.case_no}{step.state.name_zh}（{step.by}）"
            yield Moment(step.at_utc, "联动", f"{text}：{said}。" if said else f"{text}。")


def _minutes(table: Mapping[str, float], level: str) -> timedelta:
    return table.get(level, table[OTHER]) * MINUTE
