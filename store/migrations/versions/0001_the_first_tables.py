"""The first tables.

Revision: 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables in an empty database."""
    op.create_table(
        "counter",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("world", "series", name=op.f("pk_counter")),
    )
    op.create_table(
        "coverage",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("newest_content_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_attempt_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("world", "feed", name=op.f("pk_coverage")),
    )
    op.create_table(
        "event",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("newest_revision", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("world", "event_id", name=op.f("pk_event")),
    )
    op.create_table(
        "hotspot",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("hotspot_id", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("satellite", sa.Text(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("acquired_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat_deg", sa.Double(), nullable=False),
        sa.Column("lon_deg", sa.Double(), nullable=False),
        sa.Column("frp_mw", sa.Double(), nullable=True),
        sa.Column("brightness_k", sa.Double(), nullable=True),
        sa.Column("scan_km", sa.Double(), nullable=True),
        sa.Column("track_km", sa.Double(), nullable=True),
        sa.Column("confidence", sa.Text(), nullable=True),
        sa.Column("confidence_pct", sa.Double(), nullable=True),
        sa.Column("daynight", sa.Text(), nullable=True),
        sa.Column("location_error_km", sa.Double(), nullable=False),
        sa.Column("sightings", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("sightings >= 1", name=op.f("ck_hotspot_sightings")),
        sa.PrimaryKeyConstraint("world", "hotspot_id", name=op.f("pk_hotspot")),
    )
    op.create_index("ix_hotspot_acquired", "hotspot", ["world", "acquired_utc"], unique=False)
    op.create_table(
        "incident",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("first_seen_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_available_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat_deg", sa.Double(), nullable=False),
        sa.Column("lon_deg", sa.Double(), nullable=False),
        sa.Column("location_error_km", sa.Double(), nullable=False),
        sa.Column("frp_mw", sa.Double(), nullable=True),
        sa.Column("distance_to_border_km", sa.Double(), nullable=False),
        sa.Column("signed_distance_km", sa.Double(), nullable=False),
        sa.Column("bearing_to_border_deg", sa.Double(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("county_gb", sa.BigInteger(), nullable=True),
        sa.Column("neighbour_county_gb", sa.BigInteger(), nullable=False),
        sa.Column("neighbour_regions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("suppressed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("satellites", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'dormant', 'ended')", name=op.f("ck_incident_state")),
        sa.PrimaryKeyConstraint("world", "incident_id", name=op.f("pk_incident")),
    )
    op.create_index("ix_incident_open", "incident", ["world", "state"], unique=False)
    op.create_table(
        "moisture",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("cells", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made_by_run", sa.Text(), nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("world", "local_date", name=op.f("pk_moisture")),
    )
    op.create_table(
        "payload",
        sa.Column("payload_id", sa.Text(), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("fetched_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("payload_id", name=op.f("pk_payload")),
    )
    op.create_index("ix_payload_newest", "payload", ["world", "feed", "request_key", "fetched_utc"], unique=False)
    op.create_index("ix_payload_sha256", "payload", ["feed", "sha256"], unique=False)
    op.create_table(
        "product",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("valid_from_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("degraded", sa.Boolean(), nullable=False),
        sa.CheckConstraint("valid_from_utc <= valid_to_utc", name=op.f("ck_product_validity")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_product")),
        sa.UniqueConstraint("world", "run_id", "path", name=op.f("uq_product_world_run_id_path")),
    )
    op.create_index("ix_product_newest", "product", ["world", "kind", "zone", "made_utc"], unique=False)
    op.create_table(
        "run",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("as_of_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rerun_of", sa.Text(), nullable=True),
        sa.Column("parameters", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("config_version", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("inputs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("products", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("alerts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("(outcome = 'running') = (ended_utc IS NULL)", name=op.f("ck_run_ended")),
        sa.CheckConstraint(
            "outcome IN ('running', 'done', 'degraded', 'feed_out', 'failed', 'skipped')", name=op.f("ck_run_outcome")
        ),
        sa.CheckConstraint("trigger IN ('scheduled', 'manual', 'replay', 'exercise')", name=op.f("ck_run_trigger")),
        sa.ForeignKeyConstraint(["rerun_of"], ["run.run_id"], name=op.f("fk_run_rerun_of")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run")),
    )
    op.create_index("ix_run_last", "run", ["world", "flow", "started_utc"], unique=False)
    op.create_table(
        "silence",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_silence")),
        sa.UniqueConstraint(
            "world", "event_id", "decided_utc", "reason", name=op.f("uq_silence_world_event_id_decided_utc_reason")
        ),
    )
    op.create_table(
        "zone_level",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("decided_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("candidate_level", sa.Text(), nullable=True),
        sa.Column("runs_below", sa.BigInteger(), nullable=False),
        sa.Column("since_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("memory", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("runs_below >= 0", name=op.f("ck_zone_level_runs_below")),
        sa.PrimaryKeyConstraint("world", "event_key", "decided_utc", name=op.f("pk_zone_level")),
    )
    op.create_table(
        "alert",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("previous_level", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("regions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("degraded", sa.Boolean(), nullable=False),
        sa.Column("text_short", sa.Text(), nullable=False),
        sa.Column("text_long", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["world", "event_id"], ["event.world", "event.event_id"], name=op.f("fk_alert_world_event_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_alert")),
        sa.UniqueConstraint("alert_id", name=op.f("uq_alert_alert_id")),
        sa.UniqueConstraint("event_id", "revision", "world", name=op.f("uq_alert_event_id_revision_world")),
    )
    op.create_index("ix_alert_code", "alert", ["code"], unique=False)
    op.create_index("ix_alert_zone", "alert", ["world", "zone", "kind"], unique=False)
    op.create_table(
        "incident_hotspot",
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("hotspot_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["world", "incident_id"], ["incident.world", "incident.incident_id"], name="fk_incident_hotspot_incident"
        ),
        sa.PrimaryKeyConstraint("world", "incident_id", "hotspot_id", name=op.f("pk_incident_hotspot")),
    )
    op.create_index("ix_incident_hotspot_hotspot", "incident_hotspot", ["world", "hotspot_id"], unique=False)
    op.create_table(
        "acknowledgement",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("acknowledged_by", sa.Text(), nullable=False),
        sa.Column("acknowledged_via", sa.Text(), nullable=False),
        sa.Column("acknowledged_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_acknowledgement_alert_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_acknowledgement")),
    )
    op.create_index("ix_acknowledgement_alert", "acknowledgement", ["alert_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("office_zh", sa.Text(), nullable=False),
        sa.Column("recipient_role", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("unknowns", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("lease_until_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("sending_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("acknowledged_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("acknowledged_via", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'claimed', 'sending', 'sent', 'delivered', 'rejected', 'unknown', "
            "'superseded', 'expired', 'dead')",
            name=op.f("ck_delivery_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('claimed', 'sending') OR lease_until_utc IS NOT NULL", name=op.f("ck_delivery_lease")
        ),
        sa.CheckConstraint(
            "attempts >= 0 AND unknowns >= 0 AND fence >= 0 AND step >= 0", name=op.f("ck_delivery_counts")
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_delivery_alert_id")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "alert_id",
            "revision",
            "region",
            "office",
            "channel",
            "step",
            name=op.f("uq_delivery_alert_id_revision_region_office_channel_step"),
        ),
    )
    op.create_index("ix_delivery_due", "delivery", ["world", "state", "next_attempt_utc"], unique=False)
    op.create_table(
        "attempt",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("started_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome_class", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("retry_after_s", sa.Double(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "outcome_class IN ('ok', 'reject_permanent', 'reject_temporary', 'not_sent', 'unknown')",
            name=op.f("ck_attempt_outcome_class"),
        ),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_attempt_delivery_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_delivery", "attempt", ["delivery_id", "seq"], unique=False)
