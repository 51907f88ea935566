"""How long each state of a process may last, and what is late. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.processes.case import Case
from models.processes.law import NEXT_STATES, Process, State


@dataclass(frozen=True, slots=True)
class ProcessClocks:
    """Minutes that a case may stand in a state before the next step is due (``rules/processes.toml``).

    Raises:
        ValueError: a state that the process does not have, or a time that is not positive.
    """

    notice_min: Mapping[str, float]
    consultation_min: Mapping[str, float]
    response_min: Mapping[str, float]
    supplies_min: Mapping[str, float]
    task_warning_h: float
    """A task is reminded of this long before it is due."""

    def __post_init__(self) -> None:
        for process in (Process.NOTICE, Process.CONSULTATION, Process.RESPONSE, Process.SUPPLIES):
            for state, minutes in self.of(process).items():
                if state not in {each.value for each in NEXT_STATES[process]} or minutes <= 0:
                    raise ValueError(f"{process.value}_min has {state} = {minutes}: no state of it, or no time")
        if self.task_warning_h <= 0:
            raise ValueError("task_warning_h must be positive")

    def of(self, process: Process) -> Mapping[str, float]:
        """Minutes by state; a task has a date of its own."""
        return {
            Process.NOTICE: self.notice_min,
            Process.CONSULTATION: self.consultation_min,
            Process.RESPONSE: self.response_min,
            Process.SUPPLIES: self.supplies_min,
            Process.TASK: {},
        }[process]

    def limit(self, process: Process, state: State) -> timedelta | None:
        """How long a state may last; None where nothing is owed."""
        minutes = self.of(process).get(state.value)
        return None if minutes is None else timedelta(minutes=minutes)


WAITS_FOR: Mapping[Process, Mapping[State, str]] = {
    Process.NOTICE: {
        State.DRAFT: "签发",
        State.SIGNED: "发送",
        State.SENT: "对方签收",
        State.RECEIVED: "对方反馈",
        State.FEEDBACK: "续报或终报",
        State.FOLLOW_UP: "续报或终报",
    },
    Process.CONSULTATION: {
        State.CALLED: "签发并发出邀请",
        State.INVITED: "材料包",
        State.PACK: "各方意见",
        State.OPINIONS: "会商纪要",
        State.MINUTES: "分派任务",
    },
    Process.RESPONSE: {
        State.REQUESTED: "对方接受或谢绝",
        State.ACCEPTED: "力量到位",
        State.DECLINED: "另寻力量或评估",
        State.IN_PLACE: "验收后撤离",
        State.WITHDRAWN: "评估",
    },
    Process.SUPPLIES: {
        State.REQUESTED: "对方答复",
        State.ACCEPTED: "物资交接",
        State.DECLINED: "另寻物资",
        State.HANDED_OVER: "归还",
    },
    Process.TASK: {State.ASSIGNED: "办结", State.REMINDED: "办结"},
}
"""What each state waits for, as the queue says it."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a case waits for now."""

    case_no: str
    process: Process
    event_id: str
    zone: str
    state: State
    waits_for_zh: str
    since_utc: datetime
    due_utc: datetime | None
    """None: no clock runs."""
    warn_utc: datetime | None = None
    """From then on it is shown as nearly due (临期); None where nothing warns."""

    def standing_zh(self, now: datetime) -> str:
        """超时, 临期, 在限, 无时限."""
        if self.due_utc is None:
            return "无时限"
        if now > self.due_utc:
            return "超时"
        return "临期" if self.warn_utc is not None and now >= self.warn_utc else "在限"

    def late_by(self, now: datetime) -> timedelta | None:
        """How late it is; None while it is in time."""
        return now - self.due_utc if self.due_utc is not None and now > self.due_utc else None


@dataclass(frozen=True, slots=True)
class Kept:
    """A step that came, against its clock."""

    case_no: str
    process: Process
    what_zh: str
    since_utc: datetime
    limit: timedelta
    came_utc: datetime | None
    """None while it has not come."""


def waits(case: Case, clocks: ProcessClocks) -> Due | None:
    """What a case waits for; None when it is over."""
    if not case.open:
        return None
    since, due = case.steps[-1].at_utc, _due(case, clocks)
    warns = case.process is Process.TASK and due is not None
    return Due(
        case_no=case.case_no,
        process=case.process,
        event_id=case.event_id,
        zone=case.zone,
        state=case.state,
        waits_for_zh=WAITS_FOR[case.process][case.state],
        since_utc=since,
        due_utc=due,
        warn_utc=due - timedelta(hours=clocks.task_warning_h) if warns and due else None,
    )


def queue(cases: Iterable[Case], clocks: ProcessClocks, *, now: datetime) -> tuple[Due, ...]:
    """What all cases wait for: what is late first, then by when it is due; what has no clock stands last."""
    found = [due for due in (waits(case, clocks) for case in cases) if due is not None]
    return tuple(sorted(found, key=lambda due: (due.late_by(now) is None, due.due_utc is None, due.due_utc or now)))


def kept_clocks(case: Case, clocks: ProcessClocks) -> tuple[Kept, ...]:
    """Every step of a case against the clock that the step before it set, and the one that runs now."""
    found = []
    steps = case.steps
    for step, after in zip(steps, (*steps[1:], None), strict=True):
        limit = clocks.limit(case.process, step.state)
        if limit is None or (after is None and not case.open) or (after and after.state is step.state):
            continue
        what = WAITS_FOR[case.process][step.state]
        came = after.at_utc if after else None
        found.append(Kept(case.case_no, case.process, what, step.at_utc, limit, came))
    return tuple(found)


def _due(case: Case, clocks: ProcessClocks) -> datetime | None:
    if case.process is Process.TASK:
        return datetime.fromisoformat(case.said("due"))
    limit = clocks.limit(case.process, case.state)
    return None if limit is None else case.steps[-1].at_utc + limit
