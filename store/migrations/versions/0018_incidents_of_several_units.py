"""The other joint units in whose area a fire on a divide lies: one event, one number, the offices of both.

Revision: 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the incidents of before lie in one unit each."""
    op.add_column("incident", sa.Column("other_zones", sa.JSON(), nullable=False, server_default="[]"))
