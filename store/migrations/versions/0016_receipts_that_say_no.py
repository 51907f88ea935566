"""A receipt may say that a message was taken over and reached nobody.

Revision: 0016.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let ``failed`` stand among the findings."""
    with op.batch_alter_table("receipt") as table:
        table.drop_constraint(op.f("ck_receipt_finding"), type_="check")
        table.create_check_constraint(
            op.f("ck_receipt_finding"), "finding IN ('arrived', 'delivered', 'missing', 'failed', 'unsure')"
        )
