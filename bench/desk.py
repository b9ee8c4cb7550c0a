"""People at the desk, for `bench.load`: they sign in, open tabs over real websockets, and leave them in every way.

A tab speaks Reflex's protocol as its page does (tests/desk/tabs.py); what it says goes to a server in a process of its
own. What the server keeps of tabs that are gone is part of the memory that is measured.
"""

import asyncio
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Awaitable
from contextlib import suppress
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from simple_websocket import AioClient, ConnectionClosed
from simple_websocket import ConnectionError as NotOpened
from starlette.types import Receive, Scope, Send

from app.people.command import PASSWORD
from app.routes import url
from bench.servers import Request, Server
from state.desk.base import Desk
from state.desk.queue import DeskQueue
from state.desk.request import DeskRequest
from tests.desk.tabs import Closed, Tab, name_of

STAFF = 3
FAILED = "tabs that failed"
HOST = "127.0.0.1"
SECRET = "a long sentence for a bench"
PATIENCE = 60.0
"""Seconds that a tab may take in all."""
REST_SECONDS = 4.0
"""Between two tabs of one person, on average."""
OPEN_SECONDS = 10.0
"""The longest that somebody looks at a report."""
TABS_A_SHIFT = 20
"""So many tabs one sign-in lasts."""
MOST_SILENT = 10
"""Tabs at once that are lost without a word; the server waits more than two minutes for each."""
FILTERS = (
    {"status": "all", "text": "crosswalk"},
    {"status": "submitted", "order": "oldest"},
    {"status": "all", "service_code": "pothole", "age": "day"},
    {"status": "open", "language": "en"},
)


def hire(data: Path) -> list[str]:
    """Make accounts by the city's own command; their e-mail addresses. data: the portal's folder."""
    emails = [f"desk{number}@city.example" for number in range(STAFF)]
    for email in emails:
        command = [
            sys.executable,
            "-m",
            "app.people.command",
            "--email",
            email,
            "--name",
            email.partition("@")[0],
        ]
        environment = {**os.environ, "PORTAL_DATA": str(data), PASSWORD: SECRET}
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return emails


def work(server: Server, emails: list[str], over: threading.Event, done: Counter[str]) -> None:
    """Work at the desk until it is over; `done` counts what was done."""

    async def all_of_them() -> None:
        people = [_Person(server.another(), email, number, done) for number, email in enumerate(emails)]
        tasks = [asyncio.ensure_future(person.work(over)) for person in people]
        await asyncio.gather(*tasks)

    asyncio.run(all_of_them())


class Line:
    """The way from a tab to the server, in the shape of an application (ASGI); each tab has one of its own.

    is_cut: whether the connection is to end without a word. ended: set once it has ended, whoever ended it.
    """

    def __init__(self, port: int, address: str) -> None:
        self._port, self._address = port, address
        self.is_cut = False
        self.ended = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry what is said, both ways, until one side ends it."""
        await receive()
        cookie = next((value.decode() for name, value in scope["headers"] if name == b"cookie"), "")
        # The library names the host without its port; an origin of ours is one that says the same.
        headers = {"Origin": f"http://{HOST}", "X-Forwarded-For": self._address, "Cookie": cookie}
        target = f"ws://{HOST}:{self._port}{scope['path']}?{scope['query_string'].decode()}"
        try:
            socket = await AioClient.connect(target, scope["subprotocols"], headers)
        except (NotOpened, OSError):
            await send({"type": "websocket.close", "code": 1008})
            return
        await send({"type": "websocket.accept"})
        ways = [asyncio.ensure_future(way) for way in (_listen(socket, send), self._speak(socket, receive))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            socket.wsock.close()
            self.ended.set()

    async def _speak(self, socket: AioClient, receive: Receive) -> None:
        with suppress(ConnectionClosed):
            while (message := await receive())["type"] == "websocket.receive":
                await socket.send(message["text"])
            if not self.is_cut:
                await socket.close(message["code"])


async def _listen(socket: AioClient, send: Send) -> None:
    with suppress(ConnectionClosed):
        while (text := await socket.receive()) is not None:
            await send({"type": "websocket.receive", "text": text})


class _Person:
    """Somebody at the desk. Each comes from a network of their own."""

    def __init__(self, server: Server, email: str, number: int, done: Counter[str]) -> None:
        self._server, self._email, self._done = server, email, done
        self._address = f"203.0.113.{number + 1}"
        self._chance = random.Random(number)
        self._cookie = self._known = ""
        self._silent: set[asyncio.Task[None]] = set()

    async def work(self, over: threading.Event) -> None:
        """Open one tab after another until it is over."""
        while not over.is_set():
            await asyncio.to_thread(self._sign_in)
            for _ in range(TABS_A_SHIFT):
                if over.is_set():
                    break
                await self._count(self._tab())
                await asyncio.sleep(REST_SECONDS * 2 * self._chance.random())
            await asyncio.to_thread(self._sign_out)
        self._server.hang_up()
        for task in self._silent:
            task.cancel()
        await asyncio.gather(*self._silent, return_exceptions=True)

    async def _count(self, tab: Awaitable[None]) -> None:
        try:
            await asyncio.wait_for(tab, PATIENCE)
            self._done["tabs at the desk"] += 1
        except (Closed, TimeoutError, RuntimeError, OSError) as error:
            self._server.hang_up()
            self._done[FAILED] += 1
            print(f"A tab at the desk failed: {error!r}", file=sys.stderr, flush=True)

    def _sign_in(self) -> None:
        body = urlencode({"email": self._email, "password": SECRET}).encode()
        headers, _ = self._server.ask(
            Request(url("sign_in", locale="en"), "POST", 303, self._headers(self._known), body)
        )
        cookies = SimpleCookie()
        for line in headers.get_all("set-cookie", []):
            cookies.load(line)
        self._cookie = cookies["desk"].value
        self._known = f"known={cookies['known'].value}"

    def _sign_out(self) -> None:
        self._server.ask(
            Request(url("sign_out", locale="en"), "POST", 303, self._headers(f"desk={self._cookie}"))
        )

    def _headers(self, cookie: str) -> dict[str, str]:
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": cookie,
            "X-Forwarded-For": self._address,
        }

    async def _tab(self) -> None:
        """Look at the queue, filter it, open a report in the same tab, and go away."""
        queue, _ = await self._open(url("desk", locale="en"))
        await queue.until(DeskQueue, "found", bool)
        queue.send(name_of(DeskQueue.filter), form=self._chance.choice(FILTERS))
        await queue.until_done()
        rows = queue.show(DeskQueue, "rows")
        await queue.close()
        if not rows:
            return
        query = self._chance.choice(rows)["url"].partition("?")[2]
        path = url("desk_request", locale="en")
        report, line = await self._open(path, query=query, token=queue.token)
        await report.until(DeskRequest, "there", True)
        report.send(name_of(DeskRequest.add_note), form={"note": "Looked at it."})
        await report.until_done()
        await _leave_open(report, OPEN_SECONDS * self._chance.random())
        go_away = self._chance.choice((self._close, self._cut, self._fall_silent, self._rest))
        await go_away(report, line)

    async def _open(self, path: str, *, query: str = "", token: str = "") -> tuple[Tab, Line]:
        """Open a page: its document, then its connection. Raises Closed if that is refused."""
        document = Request(f"{path}?{query}".rstrip("?"), headers=self._headers(f"desk={self._cookie}"))
        await asyncio.to_thread(self._server.ask, document)
        line = Line(self._server.port, self._address)
        tab = await Tab(line, path, query=query, cookie=self._cookie, token=token).__aenter__()
        return tab.connect(), line

    async def _close(self, tab: Tab, line: Line) -> None:
        await tab.close()

    async def _cut(self, tab: Tab, line: Line) -> None:
        """The browser ends at once."""
        line.is_cut = True
        await tab.close()

    async def _fall_silent(self, tab: Tab, line: Line) -> None:
        """The network is gone: nobody tells the server, which has to notice."""
        if len(self._silent) >= MOST_SILENT:
            await tab.close()
            return
        task = asyncio.ensure_future(self._stay_silent(tab, line))
        self._silent.add(task)
        task.add_done_callback(self._silent.discard)

    async def _stay_silent(self, tab: Tab, line: Line) -> None:
        try:
            await line.ended.wait()
            self._done["lost tabs that the server let go"] += 1
        finally:
            await tab.close()

    async def _rest(self, tab: Tab, line: Line) -> None:
        """Nobody has touched it for long; half of such tabs are used again."""
        tab.send(name_of(Desk.rest))
        await tab.until_closed()
        await tab.close()
        self._done["tabs that rested"] += 1
        if self._chance.random() < 0.5:
            again, _ = await self._open(url("desk", locale="en"), token=tab.token)
            await again.until(DeskQueue, "found", bool)
            await again.close()


async def _leave_open(tab: Tab, seconds: float) -> None:
    """The tab shows what others do meanwhile."""
    with suppress(TimeoutError):
        await asyncio.wait_for(tab.until_closed(), seconds)
