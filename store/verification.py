"""Verification tasks, answers and stages, by world and incident."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.field_check.feedback import FeedbackDetail, FeedbackType
from models.field_check.stage import Stage
from models.field_check.task import Step, Task, TaskState
from notify.alert import LIVE
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.dialect import upsert
from store.errors import AnswerUnclear, NotInStore
from store.known import Known
from store.schema import closed, count, instant, metadata, serial, text

_STEPS = ("received", "arrived", "first_feedback", "finished")

verification_task = sa.Table(
    "verification_task",
    metadata,
    text("world"),
    text("incident_id"),
    count("county_gb", nullable=True),
    instant("published_utc"),
    text("state"),
    *(
        column
        for step in _STEPS
        for column in (text(f"{step}_by", nullable=True), instant(f"{step}_utc", nullable=True))
    ),
    text("result", nullable=True),
    text("note"),
    sa.PrimaryKeyConstraint("world", "incident_id"),
    closed("state", TaskState),
    closed("result", FeedbackType),
    sa.Index("ix_verification_task_published", "world", "published_utc"),
)

feedback = sa.Table(
    "feedback",
    metadata,
    serial("seq"),
    text("world"),
    text("incident_id"),
    text("result"),
    text("detail", nullable=True),
    text("by"),
    text("via"),
    text("note"),
    instant("at_utc"),
    closed("result", FeedbackType),
    sa.Index("ix_feedback_incident", "world", "incident_id", "seq"),
)

incident_stage = sa.Table(
    "incident_stage",
    metadata,
    serial("seq"),
    text("world"),
    text("incident_id"),
    text("stage"),
    text("by"),
    text("note"),
    instant("at_utc"),
    closed("stage", Stage),
    sa.Index("ix_incident_stage_incident", "world", "incident_id", "seq"),
)


@dataclass(frozen=True, slots=True)
class Feedback:
    """One answer of one person."""

    incident_id: str
    result: FeedbackType
    by: str
    at_utc: datetime
    detail: FeedbackDetail | None = None
    via: str = "cli"
    note: str = ""


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage, who said so and when."""

    incident_id: str
    stage: Stage
    by: str
    at_utc: datetime
    note: str = ""


@dataclass(frozen=True)
class Verification:
    """Keeps the verification of incidents. What a person says goes into the audit log in the same transaction."""

    database: Database
    known: Known | None = None
    """How far a look back reads answers and stages; None for all."""

    def publish(self, task: Task, *, world: str = LIVE) -> bool:
        """Keep a new task; one that is there already stays as it is. Whether it was new."""
        with self.database.begin() as connection:
            insert = upsert(connection, verification_task).values(world=world, **_task_row(task))
            done = connection.execute(insert.on_conflict_do_nothing().returning(verification_task.c.incident_id))
            return done.scalar() is not None

    def task(self, incident_id: str, *, world: str = LIVE) -> Task:
        """The task of an incident.

        Raises:
            NotInStore: none was published.
        """
        found = self._tasks(verification_task.c.incident_id == incident_id, world)
        if not found:
            raise NotInStore(f"no verification task of {incident_id!r} in world {world!r}")
        return found[0]

    def tasks(self, *, of: Collection[str] | None = None, world: str = LIVE) -> list[Task]:
        """All tasks, or those of some incidents, in order of publication."""
        return self._tasks(_one_of(verification_task.c.incident_id, of), world)

    def change(self, task: Task, deed: Deed | None = None, *, world: str = LIVE) -> None:
        """Keep a task as it is now, with what a person did to it in the audit log.

        Raises:
            NotInStore: it was never published.
        """
        with self.database.begin() as connection:
            self._update(connection, task, world)
            if deed is not None:
                append(connection, deed)

    def answer(self, task: Task, said: Feedback, stage: StageRow | None, *, world: str = LIVE) -> None:
        """Keep an answer, the task after it, and the stage that follows from it: all of it, or nothing.

        Raises:
            AnswerUnclear: nobody is named.
        """
        if not said.by.strip():
            raise AnswerUnclear(f"verification of {said.incident_id}: say who answers")
        row = {item.name: getattr(said, item.name) for item in fields(Feedback)}
        with self.database.begin() as connection:
            self._update(connection, task, world)
            connection.execute(feedback.insert().values(world=world, **row))
            if stage is not None:
                self._add_stage(connection, stage, world)
            payload = {"result": said.result.value, "detail": said.detail and said.detail.value, "note": said.note}
            append(connection, Deed(said.by, AuditAction.VERIFY, said.incident_id, said.at_utc, payload, world))

    def answers(self, incident_id: str | None = None, *, world: str = LIVE) -> list[Feedback]:
        """Answers about one incident or all, in the order in which they came."""
        chosen = sa.select(feedback).where(feedback.c.world == world).order_by(feedback.c.seq)
        if incident_id is not None:
            chosen = chosen.where(feedback.c.incident_id == incident_id)
        if self.known is not None:
            chosen = chosen.where(feedback.c.seq <= self.known.mark(feedback.name))
        with self.database.read() as connection:
            return [_feedback(row) for row in connection.execute(chosen)]

    def set_stage(self, stage: StageRow, *, world: str = LIVE) -> None:
        """Keep the next stage of an incident.

        Raises:
            AnswerUnclear: nobody is named.
        """
        if not stage.by.strip():
            raise AnswerUnclear(f"{stage.incident_id}: say who says so")
        with self.database.begin() as connection:
            self._add_stage(connection, stage, world)
            payload = {"stage": stage.stage.value, "note": stage.note}
            append(connection, Deed(stage.by, AuditAction.CLOSE, stage.incident_id, stage.at_utc, payload, world))

    def results(self, *, world: str = LIVE) -> dict[str, FeedbackType]:
        """The newest final result of each incident."""
        return {one.incident_id: one.result for one in self.answers(world=world) if one.result.final}

    def stages(self, incident_id: str | None = None, *, world: str = LIVE) -> list[StageRow]:
        """Stages of an incident, or of all, in order; empty while it is 疑似."""
        return self._stages(None if incident_id is None else [incident_id], world)

    def stage(self, incident_id: str, *, world: str = LIVE) -> Stage:
        """The newest stage of an incident."""
        found = self.stages(incident_id, world=world)
        return found[-1].stage if found else Stage.SUSPECTED

    def courses(self, *, of: Collection[str] | None = None, world: str = LIVE) -> dict[str, tuple[StageRow, ...]]:
        """The stages, in order, of each incident that has one; of some incidents only, where they are named."""
        found: dict[str, tuple[StageRow, ...]] = {}
        for row in self._stages(of, world):
            found[row.incident_id] = (*found.get(row.incident_id, ()), row)
        return found

    def newest_stages(self, *, of: Collection[str] | None = None, world: str = LIVE) -> dict[str, StageRow]:
        """The newest stage of each incident that has one; of some incidents only, where they are named."""
        return {number: course[-1] for number, course in self.courses(of=of, world=world).items()}

    def _update(self, connection: sa.Connection, task: Task, world: str) -> None:
        table = verification_task
        mine = (table.c.world == world, table.c.incident_id == task.incident_id)
        statement = table.update().where(*mine).values(_task_row(task)).returning(table.c.incident_id)
        if connection.execute(statement).scalar() is None:
            raise NotInStore(f"no verification task of {task.incident_id!r} in world {world!r}")

    def _add_stage(self, connection: sa.Connection, stage: StageRow, world: str) -> None:
        row = {item.name: getattr(stage, item.name) for item in fields(StageRow)}
        connection.execute(incident_stage.insert().values(world=world, **row))

    def _stages(self, of: Collection[str] | None, world: str) -> list[StageRow]:
        table = incident_stage.c
        chosen = sa.select(*[table[item.name] for item in fields(StageRow)])
        chosen = chosen.where(table.world == world, _one_of(table.incident_id, of)).order_by(table.seq)
        if self.known is not None:
            chosen = chosen.where(table.seq <= self.known.mark(incident_stage.name))
        with self.database.read() as connection:
            return [StageRow(**row._asdict() | {"stage": Stage(row.stage)}) for row in connection.execute(chosen)]

    def _tasks(self, condition: sa.ColumnElement[bool], world: str) -> list[Task]:
        table = verification_task
        chosen = sa.select(table).where(table.c.world == world, condition)
        with self.database.read() as connection:
            rows = connection.execute(chosen.order_by(table.c.published_utc, table.c.incident_id)).mappings().all()
        return [_task(row) for row in rows]


def _task_row(task: Task) -> dict[str, Any]:
    row: dict[str, Any] = {
        "incident_id": task.incident_id,
        "county_gb": task.county_gb,
        "published_utc": task.published_utc,
        "state": task.state,
        "result": task.result,
        "note": task.note,
    }
    for name in _STEPS:
        step: Step | None = getattr(task, name)
        row |= {f"{name}_by": step and step.by, f"{name}_utc": step and step.at_utc}
    return row


def _task(row: Mapping[Any, Any]) -> Task:
    steps = {
        name: None if row[f"{name}_by"] is None else Step(row[f"{name}_by"], row[f"{name}_utc"]) for name in _STEPS
    }
    return Task(
        incident_id=row["incident_id"],
        county_gb=row["county_gb"],
        published_utc=row["published_utc"],
        state=TaskState(row["state"]),
        result=None if row["result"] is None else FeedbackType(row["result"]),
        note=row["note"],
        **steps,
    )


def _feedback(row: Any) -> Feedback:
    return Feedback(
        incident_id=row.incident_id,
        result=FeedbackType(row.result),
        by=row.by,
        at_utc=row.at_utc,
        detail=None if row.detail is None else FeedbackDetail(row.detail),
        via=row.via,
        note=row.note,
    )


def _one_of(column: sa.Column[Any], of: Collection[str] | None) -> sa.ColumnElement[bool]:
    return sa.true() if of is None else column.in_(sorted(of))
