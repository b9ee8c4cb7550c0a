"""The life of the whole: what could not start says so, and is not served half."""

import asyncio
import logging
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.portal import Portal
from app.settings import Settings
from app.site import front
from app.site.front import Front
from tests.databases import migrate


async def reflex(scope: Scope, receive: Receive, send: Send) -> None:
    """The part of a framework that is asked to live and to end."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


def live(tmp_path: Path, portals: list[Portal]) -> list[str]:
    """Start it and end it; returns what it says, and whether it was ready when it was told to end."""
    said: list[str] = []
    messages: list[Message] = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive() -> Message:
        if len(messages) == 1:
            said.append(f"ready: {portals[0].readiness.started}")
        return messages.pop(0)

    async def send(message: Message) -> None:
        said.append(message["type"])

    settings = Settings(data=tmp_path)
    migrate(settings.database_url)

    def make_site(portal: Portal) -> ASGIApp:
        portals.append(portal)
        return _nothing

    asyncio.run(Front(settings, reflex, make_site)({"type": "lifespan"}, receive, send))
    return said


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("nobody asks")


@pytest.fixture(autouse=True)
def portals(monkeypatch: pytest.MonkeyPatch) -> list[Portal]:
    """Those that were opened; their pages and upkeep are left out."""

    async def rest(portal: Portal) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(front, "keep_up", rest)
    return []


def test_it_is_ready_between_start_and_end(
    tmp_path: Path, portals: list[Portal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "live_front", lambda portal, reflex: _nothing)
    assert live(tmp_path, portals) == [
        "lifespan.startup.complete",
        "ready: True",
        "lifespan.shutdown.complete",
    ]


def test_what_could_not_start_says_so_and_in_the_log_why(
    tmp_path: Path,
    portals: list[Portal],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The web server takes an exception for "without lifespan", and would serve a portal that has no upkeep."""

    def fail(portal: Portal, reflex: object) -> None:
        raise FileNotFoundError("the live screens have not been built")

    monkeypatch.setattr(front, "live_front", fail)
    with caplog.at_level(logging.ERROR):
        assert live(tmp_path, portals) == ["lifespan.startup.failed"]
    assert "could not start: FileNotFoundError" in caplog.text
