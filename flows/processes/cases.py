"""Open a case, take its next step, list what waits: for the command line and the duty desk alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flows.processes.consultations import consultation_case, consultation_cases, is_consultation
from flows.processes.notices import is_notice, notice_case, notice_cases
from flows.wiring import House
from models.processes.case import Case, Step, advanced, begun
from models.processes.clocks import Due, queue
from models.processes.law import NEXT_STATES, Process, State, first_state, states_of
from notify.alert import LIVE
from notify.phrases import BEIJING
from store.errors import AnswerUnclear, StoreConflict

DRILL_PREFIX = "演"
_BEGIN_ELSEWHERE = {
    Process.NOTICE: "begins with the alert itself; take a step of the case 通-EVENT",
    Process.CONSULTATION: "begins with its invitation: firewatch consult",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new case is about. Its zone is that of its event, where it has one."""

    process: Process
    fields: Mapping[str, str] = field(default_factory=dict)
    event_id: str = ""
    zone: str = ""
    asker: str = ""
    """Code of the office that begins it."""
    asked: str = ""
    """Code of the office that is to answer."""


def open_case(house: House, opening: Opening, *, by: str, now: datetime) -> Case:
    """Begin a case in the name of ``by``.

    Raises:
        NotInStore: no such event.
        AnswerUnclear: nobody is named, a field is missing, no such joint unit or office, or neither event nor zone.
        StoreConflict: a notice begins with the alert itself, and a consultation with its invitation.
    """
    if opening.process in _BEGIN_ELSEWHERE:
        raise StoreConflict(f"{opening.process.name_zh} {_BEGIN_ELSEWHERE[opening.process]}")
    event_id, zone = _where(house, opening)
    _refuse_strangers(house, opening)
    step = Step(first_state(opening.process), now, by, opening.fields)
    with house.database.begin():
        year = f"{now.astimezone(BEIJING):%Y}"
        number = house.processes.next_number(f"process:{opening.process.value}:{year}", world=house.world)
        prefix = "" if house.world == LIVE else DRILL_PREFIX
        case_no = f"{prefix}{opening.process.number_zh}〔{year}〕{number}"
        try:
            case = begun(Case(case_no, opening.process, zone, (step,), event_id, opening.asker, opening.asked))
        except ValueError as error:
            raise AnswerUnclear(str(error)) from error
        house.processes.begin(case, world=house.world)
    return case


def take_step(
    house: House, case_no: str, state: State, *, by: str, now: datetime, fields: Mapping[str, str] | None = None
) -> Case:
    """Take the next step of a case.

    Raises:
        NotInStore: no such case.
        AnswerUnclear: nobody is named, or a field is missing.
        StoreConflict: the step may not follow.
    """
    if not by.strip():
        raise AnswerUnclear(f"{case_no}: say who does it")
    with house.database.begin():
        case = case_of(house, case_no)
        if state not in _allowed(case):
            may = "、".join(f"{each.value}({each.name_zh})" for each in _allowed(case)) or "nothing: it is over"
            raise StoreConflict(f"{case_no} is {case.state.name_zh}; {may} may follow")
        try:
            after = advanced(case, Step(state, now, by, fields or {}))
        except ValueError as error:
            raise AnswerUnclear(str(error)) from error
        house.processes.step(after, world=house.world)
    return after


def case_of(house: House, case_no: str) -> Case:
    """A case with all its steps; of a notice also those that the ledger and the verification have.

    Raises:
        NotInStore: no such case.
    """
    if is_notice(case_no):
        return notice_case(house, case_no)
    if is_consultation(case_no):
        return consultation_case(house, case_no)
    return house.processes.kept(case_no, world=house.world)


def all_cases(house: House, *, event_id: str | None = None) -> tuple[Case, ...]:
    """Every case, or those of one event, notices first, each kind in the order in which it began."""
    kept = house.processes.cases(event_id=event_id, world=house.world)
    own = [case for case in kept if not is_notice(case.case_no) and not is_consultation(case.case_no)]
    return (*notice_cases(house, event_id=event_id), *consultation_cases(house, event_id=event_id), *own)


def waiting(house: House, *, now: datetime) -> tuple[Due, ...]:
    """What all open cases wait for, late ones first: rows for the queue of a duty desk."""
    return queue(all_cases(house), house.rules.process_clocks, now=now)


def _allowed(case: Case) -> tuple[State, ...]:
    may = NEXT_STATES[case.process][case.state]
    return tuple(each for each in states_of(case.process) if each in may)


def _where(house: House, opening: Opening) -> tuple[str, str]:
    if opening.event_id:
        incident = house.incidents.resolve(opening.event_id, world=house.world)
        return incident.incident_id, incident.zone
    if opening.zone not in house.zone_ids:
        raise AnswerUnclear(f"a case needs an event or a joint unit; there are {', '.join(house.zone_ids)}")
    return "", opening.zone


def _refuse_strangers(house: House, opening: Opening) -> None:
    offices = {one.office for one in house.contacts.recipients}
    for office in filter(None, (opening.asker, opening.asked)):
        if office not in offices:
            raise AnswerUnclear(f"no office {office!r} is in the contacts; write its GB code: 130826")
