"""From an answer to everything that follows: task, stage, incident, and the report or proposal that it opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from flows.fire_reporting import open_report
from flows.heat_proposing import propose_heat
from flows.overdue_clocks import with_answers
from flows.wiring import House
from models.field_check.feedback import FeedbackDetail, FeedbackType
from models.field_check.fire_report import FireReport
from models.field_check.stage import Stage, next_stage, stage_after
from models.field_check.task import Step, Task, answered, arrived, cancelled, expired, received, refused
from models.incidents.event import Change, IncidentEvent
from models.incidents.incident import Incident, IncidentState
from models.incidents.incident import next_state as next_incident_state
from notify.alert import LIVE, Alert, AlertKind
from notify.duty_facts import ClosedFacts
from notify.duty_wording import closed_texts
from notify.texts import Envelope, Texts
from store.audit import AuditAction, Deed
from store.errors import AnswerUnclear, StoreConflict
from store.heat_proposals import HeatProposal
from store.owed import Owed
from store.verification import Feedback, StageRow


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of an answer."""

    incident: Incident
    task: Task
    stage: Stage
    report: FireReport | None = None
    """The fire report that the answer opened."""
    proposal: HeatProposal | None = None
    closed_texts: Texts | None = None
    """Ready to copy: the incident was closed as no fire."""


def publish_tasks(
    house: House, incidents: Iterable[Incident], alerts: Iterable[Alert | None], *, now: datetime
) -> None:
    """Publish the verification of every incident that was told, once: the clocks run from here.

    Args:
        house: the world to work in.
        incidents: of the round.
        alerts: that the round committed.
        now: of publication.
    """
    kinds = {AlertKind.INCIDENT, AlertKind.VERIFICATION}
    told = {alert.event_id for alert in alerts if alert is not None and alert.kind in kinds}
    for incident in incidents:
        if incident.incident_id in told:
            house.verification.publish(Task(incident.incident_id, incident.county_gb, now), world=house.world)


def verify(house: House, number: str, found: tuple[FeedbackType, FeedbackDetail | None], *, said: Feedback) -> Verified:
    """Record what was found at an incident, and do what follows from it.

    A late answer is taken, and counted as late. A fire opens the fire report; 工矿用火 proposes known heat to a
    reviewer; a result that closes ends the incident. 未找到 leaves it open: nobody saw that there is no fire.

    Args:
        house: the world to work in.
        number: of the incident or of a hotspot; of a merged one the survivor is meant.
        found: type and sub-type.
        said: who, when, how; its number, type and sub-type are those given here.

    Raises:
        NotInStore: no such incident.
        AnswerUnclear: nobody is named.
        StoreConflict: the result may not follow what stands.
    """
    if not said.by.strip():
        raise AnswerUnclear(f"verification of {number}: say who answers")
    result, detail = found
    with house.database.begin():
        incident = house.incidents.resolve(number, world=house.world)
        said = replace(said, incident_id=incident.incident_id, result=result, detail=detail)
        before = house.verification.stage(incident.incident_id, world=house.world)
        try:
            task = answered(task_of(house, incident, now=said.at_utc), result, Step(said.by, said.at_utc))
            stage = stage_after(before, result)
        except ValueError as error:
            raise StoreConflict(f"{incident.incident_id}: {error}") from error
        row = None if stage is before else StageRow(incident.incident_id, stage, said.by, said.at_utc, result.name_zh)
        house.verification.answer(task, said, row, world=house.world)
        after = _closed(house, incident, said) if stage is Stage.CLOSED else incident
        report = open_report(house, incident, said) if result.opens_fire_report else None
        proposal = propose_heat(house, incident, said) if result is FeedbackType.INDUSTRIAL_HEAT else None
    texts = _closed_texts(house, after, said, proposal) if stage is Stage.CLOSED and row is not None else None
    return Verified(after, task, stage, report, proposal, texts)


def task_of(house: House, incident: Incident, *, now: datetime) -> Task:
    """The task of an incident as it stands now; one that nobody published begins with the first word about it."""
    fresh = Task(incident.incident_id, incident.county_gb, now)
    house.verification.publish(fresh, world=house.world)
    kept = house.verification.task(incident.incident_id, world=house.world)
    return expired(kept, house.rules.verification_clocks, now)


def with_receipts(house: House, tasks: Iterable[Task]) -> list[Task]:
    """Tasks with the answer of their county's office to the alert as their receipt, where nobody noted another."""
    owed = Owed(house.database).offices(world=house.world)
    return list(with_answers({task.incident_id: task for task in tasks}, owed).values())


def take_step(house: House, number: str, step: str, *, by: str, now: datetime, reason: str = "") -> Task:
    """Record that an office received a task, is at the place, refuses, or that it is called off.

    Args:
        house: the world to work in.
        number: of the incident.
        step: ``receive``, ``arrive``, ``refuse`` or ``cancel``.
        by: who.
        now: when.
        reason: of a refusal or a cancellation.

    Raises:
        AnswerUnclear: nobody is named.
        StoreConflict: the step may not follow.
    """
    if not by.strip():
        raise AnswerUnclear(f"{number}: say who says so")
    with house.database.begin():
        incident = house.incidents.resolve(number, world=house.world)
        task = task_of(house, incident, now=now)
        done = Step(by, now)
        steps = {
            "receive": lambda: received(task, done),
            "arrive": lambda: arrived(task, done),
            "refuse": lambda: refused(task, reason),
            "cancel": lambda: cancelled(task, reason),
        }
        try:
            after = steps[step]()
        except ValueError as error:
            raise StoreConflict(f"{incident.incident_id}: {error}") from error
        payload = {"step": step, "reason": reason}
        deed = Deed(by, AuditAction.VERIFY, incident.incident_id, now, payload, house.world)
        house.verification.change(after, deed, world=house.world)
    return after


def move_stage(house: House, number: str, stage: Stage, *, by: str, now: datetime, note: str) -> Verified:
    """Bring a fire to its next stage; 已销号 ends the incident.

    Raises:
        AnswerUnclear: nobody is named, or no reason.
        StoreConflict: the stage may not follow.
    """
    if not by.strip() or not note.strip():
        raise AnswerUnclear(f"{number}: say who closes it and why")
    with house.database.begin():
        incident = house.incidents.resolve(number, world=house.world)
        before = house.verification.stage(incident.incident_id, world=house.world)
        task = task_of(house, incident, now=now)
        try:
            row = StageRow(incident.incident_id, next_stage(before, stage), by, now, note)
        except ValueError as error:
            raise StoreConflict(f"{incident.incident_id}: {error}") from error
        said = Feedback(incident.incident_id, task.result or FeedbackType.OTHER, by, now, note=note)
        after = _closed(house, incident, said) if stage is Stage.CLOSED else incident
        if stage is Stage.CLOSED and task.open:
            task = cancelled(task, note)
        house.verification.change(task, world=house.world)
        house.verification.set_stage(row, world=house.world)
    return Verified(after, task, stage)


def expire_tasks(house: House, *, now: datetime) -> None:
    """Mark the tasks whose last clock has run out (已过期)."""
    for task in house.verification.tasks(world=house.world):
        after = expired(task, house.rules.verification_clocks, now)
        if after is not task:
            house.verification.change(after, world=house.world)


def _closed(house: House, incident: Incident, said: Feedback) -> Incident:
    if incident.state is IncidentState.ENDED:
        return incident
    after = replace(incident, state=next_incident_state(incident.state, IncidentState.ENDED))
    house.incidents.save([after], world=house.world)
    note = f"{said.by}销号：{said.note or said.result.name_zh}"
    house.incident_events.save(
        [IncidentEvent(incident.incident_id, Change.END, said.at_utc, note=note)], world=house.world
    )
    return after


def _closed_texts(house: House, incident: Incident, said: Feedback, proposal: HeatProposal | None) -> Texts:
    gb = incident.county_gb
    facts = ClosedFacts(
        number=incident.hotspot_no or incident.incident_id,
        county=house.catalogue.counties[gb].short_zh if gb is not None else "县区待核",
        place_zh="",
        verdict_zh=said.result.name_zh,
        checked_by_zh=said.by[:20],
        checked_utc=said.at_utc,
        heat_source=proposal is not None,
    )
    signature = house.rules.wording.verification_signature
    envelope = Envelope(signature, code="销号", issued_utc=said.at_utc, exercise=house.world != LIVE)
    return closed_texts(facts, envelope)
