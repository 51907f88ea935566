"""Cases of the processes between offices, and their steps.

Revision: 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_STATES = (
    "('draft', 'signed', 'sent', 'received', 'feedback', 'follow_up', 'final', 'called', 'invited', 'pack', "
    "'opinions', 'minutes', 'tasks', 'requested', 'accepted', 'declined', 'in_place', 'withdrawn', 'evaluated', "
    "'handed_over', 'returned', 'assigned', 'reminded', 'done', 'called_off')"
)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "process_case",
        *map(_text, ("world", "case_no", "process", "event_id", "zone", "asker", "asked")),
        sa.PrimaryKeyConstraint("world", "case_no", name=op.f("pk_process_case")),
        sa.CheckConstraint(
            "process IN ('notice', 'consultation', 'response', 'supplies', 'task')",
            name=op.f("ck_process_case_process"),
        ),
    )
    op.create_index("ix_process_case_event", "process_case", ["world", "event_id"])
    op.create_table(
        "process_step",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        *map(_text, ("world", "case_no", "state")),
        sa.Column("at_utc", sa.DateTime(timezone=True), nullable=False),
        _text("by"),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_process_step")),
        sa.ForeignKeyConstraint(
            ["world", "case_no"],
            ["process_case.world", "process_case.case_no"],
            name=op.f("fk_process_step_world_case_no"),
        ),
        sa.CheckConstraint(f"state IN {_STATES}", name=op.f("ck_process_step_state")),
    )
    op.create_index("ix_process_step_case", "process_step", ["world", "case_no", "seq"])
