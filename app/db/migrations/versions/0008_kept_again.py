"""What has to be known so that nothing which was taken back returns: pictures that are just being deleted, and legal
holds that have come back from the ledger.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unwanted_photo", sa.Column("deleting_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "legal_hold", sa.Column("scheme", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("legal_hold", sa.Column("marks", sa.Text(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    op.drop_column("legal_hold", "marks")
    op.drop_column("legal_hold", "scheme")
    op.drop_column("unwanted_photo", "deleting_since")
