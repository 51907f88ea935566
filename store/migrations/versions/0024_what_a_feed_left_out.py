"""What beside a feed's good answer could not be used: a stray file in a folder of tables.

Revision: 0024.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing is known to have been left out before."""
    op.add_column("coverage", sa.Column("left_out", sa.Text(), nullable=True))
