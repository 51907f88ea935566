"""One row a run: what was asked, what it read, what came out. A rerun is a new row that points to the old one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from store.database import Database
from store.errors import NotInStore, StoreConflict, StoreError
from store.schema import closed, document, instant, metadata, text


class RunOutcome(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    DONE = "done"
    DEGRADED = "degraded"
    """Done, but an input was missing or old; the note says which."""
    FEED_OUT = "feed_out"
    FAILED = "failed"
    SKIPPED = "skipped"


class Trigger(StrEnum):
    """What started a run."""

    SCHEDULED = "scheduled"
    MANUAL = "manual"
    REPLAY = "replay"
    EXERCISE = "exercise"


GOOD = (RunOutcome.DONE, RunOutcome.DEGRADED)
"""Outcomes of a run whose products may be shown."""
_LOOKED_THROUGH = 60

run = sa.Table(
    "run",
    metadata,
    sa.Column("run_id", sa.Text(), primary_key=True),
    text("world"),
    text("flow"),
    instant("as_of_utc"),
    instant("started_utc"),
    instant("ended_utc", nullable=True),
    text("trigger"),
    text("who"),
    text("reason"),
    sa.Column("rerun_of", sa.Text(), sa.ForeignKey("run.run_id"), nullable=True),
    document("parameters"),
    text("config_version"),
    text("outcome"),
    document("inputs"),
    document("products"),
    document("alerts"),
    text("note"),
    instant("known_by_utc", nullable=True),
    sa.Column("code_version", sa.Text(), nullable=False, server_default=""),
    sa.Column("configuration", sa.JSON(none_as_null=True), nullable=False, server_default="{}"),
    sa.Column("state", sa.JSON(none_as_null=True), nullable=False, server_default="{}"),
    sa.Column("conclusions", sa.JSON(none_as_null=True), nullable=False, server_default="[]"),
    sa.Column("inputs_sha256", sa.Text(), nullable=False, server_default=""),
    sa.Column("outputs_sha256", sa.Text(), nullable=False, server_default=""),
    instant("released_utc", nullable=True),
    sa.Column("released_by", sa.Text(), nullable=False, server_default=""),
    closed("outcome", RunOutcome),
    closed("trigger", Trigger),
    sa.CheckConstraint("(outcome = 'running') = (ended_utc IS NULL)", name="ended"),
    sa.Index("ix_run_last", "world", "flow", "started_utc"),
)


@dataclass(frozen=True, slots=True)
class RunInput:
    """An answer that a run read, with the digest that it had then."""

    payload_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RunEnd:
    """What is known when a run ends."""

    outcome: RunOutcome
    ended_utc: datetime
    inputs: tuple[RunInput, ...] = ()
    products: tuple[str, ...] = ()
    """Paths under products/."""
    alerts: tuple[str, ...] = ()
    """Ids of the alerts that it committed."""
    note: str = ""
    conclusions: tuple[Mapping[str, Any], ...] = ()
    """What it decided of each event, told or not."""
    inputs_sha256: str = ""
    outputs_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it began, and how it ended: ``end`` is null while it is running, or after a crash."""

    run_id: str
    """Grows with time (UUID version 7, or alike)."""
    flow: str
    as_of_utc: datetime
    started_utc: datetime
    trigger: Trigger
    who: str = ""
    reason: str = ""
    rerun_of: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    config_version: str = ""
    world: str = LIVE
    known_by_utc: datetime | None = None
    """Only inputs that were there by then were used; None for a run that asked the feeds."""
    code_version: str = ""
    configuration: Mapping[str, str] = field(default_factory=dict)
    """Digest of each thing that it was configured by: rules, estimator, registers."""
    state: Mapping[str, Any] = field(default_factory=dict)
    """What stood in the store when it began, so that it can be made again."""
    released_utc: datetime | None = None
    """When what a rerun concluded was let out; None for a preview, and for a run that sends by itself."""
    released_by: str = ""
    end: RunEnd | None = None

    @property
    def outcome(self) -> RunOutcome:
        """``running`` until the end is recorded."""
        return self.end.outcome if self.end else RunOutcome.RUNNING

    @property
    def is_round(self) -> bool:
        """Whether it was a round that counts: sending, on live feeds, no rerun."""
        return bool(self.parameters.get("send") and self.parameters.get("live")) and self.rerun_of is None

    @property
    def is_whole_round(self) -> bool:
        """Whether it was a round as the schedule asks for: one that counts, of all joint units."""
        return self.is_round and not self.parameters.get("zones")


@dataclass(frozen=True)
class Runs:
    """The log of runs."""

    database: Database

    def begin_run(self, begun: Run) -> Run:
        """Record that a run begins.

        Raises:
            StoreConflict: the id was used, or the run that it repeats is unknown.
            StoreError: the run has ended already, or a rerun gives no reason.
        """
        if begun.end is not None:
            raise StoreError(f"run {begun.run_id}: a run begins before it ends")
        if begun.rerun_of is not None and not begun.reason.strip():
            raise StoreError(f"run {begun.run_id}: a rerun of {begun.rerun_of} needs a reason")
        row = {name: getattr(begun, name) for name in _BEGUN}
        row |= {name: dict(getattr(begun, name)) for name in _DOCUMENTS}
        with self.database.begin() as connection:
            connection.execute(
                run.insert().values(**row, outcome=RunOutcome.RUNNING, inputs=[], products=[], alerts=[], note="")
            )
        return begun

    def end_run(self, run_id: str, end: RunEnd) -> Run:
        """Record how a run ended; a run ends once.

        Raises:
            NotInStore: no such run.
            StoreConflict: it has ended already.
            StoreError: the outcome is ``running``.
        """
        if end.outcome is RunOutcome.RUNNING:
            raise StoreError(f"run {run_id}: 'running' is not an end")
        changed = (
            run.update()
            .where(run.c.run_id == run_id, run.c.outcome == RunOutcome.RUNNING)
            .values(
                outcome=end.outcome,
                ended_utc=end.ended_utc,
                inputs=[[read.payload_id, read.sha256] for read in end.inputs],
                products=list(end.products),
                alerts=list(end.alerts),
                note=end.note,
                conclusions=[dict(one) for one in end.conclusions],
                inputs_sha256=end.inputs_sha256,
                outputs_sha256=end.outputs_sha256,
            )
            .returning(*run.c)
        )
        with self.database.begin() as connection:
            row = connection.execute(changed).one_or_none()
            if row is not None:
                return _run(row)
        raise StoreConflict(f"run {run_id} ended already: {self.load(run_id).outcome}")

    def release(self, run_id: str, *, by: str, at: datetime) -> None:
        """Note that what a rerun concluded was let out; that happens once.

        Raises:
            StoreConflict: it was let out before, or is no rerun that ended.
        """
        waits = (run.c.rerun_of.is_not(None), run.c.released_utc.is_(None), run.c.ended_utc.is_not(None))
        changed = run.update().where(run.c.run_id == run_id, *waits).values(released_utc=at, released_by=by)
        with self.database.begin() as connection:
            if connection.execute(changed.returning(run.c.run_id)).scalar() is None:
                raise StoreConflict(f"run {run_id} cannot be released: it was before, or is no rerun that ended")

    def load(self, run_id: str) -> Run:
        """One run.

        Raises:
            NotInStore: no such run.
        """
        with self.database.read() as connection:
            row = connection.execute(sa.select(run).where(run.c.run_id == run_id)).one_or_none()
        if row is None:
            raise NotInStore(f"no run {run_id!r}")
        return _run(row)

    def last_runs(self, flow: str | None = None, *, world: str = LIVE, limit: int | None = 20) -> list[Run]:
        """The newest runs first, of one flow or of all."""
        return self._list(_of(flow, world), limit)

    def last_good(self, flow: str, *, world: str = LIVE, standing: bool = False) -> Run | None:
        """The newest run that was done, degraded or not.

        Args:
            flow: whose.
            world: live, or an exercise's own.
            standing: leave reruns out that were never released, and take the one that looked latest.
        """
        chosen = _of(flow, world).where(run.c.outcome.in_(GOOD))
        if standing:
            chosen = chosen.where(sa.or_(run.c.rerun_of.is_(None), run.c.released_utc.is_not(None)))
            chosen = chosen.order_by(run.c.as_of_utc.desc())
        return next(iter(self._list(chosen, 1)), None)

    def last_round(
        self, flow: str, outcomes: Collection[RunOutcome], *, units: Collection[str] = (), world: str = LIVE
    ) -> datetime | None:
        """Up to when rounds of a flow, which sent and asked the feeds, looked at everything.

        Looks back over the newest 60 runs with one of ``outcomes``; a rerun and a look without sending are none.

        Args:
            flow: its name.
            outcomes: of runs that count.
            units: joint units, which rounds of some of them may cover together; without them only whole rounds count.
            world: of the runs.
        """
        found = self._list(_of(flow, world).where(run.c.outcome.in_(outcomes)), _LOOKED_THROUGH)
        whole = max((each.as_of_utc for each in found if each.is_whole_round), default=None)
        each_unit = [
            max((each.as_of_utc for each in found if each.is_round and unit in each.parameters["zones"]), default=None)
            for unit in units
        ]
        covered = [max((at for at in (of, whole) if at is not None), default=None) for of in each_unit]
        known = [at for at in covered if at is not None]
        return min(known) if known and len(known) == len(units) else whole

    def newest_started(self, *, world: str = LIVE) -> datetime | None:
        """When the newest run began, by the clock of that time: it lies in the future after a clock was set back."""
        with self.database.read() as connection:
            return connection.execute(sa.select(sa.func.max(run.c.started_utc)).where(run.c.world == world)).scalar()

    def first_started(self, *, world: str = LIVE) -> datetime | None:
        """When the first run of a world began."""
        with self.database.read() as connection:
            return connection.execute(sa.select(sa.func.min(run.c.started_utc)).where(run.c.world == world)).scalar()

    def worlds(self) -> list[str]:
        """Every world that a run was held in, by name."""
        with self.database.read() as connection:
            return [row.world for row in connection.execute(sa.select(run.c.world).distinct().order_by(run.c.world))]

    def first_since(self, started_utc: datetime, *, world: str = LIVE) -> Run | None:
        """The first run that began at an instant or later: the state that it found is that of the instant."""
        chosen = _of(None, world).where(run.c.started_utc >= started_utc)
        with self.database.read() as connection:
            row = connection.execute(chosen.order_by(run.c.started_utc, run.c.run_id).limit(1)).one_or_none()
        return None if row is None else _run(row)

    def unended(self, *, started_before: datetime, world: str = LIVE) -> list[Run]:
        """Runs that began before an instant and never said how they ended: crashed, or hanging."""
        hanging = run.c.started_utc < started_before
        return self._list(_of(None, world).where(run.c.outcome == RunOutcome.RUNNING, hanging), None)

    def _list(self, statement: sa.Select[Any], limit: int | None) -> list[Run]:
        newest = statement.order_by(run.c.started_utc.desc(), run.c.run_id.desc()).limit(limit)
        with self.database.read() as connection:
            return [_run(row) for row in connection.execute(newest)]


_BEGUN = (
    "run_id",
    "world",
    "flow",
    "as_of_utc",
    "started_utc",
    "trigger",
    "who",
    "reason",
    "rerun_of",
    "config_version",
    "known_by_utc",
    "code_version",
)
_DOCUMENTS = ("parameters", "configuration", "state")


def _of(flow: str | None, world: str) -> sa.Select[Any]:
    statement = sa.select(run).where(run.c.world == world)
    return statement if flow is None else statement.where(run.c.flow == flow)


def _run(row: Any) -> Run:
    begun = {name: getattr(row, name) for name in _BEGUN} | {"trigger": Trigger(row.trigger)}
    begun |= {name: getattr(row, name) for name in (*_DOCUMENTS, "released_utc", "released_by")}
    return Run(**begun, end=_end(row))


def _end(row: Any) -> RunEnd | None:
    if row.ended_utc is None:
        return None
    return RunEnd(
        outcome=RunOutcome(row.outcome),
        ended_utc=row.ended_utc,
        inputs=tuple(RunInput(payload_id, sha256) for payload_id, sha256 in row.inputs),
        products=tuple(row.products),
        alerts=tuple(row.alerts),
        note=row.note,
        conclusions=tuple(row.conclusions),
        inputs_sha256=row.inputs_sha256,
        outputs_sha256=row.outputs_sha256,
    )
