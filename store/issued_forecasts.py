"""Every forecast that was issued, and what came of it when its day was past."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import dataframely as dy
import polars as pl
import sqlalchemy as sa

from models.frames import ForecastScoreFrame, IssuedForecastFrame
from notify.alert import LIVE
from store.database import Database
from store.dialect import upsert
from store.errors import StoreConflict
from store.packed import packed, unpacked
from store.schema import count, day, instant, metadata, number, text

forecast = sa.Table(
    "forecast",
    metadata,
    text("world"),
    text("run_id"),
    instant("issued_utc"),
    day("first_local_date"),
    day("last_local_date"),
    count("rows"),
    text("sha256"),
    sa.Column("frame", sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint("world", "run_id"),
    sa.Index("ix_forecast_days", "world", "last_local_date"),
)
forecast_score = sa.Table(
    "forecast_score",
    metadata,
    text("world"),
    text("zone"),
    instant("issued_utc"),
    day("local_date"),
    text("quantity"),
    count("lead_d"),
    count("count"),
    number("error_sum"),
    number("absolute_error_sum"),
    number("squared_error_sum"),
    count("hits"),
    sa.PrimaryKeyConstraint("world", "zone", "issued_utc", "local_date", "quantity"),
    sa.Index("ix_forecast_score_day", "world", "local_date"),
)


@dataclass(frozen=True)
class IssuedForecasts:
    """Keeps forecasts, one compressed frame a run, and their scores, one row a unit, day and quantity."""

    database: Database

    def save(self, frame: dy.DataFrame[IssuedForecastFrame], *, run_id: str, world: str = LIVE) -> None:
        """Keep what a run issued; the same run may say the same twice. An empty frame is nothing to keep.

        Raises:
            StoreConflict: the run issued something else before.
        """
        if frame.is_empty():
            return
        content = packed(frame)
        row = {
            "issued_utc": frame["issued_utc"][0],
            "first_local_date": frame["local_date"].min(),
            "last_local_date": frame["local_date"].max(),
            "rows": frame.height,
            "sha256": hashlib.sha256(content).hexdigest(),
            "frame": content,
        }
        with self.database.begin() as connection:
            statement = upsert(connection, forecast).values(world=world, run_id=run_id, **row)
            statement = statement.on_conflict_do_nothing(index_elements=[forecast.c.world, forecast.c.run_id])
            connection.execute(statement)
            own = (forecast.c.world == world, forecast.c.run_id == run_id)
            kept = connection.execute(sa.select(forecast.c.sha256).where(*own)).scalar_one()
        if kept != row["sha256"]:
            raise StoreConflict(f"run {run_id} issued another forecast before; a rerun has an id of its own")

    def of_day(self, local_date: date, *, world: str = LIVE) -> dy.DataFrame[IssuedForecastFrame]:
        """All that was ever forecast for a day.

        Raises:
            StoreCorrupt: the bytes of a forecast do not match their digest.
        """
        spans = (forecast.c.first_local_date <= local_date, forecast.c.last_local_date >= local_date)
        statement = sa.select(forecast).where(forecast.c.world == world, *spans)
        with self.database.read() as connection:
            rows = connection.execute(statement.order_by(forecast.c.issued_utc, forecast.c.run_id)).all()
        found = [_frame(row).filter(pl.col("local_date") == local_date) for row in rows]
        # Two runs of one moment are one forecast.
        whole = pl.concat([IssuedForecastFrame.create_empty(), *found])
        return IssuedForecastFrame.validate(
            whole.unique(IssuedForecastFrame.primary_key(), keep="last", maintain_order=True)
        )

    def save_scores(self, scores: dy.DataFrame[ForecastScoreFrame], *, world: str = LIVE) -> None:
        """Keep scores; one that is there already is replaced: the truth became better known."""
        keys = [forecast_score.c[name] for name in ("world", "zone", "issued_utc", "local_date", "quantity")]
        with self.database.begin() as connection:
            for row in scores.iter_rows(named=True):
                values = {name: value for name, value in row.items() if name not in _KEY}
                statement = upsert(connection, forecast_score).values(world=world, **row)
                connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))

    def scores(
        self, *, from_local_date: date, to_local_date: date, world: str = LIVE
    ) -> dy.DataFrame[ForecastScoreFrame]:
        """The scores of some days, both included."""
        within = forecast_score.c.local_date.between(from_local_date, to_local_date)
        statement = sa.select(forecast_score).where(forecast_score.c.world == world, within)
        order = [forecast_score.c[name] for name in ("zone", "quantity", "lead_d", "local_date")]
        with self.database.read() as connection:
            rows = connection.execute(statement.order_by(*order)).mappings().all()
        columns = ForecastScoreFrame.column_names()
        if not rows:
            return ForecastScoreFrame.create_empty()
        return ForecastScoreFrame.validate(pl.DataFrame([dict(row) for row in rows]).select(columns), cast=True)

    def newest_issue_utc(self, *, world: str = LIVE) -> datetime | None:
        """When the last forecast was issued."""
        statement = sa.select(sa.func.max(forecast.c.issued_utc)).where(forecast.c.world == world)
        with self.database.read() as connection:
            return connection.execute(statement).scalar()


_KEY = ("zone", "issued_utc", "local_date", "quantity")


def _frame(row: Any) -> dy.DataFrame[IssuedForecastFrame]:
    what = f"forecast of run {row.run_id} in world {row.world!r}"
    return unpacked(IssuedForecastFrame, row, what=what, remedy="restore a backup")
