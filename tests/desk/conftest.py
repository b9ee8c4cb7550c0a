"""The live screens as they run, without a network, a browser or a built front end."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from app.http.portal import Portal
from app.http.security import guarded
from app.settings import Settings
from app.site.live import DOCUMENTS, live_front
from tests.desk.tabs import Scene, play
from tests.devices import opened
from tests.factories import small_city

REFLEX_ENVIRONMENT = {
    "__REFLEX_SKIP_COMPILE": "true",
    "REFLEX_ENV_MODE": "prod",
    "REFLEX_STATE_MANAGER_MODE": "memory",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "0",
}


@pytest.fixture(scope="session")
def reflex(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    """Reflex with the portal's states and pages, as the server runs it; what lies before it is not there."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in REFLEX_ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setenv("REFLEX_WEB_WORKDIR", str(tmp_path_factory.mktemp("web")))
        from app.app import app

        yield app()


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """A portal with an empty database; what others write is noticed at once."""
    monkeypatch.setattr("app.desk.watch.SECONDS_BETWEEN_LOOKS", 0.02)
    with opened(Settings(data=tmp_path / "data"), small_city()) as portal:
        yield portal


@pytest.fixture
def unbuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A front end that was never built: empty documents, no scripts."""
    folder = tmp_path / "client"
    for path in DOCUMENTS:
        file = folder / path.strip("/") / "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("<!DOCTYPE html>")
    (folder / "assets").mkdir()
    monkeypatch.setattr("app.site.live.CLIENT", folder)


@pytest.fixture
def live(reflex: ASGIApp, portal: Portal, unbuilt: None) -> ASGIApp:
    """The live screens behind all layers."""
    return guarded(live_front(portal, reflex), portal.settings)


Play = Callable[[Scene], None]


@pytest.fixture
def scene(live: ASGIApp, portal: Portal) -> Play:
    """Plays a scene at the desk."""
    return partial(play, live, portal)
