"""A city for tests: the real site behind the real web server, in a process that dies and comes back within moments.

`python -m tests.offline.city DATA PORT` imports everything once. From then on each server is a fork of it, so that
one can be killed and the next one started in a few hundredths of a second, on the same data and the same port.
"""

import asyncio
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import obstore
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.backups.restoring import restore
from app.backups.saving import back_up
from app.db import threads
from app.db.engine import open_engine
from app.db.migrate import upgrade_engine
from app.http.built import Build
from app.http.portal import Portal
from app.http.security import guarded
from app.ledger.file import open_ledger
from app.ledger.rules import catch_up
from app.photos.files import PhotoStore, StoreUnreachable, _key, open_store
from app.photos.pixels import Shrunk, Size, shrink_bytes
from app.photos.service import PhotoService, StoredPhoto
from app.requests.store import RequestStore
from app.settings import Settings
from app.site.site import site
from app.site.upkeep import keep_up
from tests.factories import small_city

ROOT = Path(__file__).parents[2]
MOST_SECONDS = 20
LOCKED = "locked"
STORE = "store"
"""Names of faults: the database is locked by somebody else; what the photo store does."""


class CityServer:
    """A server that can be killed, its database as it stands on the disk, its backups, and its staff."""

    def __init__(self, folder: Path, *, quiet: bool = False) -> None:
        """quiet: what the server writes in its log is shown to nobody."""
        self.data = folder / "data"
        self._settings = settings_for(self.data)
        self._backup = self._empty = folder / "empty"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.offline.city", self.data, str(self.port)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else None,
            text=True,
            bufsize=1,
        )
        self.start()
        self._open()
        self._save(self._empty)

    def _open(self) -> None:
        self._database = sqlite3.connect(self.data / "portal.db", isolation_level=None)

    def start(self) -> None:
        """Start it if it is not there."""
        self._ask("start", "up")

    def mend(self, name: str, what: str = "") -> None:
        """Set a fault, or take it away."""
        file = fault_file(self.data, name)
        file.write_text(what) if what else file.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Somebody else, as an administrator's shell, keeps the database from being written."""
        with closing(sqlite3.connect(self.data / "portal.db", isolation_level=None, timeout=60)) as other:
            other.execute("BEGIN IMMEDIATE")
            self.mend(LOCKED, "by somebody")
            try:
                yield
            finally:
                self.mend(LOCKED)

    @contextmanager
    def staff(self) -> Iterator[RequestStore]:
        """What a command of staff works with, in a process of its own, while the server runs."""
        engine = open_engine(self._settings.database_url)
        try:
            yield RequestStore(engine, open_ledger(self._settings))
        finally:
            engine.dispose()

    # --- backups

    def forget_backups(self) -> None:
        """There is only the backup of the empty city."""
        if self._backup != self._empty:
            shutil.rmtree(self._backup)
        self._backup = self._empty

    def back_up(self) -> None:
        """Make a backup while the city runs."""
        self.forget_backups()
        self._backup = self._empty.with_name("backup")
        self._save(self._backup)

    def _save(self, to: Path) -> None:
        back_up(self._settings, small_city().jurisdiction_id, to, None)

    def restore(self) -> None:
        """Bring the last backup back, and start."""
        self.kill()
        self._database.close()
        restored = restore(self._settings, small_city().jurisdiction_id, self._backup, None)
        if restored.aside is not None:
            shutil.rmtree(restored.aside)
        self._open()
        self.start()

    # --- what there is

    def kill(self) -> None:
        """End it as a power cut does."""
        self._ask("kill", "down")

    def has_died(self) -> bool:
        """Whether it has ended by itself."""
        return self._ask("look", "up", "down") == "down"

    def _ask(self, what: str, *expected: str) -> str:
        assert self._nursery.stdin and self._nursery.stdout
        self._nursery.stdin.write(what + "\n")
        answer = self._nursery.stdout.readline().strip()
        assert answer in expected, f"{what}: {answer!r}"
        return answer

    def last(self) -> int:
        """A number that later requests are above of."""
        return int(
            self._database.execute("SELECT coalesce(max(rowid), 0) FROM service_request").fetchone()[0]
        )

    def requests_since(self, last: int) -> list[dict[str, Any]]:
        """Requests that came later than that number."""
        return self._rows("SELECT * FROM service_request WHERE rowid > ?", last)

    def photos_of(self, request_id: str) -> dict[str, dict[str, Any]]:
        """The photos of a request, by the hash of what was sent."""
        rows = self._rows("SELECT * FROM photo WHERE request_id = ?", request_id)
        return {row["sha256"]: row for row in rows}

    def has_picture(self, content: str) -> bool:
        """Whether a photo's picture is in the store."""
        return (self.data / f"photos/{content[:2]}/{content[2:4]}/{content}/full.webp").exists()

    def _rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        cursor = self._database.execute(query, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def close(self) -> None:
        """End everything."""
        self._database.close()
        # With its input closed, the nursery ends its server and then itself.
        self._nursery.communicate(timeout=MOST_SECONDS)


# --- the process of its own ---------------------------------------------------------------------------------

_dies: ContextVar[str] = ContextVar("dies", default="")


def settings_for(data: Path) -> Settings:
    """The phones are behind a proxy, which says that they are people of their own (device.mjs)."""
    return Settings(data=data, trusted_proxies=1)


def fault_file(data: Path, name: str) -> Path:
    return data / f"fault-{name}"


class Mortal:
    """Dies of requests that say so in `X-Die`: before anything of it is looked at, after a photo has become pictures
    of which the database knows nothing yet, after all is done and before anything is answered, or so many
    milliseconds after it came, if it is still at it. `worker`: only the photo's worker dies, and the next one, too.
    """

    def __init__(self, app: ASGIApp, locked: Path) -> None:
        self._app = app
        self._locked = locked
        self._patience = threads.SECONDS_TO_WAIT

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Who is known to wait in vain need not do so for seconds.
        threads.SECONDS_TO_WAIT = 0.1 if self._locked.exists() else self._patience
        when = Headers(scope=scope).get("x-die", "")
        if when == "before":
            die()
        timer = asyncio.get_running_loop().call_later(int(when) / 1000, die) if when.isdecimal() else None

        async def answer(message: Message) -> None:
            if when == "after":
                die()
            await send(message)

        _dies.set(when)
        await self._app(scope, receive, answer)
        if timer:
            timer.cancel()


class Workers:
    """Makes pictures in a thread: a pool of processes would have to be started with each server."""

    async def shrink(self, data: bytes) -> Shrunk:
        if _dies.get() == "worker":
            # As the pool says when it was killed twice in a row.
            raise BrokenProcessPool
        return await asyncio.to_thread(shrink_bytes, data)

    def close(self) -> None:
        pass


class Store(PhotoStore):
    """Has the faults of the city's photo store."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(open_store(settings.photo_store)._backend)
        self._fault = fault_file(settings.data, STORE)

    async def put(self, content: str, files: dict[Size, bytes]) -> None:
        fault = self._fault.read_text() if self._fault.exists() else ""
        if fault == "forgets":
            # It has begun, and of what it was given only the smallest is there afterwards.
            await obstore.put_async(self._backend, _key(content, "320"), files["320"])
        if fault == "hangs":
            # The real one gives up after a few seconds.
            await asyncio.sleep(0.02)
        if fault:
            raise StoreUnreachable(fault)
        await super().put(content, files)


class Photos(PhotoService):
    async def process(
        self, path: Path, before: Callable[[str], Awaitable[None]] | None = None
    ) -> StoredPhoto:
        stored = await super().process(path, before)
        if _dies.get() == "photo":
            die()
        return stored


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def nursery(data: Path, port: int) -> None:
    """Start and kill servers, one at a time, as lines of the standard input say."""
    settings = settings_for(data)
    settings.make_data_folder()
    engine = open_engine(settings.database_url)
    upgrade_engine(engine)
    engine.dispose()
    folder = Path(tempfile.mkdtemp(dir=data))
    (folder / "static").mkdir()
    (folder / "static.json").write_text("{}")
    build = Build({"problem": "<h1>{{ heading }}</h1><p>{{ advice }}</p>"}, "", folder)
    child = 0
    for line in sys.stdin:
        if child and os.waitpid(child, os.WNOHANG)[0]:
            child = 0
        if line == "start\n" and not child:
            child = start(settings, build, port)
        if line == "kill\n" and child:
            end(child)
            child = 0
        print("up" if child else "down", flush=True)  # noqa: T201
    if child:
        end(child)


def end(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def start(settings: Settings, build: Build, port: int) -> int:
    """Fork a server; returns its process id as soon as it listens."""
    ready, listening = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(ready)
            asyncio.run(serve(settings, build, port, listening))
        finally:
            os._exit(1)
    os.close(listening)
    up = os.read(ready, 1)
    os.close(ready)
    if not up:
        os.waitpid(child, 0)
        return 0
    return child


async def serve(settings: Settings, build: Build, port: int, listening: int) -> None:
    engine = open_engine(settings.database_url)
    photos = Photos(store=Store(settings))
    photos._workers = Workers()  # type: ignore[assignment]
    portal = Portal(settings=settings, city=small_city(), engine=engine, photos=photos)
    catch_up(portal.engine, portal.ledger)
    upkeep = asyncio.create_task(keep_up(portal))
    server = Server(
        Mortal(guarded(site(portal, build), settings), fault_file(settings.data, LOCKED)),
        port=port,
        interface=Interfaces.ASGINL,
        log_level=LogLevels.error,
        websockets=False,
    )
    serving = asyncio.create_task(server.serve())
    while not await listens(port):
        await asyncio.sleep(0.001)
    os.write(listening, b".")
    await asyncio.gather(serving, upkeep)


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


if __name__ == "__main__":
    nursery(Path(sys.argv[1]), int(sys.argv[2]))
