"""What staff have said about words and photos, and names of photos that can be withdrawn.

What is there already counts as not looked at.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

AT_ONCE = 1_000
LOOKED_AT = ("service_request", "request_update", "photo")


def upgrade() -> None:
    for table in LOOKED_AT:
        op.add_column(
            table, sa.Column("look", sa.String(), nullable=False, server_default=sa.text("'waiting'"))
        )
    op.add_column("service_request", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_service_request_hidden", "service_request", ["hidden_at"])
    op.add_column("photo", sa.Column("name", sa.String(), nullable=False, server_default=sa.text("''")))
    _name_photos()
    op.create_index("ix_photo_name", "photo", ["name"], unique=True)


def downgrade() -> None:
    op.execute("DELETE FROM request_update WHERE kind IN ('shown', 'hidden')")
    op.drop_index("ix_photo_name", table_name="photo")
    op.drop_column("photo", "name")
    op.drop_index("ix_service_request_hidden", table_name="service_request")
    op.drop_column("service_request", "hidden_at")
    for table in LOOKED_AT:
        op.drop_column(table, "look")


def _name_photos() -> None:
    """Photos that are there already get names as new ones do."""
    photos = sa.table("photo", *(sa.column(name) for name in ("request_id", "sha256", "name")))
    c, connection = photos.c, op.get_bind()
    unnamed = sa.select(c.request_id, c.sha256).where(c.name == "").limit(AT_ONCE)
    name = (
        photos.update()
        .where(c.request_id == sa.bindparam("id"), c.sha256 == sa.bindparam("hash"))
        .values(name=sa.bindparam("new"))
    )
    while rows := connection.execute(unnamed).all():
        connection.execute(
            name,
            [{"id": row.request_id, "hash": row.sha256, "new": secrets.token_urlsafe(16)} for row in rows],
        )
