"""The fuel moisture codes from day to day: one compressed frame a day, because they are read and written as a whole.

What was kept is never overwritten: a day that is computed again is a new version, so that a rerun finds the state that
the run before it began with.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

import dataframely as dy
import polars as pl
import sqlalchemy as sa

from models.frames import MoistureFrame
from notify.alert import LIVE
from store.counters import next_in
from store.database import Database
from store.errors import NotInStore, StoreError
from store.known import Known, refuse_writing
from store.packed import packed, unpacked
from store.schema import count, day, metadata, serial, text

moisture = sa.Table(
    "moisture_version",
    metadata,
    serial("seq"),
    text("world"),
    day("local_date"),
    count("cells"),
    text("sha256"),
    text("made_by_run"),
    sa.Column("frame", sa.LargeBinary(), nullable=False),
    sa.Index("ix_moisture_version_day", "world", "local_date", "seq"),
)

_COLUMNS = tuple(MoistureFrame.column_names())


@dataclass(frozen=True)
class Moisture:
    """Keeps a :class:`MoistureFrame` a day and a world, in versions; the newest counts."""

    database: Database
    known: Known | None = None
    """How far a look back reads; None for all."""

    def save(self, frame: dy.DataFrame[MoistureFrame], *, made_by_run: str, world: str = LIVE) -> None:
        """Keep the codes of one day. Cells that are there already are replaced, the others of that day stay.

        What was kept before stays as an older version; the same codes again are no new one.

        Args:
            frame: cells of one ``local_date``, from observed or analysed weather: a forecast is no state.
            made_by_run: the run that computed them.
            world: ``live``, or an exercise's own.

        Raises:
            StoreError: no row, more than one day, or a row from a forecast.
        """
        refuse_writing(self.known)
        local_date = _only_day(frame)
        with self.database.begin() as connection:
            # Two rounds over different zones follow each other: the second merges into what the first kept.
            next_in(connection, f"moisture:{local_date}", world=world)
            before = connection.execute(self._newest_of(local_date, world)).one_or_none()
            merged = _merged(None if before is None else _frame(before), frame.select(_COLUMNS))
            content = packed(merged)
            row = {
                "cells": merged.height,
                "sha256": hashlib.sha256(content).hexdigest(),
                "made_by_run": made_by_run,
                "frame": content,
            }
            if before is None or before.sha256 != row["sha256"]:
                connection.execute(moisture.insert().values(world=world, local_date=local_date, **row))

    def load(self, local_date: date, *, world: str = LIVE) -> dy.DataFrame[MoistureFrame]:
        """The codes of one day.

        Raises:
            NotInStore: none were kept for it.
            StoreCorrupt: the bytes do not match their digest, or are no moisture frame.
        """
        with self.database.read() as connection:
            row = connection.execute(self._newest_of(local_date, world)).one_or_none()
        if row is None:
            raise NotInStore(f"no moisture codes of {local_date} in world {world!r}")
        return _frame(row)

    def newest(self, not_after: date, *, world: str = LIVE) -> dy.DataFrame[MoistureFrame] | None:
        """The codes of the newest day that is kept, not after ``not_after``; it may hold some zones' cells only.

        Raises:
            StoreCorrupt: the bytes do not match their digest, or are no moisture frame.
        """
        statement = self._versions(world).where(moisture.c.local_date <= not_after).limit(1)
        with self.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _frame(row)

    def newest_by_cell(
        self, cell_ids: frozenset[str], *, not_after: date, not_before: date, world: str = LIVE
    ) -> dy.DataFrame[MoistureFrame]:
        """Each cell's newest codes between two days; a cell without any is absent.

        Zones may be computed on different days, so that one cell's newest day is not another's.

        Raises:
            StoreCorrupt: the bytes of a day do not match their digest, or are no moisture frame.
        """
        statement = self._versions(world).where(moisture.c.local_date.between(not_before, not_after))
        missing = set(cell_ids)
        found: list[pl.DataFrame] = [MoistureFrame.create_empty()]
        last_read: date | None = None
        with self.database.read() as connection:
            for row in connection.execution_options(yield_per=1).execute(statement):
                if not missing:
                    break
                if row.local_date == last_read:
                    continue
                last_read = row.local_date
                rows = _frame(row).filter(pl.col("cell_id").is_in(missing))
                missing -= set(rows["cell_id"])
                found.append(rows)
        return MoistureFrame.validate(pl.concat(found).sort("cell_id"))

    def versions(self, local_date: date, *, world: str = LIVE) -> list[tuple[int, str, str]]:
        """Number, digest and run of each version of a day, oldest first."""
        chosen = sa.select(moisture.c.seq, moisture.c.sha256, moisture.c.made_by_run)
        chosen = chosen.where(moisture.c.world == world, moisture.c.local_date == local_date)
        with self.database.read() as connection:
            return [tuple(row) for row in connection.execute(chosen.order_by(moisture.c.seq))]

    def _versions(self, world: str) -> sa.Select[Any]:
        """Every version that may be read: the newest day first, and of a day the newest version."""
        chosen = sa.select(moisture).where(moisture.c.world == world)
        if self.known is not None:
            chosen = chosen.where(moisture.c.seq <= self.known.mark(moisture.name))
        return chosen.order_by(moisture.c.local_date.desc(), moisture.c.seq.desc())

    def _newest_of(self, local_date: date, world: str) -> sa.Select[Any]:
        return self._versions(world).where(moisture.c.local_date == local_date).limit(1)


def _only_day(frame: pl.DataFrame) -> date:
    days = frame["local_date"].unique().to_list()
    if len(days) != 1:
        raise StoreError(f"moisture codes are kept a day at a time, got {len(days)} days: {sorted(days)}")
    if "is_forecast" in frame.columns and frame["is_forecast"].any():
        raise StoreError(f"moisture codes of {days[0]} come from a forecast; only observed or analysed days are state")
    return date.fromisoformat(days[0].isoformat())


def _merged(before: pl.DataFrame | None, frame: pl.DataFrame) -> dy.DataFrame[MoistureFrame]:
    kept = [] if before is None else [before.filter(~pl.col("cell_id").is_in(frame["cell_id"].to_list()))]
    return MoistureFrame.validate(pl.concat([*kept, frame]).sort("cell_id"), cast=True)


def _frame(row: Any) -> dy.DataFrame[MoistureFrame]:
    what = f"moisture codes of {row.local_date} in world {row.world!r}"
    return unpacked(MoistureFrame, row, what=what, remedy="compute the day again or restore a backup", first=_whole)


_BEFORE_THEY_WERE_KEPT = {
    "filled_days": pl.lit(0, pl.Int64),
    "gap_run_d": pl.lit(0, pl.Int64),
    "snow_water_mm": pl.lit(0.0, pl.Float64),
    "snow_free_days": pl.lit(None, pl.Int64),
    "days_since_rain_d": pl.lit(None, pl.Int64),
    **{name: pl.lit(None, pl.Date) for name in ("last_gap_local_date", "last_filled_local_date")},
    "restarted_local_date": pl.lit(None, pl.Date),
}


def _whole(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of a version that kept fewer columns: what it did not know had not happened, or stays unknown."""
    absent = [value.alias(name) for name, value in _BEFORE_THEY_WERE_KEPT.items() if name not in frame.columns]
    return frame.with_columns(absent).select(_COLUMNS)
