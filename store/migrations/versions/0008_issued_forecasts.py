"""Every forecast that was issued, and its scores.

Revision: 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables."""
    op.create_table(
        "forecast",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("issued_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_local_date", sa.Date(), nullable=False),
        sa.Column("last_local_date", sa.Date(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("world", "run_id", name=op.f("pk_forecast")),
    )
    op.create_index("ix_forecast_days", "forecast", ["world", "last_local_date"])
    op.create_table(
        "forecast_score",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("issued_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("lead_d", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("error_sum", sa.Double(), nullable=False),
        sa.Column("absolute_error_sum", sa.Double(), nullable=False),
        sa.Column("squared_error_sum", sa.Double(), nullable=False),
        sa.Column("hits", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "world", "zone", "issued_utc", "local_date", "quantity", name=op.f("pk_forecast_score")
        ),
    )
    op.create_index("ix_forecast_score_day", "forecast_score", ["world", "local_date"])
