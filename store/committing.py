"""An alert enters the ledger: once, with all its rows, and what older revisions have not begun to send stops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa

from notify.alert import Alert
from notify.delivery_states import DeliveryState
from notify.ledger import Delivery, Obligation
from store.dialect import upsert
from store.errors import StoreConflict, StoreError
from store.ledger_rows import (
    alert_of,
    alert_row,
    alert_table,
    delivery_row,
    delivery_table,
    event_table,
    obligation_row,
    obligation_table,
)
from store.sending import supersede
from store.silence import spared

_DECISION = ("alert_id", "kind", "zone", "level", "previous_level", "reason", "exercise")
"""What makes two alerts of one event and revision the same decision; texts, code and evidence may differ."""


def commit(
    connection: sa.Connection, alert: Alert, deliveries: Sequence[Delivery], owed: Sequence[Obligation] = ()
) -> bool:
    """Write inside a transaction; see :meth:`store.ledger.SqlLedger.commit`."""
    newest = lock_event(connection, alert)
    if _is_there(connection, alert):
        return False
    if newest is not None and alert.revision < newest:
        raise StoreConflict(
            f"{alert.event_id}: revision {alert.revision} comes after {newest}; read it and decide again"
        )
    _check_rows(alert, deliveries, first=newest is None)
    _check_owed(alert, owed)
    _insert(connection, alert, deliveries, owed)
    _supersede_older(connection, alert)
    _spare_those_who_answered(connection, alert)
    return True


def lock_event(connection: sa.Connection, item: Alert) -> int | None:
    """Hold an event to the end of the transaction; its newest revision, None where it has none."""
    connection.execute(
        upsert(connection, event_table).values(world=item.world, event_id=item.event_id).on_conflict_do_nothing()
    )
    chosen = sa.select(event_table.c.newest_revision).where(
        event_table.c.world == item.world, event_table.c.event_id == item.event_id
    )
    newest: int | None = connection.execute(chosen.with_for_update()).scalar_one()
    return newest


def _is_there(connection: sa.Connection, item: Alert) -> bool:
    key = (
        alert_table.c.event_id == item.event_id,
        alert_table.c.revision == item.revision,
        alert_table.c.world == item.world,
    )
    row = connection.execute(sa.select(alert_table).where(*key)).one_or_none()
    if row is None:
        return False
    before = alert_of(row)
    changed = [name for name in _DECISION if getattr(before, name) != getattr(item, name)]
    if set(before.regions) != set(item.regions):
        changed.append("regions")
    if changed:
        raise StoreConflict(
            f"{item.event_id}: revision {item.revision} was committed with another {', '.join(changed)}; "
            "read it and decide again"
        )
    return True


def _check_rows(item: Alert, deliveries: Sequence[Delivery], *, first: bool) -> None:
    if first and not deliveries:
        raise StoreError(f"{item.event_id}: an alert that tells nobody is refused; check the contacts")
    for row in deliveries:
        if (row.alert_id, row.revision, row.world) != (item.alert_id, item.revision, item.world):
            raise StoreError(f"delivery {row.delivery_id} is not of alert {item.alert_id} in world {item.world!r}")
        if row.state is not DeliveryState.PENDING:
            raise StoreError(f"delivery {row.delivery_id} is {row.state}; a new row is pending")
    told = Counter(
        (row.region, row.office, row.channel, row.step, row.for_region, row.for_office) for row in deliveries
    )
    if twice := {key for key, times in told.items() if times > 1}:
        raise StoreError(f"{item.event_id}: told twice by region, office, channel, step: {sorted(twice)}")


def _check_owed(item: Alert, owed: Sequence[Obligation]) -> None:
    for one in owed:
        if (one.alert_id, one.world) != (item.alert_id, item.world):
            raise StoreError(f"obligation of {one.region}/{one.office} is not of alert {item.alert_id}")


def _insert(connection: sa.Connection, item: Alert, deliveries: Sequence[Delivery], owed: Sequence[Obligation]) -> None:
    connection.execute(alert_table.insert().values(alert_row(item)))
    if deliveries:
        rows = [delivery_row(row, decided_utc=item.decided_utc) for row in deliveries]
        connection.execute(delivery_table.insert(), rows)
    if owed:
        connection.execute(obligation_table.insert(), [obligation_row(one) for one in owed])
    connection.execute(
        event_table.update()
        .where(event_table.c.world == item.world, event_table.c.event_id == item.event_id)
        .values(newest_revision=item.revision)
    )


def _supersede_older(connection: sa.Connection, item: Alert) -> None:
    older = sa.select(alert_table.c.alert_id).where(
        alert_table.c.world == item.world,
        alert_table.c.event_id == item.event_id,
        alert_table.c.revision < item.revision,
    )
    supersede(connection, delivery_table.c.alert_id.in_(older))


def _spare_those_who_answered(connection: sa.Connection, item: Alert) -> None:
    """Offices that answered this event at this level or a worse one are told, and not rung again."""
    by = delivery_table.c
    for region, office in spared(connection, item.alert_id):
        own = sa.and_(by.region == region, by.office == office, by.for_office == "")
        on_behalf = sa.and_(by.for_region == region, by.for_office == office)
        supersede(connection, by.alert_id == item.alert_id, by.step > 0, sa.or_(own, on_behalf))
