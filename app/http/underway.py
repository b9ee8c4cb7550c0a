"""How much may be under way at once, so that neither many connections nor slow ones take the portal from others.

Three layers, plain ASGI. `Underway` counts requests and websockets. `Incoming` counts the bytes of bodies that have
come and are still worked on, and waits for them only so long. `HeardOut` lets whoever is answered early finish what
they are sending. A share for each address is kept only where no proxy stands before the portal: there, all addresses
are the proxy's, and shares are its work (docs/run-it.md).

A connection that says nothing is no request yet: the web server closes it after a few seconds (app/site/supervisor.py).
"""

from collections import Counter
from http import HTTPStatus
from time import monotonic

from anyio import move_on_after
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.replies import MOST_FORM_BYTES, RETRY_SECONDS, Crowded, TooSlow
from app.http.visit import preferred_locale
from app.kit.networks import network_of_address
from i18n import N_, translator

MOST_REQUESTS = 1_500
MOST_REQUESTS_OF_ONE = 300
"""A hall of people behind one address, each with the two or three requests that a page makes at once."""
MOST_SOCKETS = 2_000
MOST_SOCKETS_OF_ONE = 300

SECONDS_FOR_NOTHING = 10.0
"""How long whoever sends may be silent, all pauses of one body together."""
SLOWEST = 2_048
"""Bytes a second that earn more time: a fraction of what the slowest phones send."""

MOST_IN_MEMORY = 128 * 1024**2
MOST_IN_FORMS = 640 * 1024**2
"""Forms with photos lie on the disk for the most part (app/http/forms.py)."""
SHARE = 4
"""One address may take this part of either: two full forms, or 32 steps of photos."""

MOST_HEARD_OUT = 400
MOST_HEARD_OUT_OF_ONE = 100
"""Nothing of what they send is kept, but each holds a connection."""


class Shares:
    """Counts something in all and by owner. owner: None has no share of its own to keep to."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._in_all = 0
        self._of: Counter[str] = Counter()

    def reserve(self, count: int, owner: str | None) -> bool:
        """Count it, if it fits."""
        if self._in_all + count > self._most:
            return False
        if owner is not None:
            if self._of[owner] + count > self._most_of_one:
                return False
            self._of[owner] += count
        self._in_all += count
        return True

    def give_back(self, count: int, owner: str | None) -> None:
        """What was taken is over."""
        self._in_all -= count
        if owner is not None:
            self._of[owner] -= count
            if self._of[owner] <= 0:
                del self._of[owner]


def owner_of(scope: Scope, *, shared: bool) -> str | None:
    """Whose share a connection counts against. shared: whether an address is one visitor's and not a proxy's."""
    client = scope.get("client")
    return network_of_address(client[0]) if shared and client else None


class Underway:
    """Refuses at once, with 503 and Retry-After, what would be one request too many, or one websocket."""

    def __init__(self, app: ASGIApp, *, shared: bool) -> None:
        self._app = app
        self._shared = shared
        self._kinds = {
            "http": Shares(MOST_REQUESTS, MOST_REQUESTS_OF_ONE),
            "websocket": Shares(MOST_SOCKETS, MOST_SOCKETS_OF_ONE),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        shares = self._kinds.get(scope["type"])
        # Whoever watches over the portal is always told that it is alive.
        if shares is None or scope["path"].startswith("/health"):
            await self._app(scope, receive, send)
            return
        owner = owner_of(scope, shared=self._shared)
        if not shares.reserve(1, owner):
            await _turn_away(scope, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            shares.give_back(1, owner)


async def _turn_away(scope: Scope, send: Send) -> None:
    """In one sentence: a page would cost what there is too little of."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1013})
        return
    t = translator(preferred_locale(Headers(scope=scope).get("accept-language", "")))
    body = t(N_("We cannot take this right now. Please try again in a minute.")).encode()
    headers = {
        b"content-type": b"text/plain; charset=utf-8",
        b"content-length": str(len(body)).encode(),
        b"cache-control": b"private, no-store",
        b"retry-after": str(RETRY_SECONDS).encode(),
        b"connection": b"close",
    }
    status = HTTPStatus.SERVICE_UNAVAILABLE
    await send({"type": "http.response.start", "status": status, "headers": [*headers.items()]})
    await send({"type": "http.response.body", "body": body})


class Incoming:
    """Lets an application read a body only while it arrives fast enough, and while there is room for it.

    Else reading raises TooSlow or Crowded, HTTPExceptions, so that the application answers in its own way.
    """

    def __init__(self, app: ASGIApp, *, shared: bool) -> None:
        self._app = app
        self._shared = shared
        self._memory = Shares(MOST_IN_MEMORY, MOST_IN_MEMORY // SHARE)
        self._forms = Shares(MOST_IN_FORMS, MOST_IN_FORMS // SHARE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            # Nobody reads the body of a look.
            await self._app(scope, receive, send)
            return
        is_form = Headers(scope=scope).get("content-type", "").lower().startswith("multipart/form-data")
        shares = self._forms if is_form else self._memory
        body = _Body(receive, shares, owner_of(scope, shared=self._shared))
        try:
            await self._app(scope, body.read, send)
        finally:
            shares.give_back(body.size, body.owner)


class _Body:
    """One body on its way in. size: bytes that are counted; owner: see `Shares`."""

    def __init__(self, receive: Receive, shares: Shares, owner: str | None) -> None:
        self._arrival = Arrival(receive)
        self._shares = shares
        self.owner = owner
        self.size = 0

    async def read(self) -> Message:
        """The next piece. Raises TooSlow, Crowded."""
        if self._arrival.is_over:
            # What comes now is only that somebody has left, and nobody is held up by it.
            return await self._arrival.receive()
        with move_on_after(self._arrival.patience()) as patience:
            message = await self._arrival.receive()
        if patience.cancelled_caught:
            raise TooSlow
        count = len(message.get("body", b""))
        if not self._shares.reserve(count, self.owner):
            raise Crowded
        self.size += count
        return message


class Arrival:
    """One body as it comes. is_over: whether all of it is here, or its sender has left."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._came = 0
        self._waited = 0.0
        self.is_over = False

    @property
    def has_begun(self) -> bool:
        """Whether anybody has asked for it."""
        return self._came > 0 or self._waited > 0

    async def receive(self) -> Message:
        """The next message (ASGI)."""
        before = monotonic()
        try:
            message = await self._receive()
        finally:
            self._waited += monotonic() - before
        self._came += len(message.get("body", b""))
        self.is_over = not message.get("more_body", False)
        return message

    def patience(self) -> float:
        """How many seconds the next piece is waited for."""
        return SECONDS_FOR_NOTHING + self._came / SLOWEST - self._waited

    async def let_pass(self) -> None:
        """Read the rest and keep nothing, as far as a form may be long and while it comes fast enough."""
        while not self.is_over and self._came < MOST_FORM_BYTES:
            with move_on_after(self.patience()) as patience:
                await self.receive()
            if patience.cancelled_caught:
                return


class HeardOut:
    """Holds an answer back until its request has come whole, whichever layer inside refuses it, and however early.

    Browsers send all before they read. Answered in the middle, they would see a broken connection, and not our words.
    """

    def __init__(self, app: ASGIApp, *, shared: bool) -> None:
        self._app = app
        self._shared = shared
        self._shares = Shares(MOST_HEARD_OUT, MOST_HEARD_OUT_OF_ONE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] != "http" or not _brings_a_body(headers := Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        arrival = Arrival(receive)
        waits_to_be_asked = headers.get("expect", "").lower() == "100-continue"

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Whose time is over has been waited for already.
                given_up = message["status"] == HTTPStatus.REQUEST_TIMEOUT
                sends_nothing = waits_to_be_asked and not arrival.has_begun
                if not (arrival.is_over or given_up or sends_nothing):
                    await self._hear_out(arrival, owner_of(scope, shared=self._shared))
            await send(message)

        await self._app(scope, arrival.receive, answer)

    async def _hear_out(self, arrival: Arrival, owner: str | None) -> None:
        if self._shares.reserve(1, owner):
            try:
                await arrival.let_pass()
            finally:
                self._shares.give_back(1, owner)


def _brings_a_body(headers: Headers) -> bool:
    """Whether there is one, and it may end some time."""
    length = headers.get("content-length", "")
    if length.isdecimal():
        return len(length) < 12 and 0 < int(length) <= MOST_FORM_BYTES
    return "transfer-encoding" in headers
