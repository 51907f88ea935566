"""A verification task (核查任务): its life, and the clocks that run on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from models.field_check.feedback import FeedbackType


class TaskState(StrEnum):
    """Where a task stands."""

    PUBLISHED = "published"
    ACTIVE = "active"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUSED = "refused"

    @property
    def name_zh(self) -> str:
        """已发布, 执行中, 已完成, 已取消, 已过期, 已拒绝."""
        return _STATES_ZH[self]


_STATES_ZH = {
    TaskState.PUBLISHED: "已发布",
    TaskState.ACTIVE: "执行中",
    TaskState.DONE: "已完成",
    TaskState.CANCELLED: "已取消",
    TaskState.EXPIRED: "已过期",
    TaskState.REFUSED: "已拒绝",
}
_OPEN = frozenset({TaskState.PUBLISHED, TaskState.ACTIVE})
NEXT_STATES: Mapping[TaskState, frozenset[TaskState]] = {
    TaskState.PUBLISHED: frozenset(TaskState) - {TaskState.PUBLISHED},
    TaskState.ACTIVE: frozenset({TaskState.DONE, TaskState.CANCELLED, TaskState.EXPIRED}),
    # An answer that comes late is still an answer: it is taken, and counted as late.
    TaskState.EXPIRED: frozenset({TaskState.ACTIVE, TaskState.DONE, TaskState.CANCELLED}),
    # Whoever refused may still be sent again, or another finds out.
    TaskState.REFUSED: frozenset({TaskState.ACTIVE, TaskState.DONE, TaskState.CANCELLED}),
    # A later look may find otherwise: 未找到, then 林火.
    TaskState.DONE: frozenset({TaskState.DONE, TaskState.ACTIVE}),
    TaskState.CANCELLED: frozenset(),
}


def next_state(state: TaskState, wanted: TaskState) -> TaskState:
    """``wanted`` if it may follow ``state``.

    Raises:
        ValueError: it may not.
    """
    if wanted not in NEXT_STATES[state]:
        raise ValueError(f"a task that is {state.name_zh} cannot become {wanted.name_zh}")
    return wanted


class Clock(StrEnum):
    """What is waited for."""

    RECEIVE = "receive"
    ARRIVE = "arrive"
    FEEDBACK = "feedback"
    FINISH = "finish"

    @property
    def name_zh(self) -> str:
        """接收, 到场, 首次反馈, 办结."""
        return {"receive": "接收", "arrive": "到场", "feedback": "首次反馈", "finish": "办结"}[self.value]


@dataclass(frozen=True, slots=True)
class VerificationClocks:
    """How long each step may take from publication (``rules/verification.toml``, section ``clocks``).

    Raises:
        ValueError: times that do not grow.
    """

    receive_min: float
    arrive_min: float
    feedback_min: float
    finish_h: float

    def __post_init__(self) -> None:
        if not 0 < self.receive_min <= self.arrive_min <= self.feedback_min <= self.finish_h * 60:
            raise ValueError("clocks must grow: 0 < receive ≤ arrive ≤ feedback ≤ finish")

    def due(self, clock: Clock, published_utc: datetime) -> datetime:
        """When a step is due."""
        minutes = {
            Clock.RECEIVE: self.receive_min,
            Clock.ARRIVE: self.arrive_min,
            Clock.FEEDBACK: self.feedback_min,
            Clock.FINISH: self.finish_h * 60,
        }
        return published_utc + timedelta(minutes=minutes[clock])


@dataclass(frozen=True, slots=True)
class Step:
    """Who did something and when."""

    by: str
    at_utc: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """The verification of one incident by the office of the county where it burns."""

    incident_id: str
    county_gb: int | None
    """Whose task it is; None where the county is not known."""
    published_utc: datetime
    state: TaskState = TaskState.PUBLISHED
    received: Step | None = None
    arrived: Step | None = None
    first_feedback: Step | None = None
    finished: Step | None = None
    result: FeedbackType | None = None
    """The newest answer; None before the first."""
    note: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody is still waited for."""
        return self.state in _OPEN

    def step(self, clock: Clock) -> Step | None:
        """What a clock waits for, once it has come. A later step stands for an earlier one that nobody noted."""
        steps = (self.received, self.arrived, self.first_feedback, self.finished)
        later = [each for each in steps[list(Clock).index(clock) :] if each is not None]
        return min(later, key=lambda each: each.at_utc, default=None)


@dataclass(frozen=True, slots=True)
class Late:
    """A step that came late, or has not come and is late already."""

    incident_id: str
    county_gb: int | None
    clock: Clock
    due_utc: datetime
    came: Step | None
    """None while it has not come."""

    def by(self, now: datetime) -> timedelta:
        """How late it came, or is by ``now``."""
        return (now if self.came is None else self.came.at_utc) - self.due_utc


def received(task: Task, step: Step) -> Task:
    """The task after its office took it. The first word stays.

    Raises:
        ValueError: it was cancelled.
    """
    return replace(task, state=_under_way(task), received=task.received or step)


def arrived(task: Task, step: Step) -> Task:
    """The task after somebody stands at the place.

    Raises:
        ValueError: it was cancelled.
    """
    return replace(task, state=_under_way(task), received=task.received or step, arrived=task.arrived or step)


def answered(task: Task, result: FeedbackType, step: Step) -> Task:
    """The task after an answer. A final one finishes it, however late.

    Raises:
        ValueError: it was cancelled.
    """
    first = task.first_feedback or step
    if result.final:
        done = next_state(task.state, TaskState.DONE)
        return replace(task, state=done, first_feedback=first, finished=task.finished or step, result=result)
    state = task.state if task.state is TaskState.ACTIVE else next_state(task.state, TaskState.ACTIVE)
    return replace(task, state=state, first_feedback=first, finished=None, result=result)


def refused(task: Task, reason: str) -> Task:
    """The task after its office declined it, with the reason.

    Raises:
        ValueError: no reason, or it is under way or over.
    """
    if not reason.strip():
        raise ValueError("a task is refused with a reason (拒绝理由)")
    return replace(task, state=next_state(task.state, TaskState.REFUSED), note=reason)


def cancelled(task: Task, reason: str) -> Task:
    """The task after it was called off, with the reason.

    Raises:
        ValueError: no reason, or it is over.
    """
    if not reason.strip():
        raise ValueError("a task is cancelled with a reason (取消理由)")
    return replace(task, state=next_state(task.state, TaskState.CANCELLED), note=reason)


def expired(task: Task, clocks: VerificationClocks, now: datetime) -> Task:
    """The task as it stands at ``now``: expired when it is open and its last clock has run out."""
    late = task.open and now > clocks.due(Clock.FINISH, task.published_utc)
    return replace(task, state=next_state(task.state, TaskState.EXPIRED)) if late else task


def late_steps(task: Task, clocks: VerificationClocks, now: datetime) -> tuple[Late, ...]:
    """Every step that came late or is late by ``now``; one on the very minute is in time."""
    if task.state is TaskState.CANCELLED:
        return ()
    found = []
    for clock in Clock:
        due, came = clocks.due(clock, task.published_utc), task.step(clock)
        if (now if came is None else came.at_utc) > due:
            found.append(Late(task.incident_id, task.county_gb, clock, due, came))
    return tuple(found)


def _under_way(task: Task) -> TaskState:
    stays = task.state in {TaskState.ACTIVE, TaskState.DONE}
    return task.state if stays else next_state(task.state, TaskState.ACTIVE)
