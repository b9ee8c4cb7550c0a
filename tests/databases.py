"""Databases with all tables, for tests. The migrations run once a process: they take longer than most tests do."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from app.db.engine import open_engine
from app.db.migrate import upgrade
from app.db.tables import METADATA, TERMS

POSTGRES = os.environ.get("PORTAL_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1/test")


def migrate(url: str) -> None:
    """Give the database at this URL all tables: an empty SQLite file by copying one, any other by its migrations."""
    address = make_url(url)
    file = Path(address.database or "")
    if address.get_backend_name() != "sqlite" or file.exists():
        upgrade(url)
    else:
        file.write_bytes(_template())


@cache
def _template() -> bytes:
    """A SQLite file with all tables and no rows."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.db"
        # The last one to close a database empties its log into it, so that one file is all there is.
        upgrade(f"sqlite:///{file}")
        return file.read_bytes()


@contextmanager
def migrated(url: str) -> Iterator[Engine]:
    """The database at this URL, open, with all tables."""
    migrate(url)
    engine = open_engine(url)
    yield engine
    engine.dispose()


@contextmanager
def postgres_schema() -> Iterator[str]:
    """The URL of an empty schema in a running PostgreSQL. Skips the test if there is none."""
    pytest.importorskip("psycopg", reason="psycopg is not installed, so PostgreSQL is not tested")
    server = create_engine(POSTGRES, connect_args={"connect_timeout": 3})
    schema = f"portal_{uuid.uuid4().hex}"
    try:
        with server.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
    except OperationalError:
        pytest.skip("no PostgreSQL answers at PORTAL_TEST_POSTGRES, so it is not tested")
    yield f"{POSTGRES}?options=-csearch_path%3D{schema}"
    with server.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    server.dispose()


def empty(engine: Engine) -> None:
    """Remove every row of a PostgreSQL database."""
    with engine.begin() as connection:
        for table in (TERMS, *reversed([table.name for table in METADATA.sorted_tables])):
            connection.execute(text(f"DELETE FROM {table}"))
