"""Incidents with a history: events, judgements of hotspots, known heat, and what a person lifted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and columns; incidents that are there get the values of one that was seen once."""
    for name, default in (("hotspot_no", ""), ("confidence", "medium"), ("level", "")):
        op.add_column("incident", sa.Column(name, sa.Text(), nullable=False, server_default=default))
    for name in ("suppressed_by", "merged_into", "split_from"):
        op.add_column("incident", sa.Column(name, sa.Text(), nullable=True))
    for name in ("looks", "most_pixels"):
        op.add_column("incident", sa.Column(name, sa.BigInteger(), nullable=False, server_default="1"))
    for name in ("county_gbs", "level_reasons", "merged_from"):
        op.add_column("incident", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("incident", sa.Column("projection", sa.JSON(), nullable=True))
    op.create_table(
        "incident_event",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("others", sa.JSON(), nullable=False),
        sa.Column("hotspots_added", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("world", "incident_id", "at_utc", "change", name=op.f("pk_incident_event")),
    )
    op.create_table(
        "incident_lift",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("lifted_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("world", "incident_id", name=op.f("pk_incident_lift")),
    )
    op.create_table(
        "hotspot_judgement",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("hotspot_id", sa.Text(), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("doubt", sa.Text(), nullable=True),
        sa.Column("reason_zh", sa.Text(), nullable=False),
        sa.Column("judged_utc", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("world", "hotspot_id", name=op.f("pk_hotspot_judgement")),
    )
    op.create_table(
        "heat_source",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lat_deg", sa.Double(), nullable=False),
        sa.Column("lon_deg", sa.Double(), nullable=False),
        sa.Column("radius_km", sa.Double(), nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=False),
        sa.Column("reviewed_local_date", sa.Date(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("valid_from_local_date", sa.Date(), nullable=True),
        sa.Column("valid_to_local_date", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("world", "source_id", name=op.f("pk_heat_source")),
    )
