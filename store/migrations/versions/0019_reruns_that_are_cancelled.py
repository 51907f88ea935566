"""Who asked that a rerun end, when and why.

Revision: 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; no rerun of before was cancelled."""
    op.add_column("unit_hold", sa.Column("cancelled_by", sa.Text(), nullable=True))
    op.add_column("unit_hold", sa.Column("cancel_reason", sa.Text(), nullable=True))
    op.add_column("unit_hold", sa.Column("cancelled_utc", sa.DateTime(timezone=True), nullable=True))
