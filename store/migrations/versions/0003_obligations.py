"""Who is owed an alert, by list and not by contacts; endpoints, buckets, receipts and the ladder.

Revision: 0003. Rows of before have no obligation: nobody wrote down who had to hear of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Add the tables, and the columns of alert and delivery."""
    op.add_column("alert", _instant("expires_utc", nullable=True))
    _delivery()
    op.create_table(
        "obligation",
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("office_zh", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        _instant("deadline_utc"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_obligation_alert_id")),
        sa.PrimaryKeyConstraint("alert_id", "region", "office", name=op.f("pk_obligation")),
    )
    op.create_index("ix_obligation_deadline", "obligation", ["world", "deadline_utc"])
    op.create_table(
        "receipt",
        sa.Column("seq", _SERIAL, sa.Identity(always=False), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        _instant("found_utc"),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.CheckConstraint("finding IN ('arrived', 'delivered', 'missing', 'unsure')", name=op.f("ck_receipt_finding")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_receipt_delivery_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_receipt")),
    )
    op.create_index("ix_receipt_delivery", "receipt", ["delivery_id", "seq"])
    op.create_table(
        "bucket",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        _instant("next_utc"),
        _instant("queue_utc"),
        sa.PrimaryKeyConstraint("world", "credential", name=op.f("pk_bucket")),
    )
    op.create_table(
        "endpoint_health",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        _instant("sick_since_utc", nullable=True),
        _instant("last_ok_utc", nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("world", "region", "office", "channel", name=op.f("pk_endpoint_health")),
    )
    op.create_table(
        "hush",
        sa.Column("seq", _SERIAL, sa.Identity(always=False), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        _instant("begins_utc"),
        _instant("ends_utc"),
        sa.Column("hushed_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("begins_utc < ends_utc", name=op.f("ck_hush_span")),
        sa.CheckConstraint("event_id IS NOT NULL OR zone IS NOT NULL", name=op.f("ck_hush_subject")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_hush")),
    )
    op.create_index("ix_hush_ends", "hush", ["world", "ends_utc"])


def _delivery() -> None:
    with op.batch_alter_table("delivery") as table:
        table.add_column(_instant("due_utc", nullable=True))
        table.add_column(sa.Column("lease_until_boot_s", sa.Double(), nullable=True))
        table.add_column(sa.Column("rank", sa.BigInteger(), nullable=False, server_default="1"))
        table.add_column(sa.Column("to_group", sa.Boolean(), nullable=False, server_default=sa.false()))
        for name in ("for_region", "for_office", "for_office_zh"):
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE delivery SET due_utc = COALESCE(next_attempt_utc, "
        "(SELECT decided_utc FROM alert WHERE alert.alert_id = delivery.alert_id))"
    )
    op.drop_index("ix_delivery_due", "delivery")
    with op.batch_alter_table("delivery") as table:
        table.alter_column("due_utc", existing_type=sa.DateTime(timezone=True), nullable=False)
        for name in ("rank", "to_group", "for_region", "for_office", "for_office_zh"):
            table.alter_column(name, server_default=None)
        table.drop_constraint("uq_delivery_alert_id_revision_region_office_channel_step", type_="unique")
        table.create_unique_constraint(
            "uq_delivery_row", ["alert_id", "region", "office", "channel", "step", "for_region", "for_office"]
        )
    op.create_index("ix_delivery_due", "delivery", ["world", "state", "channel", "due_utc"])
    op.create_index("ix_delivery_for", "delivery", ["alert_id", "for_office"])
