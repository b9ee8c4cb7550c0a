"""SQLite's part of a backup: a copy by its own call, checked; and whether anybody has the database open."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.backups.contents import Contents
from app.backups.folder import BackupRefused

BUSY_SECONDS = 30


def copy(source: Path, target: Path) -> Contents:
    """Copy a database while others read and write it, in one go, and look the copy over. Raises BackupRefused."""
    if not source.is_file():
        raise BackupRefused(f"There is no database at {source}.")
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with (
            closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as here,
            closing(sqlite3.connect(target)) as there,
        ):
            here.backup(there)
            # One file without a log beside it.
            there.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise BackupRefused(f"The database cannot be copied: {error}.") from None
    return look_over(target)


def look_over(file: Path) -> Contents:
    """What is in a copy that nobody writes to. Raises BackupRefused if it is damaged."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
            faults = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            orphans = copy.execute("PRAGMA foreign_key_check").fetchone()
            if faults != "ok" or orphans is not None:
                raise BackupRefused(f"The database is damaged: {faults}.")
            return Contents.read(lambda query: copy.execute(query).fetchall())
    except sqlite3.Error as error:
        raise BackupRefused(f"The database cannot be read: {error}.") from None


@contextmanager
def closed_to_others(file: Path) -> Iterator[None]:
    """Keep others from opening a database. Raises BackupRefused if somebody has it open."""
    if not file.exists():
        yield
        return
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        try:
            # SQLite leaves the log only for whoever is alone.
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise BackupRefused(
                "The portal is running, or something else has its database open. Stop it first."
            ) from None
        except sqlite3.DatabaseError:
            # Damaged, which may be why it is to be replaced.
            pass
        yield
