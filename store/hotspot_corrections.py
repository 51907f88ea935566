"""Places of hotspots that a person put right (改正坐标): what was kept first stays, the newest correction is read."""

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

correction_table = sa.Table(
    "hotspot_correction",
    metadata,
    serial("seq"),
    text("world"),
    text("hotspot_id"),
    number("former_lat_deg"),
    number("former_lon_deg"),
    number("lat_deg"),
    number("lon_deg"),
    number("location_error_km"),
    number("given_lat_deg"),
    number("given_lon_deg"),
    text("datum"),
    instant("corrected_utc"),
    text("corrected_by"),
    text("reason"),
    sa.Index("ix_hotspot_correction_hotspot", "world", "hotspot_id"),
)


@dataclass(frozen=True, slots=True)
class PlaceCorrection:
    """One hotspot moved to where it is. Places are WGS-84; what was given stands beside them with its datum."""

    hotspot_id: str
    former_lat_deg: float
    former_lon_deg: float
    lat_deg: float
    lon_deg: float
    location_error_km: float
    given_lat_deg: float
    given_lon_deg: float
    datum: str
    corrected_utc: datetime
    corrected_by: str
    reason: str


@dataclass(frozen=True)
class PlaceCorrections:
    """Keeps them; none is ever changed."""

    database: Database

    def save(self, one: PlaceCorrection, *, world: str = LIVE) -> None:
        """Keep a correction with its entry in the audit log.

        Raises:
            AnswerUnclear: nobody is named, or no reason.
        """
        if not one.corrected_by.strip() or not one.reason.strip():
            raise AnswerUnclear("改正坐标须写明改正人和原因")
        row = {item.name: getattr(one, item.name) for item in fields(PlaceCorrection)}
        said = {
            "former": [one.former_lat_deg, one.former_lon_deg],
            "place": [one.lat_deg, one.lon_deg],
            "datum": one.datum,
            "reason": one.reason,
        }
        with self.database.begin() as connection:
            connection.execute(correction_table.insert().values(world=world, **row))
            deed = Deed(one.corrected_by, AuditAction.CORRECT, one.hotspot_id, one.corrected_utc, said, world)
            append(connection, deed)

    def of(self, hotspot_ids: frozenset[str], *, world: str = LIVE) -> list[PlaceCorrection]:
        """The corrections of some hotspots, oldest first."""
        table = correction_table.c
        chosen = sa.select(correction_table).where(table.world == world, table.hotspot_id.in_(sorted(hotspot_ids)))
        with self.database.read() as connection:
            return [_correction(row) for row in connection.execute(chosen.order_by(table.seq))]


def _correction(row: Any) -> PlaceCorrection:
    return PlaceCorrection(**{item.name: getattr(row, item.name) for item in fields(PlaceCorrection)})
