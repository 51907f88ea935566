"""One row a run: what was asked, what it read, what came out. A rerun is a new row that points to the old one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from store.database import Database
from store.errors import NotInStore, StoreConflict, StoreError
from store.run_rows import GOOD, Run, RunEnd, RunOutcome, run, run_of, run_row

_LOOKED_THROUGH = 60


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
        with self.database.begin() as connection:
            connection.execute(run.insert().values(run_row(begun)))
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
                return run_of(row)
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
        return run_of(row)

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
        return None if row is None else run_of(row)

    def unended(self, *, started_before: datetime, world: str = LIVE) -> list[Run]:
        """Runs that began before an instant and never said how they ended: crashed, or hanging."""
        hanging = run.c.started_utc < started_before
        return self._list(_of(None, world).where(run.c.outcome == RunOutcome.RUNNING, hanging), None)

    def _list(self, statement: sa.Select[Any], limit: int | None) -> list[Run]:
        newest = statement.order_by(run.c.started_utc.desc(), run.c.run_id.desc()).limit(limit)
        with self.database.read() as connection:
            return [run_of(row) for row in connection.execute(newest)]


def _of(flow: str | None, world: str) -> sa.Select[Any]:
    statement = sa.select(run).where(run.c.world == world)
    return statement if flow is None else statement.where(run.c.flow == flow)
