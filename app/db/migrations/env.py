"""Alembic runs this for every command; the open connection, already in a transaction, comes from
app/db/migrate.py.
"""

from alembic import context

from app.db.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite cannot change a column in place; batch mode makes a new table and copies.
    render_as_batch=True,
)
context.run_migrations()
