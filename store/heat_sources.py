"""Known heat that a reviewer accepted here (常年热源库). An office's own file is read beside it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa

from boundary_zones.heat_sources import HeatKind, HeatSource
from notify.alert import LIVE
from store.database import Database
from store.dialect import upsert
from store.errors import NotInStore
from store.schema import day, metadata, number, text

heat_source = sa.Table(
    "heat_source",
    metadata,
    text("world"),
    text("source_id"),
    text("name_zh"),
    text("kind"),
    number("lat_deg"),
    number("lon_deg"),
    number("radius_km"),
    text("reviewed_by"),
    day("reviewed_local_date"),
    text("origin"),
    day("valid_from_local_date", nullable=True),
    day("valid_to_local_date", nullable=True),
    text("note"),
    sa.PrimaryKeyConstraint("world", "source_id"),
)
_COLUMNS = tuple(item.name for item in fields(HeatSource))


@dataclass(frozen=True)
class HeatSources:
    """Keeps :class:`boundary_zones.heat_sources.HeatSource` by world and id."""

    database: Database

    def save(self, source: HeatSource, *, world: str = LIVE) -> None:
        """Keep a source, new or reviewed again."""
        row: dict[str, Any] = {name: getattr(source, name) for name in _COLUMNS} | {"kind": source.kind.value}
        with self.database.begin() as connection:
            statement = upsert(connection, heat_source).values(world=world, **row)
            key = [heat_source.c.world, heat_source.c.source_id]
            connection.execute(statement.on_conflict_do_update(index_elements=key, set_=row))

    def end(self, source_id: str, *, last_local_date: date, note: str, world: str = LIVE) -> None:
        """Let a source count no longer after a day; the row stays (撤销).

        Raises:
            NotInStore: no such source in this world.
        """
        key = heat_source.c.world == world, heat_source.c.source_id == source_id
        with self.database.begin() as connection:
            changed = connection.execute(
                heat_source.update().where(*key).values(valid_to_local_date=last_local_date, note=note)
            )
            if changed.rowcount != 1:
                raise NotInStore(f"no heat source {source_id!r} in world {world!r}")

    def all(self, *, world: str = LIVE) -> tuple[HeatSource, ...]:
        """All sources of a world, those that ended too, by id."""
        chosen = sa.select(heat_source).where(heat_source.c.world == world).order_by(heat_source.c.source_id)
        with self.database.read() as connection:
            rows = connection.execute(chosen).all()
        return tuple(
            HeatSource(**{name: getattr(row, name) for name in _COLUMNS} | {"kind": HeatKind(row.kind)}) for row in rows
        )
