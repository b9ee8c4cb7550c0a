"""What can keep a command from starting, each as a sentence that says what to do. The exit status is 1."""

import errno
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from alembic.util import CommandError
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.city.loader import CityPackError
from app.db.engine import open_engine
from app.db.migrate import upgrade_engine
from app.ledger.file import LedgerUnusable
from app.settings import Settings, UnsafeFolder

SECONDS_TO_LOOK = 2.0
"""How long a database is looked through for damage; a large one only in part."""


class CannotStart(Exception):
    """The message says why, and what to do."""


@contextmanager
def in_words() -> Iterator[None]:
    """End the command with a sentence if one of these things goes wrong inside."""
    try:
        yield
    except (CannotStart, UnsafeFolder, LedgerUnusable) as error:
        sys.exit(_sentence(str(error)))
    except ValidationError as error:
        sys.exit("These settings cannot be used:\n" + "\n".join(_settings(error)))
    except SettingsError as error:
        sys.exit(f"These settings cannot be used: {error}.")
    except CityPackError as error:
        sys.exit(f"The city pack (PORTAL_CITY) cannot be used:\n{error}")
    except (SQLAlchemyError, sqlite3.Error, CommandError) as error:
        sys.exit(_database(error))
    except OSError as error:
        sys.exit(_system(error))


def bring_up_to_date(settings: Settings) -> None:
    """Open the database, look whether it is whole, and bring it to the present shape."""
    engine = open_engine(settings.database_url)
    try:
        if engine.dialect.name == "sqlite":
            _look_through(engine)
        upgrade_engine(engine)
    finally:
        engine.dispose()


def _look_through(engine: Engine) -> None:
    """Raises CannotStart if SQLite finds damage within two seconds."""
    connection = engine.raw_connection()
    until = time.monotonic() + SECONDS_TO_LOOK
    try:
        database: Any = connection.driver_connection
        database.set_progress_handler(lambda: time.monotonic() > until, 10_000)
        found = database.execute("PRAGMA quick_check(1)").fetchone()
        database.set_progress_handler(None, 0)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        found = None
    finally:
        connection.invalidate()
        connection.close()
    if found not in (None, ("ok",)):
        raise CannotStart(_DAMAGED)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "\n")) else f"{text}."


def _settings(error: ValidationError) -> Iterator[str]:
    """Which variable, and what is wrong with it; never its value, which may be a password."""
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        text = str(one["msg"]).removeprefix("Value error, ")
        name = "_".join(map(str, one["loc"])).upper()
        if not name:
            yield f"  {text}"
        else:
            yield f"  {name if name.startswith('PORT') else f'PORTAL_{name}'}: {text}"


_BACKUP = "Put a backup in its place; the reports of since then come back from people's phones."
_DAMAGED = f"The database is damaged. {_BACKUP}"
_SQLITE: Mapping[int, str] = {
    sqlite3.SQLITE_NOTADB: f"The database file is no SQLite database. {_BACKUP}",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_READONLY: "The database cannot be written: its file or folder is read-only. Make it writable.",
    sqlite3.SQLITE_CANTOPEN: "The database cannot be opened. Does its folder exist, and may this user write there?",
    sqlite3.SQLITE_FULL: "The disk is full. Free some space, then start again.",
    sqlite3.SQLITE_IOERR: "The disk does not work or is full. Look at it, then start again.",
    sqlite3.SQLITE_BUSY: "Another program holds the database. End it, then start again.",
    sqlite3.SQLITE_LOCKED: "Another program holds the database. End it, then start again.",
}


def _database(error: Exception) -> str:
    if isinstance(error, CommandError):
        return (
            "The database was made by a newer version of the portal. "
            "Start that version, or put a backup of before in its place."
        )
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        return _SQLITE.get(code, f"The database cannot be used ({cause}).")
    # What libpq says names host, user and reason, and no password.
    text = str(cause).strip()
    if "password authentication failed" in text or "no password supplied" in text:
        return "PostgreSQL refuses the password in PORTAL_DATABASE_URL. Set the right one, then start again."
    reason = text.splitlines()[0] if text else type(cause).__name__
    return f"The database in PORTAL_DATABASE_URL cannot be used ({reason}). Mend that, then start again."


def _system(error: OSError) -> str:
    what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    advice = {
        errno.ENOSPC: "Free some space on the disk",
        errno.EROFS: "PORTAL_DATA must name a folder that can be written",
        errno.EACCES: "PORTAL_DATA must name a folder that this user can write",
        errno.EPERM: "PORTAL_DATA must name a folder that this user can write",
        errno.ENOTDIR: "PORTAL_DATA must name a folder",
        errno.EEXIST: "PORTAL_DATA must name a folder",
    }.get(error.errno or 0, "Mend that")
    return f"The portal cannot start ({what}). {advice}, then start again."
