"""Outlines of burning areas that a person gave (火场范围): what was given, in which datum, and the area in WGS-84."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from store.audit import AuditAction, Deed, append
from store.database import Database
from store.errors import AnswerUnclear
from store.known import Known, refuse_writing
from store.schema import instant, metadata, number, serial, text

perimeter_table = sa.Table(
    "fire_perimeter",
    metadata,
    serial("seq"),
    text("world"),
    text("incident_id"),
    text("outline"),
    text("given"),
    text("datum"),
    number("area_ha"),
    number("edge_to_border_km"),
    instant("seen_utc"),
    instant("entered_utc"),
    text("entered_by"),
    text("source"),
    text("note"),
    sa.Index("ix_fire_perimeter_incident", "world", "incident_id"),
)


@dataclass(frozen=True, slots=True)
class Perimeter:
    """One outline of one incident. The newest that was seen stands; none is ever changed."""

    incident_id: str
    outline: str
    """GeoJSON geometry in WGS-84."""
    given: str
    """The document as it was given."""
    datum: str
    area_ha: float
    edge_to_border_km: float
    """From the nearest place of its edge to the line; 0 where it lies over it."""
    seen_utc: datetime
    entered_utc: datetime
    entered_by: str
    source: str
    note: str = ""


@dataclass(frozen=True)
class Perimeters:
    """Keeps them."""

    database: Database
    known: Known | None = None
    """How far a look back reads; None for all."""

    def save(self, one: Perimeter, *, world: str = LIVE) -> None:
        """Keep an outline with its entry in the audit log.

        Raises:
            AnswerUnclear: nobody, or no source, is named.
        """
        refuse_writing(self.known)
        if not one.entered_by.strip() or not one.source.strip():
            raise AnswerUnclear("火场范围须写明来源和录入人")
        row = {item.name: getattr(one, item.name) for item in fields(Perimeter)}
        said = {"datum": one.datum, "area_ha": round(one.area_ha, 2), "does": "perimeter"}
        with self.database.begin() as connection:
            connection.execute(perimeter_table.insert().values(world=world, **row))
            append(connection, Deed(one.entered_by, AuditAction.HAND, one.incident_id, one.entered_utc, said, world))

    def of(self, *incident_ids: str, world: str = LIVE) -> list[Perimeter]:
        """Those of some incidents, the newest sight last."""
        table = perimeter_table.c
        chosen = sa.select(perimeter_table).where(table.world == world, table.incident_id.in_(incident_ids))
        if self.known is not None:
            chosen = chosen.where(table.seq <= self.known.mark_if_noted(perimeter_table.name))
        with self.database.read() as connection:
            rows = connection.execute(chosen.order_by(table.seen_utc, table.seq)).all()
        return [_perimeter(row) for row in rows]

    def newest(self, *incident_ids: str, world: str = LIVE) -> Perimeter | None:
        """That which was seen last; None where nobody gave any."""
        return next(reversed(self.of(*incident_ids, world=world)), None)


def _perimeter(row: Any) -> Perimeter:
    return Perimeter(**{item.name: getattr(row, item.name) for item in fields(Perimeter)})
