"""Verification of incidents: tasks, answers, stages, fire reports, proposals of known heat.

Revision: 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_RESULTS = (
    "('forest_fire', 'grass_fire', 'prescribed_burn', 'farm_fire', 'hill_burn', 'shrub_fire', 'industrial_heat', "
    "'other', 'outside_fire', 'not_found', 'checking')"
)


def _serial() -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("seq", kind, sa.Identity(always=False), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Make all five tables."""
    op.create_table(
        "verification_task",
        _text("world"),
        _text("incident_id"),
        sa.Column("county_gb", sa.BigInteger(), nullable=True),
        _instant("published_utc"),
        _text("state"),
        *(
            column
            for step in ("received", "arrived", "first_feedback", "finished")
            for column in (_text(f"{step}_by", nullable=True), _instant(f"{step}_utc", nullable=True))
        ),
        _text("result", nullable=True),
        _text("note"),
        sa.PrimaryKeyConstraint("world", "incident_id", name=op.f("pk_verification_task")),
        sa.CheckConstraint(
            "state IN ('published', 'active', 'done', 'cancelled', 'expired', 'refused')",
            name=op.f("ck_verification_task_state"),
        ),
        sa.CheckConstraint(f"result IN {_RESULTS}", name=op.f("ck_verification_task_result")),
    )
    op.create_index("ix_verification_task_published", "verification_task", ["world", "published_utc"])
    op.create_table(
        "feedback",
        _serial(),
        _text("world"),
        _text("incident_id"),
        _text("result"),
        _text("detail", nullable=True),
        _text("by"),
        _text("via"),
        _text("note"),
        _instant("at_utc"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_feedback")),
        sa.CheckConstraint(f"result IN {_RESULTS}", name=op.f("ck_feedback_result")),
    )
    op.create_index("ix_feedback_incident", "feedback", ["world", "incident_id", "seq"])
    op.create_table(
        "incident_stage",
        _serial(),
        _text("world"),
        _text("incident_id"),
        _text("stage"),
        _text("by"),
        _text("note"),
        _instant("at_utc"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_incident_stage")),
        sa.CheckConstraint(
            "stage IN ('suspected', 'verified', 'controlled', 'flames_out', 'mopping_up', 'closed')",
            name=op.f("ck_incident_stage_stage"),
        ),
    )
    op.create_index("ix_incident_stage_incident", "incident_stage", ["world", "incident_id", "seq"])
    op.create_table(
        "fire_report",
        _text("world"),
        _text("incident_id"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        _text("kind"),
        _instant("drafted_utc"),
        _text("drafted_by"),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("world", "incident_id", "number", name=op.f("pk_fire_report")),
        sa.CheckConstraint("kind IN ('first', 'follow_up', 'final')", name=op.f("ck_fire_report_kind")),
    )
    op.create_table(
        "heat_proposal",
        _text("world"),
        _text("incident_id"),
        _text("source_id"),
        sa.Column("lat_deg", sa.Double(), nullable=False),
        sa.Column("lon_deg", sa.Double(), nullable=False),
        sa.Column("radius_km", sa.Double(), nullable=False),
        _text("state"),
        _text("proposed_by"),
        _instant("proposed_utc"),
        _text("reviewed_by", nullable=True),
        _instant("reviewed_utc", nullable=True),
        _text("note"),
        sa.PrimaryKeyConstraint("world", "incident_id", name=op.f("pk_heat_proposal")),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'declined')", name=op.f("ck_heat_proposal_state")),
    )
