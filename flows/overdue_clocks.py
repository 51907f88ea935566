"""Clocks that ran out (超时): steps of verification and of processes between offices that somebody is waited for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from flows.wiring import House
from models.field_check.report_due import next_report
from models.field_check.task import Step, Task, late_steps
from models.processes.clocks import queue
from notify.auditor import Problem, clock_problem, unsigned_problem
from notify.three_regions import OfficeFacts
from store.owed import Owed
from store.warning_documents import LETTER

RECEIPT_ZH = "签收"
"""In the place of a name, where the answer to an alert is the receipt of its task."""


def overdue_clocks(house: House, *, now: datetime) -> list[Problem]:
    """Every clock of an open task or case that ran out, as a problem for operations."""
    return [*_of_tasks(house, now), *_of_reports(house, now), *_of_cases(house, now), *_of_drafts(house, now)]


def with_answers(tasks: Mapping[str, Task], owed: Iterable[OfficeFacts]) -> dict[str, Task]:
    """The answer of the county's office to the alert counts as the receipt of its task."""
    answered = {
        (one.event_id, one.office): one.acknowledged_utc for one in reversed(tuple(owed)) if one.acknowledged_utc
    }
    found = {}
    for number, task in tasks.items():
        at = answered.get((number, str(task.county_gb)))
        taken = Step(RECEIPT_ZH, at) if at is not None and task.received is None else task.received
        found[number] = replace(task, received=taken)
    return found


def _of_tasks(house: House, now: datetime) -> Iterator[Problem]:
    numbers = [one.incident_id for one in house.incidents.open_incidents(world=house.world)]
    tasks = {task.incident_id: task for task in house.verification.tasks(of=numbers, world=house.world)}
    if not tasks:
        return
    since = min(task.published_utc for task in tasks.values()) - timedelta(hours=1)
    owed = Owed(house.database).offices(since=since, world=house.world)
    for task in with_answers(tasks, owed).values():
        late = [one for one in late_steps(task, house.rules.verification_clocks, now) if one.came is None]
        if late:
            about = f"{_county_zh(house, task.county_gb)}{task.incident_id}"
            yield clock_problem(f"{task.incident_id}:{late[-1].clock}", about, late[-1].clock.name_zh, late[-1].by(now))


def _of_reports(house: House, now: datetime) -> Iterator[Problem]:
    """Fire reports that are late: the county of a fire that was verified owes the next, until its 终报 is there."""
    owing = house.fire_reports.without_final(world=house.world)
    last = house.fire_reports.newest(of=owing, world=house.world)
    for number, course in house.verification.courses(of=owing, world=house.world).items():
        due = next_report(last.get(number), course, house.rules.report_clocks)
        if due is None or now <= due.due_utc:
            continue
        incident = house.incidents.load(number, world=house.world)
        if incident.merged_into is None:
            who = _county_zh(house, incident.county_gb)
            key = f"report:{number}:{due.kind}:{due.due_utc:%Y%m%dT%H%M}"
            yield clock_problem(key, f"{who}{number}", f"火情快报{due.kind.name_zh}", now - due.due_utc)


def _county_zh(house: House, county_gb: int | None) -> str:
    county = house.catalogue.counties.get(county_gb or 0)
    return county.name_zh if county is not None else "属地不明"


def _of_cases(house: House, now: datetime) -> Iterator[Problem]:
    for due in queue(house.processes.cases(world=house.world), house.rules.process_clocks, now=now):
        late = due.late_by(now)
        if late is not None:
            yield clock_problem(f"{due.case_no}:{due.state}", due.case_no, due.waits_for_zh, late)


def _of_drafts(house: House, now: datetime) -> Iterator[Problem]:
    """Formal texts that wait for a signature: at each rung of their ladder somebody higher is asked."""
    for row in house.warning_documents.waiting(at=now, world=house.world):
        waited = now - row.decided_utc
        across = row.kind == LETTER
        rung = house.rules.release.asked_now(row.colour, cross_border=across, waited=waited)
        if rung is not None:
            yield unsigned_problem(row.number, rung.whom_zh, waited)
