"""A consultation (会商研判) as a case: begun by the draft of its invitation, invited when that goes out."""

from __future__ import annotations

from collections.abc import Iterator

from flows.consulting import CONSULTATION, NUMBER_PREFIX
from flows.wiring import House
from models.processes.case import Case, Step
from models.processes.law import Process, State
from notify.warning.document import DocumentState
from store.errors import NotInStore
from store.warning_documents import DocumentRow


def is_consultation(case_no: str) -> bool:
    """Whether a number is that of an invitation: 会商邀请〔2027〕1."""
    return case_no.startswith(NUMBER_PREFIX)


def consultation_case(house: House, case_no: str) -> Case:
    """The consultation of one invitation.

    Raises:
        NotInStore: no such invitation.
    """
    found = [case for case in consultation_cases(house) if case.case_no == case_no]
    if not found:
        raise NotInStore(f"no consultation {case_no!r} in world {house.world!r}; see firewatch process list")
    return found[0]


def consultation_cases(house: House, *, event_id: str | None = None) -> tuple[Case, ...]:
    """All consultations, or those about one event, oldest first."""
    rows = house.warning_documents.all_documents(world=house.world)
    mine = [row for row in rows if row.content.get("form") == CONSULTATION]
    noted = {case.case_no: case for case in house.processes.cases(world=house.world)}
    cases = [_case(row, noted.get(row.number)) for row in mine]
    return tuple(case for case in cases if event_id is None or case.event_id == event_id)


def _case(row: DocumentRow, noted: Case | None) -> Case:
    steps = (*_of_invitation(row), *(noted.steps if noted is not None else ()))
    ordered = (steps[0], *sorted(steps[1:], key=lambda step: step.at_utc))
    return Case(row.number, Process.CONSULTATION, row.zone, ordered, str(row.content.get("event_id", "")))


def _of_invitation(row: DocumentRow) -> Iterator[Step]:
    said = {name: str(row.content.get(name, "")) for name in ("subject", "begins")}
    by = str(row.content.get("by", "")) or "系统"
    yield Step(State.CALLED, row.decided_utc, by, said)
    if row.released_utc is not None:
        yield Step(State.INVITED, row.released_utc, row.signed_by or by, {"document": row.number})
    if row.state is DocumentState.DISCARDED:
        yield Step(State.CALLED_OFF, row.decided_utc, by, {"reason": "邀请草稿已作废"})
