"""Tables of the ledger, and the way between their rows and the nouns of notify."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from notify.alert import Alert, AlertKind, Reason
from notify.ledger import Delivery, DeliveryState, OutcomeClass
from store.schema import closed, count, document, flag, instant, metadata, number, serial, text

# One row an event: its lock makes commits of one event, and the start of a send, stand in a line.
event_table = sa.Table(
    "event",
    metadata,
    text("world"),
    text("event_id"),
    count("newest_revision", nullable=True),
    sa.PrimaryKeyConstraint("world", "event_id"),
)

alert_table = sa.Table(
    "alert",
    metadata,
    serial("seq"),
    sa.Column("alert_id", sa.Text(), nullable=False, unique=True),
    text("world"),
    text("event_id"),
    count("revision"),
    text("code"),
    text("kind"),
    text("zone", nullable=True),
    text("level"),
    text("previous_level"),
    text("reason"),
    instant("decided_utc"),
    document("regions"),
    flag("exercise"),
    flag("degraded"),
    text("text_short"),
    text("text_long"),
    document("evidence"),
    sa.UniqueConstraint("event_id", "revision", "world"),
    sa.ForeignKeyConstraint(["world", "event_id"], ["event.world", "event.event_id"]),
    sa.Index("ix_alert_code", "code"),
    sa.Index("ix_alert_zone", "world", "zone", "kind"),
)

delivery_table = sa.Table(
    "delivery",
    metadata,
    sa.Column("delivery_id", sa.Text(), primary_key=True),
    text("world"),
    sa.Column("alert_id", sa.Text(), sa.ForeignKey("alert.alert_id"), nullable=False),
    count("revision"),
    text("region"),
    text("office"),
    text("office_zh"),
    text("recipient_role"),
    text("channel"),
    count("step"),
    text("state"),
    count("attempts"),
    count("unknowns"),
    instant("next_attempt_utc", nullable=True),
    text("owner", nullable=True),
    instant("lease_until_utc", nullable=True),
    count("fence"),
    instant("sending_utc", nullable=True),
    instant("sent_utc", nullable=True),
    text("outcome", nullable=True),
    text("provider_id", nullable=True),
    instant("acknowledged_utc", nullable=True),
    text("acknowledged_by", nullable=True),
    text("acknowledged_via", nullable=True),
    # Two regions may call their desks alike, so the region is part of the office's name.
    sa.UniqueConstraint("alert_id", "revision", "region", "office", "channel", "step"),
    closed("state", DeliveryState),
    sa.CheckConstraint("attempts >= 0 AND unknowns >= 0 AND fence >= 0 AND step >= 0", name="counts"),
    sa.CheckConstraint("state NOT IN ('claimed', 'sending') OR lease_until_utc IS NOT NULL", name="lease"),
    sa.Index("ix_delivery_due", "world", "state", "next_attempt_utc"),
)

attempt_table = sa.Table(
    "attempt",
    metadata,
    serial("seq"),
    text("world"),
    sa.Column("delivery_id", sa.Text(), sa.ForeignKey("delivery.delivery_id"), nullable=False),
    count("fence"),
    text("owner", nullable=True),
    instant("started_utc", nullable=True),
    instant("ended_utc"),
    text("outcome_class"),
    text("detail"),
    number("retry_after_s", nullable=True),
    text("provider_id", nullable=True),
    flag("stale"),
    closed("outcome_class", OutcomeClass),
    sa.Index("ix_attempt_delivery", "delivery_id", "seq"),
)

answer_table = sa.Table(
    "acknowledgement",
    metadata,
    serial("seq"),
    text("world"),
    sa.Column("alert_id", sa.Text(), sa.ForeignKey("alert.alert_id"), nullable=False),
    text("code"),
    text("region"),
    text("office"),
    text("acknowledged_by"),
    text("acknowledged_via"),
    instant("acknowledged_utc"),
    flag("first"),
    sa.Index("ix_acknowledgement_alert", "alert_id"),
)

_ALERT_LISTS = ("regions", "evidence")


def alert_row(item: Alert) -> dict[str, Any]:
    """Columns of an alert."""
    row = {field.name: getattr(item, field.name) for field in fields(Alert)}
    return row | {name: list(row[name]) for name in _ALERT_LISTS}


def alert_of(row: Any) -> Alert:
    """The alert of a row."""
    found = {field.name: getattr(row, field.name) for field in fields(Alert)}
    lists = {name: tuple(found[name]) for name in _ALERT_LISTS}
    return Alert(**found | lists | {"kind": AlertKind(row.kind), "reason": Reason(row.reason)})


def delivery_row(item: Delivery) -> dict[str, Any]:
    """Columns of a delivery."""
    return {field.name: getattr(item, field.name) for field in fields(Delivery)}


def delivery_of(row: Any) -> Delivery:
    """The delivery of a row."""
    found = {field.name: getattr(row, field.name) for field in fields(Delivery)}
    return Delivery(**found | {"state": DeliveryState(row.state)})
