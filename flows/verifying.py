"""From an answer to everything that follows: task, stage, incident, fire report, proposal of known heat, words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from boundary_zones.heat_sources import HeatKind, HeatSource
from boundary_zones.places import county_in_words
from flows.overdue_clocks import with_answers
from flows.wiring import House
from models.field_check.feedback import FeedbackDetail, FeedbackType
from models.field_check.fire_report import FireReport, ReportKind
from models.field_check.stage import Stage, next_stage, stage_after
from models.field_check.task import Step, Task, answered, arrived, cancelled, expired, received, refused
from models.incidents.event import Change, IncidentEvent
from models.incidents.incident import Incident, IncidentState
from models.incidents.incident import next_state as next_incident_state
from notify.alert import LIVE, Alert, AlertKind
from notify.duty_facts import ClosedFacts
from notify.duty_wording import closed_texts
from notify.phrases import BEIJING, clock_zh
from notify.texts import Envelope, Texts
from store.audit import AuditAction, Deed
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.heat_proposals import HeatProposal, ProposalState
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
        report = _opened_report(house, incident, said) if result.opens_fire_report else None
        proposal = _proposed(house, incident, said) if result is FeedbackType.INDUSTRIAL_HEAT else None
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


def draft_report(
    house: House, number: str, kind: ReportKind, *, fields: Mapping[str, str], by: str, now: datetime
) -> FireReport:
    """Draft the next report of a fire: what the last one said, with what is known now over it.

    首报 that is there already is written again; its number stays. 终报 needs the flames out.

    Raises:
        AnswerUnclear: nobody is named.
        StoreConflict: no fire was verified, the report is over, or the kind may not follow.
    """
    if not by.strip():
        raise AnswerUnclear(f"{number}: say who drafts the report")
    incident = house.incidents.resolve(number, world=house.world)
    earlier = house.fire_reports.reports(incident.incident_id, world=house.world)
    stage = house.verification.stage(incident.incident_id, world=house.world)
    if not earlier:
        raise StoreConflict(f"{incident.incident_id} has no fire report: verify it as a fire first")
    if earlier[-1].kind is ReportKind.FINAL:
        raise StoreConflict(f"{incident.incident_id} has its 终报; a correction reopens nothing")
    if kind is ReportKind.FINAL and stage not in {Stage.FLAMES_OUT, Stage.MOPPING_UP, Stage.CLOSED}:
        raise StoreConflict(f"{incident.incident_id} is {stage.name_zh}; 终报 comes after 明火已扑灭")
    if kind is ReportKind.FIRST and len(earlier) > 1:
        raise StoreConflict(f"{incident.incident_id} has {earlier[-1].title_zh} already; draft the next 续报")
    nth = 1 if kind is ReportKind.FIRST else earlier[-1].number + 1
    try:
        report = FireReport(incident.incident_id, kind, nth, now, by, {**earlier[-1].fields, **fields})
    except ValueError as error:
        raise StoreConflict(f"{incident.incident_id}: {error}") from error
    house.fire_reports.save(report, world=house.world)
    return report


def review_heat(
    house: House, number: str, source: Mapping[str, str], *, accept: bool, by: str, now: datetime
) -> HeatProposal:
    """Accept a proposal into the register of known heat, or decline it.

    Args:
        house: the world to work in.
        number: of the incident.
        source: ``name_zh`` and ``kind`` of an accepted source, ``radius_km`` where another is meant, ``note``.
        accept: or decline.
        by: a person of another name than who proposed it.
        now: when.

    Raises:
        NotInStore: nothing was proposed.
        AnswerUnclear: nobody is named, or the one who proposed it; no name of the source.
        StoreConflict: it is decided, or the source is none.
    """
    state = ProposalState.ACCEPTED if accept else ProposalState.DECLINED
    with house.database.begin():
        incident = house.incidents.resolve(number, world=house.world)
        note = source.get("note", "")
        done = house.heat_proposals.review(incident.incident_id, state, by=by, at=now, note=note, world=house.world)
        if accept:
            try:
                house.heat_sources.save(_heat_source(done, source, by=by, day=_local(now)), world=house.world)
            except ValueError as error:
                raise AnswerUnclear(f"{incident.incident_id}: {error}") from error
    return done


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


def _opened_report(house: House, incident: Incident, said: Feedback) -> FireReport:
    """首报 with what is known; every other field reads 待核. One that is there stays."""
    there = house.fire_reports.reports(incident.incident_id, world=house.world)
    if there:
        return there[-1]
    counties = house.catalogue.counties
    distance, error = incident.distance_to_border_km, incident.location_error_km
    neighbour = counties[incident.neighbour_county_gb].short_zh
    known = {
        "place": county_in_words(house.catalogue, incident.county_gb, with_prefecture=True),
        "coordinates": f"东经{incident.lon_deg:.4f}度，北纬{incident.lat_deg:.4f}度（CGCS2000），误差约{error:.1f}公里",
        "discovered": clock_zh(incident.first_seen_utc, year=True),
        "reported": clock_zh(incident.first_available_utc, year=True),
        "source": f"卫星（{'、'.join(incident.satellites)}）" if incident.satellites else "卫星",
        "border": f"距{neighbour}界{distance:.1f}公里（误差{error:.1f}公里）；烧入烧出待核",
        "contact": said.by,
    }
    report = FireReport(incident.incident_id, ReportKind.FIRST, 1, said.at_utc, said.by, known)
    house.fire_reports.save(report, world=house.world)
    return report


def _proposed(house: House, incident: Incident, said: Feedback) -> HeatProposal:
    proposal = HeatProposal(
        incident_id=incident.incident_id,
        source_id=incident.hotspot_no or incident.incident_id,
        lat_deg=incident.lat_deg,
        lon_deg=incident.lon_deg,
        radius_km=house.rules.heat_proposal.radius_km,
        proposed_by=said.by,
        proposed_utc=said.at_utc,
        note=said.note,
    )
    house.heat_proposals.propose(proposal, world=house.world)
    kept = [one for one in house.heat_proposals.proposals(world=house.world) if one.incident_id == incident.incident_id]
    if not kept:
        raise NotInStore(f"the proposal of {incident.incident_id} was not kept")
    return kept[0]


def _heat_source(proposal: HeatProposal, source: Mapping[str, str], *, by: str, day: date) -> HeatSource:
    return HeatSource(
        source_id=proposal.source_id,
        name_zh=source.get("name_zh", ""),
        kind=HeatKind(source.get("kind", HeatKind.OTHER)),
        lat_deg=proposal.lat_deg,
        lon_deg=proposal.lon_deg,
        radius_km=float(source.get("radius_km", proposal.radius_km)),
        reviewed_by=by,
        reviewed_local_date=day,
        origin=f"核查 {proposal.incident_id}(提出:{proposal.proposed_by})",
        note=proposal.note,
    )


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


def _local(now: datetime) -> date:
    return now.astimezone(BEIJING).date()
