"""Cases of the processes between offices (通报、会商、联动、物资、督办) and their steps: written once, for good."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from models.processes.case import Case, Step
from models.processes.law import Process, State
from notify.alert import LIVE
from store.audit import AuditAction, Deed, append
from store.counters import next_in
from store.database import Database
from store.dialect import upsert
from store.errors import NotInStore
from store.schema import closed, document, instant, metadata, serial, text

process_case = sa.Table(
    "process_case",
    metadata,
    text("world"),
    text("case_no"),
    text("process"),
    text("event_id"),
    text("zone"),
    text("asker"),
    text("asked"),
    sa.PrimaryKeyConstraint("world", "case_no"),
    closed("process", Process),
    sa.Index("ix_process_case_event", "world", "event_id"),
)

process_step = sa.Table(
    "process_step",
    metadata,
    serial("seq"),
    text("world"),
    text("case_no"),
    text("state"),
    instant("at_utc"),
    text("by"),
    document("fields"),
    sa.ForeignKeyConstraint(["world", "case_no"], ["process_case.world", "process_case.case_no"]),
    closed("state", State),
    sa.Index("ix_process_step_case", "world", "case_no", "seq"),
)


@dataclass(frozen=True)
class Processes:
    """Keeps cases by world and number. Each step is in the audit log too, in the same transaction."""

    database: Database

    def next_number(self, series: str, *, world: str = LIVE) -> int:
        """Next number of a series, from 1; inside ``database.begin()`` together with :meth:`begin` none is lost."""
        with self.database.begin() as connection:
            return next_in(connection, series, world=world)

    def begin(self, case: Case, *, world: str = LIVE) -> None:
        """Keep a new case with its first step."""
        with self.database.begin() as connection:
            self._enter(connection, case, world)
            self._add(connection, case, case.steps[0], world)

    def step(self, case: Case, *, world: str = LIVE) -> None:
        """Keep the newest step of a case. A notice, whose other steps the ledger has, is entered with it."""
        with self.database.begin() as connection:
            self._enter(connection, case, world)
            self._add(connection, case, case.steps[-1], world)

    def kept(self, case_no: str, *, world: str = LIVE) -> Case:
        """A case as it was kept.

        Raises:
            NotInStore: no such case.
        """
        found = self._cases(process_case.c.case_no == case_no, world)
        if not found:
            raise NotInStore(f"no case {case_no!r} in world {world!r}; see firewatch process list")
        return found[0]

    def cases(self, *, event_id: str | None = None, world: str = LIVE) -> list[Case]:
        """All kept cases, or those of one event, in the order in which they began."""
        return self._cases(sa.true() if event_id is None else process_case.c.event_id == event_id, world)

    def _cases(self, condition: sa.ColumnElement[bool], world: str) -> list[Case]:
        cases, steps = process_case.c, process_step.c
        chosen = (
            sa.select(process_step, cases.process, cases.event_id, cases.zone, cases.asker, cases.asked)
            .join(process_case, sa.and_(cases.world == steps.world, cases.case_no == steps.case_no))
            .where(cases.world == world, condition)
            .order_by(steps.seq)
        )
        rows: dict[str, list[Any]] = defaultdict(list)
        with self.database.read() as connection:
            for row in connection.execute(chosen):
                rows[row.case_no].append(row)
        return [_case(each) for each in rows.values()]

    def _enter(self, connection: sa.Connection, case: Case, world: str) -> None:
        row = {name: getattr(case, name) for name in ("case_no", "process", "event_id", "zone", "asker", "asked")}
        connection.execute(upsert(connection, process_case).values(world=world, **row).on_conflict_do_nothing())

    def _add(self, connection: sa.Connection, case: Case, step: Step, world: str) -> None:
        said = {"state": step.state, "at_utc": step.at_utc, "by": step.by, "fields": dict(step.fields)}
        connection.execute(process_step.insert().values(world=world, case_no=case.case_no, **said))
        payload = {"process": case.process.value, "state": step.state.value, "event_id": case.event_id}
        payload |= dict(step.fields)
        append(connection, Deed(step.by, AuditAction.PROCESS, case.case_no, step.at_utc, payload, world))


def _case(rows: list[Any]) -> Case:
    first = rows[0]
    return Case(
        case_no=first.case_no,
        process=Process(first.process),
        zone=first.zone,
        steps=tuple(Step(State(row.state), row.at_utc, row.by, dict(row.fields)) for row in rows),
        event_id=first.event_id,
        asker=first.asker,
        asked=first.asked,
    )
