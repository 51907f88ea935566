"""The clocks of a fire: every step from the first look to the last report against its limit. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from models.field_check.fire_report import ReportClocks, ReportKind
from models.field_check.task import Clock, VerificationClocks
from models.processes.clocks import ProcessClocks, kept_clocks
from models.processes.law import Process
from notify.course import WHAT_ZH, Clocks, Course, Standing, Timed
from notify.escalate import EscalationRules
from notify.phrases import duration_zh
from notify.rules import OTHER

MINUTE = timedelta(minutes=1)
SYSTEM_ZH = "系统"


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


def late_in_words(tardy: Sequence[Timed], now: datetime) -> Iterator[str]:
    """What was late, with all offices of one step in one line."""
    grouped: dict[tuple[str, str], dict[str, list[str]]] = {}
    for one in tardy:
        limit = duration_zh(one.limit) if one.limit else ""
        verdict = one.verdict_zh(now).replace(Standing.MISSING.value, "未见记录")
        grouped.setdefault((one.step_zh, limit), {}).setdefault(verdict, []).append(one.who_zh)
    for (step, limit), by_verdict in grouped.items():
        said = (f"{'、'.join(who)}{'均' if len(who) > 1 else ''}{verdict}" for verdict, who in by_verdict.items())
        yield f"{step}（时限{limit}）：{'；'.join(said)}"


def _seeing(course: Course) -> Iterator[Timed]:
    incident = course.incident
    decided = course.alerts[0].decided_utc if course.alerts else None
    seen, had = incident.first_seen_utc, incident.first_available_utc
    yield Timed("首次观测到数据可得", course.first_seen_by_zh, seen, None, had, "卫星时延")
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
            who_zh=f"应告{len(mine)}个单位，已告{len(known)}个",
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


def _minutes(table: Mapping[str, float], level: str) -> timedelta:
    return table.get(level, table[OTHER]) * MINUTE
