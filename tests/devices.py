"""Devices for tests: they talk to the application without a network, and lose their connection when asked to."""

import asyncio
import io
import random
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import text
from starlette.types import ASGIApp, Message, Scope

from app.city.city import City
from app.city.loader import load_city
from app.db.engine import open_engine, read
from app.http.portal import Portal, open_portal
from app.photos.files import open_store
from app.photos.service import PhotoService
from app.routes import url
from app.settings import Settings
from tests.databases import migrate
from tests.factories import frozen, report

ORIGIN = "http://portal.example"
HERE = ("127.0.0.1", 4711)
"""Where a client comes from that has not been said to come from elsewhere."""
STEP = 64 * 1024


@contextmanager
def opened(settings: Settings, city: City) -> Iterator[Portal]:
    """A portal on whatever is in the data folder; opened a second time, it is the same after a restart."""
    settings.make_data_folder()
    migrate(settings.database_url)
    engine = open_engine(settings.database_url)
    photos = PhotoService(store=open_store(settings.photo_store))
    try:
        yield Portal(settings=settings, city=city, engine=engine, photos=photos)
    finally:
        photos.close()
        engine.dispose()


@contextmanager
def portland(folder: Path, **more: Any) -> Iterator[Portal]:
    """A portal as the server opens it, with the city pack of Portland, on data in this folder. more: other settings."""
    settings = Settings(data=folder, **more)
    settings.make_data_folder()
    migrate(settings.database_url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.http.portal.load_city", _read_once)
        with open_portal(settings) as portal:
            yield portal


@cache
def _read_once(folder: Path) -> City:
    """A city pack never changes; reading it takes longer than most of what is done with it."""
    return load_city(folder)


@asynccontextmanager
async def browsing(
    app: ASGIApp, *, client: tuple[str, int] = HERE, language: str = "en"
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of this application; an exception that nobody caught reaches the test."""
    transport = httpx.ASGITransport(app=app, client=client)
    headers = {"accept-language": language}
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as browser:
        yield browser


def ask(
    app: ASGIApp, method: str, path: str, *, client: tuple[str, int] = HERE, **more: Any
) -> httpx.Response:
    """One request on its own."""

    async def conversation() -> httpx.Response:
        async with browsing(app, client=client) as browser:
            return await browser.request(method, path, **more)

    return asyncio.run(conversation())


def send_json(app: ASGIApp, fields: dict[str, Any], **headers: str) -> httpx.Response:
    """PUT a report as a device's frozen JSON, to the address that its id says."""
    return put(app, str(fields["id"]), frozen(fields), **headers)


def put(app: ASGIApp, id: str, content: bytes, **headers: str) -> httpx.Response:
    """PUT bytes to a report's address."""
    headers = {"content-type": "application/json", **headers}
    return ask(app, "PUT", url("submit", id=id), content=content, headers=headers)


def content_digest(content: bytes) -> str:
    """The value of Content-Digest (RFC 9530)."""
    return f"sha-256=:{b64encode(sha256(content).digest()).decode()}:"


async def broken_off(
    app: ASGIApp, method: str, path: str, pieces: Sequence[bytes], headers: dict[str, str]
) -> int | None:
    """Send the pieces of a body and lose the connection before the end; the status, if one was still said."""
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": HERE,
        "server": ("portal.example", 80),
    }
    messages: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.disconnect"})
    statuses: list[int] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return statuses[0] if statuses else None


def make_photo(seed: int = 1, *, side: int = 300) -> bytes:
    """A JPEG of noise, which weighs much for its size: about 95 kB at 300 pixels a side."""
    pixels = random.Random(seed).randbytes(side * side * 3)
    file = io.BytesIO()
    Image.frombytes("RGB", (side, side), pixels).save(file, "JPEG", quality=85)
    return file.getvalue()


class Sender:
    """A report with photos, on its way from one device."""

    def __init__(self, *photos: bytes, **changes: Any) -> None:
        self.photos = {sha256(photo).hexdigest(): photo for photo in photos}
        media = [{"sha256": name, "bytes": len(photo)} for name, photo in self.photos.items()]
        self.fields = report(media=media, **changes)
        self.id, self.token = str(self.fields["id"]), str(self.fields["manage_token"])

    async def send_text(self, browser: httpx.AsyncClient) -> dict[str, Any]:
        """PUT the text; returns the receipt."""
        answer = await browser.put(
            url("submit", id=self.id),
            content=frozen(self.fields),
            headers={"content-type": "application/json"},
        )
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    def path(self, photo: bytes) -> str:
        """Where a photo goes."""
        return url("upload", id=self.id, sha256=sha256(photo).hexdigest())

    @property
    def rights(self) -> dict[str, str]:
        """The header that allows it."""
        return {"authorization": f"Bearer {self.token}"}

    def headers(self, photo: bytes, offset: int, **changes: str) -> dict[str, str]:
        """What a PATCH says of itself."""
        return {
            **self.rights,
            "content-type": "application/offset+octet-stream",
            "upload-offset": str(offset),
            "upload-length": str(len(photo)),
            **changes,
        }

    async def head(self, browser: httpx.AsyncClient, photo: bytes) -> httpx.Response:
        """Ask how far a photo has come."""
        return await browser.head(self.path(photo), headers=self.rights)

    async def patch(
        self,
        browser: httpx.AsyncClient,
        photo: bytes,
        offset: int,
        *,
        step: int = STEP,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> httpx.Response:
        """Send one step of a photo."""
        data = photo[offset : offset + step]
        headers = {**self.headers(photo, offset), **headers}
        return await browser.patch(self.path(photo), content=data, headers=headers)

    def stored(self, photo: bytes) -> dict[str, str]:
        """What is answered once a photo is stored."""
        return {"id": self.id, "sha256": sha256(photo).hexdigest(), "state": "stored"}

    async def upload(self, browser: httpx.AsyncClient, photo: bytes, *, step: int = STEP) -> httpx.Response:
        """Send what is missing of a photo, step by step; returns the last answer."""
        offset = int((await self.head(browser, photo)).headers["upload-offset"])
        while True:
            answer = await self.patch(browser, photo, offset, step=step)
            if answer.status_code != 204:
                return answer
            offset = int(answer.headers["upload-offset"])


def stored_requests(portal: Portal) -> list[dict[str, Any]]:
    """Every row of the table of requests."""
    with read(portal.engine) as connection:
        return [dict(row._mapping) for row in connection.execute(text("SELECT * FROM service_request"))]
