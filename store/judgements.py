"""What each hotspot was taken for when it was first looked at, and why: the register of the filter's decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import dataframely as dy
import polars as pl
import sqlalchemy as sa

from models.frames import JudgementFrame
from notify.alert import LIVE
from store.database import Database
from store.dialect import upsert
from store.hotspots import hotspot
from store.known import Known, refuse_writing
from store.schema import instant, metadata, text

hotspot_judgement = sa.Table(
    "hotspot_judgement",
    metadata,
    text("world"),
    text("hotspot_id"),
    text("source_kind"),
    text("certainty"),
    text("doubt", nullable=True),
    text("reason_zh"),
    instant("judged_utc"),
    sa.PrimaryKeyConstraint("world", "hotspot_id"),
)
_COLUMNS = tuple(JudgementFrame.column_names())


@dataclass(frozen=True)
class Judgements:
    """Keeps one row a hotspot and world; the first judgement stays."""

    database: Database
    known: Known | None = None
    """How far a look back reads; None for all."""

    def save(self, frame: dy.DataFrame[JudgementFrame], *, world: str = LIVE) -> None:
        """Keep judgements of hotspots that had none."""
        refuse_writing(self.known)
        rows = [row | {"world": world} for row in frame.select(_COLUMNS).sort("hotspot_id").to_dicts()]
        if rows:
            with self.database.begin() as connection:
                connection.execute(upsert(connection, hotspot_judgement).on_conflict_do_nothing(), rows)

    def since(self, acquired_utc: datetime, *, world: str = LIVE) -> dy.DataFrame[JudgementFrame]:
        """Judgements of hotspots acquired at or after an instant."""
        table = hotspot_judgement
        both = sa.and_(hotspot.c.world == table.c.world, hotspot.c.hotspot_id == table.c.hotspot_id)
        chosen = (
            sa.select(*(table.c[name] for name in _COLUMNS))
            .join(hotspot, both)
            .where(table.c.world == world, hotspot.c.acquired_utc >= acquired_utc)
            .order_by(table.c.hotspot_id)
        )
        if self.known is not None:
            chosen = chosen.where(table.c.judged_utc < self.known.as_of_utc)
        with self.database.read() as connection:
            rows: Any = connection.execute(chosen).all()
        schema = JudgementFrame.create_empty().schema
        return JudgementFrame.validate(pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row"))
