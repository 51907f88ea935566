"""Answers to alerts: which alert a code means, whose answer it is, and what the first one changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notify.alert import LIVE
from notify.ledger import EVERY_SILENT, Delivery
from store.audit import AuditAction, Deed, append
from store.errors import AnswerUnclear, NotInStore
from store.ledger_rows import alert_table, answer_table, delivery_of, delivery_table, event_table, obligation_table
from store.sending import supersede
from store.silence import silent_offices


def answer(
    connection: sa.Connection, code: str, *, office: str | None, by: str, via: str, now: datetime, world: str | None
) -> list[Delivery]:
    """Record an answer inside a transaction; see :meth:`store.ledger.SqlLedger.acknowledge`."""
    if not by.strip():
        raise AnswerUnclear(f"answer to {code!r}: say who answers")
    told = _alert_with(connection, code, world)
    region, answered = _office_of(connection, told, office)
    key = {"alert_id": told.alert_id, "region": region, "office": answered}
    first = connection.execute(_of(answer_table, key).limit(1)).first() is None
    new = {"world": told.world, "code": told.code, "acknowledged_utc": now, "first": first}
    who = {"acknowledged_by": by, "acknowledged_via": via}
    connection.execute(answer_table.insert().values(key | new | who))
    if first:
        _stop_ringing(connection, key)
        mine = [delivery_table.c[name] == value for name, value in (key | {"for_office": ""}).items()]
        connection.execute(delivery_table.update().where(*mine).values(who | {"acknowledged_utc": now}))
    said = {"office": f"{region}/{answered}", "via": via, "first": first}
    append(connection, Deed(by, AuditAction.ACKNOWLEDGE, told.code, now, said, told.world))
    after = _of(delivery_table, key | {"for_office": ""}).order_by(delivery_table.c.channel, delivery_table.c.step)
    return [delivery_of(row) for row in connection.execute(after)]


def _of(table: sa.Table, key: dict[str, str]) -> sa.Select[Any]:
    return sa.select(table).where(*(table.c[name] == value for name, value in key.items()))


def _stop_ringing(connection: sa.Connection, key: dict[str, str]) -> None:
    """Steps of the ladder of an office end with its answer: its own, and those that call others on its behalf."""
    by = delivery_table.c
    own = sa.and_(by.region == key["region"], by.office == key["office"], by.for_office == "")
    on_behalf = sa.and_(by.for_region == key["region"], by.for_office == key["office"])
    supersede(connection, by.alert_id == key["alert_id"], by.step > 0, sa.or_(own, on_behalf))
    calls = sa.select(delivery_table).where(by.alert_id == key["alert_id"], by.for_office == EVERY_SILENT)
    for call in connection.execute(calls).all():
        if not silent_offices(connection, call):
            supersede(connection, by.delivery_id == call.delivery_id)


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


def _office_of(connection: sa.Connection, told: Any, office: str | None) -> tuple[str, str]:
    """Region and office that answer: one that was told, or that had to be and could not."""
    names: dict[tuple[str, str], str] = {}
    for table in (obligation_table, delivery_table):
        chosen = sa.select(table.c.region, table.c.office, table.c.office_zh).where(table.c.alert_id == told.alert_id)
        names |= {(row.region, row.office): row.office_zh for row in connection.execute(chosen)}
    listed = ", ".join(f"{region}/{one} ({names[region, one]})" for region, one in sorted(names)) or "nobody"
    if office is None and len(names) != 1:
        raise AnswerUnclear(f"{told.code} went to several offices; say which one answers: {listed}")
    mine = [(region, one) for (region, one), zh in names.items() if office in {None, one, zh, f"{region}/{one}"}]
    if not mine:
        raise NotInStore(f"{told.code} did not go to office {office!r}; it went to {listed}")
    if len(mine) > 1:
        raise AnswerUnclear(f"{told.code}: {office!r} names several offices; say region/office: {listed}")
    return mine[0]
