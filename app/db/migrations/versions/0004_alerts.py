"""Alerts and their texts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("first_id", sa.String(), nullable=False),
        sa.Column("first_sent", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("message_type", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.Column("sent", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective", sa.DateTime(timezone=True), nullable=True),
        sa.Column("onset", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["replaces"], ["alert.id"], name="fk_alert_replaces"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_alert_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("replaces", name="uq_alert_replaces"),
    )
    op.create_index("ix_alert_first_id", "alert", ["first_id"])
    op.create_index("ix_alert_expires", "alert", ["expires"])
    op.create_table(
        "alert_text",
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("headline", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("instruction", sa.String(), nullable=False),
        sa.Column("web", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_alert_text_alert_id"),
        sa.PrimaryKeyConstraint("alert_id", "language", name="pk_alert_text"),
    )


def downgrade() -> None:
    op.drop_table("alert_text")
    op.drop_index("ix_alert_expires", table_name="alert")
    op.drop_index("ix_alert_first_id", table_name="alert")
    op.drop_table("alert")
