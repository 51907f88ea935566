"""The course of a fire line by line, as a review tells it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from models.processes.law import FIELDS, TIMES, Process
from notify.course import WHAT_ZH, Course, Moment
from notify.phrases import clock_zh


def moments(course: Course) -> tuple[Moment, ...]:
    """The course line by line, in the order of time."""
    found = [*_seen(course), *_told(course), *_answered(course), *_on_the_ground(course), *_between_offices(course)]
    return tuple(sorted((one for one in found if one.at_utc <= course.ends_utc), key=lambda one: one.at_utc))


def _seen(course: Course) -> Iterator[Moment]:
    incident = course.incident
    yield Moment(incident.first_seen_utc, "发现", f"{course.first_seen_by_zh}首次观测到热点。")
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
            said = "；".join(
                f"{label}：{said_zh(name, step.fields[name])}"
                for name, label in FIELDS.items()
                if step.fields.get(name)
            )
            text = f"{case.process.name_zh}{case.case_no}{step.state.name_zh}（{step.by}）"
            yield Moment(step.at_utc, "联动", f"{text}：{said}。" if said else f"{text}。")


def said_zh(name: str, said: str) -> str:
    """What stands in a field of a form, with an instant as an office writes it."""
    if name not in TIMES:
        return said
    try:
        return clock_zh(datetime.fromisoformat(said))
    except ValueError:
        # A person may have written the time in words.
        return said
