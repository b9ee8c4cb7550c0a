"""Whose form brought a photo before its report was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("photo", sa.Column("key_hash", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("photo", "key_hash")
