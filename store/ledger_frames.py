"""What was decided, who was told and who answered, as frames with the fields of ``alerts.jsonl`` and the like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa

from store.database import Database
from store.ledger_rows import alert_table, attempt_table, delivery_table, event_table

_INSTANT = pl.Datetime("us", "UTC")

ALERTS = pl.Schema(
    {
        "alert_id": pl.String(),
        "code": pl.String(),
        "revision": pl.Int64(),
        "event_id": pl.String(),
        "kind": pl.String(),
        "zone": pl.String(),
        "level": pl.String(),
        "previous_level": pl.String(),
        "reason": pl.String(),
        "decided_utc": _INSTANT,
        "regions": pl.List(pl.String()),
        "recipients": pl.List(pl.String()),
        "exercise": pl.Boolean(),
        "degraded": pl.Boolean(),
        "text_short": pl.String(),
        "text_long": pl.String(),
    }
)
"""Columns of ``alerts.jsonl``; ``recipients`` are offices, as ``deliveries.jsonl`` names them."""

DELIVERIES = pl.Schema(
    {
        "delivery_id": pl.String(),
        "alert_id": pl.String(),
        "revision": pl.Int64(),
        "region": pl.String(),
        "office": pl.String(),
        "recipient_role": pl.String(),
        "channel": pl.String(),
        "step": pl.Int64(),
        "state": pl.String(),
        "attempts": pl.Int64(),
        "sent_utc": _INSTANT,
        "acknowledged_utc": _INSTANT,
        "outcome": pl.String(),
    }
)
"""Columns of ``deliveries.jsonl``."""

EVENTS = pl.Schema(
    {
        "event_id": pl.String(),
        "world": pl.String(),
        "revision": pl.Int64(),
        "alert_id": pl.String(),
        "code": pl.String(),
        "kind": pl.String(),
        "zone": pl.String(),
        "level": pl.String(),
        "reason": pl.String(),
        "decided_utc": _INSTANT,
        "exercise": pl.Boolean(),
        "offices": pl.Int64(),
        "offices_sent": pl.Int64(),
        "offices_acknowledged": pl.Int64(),
    }
)
"""One row an event: its newest revision, and how many offices it was meant for, left for, and was answered by."""

DOUBTS = pl.Schema(
    {
        "delivery_id": pl.String(),
        "alert_id": pl.String(),
        "state": pl.String(),
        "attempts": pl.Int64(),
        "unknowns": pl.Int64(),
    }
)
"""One row a delivery: ``unknowns`` bounds the copies that may be there."""

ATTEMPTS = pl.Schema(
    {
        "delivery_id": pl.String(),
        "fence": pl.Int64(),
        "owner": pl.String(),
        "started_utc": _INSTANT,
        "ended_utc": _INSTANT,
        "outcome_class": pl.String(),
        "detail": pl.String(),
        "stale": pl.Boolean(),
    }
)
"""One row a try; ``stale`` ones came from a dispatcher that had lost the row and changed nothing."""


@dataclass(frozen=True)
class LedgerFrames:
    """The read side of the ledger. A ``world`` of None means all of them."""

    database: Database

    def alerts(self, *, world: str | None = None) -> pl.DataFrame:
        """All alerts in the order in which they were committed; columns of :data:`ALERTS`."""
        chosen = sa.select(alert_table).order_by(alert_table.c.seq)
        by = delivery_table.c
        told = sa.select(by.alert_id, by.office).where(by.for_office == "").distinct()
        with self.database.read() as connection:
            rows = connection.execute(_in_world(chosen, alert_table, world)).all()
            pairs = connection.execute(_in_world(told, delivery_table, world)).all()
        offices: dict[str, list[str]] = defaultdict(list)
        for alert_id, office in sorted(tuple(pair) for pair in pairs):
            offices[alert_id].append(office)
        return _frame([row._asdict() | {"recipients": offices[row.alert_id]} for row in rows], ALERTS)

    def deliveries(self, alert_id: str | None = None, *, world: str | None = None) -> pl.DataFrame:
        """The rows of one alert or of all, in the order of commit and office; columns of :data:`DELIVERIES`."""
        chosen = sa.select(delivery_table).join_from(delivery_table, alert_table)
        if alert_id is not None:
            chosen = chosen.where(delivery_table.c.alert_id == alert_id)
        by = delivery_table.c
        ordered = chosen.order_by(alert_table.c.seq, by.region, by.office, by.channel, by.step)
        return self._rows(_in_world(ordered, delivery_table, world), DELIVERIES)

    def doubts(self, *, world: str | None = None) -> pl.DataFrame:
        """State of every row, and how many of its attempts may have arrived; columns of :data:`DOUBTS`."""
        by = delivery_table.c
        chosen = sa.select(by.delivery_id, by.alert_id, by.state, by.attempts, by.unknowns).order_by(by.delivery_id)
        return self._rows(_in_world(chosen, delivery_table, world), DOUBTS)

    def events(self, *, world: str | None = None) -> pl.DataFrame:
        """Each event as its newest revision stands, in the order of commit; columns of :data:`EVENTS`."""
        counted = _offices().subquery()
        chosen = (
            sa.select(alert_table, *(sa.func.coalesce(counted.c[name], 0).label(name) for name in _COUNTS))
            .join(
                event_table,
                sa.and_(event_table.c.world == alert_table.c.world, event_table.c.event_id == alert_table.c.event_id),
            )
            .outerjoin(counted, counted.c.alert_id == alert_table.c.alert_id)
            .where(alert_table.c.revision == event_table.c.newest_revision)
            .order_by(alert_table.c.seq)
        )
        return self._rows(_in_world(chosen, alert_table, world), EVENTS)

    def attempts(self, delivery_id: str | None = None, *, world: str | None = None) -> pl.DataFrame:
        """All tries of one row or of all, oldest first; columns of :data:`ATTEMPTS`."""
        chosen = sa.select(attempt_table).order_by(attempt_table.c.seq)
        if delivery_id is not None:
            chosen = chosen.where(attempt_table.c.delivery_id == delivery_id)
        return self._rows(_in_world(chosen, attempt_table, world), ATTEMPTS)

    def _rows(self, statement: sa.Select[Any], schema: pl.Schema) -> pl.DataFrame:
        with self.database.read() as connection:
            return _frame([row._asdict() for row in connection.execute(statement)], schema)


_COUNTS = ("offices", "offices_sent", "offices_acknowledged")


def _offices() -> sa.Select[Any]:
    by = delivery_table.c
    office = by.region + "/" + by.office
    sent = sa.case((by.sent_utc.is_not(None), office))
    answered = sa.case((by.acknowledged_utc.is_not(None), office))
    counts = (sa.func.count(sa.distinct(column)) for column in (office, sent, answered))
    named = (column.label(name) for column, name in zip(counts, _COUNTS, strict=True))
    return sa.select(by.alert_id, *named).where(by.for_office == "").group_by(by.alert_id)


def _in_world(statement: sa.Select[Any], table: sa.Table, world: str | None) -> sa.Select[Any]:
    return statement if world is None else statement.where(table.c.world == world)


def _frame(rows: Sequence[dict[str, Any]], schema: pl.Schema) -> pl.DataFrame:
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in schema}
    return pl.DataFrame(columns, schema=schema)
