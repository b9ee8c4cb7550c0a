"""The first tables: requests with their history and photos, people at the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email", name="uq_person_email"),
    )
    op.create_table(
        "photo",
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("attached", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("upload_bytes", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("refused_reason", sa.JSON(), nullable=True),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "sha256", name="pk_photo"),
    )
    op.create_index("ix_photo_content", "photo", ["content"])
    op.create_index(
        "ix_photo_unattached",
        "photo",
        ["added_at"],
        sqlite_where=sa.text("attached = 0"),
        postgresql_where=sa.text("NOT attached"),
    )
    op.create_table(
        "service_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("service_name", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("long", sa.Float(), nullable=True),
        sa.Column("address_string", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("manage_token_hash", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("place_source", sa.String(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("review", sa.JSON(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("contact_erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_service_request"),
        sa.UniqueConstraint("reference", name="uq_service_request_reference"),
    )
    op.create_index("ix_service_request_received", "service_request", ["received_at", "reference"])
    op.create_index(
        "ix_service_request_service", "service_request", ["service_code", "received_at", "reference"]
    )
    op.create_index(
        "ix_service_request_service_status",
        "service_request",
        ["service_code", "status", "received_at", "reference"],
    )
    op.create_index("ix_service_request_status", "service_request", ["status", "received_at", "reference"])
    op.create_index("ix_service_request_updated", "service_request", ["updated_at"])
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failure"),
    )
    op.create_index("ix_sign_in_failure_at", "sign_in_failure", ["at"])
    op.create_index("ix_sign_in_failure_key", "sign_in_failure", ["key"])
    op.create_table(
        "request_update",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["service_request.id"], name="fk_request_update_request_id"),
        sa.PrimaryKeyConstraint("id", name="pk_request_update"),
    )
    op.create_index("ix_request_update_request", "request_update", ["request_id", "at"])
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_session_person_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_session"),
    )
    op.create_index("ix_session_expires_at", "session", ["expires_at"])
    op.create_index("ix_session_person_id", "session", ["person_id"])


def downgrade() -> None:
    op.drop_index("ix_session_person_id", table_name="session")
    op.drop_index("ix_session_expires_at", table_name="session")
    op.drop_table("session")
    op.drop_index("ix_request_update_request", table_name="request_update")
    op.drop_table("request_update")
    op.drop_index("ix_sign_in_failure_key", table_name="sign_in_failure")
    op.drop_index("ix_sign_in_failure_at", table_name="sign_in_failure")
    op.drop_table("sign_in_failure")
    op.drop_index("ix_service_request_updated", table_name="service_request")
    op.drop_index("ix_service_request_status", table_name="service_request")
    op.drop_index("ix_service_request_service_status", table_name="service_request")
    op.drop_index("ix_service_request_service", table_name="service_request")
    op.drop_index("ix_service_request_received", table_name="service_request")
    op.drop_table("service_request")
    op.drop_index(
        "ix_photo_unattached",
        table_name="photo",
        sqlite_where=sa.text("attached = 0"),
        postgresql_where=sa.text("NOT attached"),
    )
    op.drop_index("ix_photo_content", table_name="photo")
    op.drop_table("photo")
    op.drop_table("person")
