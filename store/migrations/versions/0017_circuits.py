"""Circuits of provider accounts: rows of one that takes no messages go another way.

Revision: 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "circuit",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ill", sa.BigInteger(), nullable=False),
        sa.Column("probes", sa.BigInteger(), nullable=False),
        sa.Column("last_well_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detours", sa.BigInteger(), nullable=False),
        sa.Column("doubtful", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('closed', 'open', 'probing')", name=op.f("ck_circuit_state")),
        sa.CheckConstraint("(state = 'closed') = (since_utc IS NULL)", name=op.f("ck_circuit_since")),
        sa.PrimaryKeyConstraint("world", "credential", name=op.f("pk_circuit")),
    )
