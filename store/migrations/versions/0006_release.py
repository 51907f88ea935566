"""Signatures under drafts, and windows in which a drill may use real channels.

Revision: 0006. Nothing is there yet: what was signed before stands in the documents themselves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "signature",
        sa.Column("seq", _SERIAL, sa.Identity(always=False), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("signed_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_signature")),
        sa.UniqueConstraint("world", "subject", "signed_by", name=op.f("uq_signature_world_subject_signed_by")),
    )
    op.create_table(
        "drill_window",
        sa.Column("window_id", sa.Text(), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("offices", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("begins_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("closed_utc", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("begins_utc < ends_utc", name=op.f("ck_drill_window_span")),
        sa.CheckConstraint("asked_by <> confirmed_by", name=op.f("ck_drill_window_two_persons")),
        sa.PrimaryKeyConstraint("window_id", name=op.f("pk_drill_window")),
    )
