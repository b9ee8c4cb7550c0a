"""Browser tabs for tests: they speak Reflex's protocol over a websocket, and keep what their pages would show."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from types import TracebackType
from typing import Any, cast
from uuid import uuid4

from starlette.types import ASGIApp, Message

from app.http.portal import Portal
from app.kit.ids import hash_token, make_id, make_session_token
from app.people.models import DeskSession, Person, Role

NAMESPACE = "/_event"
ORIGIN = "http://portal.example"
ROOT = "reflex___state____state"
"""What Reflex calls its own state."""
_SUFFIX = "_rx_state_"


class Closed(Exception):
    """The server has closed the websocket, or has never opened it."""


class Tab:
    """One tab. cookie: of a sign-in, or empty. path, query: of the page that is open."""

    def __init__(
        self,
        app: ASGIApp,
        path: str,
        *,
        query: str = "",
        cookie: str = "",
        origin: str = ORIGIN,
        token: str = "",
    ) -> None:
        self._app, self._path, self._query = app, path, query
        self.token = token or str(uuid4())
        self._headers = {
            "host": "portal.example",
            "upgrade": "websocket",
            "connection": "Upgrade",
            "origin": origin,
            "cookie": f"desk={cookie}" if cookie else "",
        }
        self._in: asyncio.Queue[Message] = asyncio.Queue()
        self._out: asyncio.Queue[Message] = asyncio.Queue()
        self._shown: dict[str, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        """What the server has told the page to do."""

    async def __aenter__(self) -> "Tab":
        """Open the websocket. Raises Closed if it is refused."""
        raw = [(name.encode(), value.encode()) for name, value in self._headers.items() if value]
        scope = {
            "type": "websocket",
            "path": f"{NAMESPACE}/",
            "root_path": "",
            "query_string": f"EIO=4&transport=websocket&token={self.token}".encode(),
            "headers": raw,
            "subprotocols": ["0.10.1"],
            "client": ("127.0.0.1", 4711),
            "server": ("portal.example", 80),
            "scheme": "ws",
        }
        self._in.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.ensure_future(self._app(scope, self._in.get, self._out.put))
        self._task.add_done_callback(lambda _: self._out.put_nowait({"type": "websocket.close"}))
        if (await self._out.get())["type"] != "websocket.accept":
            raise Closed
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the tab."""
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1001})
        # What is no message of the protocol breaks the connection off (app/http/last_resort.py).
        with suppress(RuntimeError):
            await self._task

    def connect(self) -> "Tab":
        """What Reflex's script does first: say which page is open, and ask for all that it shows."""
        event = self._event(f"{ROOT}.hydrate_and_load", {"vars": {}, "hashes": []})
        self.raw(f"40{NAMESPACE},{json.dumps({'event': event})}")
        return self

    def send(self, event: str, /, **payload: Any) -> None:
        """Send an event. event: what Reflex calls the handler, see `name_of`."""
        self.emit("event", self._event(event, payload))

    def emit(self, kind: str, data: Any) -> None:
        """Send anything at all."""
        self.raw(f"42{NAMESPACE},{json.dumps([kind, data])}")

    def raw(self, text: str) -> None:
        """Send what need not be a message of the protocol."""
        self._in.put_nowait({"type": "websocket.receive", "text": text})

    def show(self, state: type, name: str) -> Any:
        """What the page shows of a variable; KeyError if the server never said anything about it."""
        return self._shown[_name(state)][name + _SUFFIX]

    def knows(self) -> str:
        """Everything the server has said, as one text."""
        return json.dumps([self._shown, self.events], ensure_ascii=False)

    async def until(self, state: type, name: str, value: Any) -> None:
        """Listen until a variable has a value, or one of which the function `value` says yes."""
        fits = value if callable(value) else lambda now: now == value
        while name + _SUFFIX not in self._shown.get(_name(state), {}) or not fits(self.show(state, name)):
            await self._listen()

    async def until_closed(self) -> None:
        """Listen until the server has closed the websocket."""
        with suppress(Closed):
            while True:
                await self._listen()

    async def until_done(self) -> None:
        """Listen until everything that was sent before has been done: a tab's events are done in order."""
        mark = str(uuid4())
        self.send(f"{ROOT}.set_is_hydrated", value=mark)
        while self._shown.get(ROOT, {}).get("is_hydrated" + _SUFFIX) != mark:
            await self._listen()

    def _event(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        query = dict(pair.split("=") for pair in self._query.split("&") if pair)
        route = {"pathname": self._path, "asPath": f"{self._path}?{self._query}".rstrip("?"), "query": query}
        return {"name": name, "payload": payload, "router_data": route}

    async def _listen(self) -> None:
        message = await self._out.get()
        if message["type"] == "websocket.close":
            raise Closed
        text = str(message.get("text") or "")
        if text == "2":
            self.raw("3")
        elif text.startswith((f"41{NAMESPACE}", "44", "1")):
            raise Closed
        elif text.startswith(f"42{NAMESPACE},"):
            kind, data = json.loads(text.removeprefix(f"42{NAMESPACE},"))
            if kind == "event":
                for state, changed in (data.get("delta") or {}).items():
                    self._shown.setdefault(state, {}).update(changed)
                self.events += data.get("events") or []


def name_of(handler: Any) -> str:
    """What Reflex calls a handler in its messages."""
    return f"{handler.state_full_name}.{handler.fn.__name__}"


def _name(state: type) -> str:
    return str(cast(Any, state).get_full_name())


# --- people and their tabs ----------------------------------------------------------------------------------


class Room:
    """The room with the desk: people come in, sign in and open tabs."""

    def __init__(self, app: ASGIApp, portal: Portal) -> None:
        self.app = app
        self.portal = portal
        self._tabs: list[Tab] = []

    def person(self, name: str = "Ana", *, role: str = Role.DESK.value) -> Person:
        """Somebody with an account; the password does not matter here."""
        person = Person(
            id=make_id(), email=f"{make_id()}@city.example", name=name, password_hash="", role=role
        )
        with self.portal.people.writing() as transaction:
            assert transaction.add_person(person)
        return person

    def sign_in(self, who: Person | None = None) -> str:
        """The token of a new sign-in, of somebody new if nobody is named."""
        token, now = make_session_token(), self.portal.now()
        with self.portal.people.writing() as transaction:
            transaction.add_session(
                DeskSession(
                    token_hash=hash_token(token),
                    person_id=(who or self.person()).id,
                    created_at=now,
                    expires_at=now + timedelta(hours=12),
                    last_seen_at=now,
                )
            )
        return token

    async def open(self, path: str = "/en/desk/", *, cookie: str | None = None, **options: Any) -> Tab:
        """Open a page, as somebody new who is signed in, or with another cookie. Raises Closed if refused."""
        cookie = self.sign_in() if cookie is None else cookie
        tab = await Tab(self.app, path, cookie=cookie, **options).__aenter__()
        self._tabs.append(tab)
        return tab.connect()

    async def close(self) -> None:
        """Close all tabs."""
        for tab in self._tabs:
            await tab.close()


Scene = Callable[[Room], Awaitable[None]]


def play(app: ASGIApp, portal: Portal, scene: Scene) -> None:
    """Run the server, and play a scene in it."""

    async def whole() -> None:
        async with _running(app):
            room = Room(app, portal)
            try:
                await scene(room)
            finally:
                await room.close()

    asyncio.run(whole())


@asynccontextmanager
async def _running(app: ASGIApp) -> AsyncIterator[None]:
    """The lifespan of an application (ASGI, "Lifespan Protocol")."""
    inbox: asyncio.Queue[Message] = asyncio.Queue()
    outbox: asyncio.Queue[Message] = asyncio.Queue()
    task = asyncio.ensure_future(app({"type": "lifespan", "asgi": {"version": "3.0"}}, inbox.get, outbox.put))
    inbox.put_nowait({"type": "lifespan.startup"})
    assert (await outbox.get())["type"] == "lifespan.startup.complete"
    try:
        yield
    finally:
        inbox.put_nowait({"type": "lifespan.shutdown"})
        await task
