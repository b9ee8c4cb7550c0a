"""Open requests near a place, and who follows one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "service_request", sa.Column("followers", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.create_index("ix_service_request_near", "service_request", ["service_code", "status", "lat", "long"])
    op.create_table(
        "follower",
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["service_request.id"], name="fk_follower_request_id"),
        sa.PrimaryKeyConstraint("request_id", "key_hash", name="pk_follower"),
    )


def downgrade() -> None:
    op.drop_table("follower")
    op.drop_index("ix_service_request_near", table_name="service_request")
    op.drop_column("service_request", "followers")
