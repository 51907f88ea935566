"""Tables of the ledger, and the way between their rows and the nouns of notify."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from notify.alert import Alert, AlertKind, Reason
from notify.circuit import CircuitState
from notify.delivery_states import DeliveryState, Finding, OutcomeClass
from notify.ledger import Delivery, Obligation
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
    text("text_full"),
    document("evidence"),
    instant("expires_utc", nullable=True),
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
    # When it is taken up next: next_attempt_utc; before the first attempt long ago, see ALWAYS_DUE.
    instant("due_utc"),
    # The account that was cut off when it was given back last: it waits until that one takes messages, or for its turn
    # as a probe.
    text("waits_for", nullable=True),
    text("owner", nullable=True),
    instant("lease_until_utc", nullable=True),
    # The same end on the clock of the owner's machine that no one can set (seconds since it started).
    number("lease_until_boot_s", nullable=True),
    count("fence"),
    instant("sending_utc", nullable=True),
    instant("sent_utc", nullable=True),
    text("outcome", nullable=True),
    text("provider_id", nullable=True),
    instant("acknowledged_utc", nullable=True),
    text("acknowledged_by", nullable=True),
    text("acknowledged_via", nullable=True),
    count("rank"),
    flag("to_group"),
    text("for_region"),
    text("for_office"),
    text("for_office_zh"),
    # Two regions may call their desks alike, so the region is part of the office's name.
    sa.UniqueConstraint(
        "alert_id", "region", "office", "channel", "step", "for_region", "for_office", name="uq_delivery_row"
    ),
    closed("state", DeliveryState),
    sa.CheckConstraint("attempts >= 0 AND unknowns >= 0 AND fence >= 0 AND step >= 0", name="counts"),
    sa.CheckConstraint("state NOT IN ('claimed', 'sending') OR lease_until_utc IS NOT NULL", name="lease"),
    sa.Index("ix_delivery_due", "world", "state", "channel", "due_utc"),
    sa.Index("ix_delivery_for", "alert_id", "for_office"),
)

obligation_table = sa.Table(
    "obligation",
    metadata,
    sa.Column("alert_id", sa.Text(), sa.ForeignKey("alert.alert_id"), nullable=False),
    text("world"),
    text("region"),
    text("office"),
    text("office_zh"),
    text("level"),
    instant("deadline_utc"),
    sa.PrimaryKeyConstraint("alert_id", "region", "office"),
    sa.Index("ix_obligation_deadline", "world", "deadline_utc"),
)

receipt_table = sa.Table(
    "receipt",
    metadata,
    serial("seq"),
    text("world"),
    sa.Column("delivery_id", sa.Text(), sa.ForeignKey("delivery.delivery_id"), nullable=False),
    text("finding"),
    instant("found_utc"),
    text("detail"),
    closed("finding", Finding),
    sa.Index("ix_receipt_delivery", "delivery_id", "seq"),
)

# When the next token of a provider credential falls due, and when the last row that found none was told to come again.
bucket_table = sa.Table(
    "bucket",
    metadata,
    text("world"),
    text("credential"),
    instant("next_utc"),
    instant("queue_utc"),
    sa.PrimaryKeyConstraint("world", "credential"),
)

# What is known of a provider account; ``detours`` and ``doubtful`` count since it was cut off last.
circuit_table = sa.Table(
    "circuit",
    metadata,
    text("world"),
    text("credential"),
    text("channel"),
    text("state"),
    count("ill"),
    count("probes"),
    instant("last_well_utc", nullable=True),
    instant("since_utc", nullable=True),
    instant("probe_utc", nullable=True),
    count("detours"),
    count("doubtful"),
    closed("state", CircuitState),
    sa.CheckConstraint("(state = 'closed') = (since_utc IS NULL)", name="since"),
    sa.PrimaryKeyConstraint("world", "credential"),
)

endpoint_table = sa.Table(
    "endpoint_health",
    metadata,
    text("world"),
    text("region"),
    text("office"),
    text("channel"),
    count("failures"),
    instant("sick_since_utc", nullable=True),
    instant("last_ok_utc", nullable=True),
    text("last_error", nullable=True),
    sa.PrimaryKeyConstraint("world", "region", "office", "channel"),
)

# A person's decision that an event or a joint unit is quiet for a while; looked at just before each send.
hush_table = sa.Table(
    "hush",
    metadata,
    serial("seq"),
    text("world"),
    text("event_id", nullable=True),
    text("zone", nullable=True),
    instant("begins_utc"),
    instant("ends_utc"),
    text("hushed_by"),
    text("reason"),
    sa.CheckConstraint("begins_utc < ends_utc", name="span"),
    sa.CheckConstraint("event_id IS NOT NULL OR zone IS NOT NULL", name="subject"),
    sa.Index("ix_hush_ends", "world", "ends_utc"),
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

ALWAYS_DUE = timedelta(days=365)
"""A row that waits for its first attempt is due whatever a clock that was set back says, in the order of decisions."""

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


def delivery_row(item: Delivery, *, decided_utc: datetime) -> dict[str, Any]:
    """Columns of a delivery of an alert that was decided at ``decided_utc``."""
    row = {field.name: getattr(item, field.name) for field in fields(Delivery)}
    return row | {"due_utc": item.next_attempt_utc or decided_utc - ALWAYS_DUE}


def obligation_row(item: Obligation) -> dict[str, Any]:
    """Columns of an obligation."""
    return {field.name: getattr(item, field.name) for field in fields(Obligation)}


def delivery_of(row: Any) -> Delivery:
    """The delivery of a row."""
    found = {field.name: getattr(row, field.name) for field in fields(Delivery)}
    return Delivery(**found | {"state": DeliveryState(row.state)})
