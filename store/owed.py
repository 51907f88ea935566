"""What each office that is owed an alert has had of it, read from the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from notify.delivery_states import DeliveryState
from notify.three_regions import OfficeFacts
from store import circuits
from store.database import Database
from store.ledger_rows import alert_table, answer_table, delivery_table, event_table, obligation_table

_S = DeliveryState
_OPEN = {_S.PENDING, _S.CLAIMED, _S.SENDING}
_Office = tuple[str, str, str]


@dataclass(frozen=True)
class Owed:
    """The read side of obligations."""

    database: Database

    def offices(
        self, *, event_id: str | None = None, since: datetime | None = None, world: str | None = LIVE
    ) -> list[OfficeFacts]:
        """Facts of every office that is owed an alert, in the order of commits, regions and offices.

        Args:
            event_id: of one event, or the code of one of its alerts; None for all.
            since: alerts decided at or after.
            world: None for all.
        """
        told = alert_table.c
        chosen = (
            sa.select(obligation_table, *_named(alert_table), event_table.c.newest_revision)
            .join(alert_table, told.alert_id == obligation_table.c.alert_id)
            .join(event_table, sa.and_(event_table.c.world == told.world, event_table.c.event_id == told.event_id))
            .order_by(told.seq, obligation_table.c.region, obligation_table.c.office)
        )
        if world is not None:
            chosen = chosen.where(told.world == world)
        if event_id is not None:
            named = sa.select(told.event_id).where(sa.or_(told.event_id == event_id, told.code == event_id))
            chosen = chosen.where(told.event_id.in_(named))
        if since is not None:
            chosen = chosen.where(told.decided_utc >= since)
        with self.database.read() as connection:
            owed = connection.execute(chosen).all()
            ids = {row.alert_id for row in owed}
            rows, answers = _rows(connection, ids), _answers(connection, ids)
        return [_facts(row, rows[_key(row)], answers.get(_key(row))) for row in owed]

    def oldest_due(self, *, now: datetime, world: str = LIVE) -> datetime | None:
        """Since when the row that waits longest has been due; None when nothing is.

        A row that was given back is due again when its provider's rate allows it; one that waits for an account which
        is cut off, when it is its turn as the probe.
        """
        by = delivery_table.c
        first = sa.func.coalesce(by.next_attempt_utc, alert_table.c.decided_utc, type_=by.due_utc.type)
        due = sa.case((by.due_utc > first, by.due_utc), else_=first)
        chosen = (
            sa.select(sa.func.min(due, type_=by.due_utc.type))
            .select_from(delivery_table.join(alert_table, alert_table.c.alert_id == by.alert_id))
            .where(by.world == world, by.state.in_(_OPEN), due <= now)
        )
        with self.database.read() as connection:
            found = connection.execute(chosen.where(circuits.is_free(connection, world=world))).scalar_one()
            turn = circuits.next_turn(connection, world=world)
        return min((since for since in (found, turn) if since is not None and since <= now), default=None)


def _named(table: sa.Table) -> Iterable[sa.ColumnElement[Any]]:
    names = ("event_id", "code", "revision", "regions", "decided_utc")
    return (*(table.c[name] for name in names), table.c.level.label("alert_level"))


def _key(row: Any) -> _Office:
    return row.alert_id, row.region, row.office


def _rows(connection: sa.Connection, ids: set[str]) -> dict[_Office, list[Any]]:
    by = delivery_table.c
    chosen = sa.select(by.alert_id, by.region, by.office, by.state, by.sent_utc).where(
        by.alert_id.in_(ids), by.for_office == "", by.to_group.is_(False)
    )
    found: dict[_Office, list[Any]] = defaultdict(list)
    for row in connection.execute(chosen):
        found[_key(row)].append(row)
    return found


def _answers(connection: sa.Connection, ids: set[str]) -> dict[_Office, datetime]:
    by = answer_table.c
    chosen = sa.select(by.alert_id, by.region, by.office, by.acknowledged_utc).where(by.alert_id.in_(ids), by.first)
    return {_key(row): row.acknowledged_utc for row in connection.execute(chosen)}


def _facts(owed: Any, rows: Sequence[Any], answered: datetime | None) -> OfficeFacts:
    sent = [row.sent_utc for row in rows if row.sent_utc is not None]
    states = [row.state for row in rows]
    return OfficeFacts(
        alert_id=owed.alert_id,
        event_id=owed.event_id,
        code=owed.code,
        revision=owed.revision,
        newest=owed.revision == owed.newest_revision,
        level=owed.alert_level,
        regions=tuple(owed.regions),
        decided_utc=owed.decided_utc,
        region=owed.region,
        office=owed.office,
        office_zh=owed.office_zh,
        office_level=owed.level,
        deadline_utc=owed.deadline_utc,
        ways=len(rows),
        open_ways=sum(state in _OPEN for state in states),
        superseded_ways=states.count(_S.SUPERSEDED),
        sent_utc=min(sent, default=None),
        delivered=_S.DELIVERED in states,
        acknowledged_utc=answered,
        expired_ways=states.count(_S.EXPIRED),
    )
