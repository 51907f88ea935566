"""Places of hotspots that a person put right.

Revision: 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_PLACES = (
    *("former_lat_deg", "former_lon_deg", "lat_deg", "lon_deg"),
    *("location_error_km", "given_lat_deg", "given_lon_deg"),
)


def upgrade() -> None:
    """Make the table."""
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "hotspot_correction",
        sa.Column("seq", kind, sa.Identity(always=False), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("hotspot_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in _PLACES),
        sa.Column("datum", sa.Text(), nullable=False),
        sa.Column("corrected_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_hotspot_correction")),
    )
    op.create_index("ix_hotspot_correction_hotspot", "hotspot_correction", ["world", "hotspot_id"])
