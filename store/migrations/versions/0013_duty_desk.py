"""The duty desk: accounts, sessions, tokens of other platforms, hand-overs of a shift.

Revision: 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Make all four tables."""
    op.create_table(
        "account",
        _text("login"),
        _text("world"),
        _text("name_zh"),
        _text("role"),
        _text("region"),
        _text("office"),
        _text("password_hash"),
        _instant("created_utc"),
        _instant("password_utc"),
        _instant("disabled_utc", nullable=True),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_account")),
        sa.CheckConstraint(
            "role IN ('officer', 'leader', 'operations', 'auditor', 'reader')", name=op.f("ck_account_role")
        ),
    )
    op.create_table(
        "desk_session",
        _text("token_hash"),
        _text("world"),
        _text("login"),
        _instant("opened_utc"),
        _instant("seen_utc"),
        _instant("expires_utc"),
        _instant("revoked_utc", nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_desk_session")),
    )
    op.create_index("ix_desk_session_login", "desk_session", ["login", "expires_utc"])
    op.create_table(
        "api_token",
        _text("name"),
        _text("world"),
        _text("token_hash"),
        _text("region"),
        _text("office"),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        _text("created_by"),
        _instant("created_utc"),
        _instant("expires_utc"),
        _instant("used_utc", nullable=True),
        _instant("revoked_utc", nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
        sa.CheckConstraint("created_utc < expires_utc", name=op.f("ck_api_token_span")),
    )
    op.create_table(
        "handover",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        _text("world"),
        _text("region"),
        _text("office"),
        _instant("begins_utc"),
        _instant("ends_utc"),
        _text("handed_by"),
        _text("handed_name"),
        _instant("handed_utc"),
        _text("taken_by", nullable=True),
        _text("taken_name", nullable=True),
        _instant("taken_utc", nullable=True),
        _text("note"),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_handover")),
        sa.CheckConstraint("taken_by IS NULL OR taken_by <> handed_by", name=op.f("ck_handover_two_persons")),
    )
    op.create_index("ix_handover_office", "handover", ["world", "region", "office", "seq"])
