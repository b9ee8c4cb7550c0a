"""A portal on fresh data and the application that serves it, without any network."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from app.domain.services import City
from app.settings import Settings
from app.web import form_photos, imports
from app.web.portal import Portal
from app.web.security import guarded
from app.web.site import site
from tests.factories import small_city
from tests.web.devices import opened


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, photos of a form are ready when its answer comes, but where a test says otherwise."""
    monkeypatch.setattr(form_photos, "MOST_SECONDS", 100)
    monkeypatch.setattr(imports, "SETTLE_SECONDS", 100)


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
def build(tmp_path: Path) -> Path:
    """A front-end build with no pages but the one that says what went wrong."""
    folder = tmp_path / "build"
    (folder / "templates").mkdir(parents=True)
    (folder / "static").mkdir()
    (folder / "templates/problem.html").write_text("<h1>{{ heading }}</h1><p>{{ advice }}</p>")
    (folder / "site.css").write_text("p{color:#000}")
    (folder / "static.json").write_text(
        json.dumps({"outbox.js": "abc123", "leaflet.js": "def456", "leaflet.css": "def456"})
    )
    (folder / "static/outbox.js").write_text("// the outbox\n")
    return folder


@pytest.fixture
def app(portal: Portal, build: Path) -> ASGIApp:
    """The published site behind all its layers."""
    return guarded(site(portal, build), portal.settings)
