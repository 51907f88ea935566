"""Fires that somebody reported by telephone, typed in by hand (人工录入): what was said, and its place."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.errors import AnswerUnclear
from store.schema import instant, metadata, number, serial, text

report_table = sa.Table(
    "hand_report",
    metadata,
    serial("seq"),
    text("world"),
    text("hotspot_id"),
    number("lat_deg"),
    number("lon_deg"),
    number("given_lat_deg"),
    number("given_lon_deg"),
    text("datum"),
    number("error_km"),
    instant("seen_utc"),
    instant("entered_utc"),
    text("entered_by"),
    text("caller"),
    text("note"),
    sa.UniqueConstraint("world", "hotspot_id"),
)


@dataclass(frozen=True, slots=True)
class HandReport:
    """One report. ``lat_deg`` and ``lon_deg`` are WGS-84; what was given stands beside them with its datum."""

    hotspot_id: str
    lat_deg: float
    lon_deg: float
    given_lat_deg: float
    given_lon_deg: float
    datum: str
    error_km: float
    seen_utc: datetime
    entered_utc: datetime
    entered_by: str
    caller: str
    note: str = ""


@dataclass(frozen=True)
class HandReports:
    """Keeps them; none is ever changed."""

    database: Database

    def save(self, report: HandReport, *, world: str = LIVE) -> None:
        """Keep a report with its entry in the audit log.

        Raises:
            AnswerUnclear: nobody is named.
            StoreConflict: the same report was typed in before.
        """
        if not report.entered_by.strip() or not report.caller.strip():
            raise AnswerUnclear("a report by telephone names who called, and who typed it in")
        row = {item.name: getattr(report, item.name) for item in fields(HandReport)}
        # Not who called: the chain of the audit log cannot be purged.
        said = {"datum": report.datum, "given": [report.given_lat_deg, report.given_lon_deg]}
        with self.database.begin() as connection:
            connection.execute(report_table.insert().values(world=world, **row))
            deed = Deed(report.entered_by, AuditAction.HAND, report.hotspot_id, report.entered_utc, said, world)
            append(connection, deed)

    def of(self, hotspot_ids: frozenset[str], *, world: str = LIVE) -> list[HandReport]:
        """The reports among some hotspots, oldest first."""
        return [one for one in self.all_reports(world=world) if one.hotspot_id in hotspot_ids]

    def all_reports(self, *, world: str = LIVE) -> list[HandReport]:
        """All, oldest first."""
        chosen = sa.select(report_table).where(report_table.c.world == world).order_by(report_table.c.seq)
        with self.database.read() as connection:
            return [_report(row) for row in connection.execute(chosen)]


def _report(row: Any) -> HandReport:
    return HandReport(**{item.name: getattr(row, item.name) for item in fields(HandReport)})
