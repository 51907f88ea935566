"""Answers to alerts: which alert a code means, whose answer it is, and what the first one changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from notify.ledger import Delivery
from store.audit import AuditAction, Deed, append
from store.errors import AnswerUnclear, NotInStore
from store.ledger_rows import alert_table, answer_table, delivery_of, delivery_table, event_table
from store.sending import supersede


def answer(
    connection: sa.Connection, code: str, *, office: str | None, by: str, via: str, now: datetime, world: str | None
) -> list[Delivery]:
    """Record an answer inside a transaction; see :meth:`store.ledger.SqlLedger.acknowledge`."""
    if not by.strip():
        raise AnswerUnclear(f"answer to {code!r}: say who answers")
    told = _alert_with(connection, code, world)
    rows = _rows_of(connection, told, office)
    region, answered = rows[0].region, rows[0].office
    first = all(row.acknowledged_utc is None for row in rows)
    connection.execute(
        answer_table.insert().values(
            world=told.world,
            alert_id=told.alert_id,
            code=told.code,
            region=region,
            office=answered,
            acknowledged_by=by,
            acknowledged_via=via,
            acknowledged_utc=now,
            first=first,
        )
    )
    mine = (
        delivery_table.c.alert_id == told.alert_id,
        delivery_table.c.region == region,
        delivery_table.c.office == answered,
    )
    if first:
        connection.execute(
            delivery_table.update().where(*mine).values(acknowledged_utc=now, acknowledged_by=by, acknowledged_via=via)
        )
        supersede(connection, *mine, delivery_table.c.step > 0)
    office_said = f"{region}/{answered}"
    deed = Deed(
        by, AuditAction.ACKNOWLEDGE, told.code, now, {"office": office_said, "via": via, "first": first}, told.world
    )
    append(connection, deed)
    after = connection.execute(
        sa.select(delivery_table).where(*mine).order_by(delivery_table.c.channel, delivery_table.c.step)
    )
    return [delivery_of(row) for row in after]


def _alert_with(connection: sa.Connection, code: str, world: str | None) -> sa.Row[Any]:
    """The alert that was committed last with this code; codes come again each year and in each exercise."""
    chosen = sa.select(alert_table).where(alert_table.c.code == code.strip())
    if world is not None:
        chosen = chosen.where(alert_table.c.world == world)
    newest = chosen.order_by(sa.case((alert_table.c.world == LIVE, 0), else_=1), alert_table.c.seq.desc()).limit(1)
    found = connection.execute(newest).one_or_none()
    if found is None:
        where = "" if world is None else f" in world {world!r}"
        raise NotInStore(f"no alert has the code {code!r}{where}; read it again from the message")
    connection.execute(
        sa.select(event_table.c.event_id)
        .where(event_table.c.world == found.world, event_table.c.event_id == found.event_id)
        .with_for_update()
    )
    return found


def _rows_of(connection: sa.Connection, told: Any, office: str | None) -> Sequence[sa.Row[Any]]:
    chosen = (
        sa.select(delivery_table)
        .where(delivery_table.c.alert_id == told.alert_id)
        .order_by(delivery_table.c.delivery_id)
    )
    rows = connection.execute(chosen.with_for_update()).all()
    offices = {f"{row.region}/{row.office}": f"{row.region}/{row.office} ({row.office_zh})" for row in rows}
    listed = ", ".join(offices[key] for key in sorted(offices)) or "nobody"
    if office is None and len(offices) != 1:
        raise AnswerUnclear(f"{told.code} went to several offices; say which one answers: {listed}")
    mine = [row for row in rows if office in {None, row.office, row.office_zh, f"{row.region}/{row.office}"}]
    if not mine:
        raise NotInStore(f"{told.code} did not go to office {office!r}; it went to {listed}")
    if len({(row.region, row.office) for row in mine}) > 1:
        raise AnswerUnclear(f"{told.code}: {office!r} names several offices; say region/office: {listed}")
    return mine
