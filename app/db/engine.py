"""The database: how it is opened, and the two ways to talk to it, reading and writing."""

import math
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as WaitedTooLong
from sqlalchemy.orm import Session

BUSY_SECONDS = 2.0
"""How long a writer waits for others before it gives up: whoever sends hears of it within three seconds."""
POOL_SECONDS = 2.0
"""How long to wait for a connection that is free."""
WAL_TRIES, WAL_WAIT_S = 100, 0.05
"""How often, and after how long, a process asks again while another one begins the database."""
LARGEST_LOG = 16 * 1024**2
"""Bytes of SQLite's write-ahead log that stay on the disk when all of it is in the database."""
SCRUB_SECONDS = 2
"""How long erasing waits for readers before it leaves the rest to the next time."""

PATIENCE_OF_SERVER = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
}
"""What PostgreSQL is told once on each connection, by SET: a pooler in between refuses it at the start."""
PATIENCE_OF_CLIENT = {"connect_timeout": 3, "tcp_user_timeout": 3_000}
"""What libpq is told; seconds and milliseconds are its own units."""

# SQLite lets one write at a time and makes the others ask again and again, some of them for a second. Within
# this process they queue up here instead; between processes SQLite's own way remains.
_turns: WeakKeyDictionary[Engine, RLock] = WeakKeyDictionary()

give_up_at: ContextVar[float | None] = ContextVar("give_up_at", default=None)
"""When (`time.monotonic()`) whoever is about to write stops waiting, if they have waited before (threads.py)."""


def open_engine(url: str) -> Engine:
    """Open the database at this SQLAlchemy URL: `sqlite:///path` or `postgresql+psycopg://…`.

    Errors never show the values of a statement, because these are people's words.
    """
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=5,
            pool_timeout=POOL_SECONDS,
            # A pooler hands the same connection to others, who know nothing of our prepared statements.
            connect_args={**PATIENCE_OF_CLIENT, "prepare_threshold": None},
        )
        event.listen(engine, "handle_error", _keep_values_out)
        event.listen(engine, "connect", _limit_patience)
        return engine
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=10,
        max_overflow=40,
        pool_timeout=POOL_SECONDS,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False, "cached_statements": 256},
    )
    _turns[engine] = RLock()
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """A connection whose queries all see the same moment. It writes nothing."""
    with engine.connect() as connection:
        yield connection


@contextmanager
def write(engine: Engine, *, patience: float = BUSY_SECONDS) -> Iterator[Session]:
    """A session in one transaction: on the disk when the block ends, undone if it raises.

    On SQLite it waits for its turn at the start, so that nothing it has read can change before it writes.
    patience: seconds to wait for other writers, SQLite only.
    Raises WaitedTooLong or OperationalError if these do not come to an end.
    """
    until = min(time.monotonic() + patience, give_up_at.get() or math.inf)
    with (
        _turn(engine, until),
        engine.connect().execution_options(sqlite_begin="IMMEDIATE", give_up_at=until) as connection,
        Session(connection, expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


@contextmanager
def _turn(engine: Engine, until: float) -> Iterator[None]:
    """Be the only writer of this process. Raises WaitedTooLong."""
    lock = _turns.get(engine)
    if lock is None:
        yield
        return
    if not lock.acquire(timeout=max(0.0, until - time.monotonic())):
        raise WaitedTooLong("others have been writing for too long")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def driver(engine: Engine) -> Iterator[Any]:
    """A cursor of the driver itself, for the one look-up in which SQLAlchemy's own work is felt.

    Its errors are raised as SQLAlchemy raises them, as OperationalError.
    """
    known: Any = engine.dialect.loaded_dbapi
    try:
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            yield cursor
            cursor.close()
        finally:
            connection.close()
    except known.Error as error:
        raise OperationalError(None, None, error) from None


def scrub(engine: Engine) -> bool:
    """Empty SQLite's write-ahead log into the database, so that erased text is in neither. Tells whether it is empty.

    `secure_delete` has overwritten it in the database itself. While somebody reads, a part of the log may
    stay until the next time. PostgreSQL has no such command: its own clean-up (VACUUM) does this.
    """
    if engine.dialect.name != "sqlite":
        return True
    with driver(engine) as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {SCRUB_SECONDS * 1000}")
        try:
            (was_busy, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            was_busy = True
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
        return not was_busy


def _keep_values_out(context: ExceptionContext) -> None:
    """PostgreSQL's messages quote the row that failed; keep only what names the rule it broke."""
    diag = getattr(context.original_exception, "diag", None)
    if diag is None or diag.sqlstate is None:
        return
    names = (diag.sqlstate, diag.table_name, diag.column_name, diag.constraint_name)
    message = f"SQLSTATE {', '.join(name for name in names if name)}"
    context.original_exception.args = (message,)
    if context.sqlalchemy_exception is not None:
        kind = type(context.original_exception).__name__
        context.sqlalchemy_exception.args = (f"({kind}) {message}",)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Transactions are begun below and not by the driver, which would begin them too late.
    connection.isolation_level = None
    # The desk searches for words in any script; SQLite's own lower() knows only A to Z.
    connection.create_function("lower", 1, _lower, deterministic=True)
    cursor = connection.cursor()
    _use_wal(cursor)
    # A receipt means "on the disk": every commit waits for it. NORMAL would lose the last ones in a power
    # cut.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # A long reader makes the log grow; it shrinks again at the next checkpoint.
    cursor.execute(f"PRAGMA journal_size_limit = {LARGEST_LOG}")
    # Erased means erased: freed space is overwritten.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _use_wal(cursor: Any) -> None:
    """Switch to the write-ahead log. While another process does the same, SQLite refuses at once instead of waiting."""
    for tries_left in reversed(range(WAL_TRIES)):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if not tries_left:
                raise
            time.sleep(WAL_WAIT_S)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("sqlite_begin") != "IMMEDIATE":
        connection.exec_driver_sql("BEGIN DEFERRED")
        return
    left = max(0.0, options["give_up_at"] - time.monotonic())
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {left * 1000:.0f}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")


def _limit_patience(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        for name, value in PATIENCE_OF_SERVER.items():
            cursor.execute(f"SET {name} = '{value}'")
    connection.commit()


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()
