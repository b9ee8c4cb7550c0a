"""What every test may ask for: no network, one place for shared data, a portal on fresh data, fresh databases."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as examples
from sqlalchemy import Engine
from starlette.types import ASGIApp

from app.city.city import City
from app.db.engine import open_engine
from app.http.built import Build
from app.http.portal import Portal
from app.http.security import guarded
from app.people.store import PeopleStore
from app.photos.service import StoredPhoto
from app.reports import form_photos
from app.reports import web_copies as imports
from app.requests.store import RequestStore
from app.settings import Settings
from app.site.site import site
from tests.databases import empty, migrate, migrated, postgres_schema
from tests.devices import opened
from tests.factories import small_city

ROOT = Path(__file__).parents[1]
SHARED_DATA = Path(os.environ.get("PORTAL_TEST_DATA", ROOT / "../shared/data"))
LOOPBACK = ("127.", "::1", "localhost")

# The same examples every time, however slow the machine: a failure then comes from the change at hand.
examples.register_profile("portal", deadline=None, derandomize=True)
examples.load_profile("portal")


class NetworkUsed(Exception):
    """A unit test wanted to talk to another machine. No OSError, so that no retry or fallback hides it."""


def _stays_here(address: Any) -> bool:
    """Whether a socket address is this machine: a path (Unix socket), or a (host, port) on loopback."""
    return not isinstance(address, tuple) or str(address[0]).startswith(LOOPBACK)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse look-ups of names and connections that would leave the machine."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check(address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *others: Any, **more: Any) -> Any:
        _check((host or "localhost", 0))
        return getaddrinfo(host, *others, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


def _check(address: Any) -> None:
    if not _stays_here(address):
        raise NetworkUsed(f"a unit test wanted to talk to {address[0]}")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real photos, places and requests, which is not part of this repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the shared test data are not at {SHARED_DATA}; set PORTAL_TEST_DATA to their folder")
    return SHARED_DATA


# --- a portal --------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, photos of a form are ready when its answer comes, but where a test says otherwise."""
    monkeypatch.setattr(form_photos, "MOST_SECONDS", 100)
    monkeypatch.setattr(imports, "FINISH_SECONDS", 100)


@pytest.fixture
def city() -> City:
    """The city of the portal; a test file may bring another one."""
    return small_city()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Data in a folder of this test."""
    return Settings(data=tmp_path / "data")


@pytest.fixture
def portal(settings: Settings, city: City) -> Iterator[Portal]:
    """A portal with an empty database and an empty photo store."""
    with opened(settings, city) as portal:
        yield portal


@pytest.fixture
def counted(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every photo that was worked on, in turn."""
    worked_on: list[Path] = []
    process = portal.photos.process

    async def counting(path: Path, before: Any) -> StoredPhoto:
        worked_on.append(path)
        return await process(path, before)

    monkeypatch.setattr(portal.photos, "process", counting)
    return worked_on


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """One without pages but that which says what went wrong."""
    folder = tmp_path / "build"
    (folder / "static").mkdir(parents=True)
    (folder / "static.json").write_text(
        json.dumps({"outbox.js": "abc123", "leaflet.js": "def456", "leaflet.css": "def456"})
    )
    (folder / "static/outbox.js").write_text("// the outbox\n")
    return Build({"problem": "<h1>{{ heading }}</h1><p>{{ advice }}</p>"}, "p{color:#000}", folder)


@pytest.fixture
def app(portal: Portal, build: Build) -> ASGIApp:
    """The published site behind all its layers."""
    return guarded(site(portal, build), portal.settings)


# --- databases --------------------------------------------------------------------------------

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of an empty schema in a running PostgreSQL."""
    with postgres_schema() as url:
        yield url


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of each kind in turn."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture(scope="session")
def _migrated_postgres() -> Iterator[str]:
    with postgres_schema() as url:
        migrate(url)
        yield url


@pytest.fixture
def postgres(_migrated_postgres: str) -> Iterator[Engine]:
    """A PostgreSQL database with all tables; one test after another has it, each empty."""
    engine = open_engine(_migrated_postgres)
    yield engine
    empty(engine)
    engine.dispose()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Engine]:
    """A SQLite database with all tables."""
    with migrated(sqlite_url) as engine:
        yield engine


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest) -> Engine:
    """A database with all tables, of each kind in turn."""
    engine: Engine = request.getfixturevalue("sqlite" if request.param == "sqlite" else "postgres")
    return engine


@pytest.fixture
def store(engine: Engine) -> RequestStore:
    return RequestStore(engine)


@pytest.fixture
def people_store(engine: Engine) -> PeopleStore:
    return PeopleStore(engine)
