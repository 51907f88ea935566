"""One case of a process (一件): its steps, and where it stands. It hangs on an event number or on a joint unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from models.processes.law import NEXT_STATES, Process, State, check_fields, first_state, next_state


@dataclass(frozen=True, slots=True)
class Step:
    """Who did what, when, and what the form says. Kept as it came; a mistake is put right by another step."""

    state: State
    at_utc: datetime
    by: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """A case from its first step to its newest.

    Raises:
        ValueError: no step.
    """

    case_no: str
    process: Process
    zone: str
    steps: tuple[Step, ...]
    event_id: str = ""
    """Number of the event that it belongs to; empty where it belongs to none: a monthly consultation."""
    asker: str = ""
    """Office that began it, by its code."""
    asked: str = ""
    """Office that answers, by its code."""

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError(f"{self.case_no}: a case has at least one step")

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.steps[-1].state

    @property
    def open(self) -> bool:
        """Whether somebody is still waited for."""
        ended = self.state in {State.FINAL, State.EVALUATED, State.CALLED_OFF}
        return not ended and bool(NEXT_STATES[self.process][self.state])

    def came(self, state: State) -> Step | None:
        """The first step of a kind; None while it has not come."""
        return next((step for step in self.steps if step.state is state), None)

    def said(self, name: str) -> str:
        """The newest text of a field; empty where no step has it."""
        return next((step.fields[name] for step in reversed(self.steps) if step.fields.get(name)), "")


def begun(case: Case) -> Case:
    """A new case whose first step says what it must.

    Raises:
        ValueError: it begins elsewhere, nobody is named, or a field is missing.
    """
    step = case.steps[0]
    if step.state is not first_state(case.process):
        raise ValueError(f"{case.case_no}: {case.process.name_zh} begins with {first_state(case.process).value}")
    _refuse_nameless(case, step)
    check_fields(case.process, step.state, step.fields)
    _check_due(case, step)
    return case


def advanced(case: Case, step: Step) -> Case:
    """The case after a step.

    Raises:
        ValueError: the step may not follow, nobody is named, a field is missing, or it lies before the step before.
    """
    _refuse_nameless(case, step)
    next_state(case.process, case.state, step.state)
    check_fields(case.process, step.state, step.fields)
    _check_due(case, step)
    if step.at_utc < case.steps[-1].at_utc:
        raise ValueError(f"{case.case_no}: a step at {step.at_utc} would stand before {case.steps[-1].at_utc}")
    return replace(case, steps=(*case.steps, step))


def _refuse_nameless(case: Case, step: Step) -> None:
    if not step.by.strip():
        raise ValueError(f"{case.case_no}: say who does it")


def _check_due(case: Case, step: Step) -> None:
    text = step.fields.get("due", "")
    try:
        naive = bool(text) and datetime.fromisoformat(text).tzinfo is None
    except ValueError as error:
        raise ValueError(f"{case.case_no}: due {text!r} is no time; write 2027-04-12T17:00+08:00") from error
    if naive:
        raise ValueError(f"{case.case_no}: due {text!r} has no offset; write 2027-04-12T17:00+08:00")
