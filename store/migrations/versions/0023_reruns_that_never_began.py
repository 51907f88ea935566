"""What became of each rerun that Prefect was asked for: begun, or called off by whom, when and why.

Revision: 0023.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; of the orders of before nobody asks any more."""
    op.create_table(
        "rerun_order",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("fate IN ('begun', 'cancelled')", name=op.f("ck_rerun_order_fate")),
        sa.PrimaryKeyConstraint("world", "order_id", name=op.f("pk_rerun_order")),
    )
