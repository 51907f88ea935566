"""The document form of an alert's text beside the short and the long one.

Revision: 0007. Alerts of before have none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("alert") as table:
        table.add_column(sa.Column("text_full", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("alert") as table:
        table.alter_column("text_full", server_default=None)
