"""Bring the database to the present shape: `python -m app.db.migrate`.

Safe to run at any time, twice, and by two processes at once: whoever comes second waits and finds nothing to
do.
"""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from app.db.engine import open_engine, write
from app.settings import get_settings

MIGRATIONS = Path(__file__).parent / "migrations"
SECONDS_TO_WAIT = 60
"""For whoever writes to a SQLite file right now, perhaps with the same migration."""
_LOCK = 0x311_311
"""An arbitrary number: whoever holds it on PostgreSQL is the one who migrates."""


def upgrade(url: str) -> None:
    """Create or upgrade the database at this SQLAlchemy URL, in one transaction."""
    engine = open_engine(url)
    try:
        upgrade_engine(engine)
    finally:
        engine.dispose()


def upgrade_engine(engine: Engine) -> None:
    """The same with an open engine."""
    with write(engine, patience=SECONDS_TO_WAIT) as session:
        connection = session.connection()
        if engine.dialect.name == "postgresql":
            # However long it takes: the limits are for visitors (app/db/engine.py).
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        command.upgrade(configuration(connection), "head")


def revision_of(connection: Connection) -> str | None:
    """Which migration the database has reached; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def is_behind(revision: str | None) -> bool:
    """Whether the database lacks a migration that this version of the portal needs.

    One that a later version has brought further still has all that we know: migrations only add.
    """
    return revision is None or (is_known(revision) and revision != _newest())


@cache
def _newest() -> str | None:
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


@cache
def is_known(revision: str) -> bool:
    """Whether this version of the portal has this migration; a later one's it has not."""
    known = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    return revision in {script.revision for script in known}


def configuration(connection: Connection) -> Config:
    """Alembic's settings for work on an open connection; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def main() -> None:
    """Upgrade the database of the settings."""
    settings = get_settings()
    settings.make_data_folder()
    upgrade(settings.database_url)


if __name__ == "__main__":
    main()
