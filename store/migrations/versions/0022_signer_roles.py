"""As what a person signed: 值班员, 值班长, 带班领导, 主管领导.

Revision: 0022.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody said it of the signatures of before."""
    op.add_column("signature", sa.Column("role", sa.Text(), nullable=False, server_default=""))
