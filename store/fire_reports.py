"""Fire reports (火情快报: 首报, 续报, 终报), by world, incident and number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from models.field_check.fire_report import FireReport, ReportKind
from models.field_check.stage import Stage
from notify.alert import LIVE
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.dialect import upsert
from store.errors import StoreConflict
from store.schema import closed, count, document, instant, metadata, text
from store.verification import incident_stage

fire_report = sa.Table(
    "fire_report",
    metadata,
    text("world"),
    text("incident_id"),
    count("number"),
    text("kind"),
    instant("drafted_utc"),
    text("drafted_by"),
    document("fields"),
    sa.PrimaryKeyConstraint("world", "incident_id", "number"),
    closed("kind", ReportKind),
)


@dataclass(frozen=True)
class FireReports:
    """Keeps the reports of fires. Who drafts one is in the audit log in the same transaction."""

    database: Database

    def save(self, report: FireReport, *, world: str = LIVE) -> None:
        """Keep a report; the same number again replaces what it said while nobody counted on from it.

        Raises:
            StoreConflict: a later report is there already.
        """
        row: dict[str, Any] = {item.name: getattr(report, item.name) for item in fields(FireReport)}
        row |= {"kind": report.kind.value, "fields": dict(report.fields)}
        with self.database.begin() as connection:
            later = [one for one in self.reports(report.incident_id, world=world) if one.number > report.number]
            if later:
                raise StoreConflict(f"{report.incident_id} has {later[0].title_zh} already; draft the next report")
            keys = [fire_report.c.world, fire_report.c.incident_id, fire_report.c.number]
            statement = upsert(connection, fire_report).values(world=world, **row)
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=row))
            payload = {"kind": report.kind.value, "number": report.number, "fields": dict(report.fields)}
            deed = Deed(report.drafted_by, AuditAction.REPORT, report.incident_id, report.drafted_utc, payload, world)
            append(connection, deed)

    def newest(self, *, of: Collection[str] | None = None, world: str = LIVE) -> dict[str, FireReport]:
        """The newest report of each fire; of some incidents only, where they are named."""
        chosen = sa.true() if of is None else fire_report.c.incident_id.in_(sorted(of))
        return {one.incident_id: one for one in self._found(fire_report.c.world == world, chosen)}

    def without_final(self, *, world: str = LIVE) -> set[str]:
        """Fires that somebody verified and that have no 终报, ended ones too."""
        final, stage = fire_report.c, incident_stage.c
        reported = sa.select(final.incident_id).where(final.world == world, final.kind == ReportKind.FINAL)
        chosen = sa.select(stage.incident_id).where(stage.world == world, stage.stage == Stage.VERIFIED)
        with self.database.read() as connection:
            return set(connection.execute(chosen.where(stage.incident_id.not_in(reported))).scalars())

    def reports(self, incident_id: str | None = None, *, world: str = LIVE) -> list[FireReport]:
        """Reports of a fire, or of all, first to last."""
        chosen = sa.true() if incident_id is None else fire_report.c.incident_id == incident_id
        return self._found(fire_report.c.world == world, chosen)

    def _found(self, *conditions: sa.ColumnElement[bool]) -> list[FireReport]:
        table = fire_report.c
        chosen = sa.select(*[table[item.name] for item in fields(FireReport)]).where(*conditions)
        with self.database.read() as connection:
            rows = connection.execute(chosen.order_by(table.incident_id, table.number)).all()
        return [FireReport(**row._asdict() | {"kind": ReportKind(row.kind)}) for row in rows]
