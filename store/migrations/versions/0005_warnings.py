"""Warnings and letters as documents, and what other offices published.

Revision: 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COLOURS = "('none', 'blue', 'yellow', 'orange', 'red')"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "warning_document",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("county_gb", sa.BigInteger(), nullable=False),
        sa.Column("receiver_gb", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("previous_colour", sa.Text(), nullable=False),
        sa.Column("begins_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_number", sa.Text(), nullable=False),
        sa.Column("previous_number", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=True),
        sa.Column("signed_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("degraded", sa.Boolean(), nullable=False),
        sa.Column("text_short", sa.Text(), nullable=False),
        sa.Column("text_long", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("world", "number", name=op.f("pk_warning_document")),
        sa.CheckConstraint("kind IN ('warning', 'letter')", name=op.f("ck_warning_document_kind")),
        sa.CheckConstraint("(kind = 'letter') = (receiver_gb IS NOT NULL)", name=op.f("ck_warning_document_receiver")),
        sa.CheckConstraint(
            "state IN ('draft', 'signed', 'released', 'replaced', 'discarded')", name=op.f("ck_warning_document_state")
        ),
        sa.CheckConstraint(f"colour IN {_COLOURS}", name=op.f("ck_warning_document_colour")),
        sa.CheckConstraint(
            "state NOT IN ('signed', 'released') OR signed_by IS NOT NULL", name=op.f("ck_warning_document_signed")
        ),
    )
    op.create_index("ix_warning_document_county", "warning_document", ["world", "kind", "county_gb", "decided_utc"])
    op.create_table(
        "outside_warning",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("area_gb", sa.BigInteger(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("begins_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_utc", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"colour IN {_COLOURS}", name=op.f("ck_outside_warning_colour")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outside_warning")),
    )
    op.create_index("ix_outside_warning_area", "outside_warning", ["world", "area_gb", "recorded_utc"])
