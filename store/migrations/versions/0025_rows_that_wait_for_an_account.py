"""Rows that wait for a provider account which is cut off are claimed at its probes no more.

Revision: 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; a row that waits today is marked when it is claimed next."""
    op.add_column("delivery", sa.Column("waits_for", sa.Text(), nullable=True))
