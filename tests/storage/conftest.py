"""A fresh database for every test: SQLite in a file, and PostgreSQL in a schema of its own where there is
one.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from app.storage.engine import open_engine
from app.storage.migrate import upgrade_engine
from app.storage.people import PeopleStore
from app.storage.requests import RequestStore

POSTGRES = os.environ.get("PORTAL_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1/test")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of an empty schema in a running PostgreSQL."""
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


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of each kind in turn."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A database with all tables, of each kind in turn."""
    engine = open_engine(url)
    upgrade_engine(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Engine]:
    """A SQLite database with all tables."""
    engine = open_engine(sqlite_url)
    upgrade_engine(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> RequestStore:
    return RequestStore(engine)


@pytest.fixture
def people_store(engine: Engine) -> PeopleStore:
    return PeopleStore(engine)
