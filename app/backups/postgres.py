"""PostgreSQL's part of a backup, by its own tools: pg_dump and pg_restore."""

import os
import subprocess
from pathlib import Path

from sqlalchemy import Engine, make_url, text

from app.backups.contents import Contents
from app.backups.folder import BackupRefused
from app.db.tables import METADATA, TERMS

_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)


def copy(engine: Engine, target: Path) -> Contents:
    """Dump a database while others use it; what is said of it is of the same moment. Raises BackupRefused."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        contents = Contents.read(lambda query: connection.execute(text(query)).all())
        _run(engine, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
             f"--file={target}")  # fmt: skip
    target.chmod(0o600)
    _run(engine, "pg_restore", "--list", str(target), connect=False)
    return contents


def copy_if_any(engine: Engine, target: Path) -> None:
    """Dump a database, unless there is nothing in it yet. Raises BackupRefused."""
    with engine.connect() as connection:
        if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar() is None:
            return
    copy(engine, target)


def check_nobody_else(engine: Engine) -> None:
    """Raises BackupRefused if somebody else uses the database."""
    with engine.connect() as connection:
        if connection.execute(_OTHERS).scalar_one():
            raise BackupRefused("The portal is running, or something else uses its database. Stop it first.")


def restore(engine: Engine, source: Path) -> None:
    """Put the tables of a dump in place of those that are there. Raises BackupRefused."""
    with engine.begin() as connection:
        # What a later version has added would stand in the way of the next migration.
        for table in [TERMS, *(table.name for table in reversed(METADATA.sorted_tables))]:
            connection.execute(text(f'DROP TABLE IF EXISTS "{table}" CASCADE'))
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    engine.dispose()
    _run(
        engine,
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        str(source),
    )


def _run(engine: Engine, tool: str, *arguments: str, connect: bool = True) -> None:
    url = make_url(engine.url)
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    address = url.set(drivername="postgresql", password=None).render_as_string()
    command = [tool, *([f"--dbname={address}"] if connect else []), *arguments]
    try:
        # No shell, and no word of a stranger.
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        raise BackupRefused(
            f"{tool} is not installed. It comes with PostgreSQL (Debian, Ubuntu: sudo apt install postgresql-client)."
        ) from None
    if done.returncode:
        # Its last line names the cause. A dump holds what people wrote; an error of pg_restore may quote it.
        said = done.stderr.strip().splitlines() if tool == "pg_dump" else []
        raise BackupRefused(f"{tool} has failed. {said[-1] if said else ''}".strip())
