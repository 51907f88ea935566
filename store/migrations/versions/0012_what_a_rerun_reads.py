"""What a rerun reads: versions of the state, copies of what a run was configured by, holds, overrides, hand input.

Revision: 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _serial() -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("seq", kind, sa.Identity(always=False), nullable=False)


def _text(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable, server_default=default)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _document(name: str, default: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=False, server_default=default)


def upgrade() -> None:
    """Make the tables, and bring the one row a day of moisture into versions."""
    _moisture()
    _runs()
    op.add_column("hotspot", sa.Column("batch", sa.BigInteger(), nullable=True))
    op.create_table(
        "incident_version",
        _serial(),
        _text("world"),
        _text("incident_id"),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_incident_version")),
    )
    op.create_index("ix_incident_version_incident", "incident_version", ["world", "incident_id", "seq"])
    op.create_table(
        "kept_copy",
        _text("world"),
        _text("sha256"),
        _text("kind"),
        _instant("first_utc"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("world", "sha256", name=op.f("pk_kept_copy")),
    )
    _by_people()


def _moisture() -> None:
    op.create_table(
        "moisture_version",
        _serial(),
        _text("world"),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("cells", sa.BigInteger(), nullable=False),
        _text("sha256"),
        _text("made_by_run"),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_moisture_version")),
    )
    op.create_index("ix_moisture_version_day", "moisture_version", ["world", "local_date", "seq"])
    columns = "world, local_date, cells, sha256, made_by_run, frame"
    op.execute(
        f"INSERT INTO moisture_version ({columns}) SELECT {columns} FROM moisture ORDER BY world, local_date"  # noqa: S608  # our own names
    )
    op.drop_table("moisture")


def _runs() -> None:
    for column in (
        _instant("known_by_utc", nullable=True),
        _text("code_version", default=""),
        _document("configuration", "{}"),
        _document("state", "{}"),
        _document("conclusions", "[]"),
        _text("inputs_sha256", default=""),
        _text("outputs_sha256", default=""),
        _instant("released_utc", nullable=True),
        _text("released_by", default=""),
    ):
        op.add_column("run", column)


def _by_people() -> None:
    op.create_table(
        "unit_hold",
        _text("world"),
        _text("flow"),
        _text("zone"),
        _text("who"),
        _text("reason"),
        _text("holder"),
        _instant("since_utc"),
        _instant("until_utc"),
        sa.Column("until_boot_s", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("world", "flow", "zone", name=op.f("pk_unit_hold")),
    )
    op.create_table(
        "level_override",
        _serial(),
        _text("world"),
        _text("kind"),
        _text("subject"),
        _text("level"),
        _text("computed_level"),
        _text("reason"),
        _text("set_by"),
        _text("reviewed_by", nullable=True),
        _instant("begins_utc"),
        _instant("ends_utc"),
        _text("lifted_by", nullable=True),
        _instant("lifted_utc", nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_level_override")),
        sa.CheckConstraint("kind IN ('danger', 'incident')", name=op.f("ck_level_override_kind")),
        sa.CheckConstraint("begins_utc < ends_utc", name=op.f("ck_level_override_span")),
    )
    op.create_index("ix_level_override_subject", "level_override", ["world", "kind", "subject"])
    op.create_table(
        "hand_report",
        _serial(),
        _text("world"),
        _text("hotspot_id"),
        sa.Column("lat_deg", sa.Double(), nullable=False),
        sa.Column("lon_deg", sa.Double(), nullable=False),
        sa.Column("given_lat_deg", sa.Double(), nullable=False),
        sa.Column("given_lon_deg", sa.Double(), nullable=False),
        _text("datum"),
        sa.Column("error_km", sa.Double(), nullable=False),
        _instant("seen_utc"),
        _instant("entered_utc"),
        _text("entered_by"),
        _text("caller"),
        _text("note"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_hand_report")),
        sa.UniqueConstraint("world", "hotspot_id", name=op.f("uq_hand_report_world_hotspot_id")),
    )
