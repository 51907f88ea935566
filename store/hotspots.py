"""Every hotspot that was ever had, once: what was known of it first stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import dataframely as dy
import polars as pl
import sqlalchemy as sa

from models.frames import HotspotFrame
from notify.alert import LIVE
from store.counters import next_in
from store.database import Database
from store.dialect import upsert
from store.hotspot_corrections import correction_table
from store.known import Known
from store.schema import count, instant, metadata, number, text

hotspot = sa.Table(
    "hotspot",
    metadata,
    text("world"),
    text("hotspot_id"),
    text("feed"),
    text("satellite"),
    text("instrument"),
    instant("acquired_utc"),
    instant("available_utc"),
    number("lat_deg"),
    number("lon_deg"),
    number("frp_mw", nullable=True),
    number("brightness_k", nullable=True),
    number("scan_km", nullable=True),
    number("track_km", nullable=True),
    text("confidence", nullable=True),
    number("confidence_pct", nullable=True),
    text("daynight", nullable=True),
    number("location_error_km"),
    count("sightings"),
    count("batch", nullable=True),
    sa.PrimaryKeyConstraint("world", "hotspot_id"),
    sa.CheckConstraint("sightings >= 1", name="sightings"),
    sa.Index("ix_hotspot_acquired", "world", "acquired_utc"),
)

HOTSPOT_BATCH = "hotspot_batch"
"""Counts the saves of a world: a hotspot carries the number of the first that it came with."""
_COLUMNS = tuple(HotspotFrame.column_names())
_FILLED_LATER = tuple(name for name in _COLUMNS if hotspot.c[name].nullable)


@dataclass(frozen=True)
class Hotspots:
    """Keeps hotspots by id and world."""

    database: Database
    known: Known | None = None
    """How far a look back reads; None for all."""

    def save(self, frame: dy.DataFrame[HotspotFrame], *, world: str = LIVE) -> frozenset[str]:
        """Keep hotspots; returns the ids that were not there before.

        The first feed and the first ``available_utc`` stay, and so does every measured value; a value that was null is
        filled when a later answer carries it. Each call counts one sighting of each of its hotspots.
        """
        if frame.is_empty():
            return frozenset()
        if self.known is not None:
            return self._look_at(frame, self.known, world)
        # In order of their keys, so that two writers on PostgreSQL lock rows in the same order.
        rows = [row | {"world": world, "sightings": 1} for row in _sorted(frame).to_dicts()]
        with self.database.begin() as connection:
            batch = next_in(connection, HOTSPOT_BATCH, world=world)
            rows = [row | {"batch": batch} for row in rows]
            insert = upsert(connection, hotspot)
            filled = {name: sa.func.coalesce(hotspot.c[name], insert.excluded[name]) for name in _FILLED_LATER}
            statement = insert.on_conflict_do_update(
                index_elements=[hotspot.c.world, hotspot.c.hotspot_id],
                set_=filled | {"sightings": hotspot.c.sightings + 1},
            ).returning(hotspot.c.hotspot_id, hotspot.c.sightings)
            return frozenset(row.hotspot_id for row in connection.execute(statement, rows) if row.sightings == 1)

    def since(
        self, acquired_utc: datetime, *, available_by: datetime | None = None, world: str = LIVE
    ) -> dy.DataFrame[HotspotFrame]:
        """Hotspots acquired at or after an instant, oldest first.

        Args:
            acquired_utc: the earliest acquisition.
            available_by: only what could be had by this instant, for a run as of a time in the past.
            world: ``live``, or an exercise's own.
        """
        statement = _select().where(hotspot.c.world == world, hotspot.c.acquired_utc >= acquired_utc)
        if available_by is not None:
            statement = statement.where(hotspot.c.available_utc <= available_by)
        if self.known is not None:
            then = hotspot.c.batch <= self.known.mark(hotspot.name)
            statement = statement.where(sa.or_(then, hotspot.c.batch.is_(None)))
        with self.database.read() as connection:
            rows = connection.execute(statement.order_by(hotspot.c.acquired_utc, hotspot.c.hotspot_id)).all()
            right = connection.execute(self._right_places(available_by, world)).all()
        kept = _put_right(_frame(rows), right)
        return kept if self.known is None else _with_seen(kept, self.known, acquired_utc, available_by)

    def among(self, hotspot_ids: Collection[str], *, since: datetime, world: str = LIVE) -> dy.DataFrame[HotspotFrame]:
        """Those of some ids that were acquired at ``since`` or later."""
        known = self.since(since, world=world)
        return HotspotFrame.validate(known.filter(pl.col("hotspot_id").is_in(list(hotspot_ids))))

    def _right_places(self, available_by: datetime | None, world: str) -> sa.Select[Any]:
        """Places that a person put right, oldest first; of a look back those that it could know."""
        table = correction_table.c
        columns = (table.hotspot_id, table.lat_deg, table.lon_deg, table.location_error_km)
        chosen = sa.select(*columns).where(table.world == world).order_by(table.seq)
        if self.known is not None:
            return chosen.where(table.seq <= self.known.mark_if_noted(correction_table.name))
        return chosen if available_by is None else chosen.where(table.corrected_utc <= available_by)

    def _look_at(self, frame: pl.DataFrame, known: Known, world: str) -> frozenset[str]:
        """What a look back parsed: it is seen by this look alone. Returns the ids that were not there before."""
        oldest = frame["acquired_utc"].min()
        assert isinstance(oldest, datetime)
        before = set(self.since(oldest, world=world)["hotspot_id"])
        known.seen.append(_sorted(frame))
        return frozenset(frame["hotspot_id"]) - before

    def sightings(self, hotspot_id: str, *, world: str = LIVE) -> int:
        """How many answers carried this hotspot; 0 when none did."""
        statement = sa.select(hotspot.c.sightings).where(hotspot.c.world == world, hotspot.c.hotspot_id == hotspot_id)
        with self.database.read() as connection:
            return int(connection.execute(statement).scalar() or 0)


def _sorted(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(_COLUMNS).sort("hotspot_id")


def _with_seen(
    kept: dy.DataFrame[HotspotFrame], known: Known, acquired_utc: datetime, available_by: datetime | None
) -> dy.DataFrame[HotspotFrame]:
    """The kept hotspots and those that the look itself parsed; what was kept first stays."""
    wanted = pl.col("acquired_utc") >= acquired_utc
    if available_by is not None:
        wanted &= pl.col("available_utc") <= available_by
    seen = [frame.filter(wanted) for frame in known.seen]
    whole = pl.concat([kept, *seen]).unique("hotspot_id", keep="first", maintain_order=True)
    return HotspotFrame.validate(whole.sort("acquired_utc", "hotspot_id"))


def _put_right(kept: dy.DataFrame[HotspotFrame], right: Sequence[Any]) -> dy.DataFrame[HotspotFrame]:
    """Hotspots at the places that a person gave them, the newest of each."""
    if not right:
        return kept
    moved = {"lat_deg": pl.Float64, "lon_deg": pl.Float64, "location_error_km": pl.Float64}
    places = pl.DataFrame([tuple(row) for row in right], schema={"hotspot_id": pl.String, **moved}, orient="row")
    newest = places.unique("hotspot_id", keep="last", maintain_order=True)
    both = kept.join(newest, on="hotspot_id", how="left", suffix="_right", maintain_order="left")
    put = both.with_columns(pl.coalesce(f"{name}_right", name).alias(name) for name in moved)
    return HotspotFrame.validate(put.select(_COLUMNS))


def _select() -> sa.Select[Any]:
    return sa.select(*(hotspot.c[name] for name in _COLUMNS))


def _frame(rows: Any) -> dy.DataFrame[HotspotFrame]:
    schema = HotspotFrame.create_empty().schema
    return HotspotFrame.validate(pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row"))
