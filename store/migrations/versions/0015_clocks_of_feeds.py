"""What the clocks of the feeds' servers said when they answered: a host with SQLite has no other clock beside its own.

Revision: 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; answers of before say nothing."""
    op.add_column("payload", sa.Column("clock_ahead_s", sa.Double(), nullable=True))
