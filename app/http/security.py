"""What every answer and every request goes through, whoever makes the answer: plain ASGI, one layer one job.

`guarded` puts the layers around an application, in the order in which they belong.
"""

import json
import logging
from collections.abc import Sequence
from http import HTTPStatus
from ipaddress import ip_address
from time import perf_counter

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.metrics import Measured
from app.http.replies import MOST_BYTES, MOST_FORM_BYTES, MOST_STEP_BYTES, TooLarge
from app.http.underway import HeardOut, Incoming, Underway
from app.http.visit import preferred_locale
from app.kit.incidents import describe
from app.routes import ROUTES
from app.settings import Settings
from i18n import N_, translator
from i18n import Message as Sentence

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
_METHODS = SAFE_METHODS | {"POST", "PUT", "PATCH", "DELETE"}

proxy_log = logging.getLogger("portal.proxies")
access_log = logging.getLogger("portal.access")
error_log = logging.getLogger("portal.errors")


def guarded(app: ASGIApp, settings: Settings) -> ASGIApp:
    """The application behind all layers; outermost is the one that is named last."""
    # Behind a proxy every address is the proxy's: shares are kept there.
    shared = settings.trusted_proxies == 0
    app = BodyLimit(app)
    app = Incoming(app, shared=shared)
    app = OwnOrigin(app, base_url=settings.base_url)
    app = LastResort(app)
    app = Underway(app, shared=shared)
    app = HeaderLimit(app)
    if settings.production and settings.base_url:
        app = OwnHost(app, base_url=settings.base_url)
    app = HeardOut(app, shared=shared)
    app = SafetyHeaders(app, hsts=settings.production, base_url=settings.base_url)
    app = AccessLog(app)
    app = Measured(app)
    return TrustedProxies(app, count=settings.trusted_proxies)


# --- who is there -------------------------------------------------------------------------------------------


class TrustedProxies:
    """Believes our own reverse proxies when they say from where and how a visitor came.

    count: how many of them stand before the portal. Each adds one address to the end of X-Forwarded-For, so
    the visitor's is that many from the end; whatever a visitor writes there stands before it. With fewer
    entries nobody of ours was there, and nothing is believed.
    """

    def __init__(self, app: ASGIApp, *, count: int) -> None:
        self._app = app
        self._count = count
        self._warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            addresses = _listed(headers, "x-forwarded-for")
            if addresses and not self._count and not self._warned:
                self._warned = True
                proxy_log.warning(_UNCOUNTED)
            if not self._count:
                await self._app(scope, receive, send)
                return
            if len(addresses) >= self._count:
                scope["client"] = _client(addresses[-self._count]) or scope.get("client")
                self._believe_scheme(scope, _listed(headers, "x-forwarded-proto"))
        await self._app(scope, receive, send)

    def _believe_scheme(self, scope: Scope, schemes: Sequence[str]) -> None:
        if schemes:
            secure = schemes[-min(self._count, len(schemes))].lower() in ("https", "wss")
            plain, safe = ("http", "https") if scope["type"] == "http" else ("ws", "wss")
            scope["scheme"] = safe if secure else plain


_UNCOUNTED = (
    "A request came with X-Forwarded-For, but PORTAL_TRUSTED_PROXIES counts no proxy. If one of yours stands in front, "
    "everybody looks like one visitor to the portal and shares one visitor's limits: say how many there are."
)


def _listed(headers: Headers, name: str) -> list[str]:
    # Ours are the last; a visitor may have written any number before them.
    lines = (line[-LONGEST_HEADER:] for line in headers.getlist(name))
    return [item.strip() for line in lines for item in line.split(",") if item.strip()]


def _client(text: str) -> tuple[str, int] | None:
    """An address as proxies write it: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`."""
    bare = text.partition("]")[0].lstrip("[") if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ip_address(bare)), 0
    except ValueError:
        return None


# --- what is written down -----------------------------------------------------------------------------------


class AccessLog:
    """One line for each request: method, route, status, milliseconds, bytes.

    The route's name and never the path or the query, because private links stand there; no address either.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] != "http" or not access_log.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        status = size = 0

        async def count(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        start = perf_counter()
        try:
            await self._app(scope, receive, count)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            route = getattr(scope.get("route"), "name", None) or "-"
            milliseconds = (perf_counter() - start) * 1000
            access_log.info(
                "%s %s %d %.1f ms %d bytes",
                *(method, route, status, milliseconds, size),
                extra={
                    "method": method,
                    "route": route,
                    "status": status,
                    "milliseconds": round(milliseconds, 1),
                    "bytes": size,
                },
            )


# --- what every answer says ---------------------------------------------------------------------------------

_EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-store",
}
# A dozen scripts come with a first visit. Opened by itself, a script or a stylesheet is text that asks for nothing.
_BARE = (b"text/javascript", b"text/css")
_BUT_SCRIPTS = {
    # Private links stand in our addresses: no other site learns them. Not `no-referrer`, with which browsers
    # send `Origin: null` with our own forms (Fetch, "append a request Origin header").
    "referrer-policy": "same-origin",
    # What is no page needs nothing at all; pages bring their own policy.
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
_OFF = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "gyroscope"),
    *(
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "screen-wake-lock",
        "usb",
    ),
)
_ON_DOCUMENTS = {
    "permissions-policy": ", ".join(["geolocation=(self)", *(f"{name}=()" for name in _OFF)]),
    "cross-origin-opener-policy": "same-origin",
}
_HSTS = "max-age=31536000"


def headers_of_documents() -> dict[str, str]:
    """What every page says besides its own policy, for pages that a phone puts together by itself."""
    policy = {"referrer-policy": _BUT_SCRIPTS["referrer-policy"]}
    return {**_EVERYWHERE, **policy, **_ON_DOCUMENTS}


class SafetyHeaders:
    """Adds to every answer what browsers should refuse to do with it, unless the answer says so itself.

    What only concerns documents is sent with HTML only: every byte counts where this portal is used. An answer
    that says "not modified" is left as it is: browsers put its headers in place of those they have kept.
    What does not say whether it may be kept is kept by nobody: a redirect, an error, what a later version adds.
    hsts: whether browsers are told to stay with https, if they came by it or if that is the public address.
    """

    def __init__(self, app: ASGIApp, *, hsts: bool, base_url: str) -> None:
        self._app = app
        self._schemes = () if not hsts else ("http", "https") if base_url.startswith("https:") else ("https",)
        self._everywhere = _raw(_EVERYWHERE)
        self._on_documents = _raw(_ON_DOCUMENTS)
        self._but_scripts = _raw(_BUT_SCRIPTS)
        self._hsts = _raw({"strict-transport-security": _HSTS})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] != HTTPStatus.NOT_MODIFIED:
                present = dict(message.get("headers", ()))
                added = self._headers(scope, present.get(b"content-type", b""))
                message["headers"] = [*message.get("headers", ()), *(h for h in added if h[0] not in present)]
            await send(message)

        await self._app(scope, receive, say)

    def _headers(self, scope: Scope, content_type: bytes) -> list[tuple[bytes, bytes]]:
        headers = list(self._everywhere)
        if not content_type.startswith(_BARE):
            headers += self._but_scripts
        if content_type.startswith(b"text/html"):
            headers += self._on_documents
        if scope.get("scheme") in self._schemes:
            headers += self._hsts
        return headers


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]


# --- when something is wrong with us ------------------------------------------------------------------------


class LastResort:
    """Turns what nobody has caught into a 500 answer and a line in the log that holds nobody's words."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        started = ended = False

        async def watch(message: Message) -> None:
            nonlocal started, ended
            started = True
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        try:
            await self._app(scope, receive, watch)
            return
        except ClientDisconnect:
            return
        except Exception as error:
            error_log.error(
                "%s failed: %s", getattr(scope.get("route"), "name", None) or "-", describe(error)
            )
        if scope["type"] == "http" and not started:
            await refuse(
                scope,
                send,
                500,
                "error",
                N_("Something went wrong on our side. Please try again in a minute."),
            )
        elif not ended:
            # The server has to break the connection off, or the visitor would take a part for the whole.
            raise RuntimeError("an answer broke off; the reason is in the log")


async def refuse(scope: Scope, send: Send, status: int, error: str, message: Sentence) -> None:
    """Answer an HTTP request with JSON, in the visitor's language."""
    t = translator(preferred_locale(Headers(scope=scope).get("accept-language", "")))
    body = json.dumps({"error": error, "message": t(message)}, ensure_ascii=False).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "cache-control": "private, no-store",
    }
    await send({"type": "http.response.start", "status": status, "headers": _raw(headers)})
    await send({"type": "http.response.body", "body": body})


# --- from where ---------------------------------------------------------------------------------------------


class OwnHost:
    """Refuses what was meant for another host (RFC 9110 §15.5.20), so that no address of ours is made with its name.

    base_url: the portal's public address. Whether we are up, and for figures, may be asked under any name: whoever
    watches us may sit behind the proxy.
    """

    def __init__(self, app: ASGIApp, *, base_url: str) -> None:
        self._app = app
        scheme, _, host = base_url.lower().partition("://")
        port = _DEFAULT_PORTS.get(scheme, "")
        bare = host.removesuffix(port)
        self._own = {bare, bare + port} if host in (bare, bare + port) else {host}
        self._warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] not in ("http", "websocket") or self._is_own(scope) or _watches_us(scope):
            await self._app(scope, receive, send)
            return
        if not self._warned:
            self._warned = True
            proxy_log.warning(_OTHER_HOST)
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            response = PlainTextResponse("Misdirected Request\n", HTTPStatus.MISDIRECTED_REQUEST)
            await response(scope, receive, send)

    def _is_own(self, scope: Scope) -> bool:
        hosts = Headers(scope=scope).getlist("host")
        return len(hosts) == 1 and hosts[0].lower() in self._own


_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_OTHER_HOST = (
    "A request for another host than that of PORTAL_BASE_URL was refused. If pages do not open, let the proxy pass on "
    "the Host header that browsers send."
)


def _watches_us(scope: Scope) -> bool:
    path: str = scope["path"]
    return scope["type"] == "http" and (path.startswith(ROUTES["health"]) or path == ROUTES["metrics"])


class OwnOrigin:
    """Refuses what other sites make a browser send here: changes, and websockets.

    base_url: the portal's public address, if it is set; the host that was asked is ours in any case. What
    comes without any of these headers comes from no browser of the last years.
    """

    def __init__(self, app: ASGIApp, *, base_url: str) -> None:
        self._app = app
        self._own = {base_url} if base_url else set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        risky = scope["type"] == "websocket" or scope.get("method", "GET") not in SAFE_METHODS
        if not risky or self._is_own(Headers(scope=scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            message = N_("This was sent from another website. Open our own page and send it from there.")
            await refuse(scope, send, HTTPStatus.FORBIDDEN, "origin", message)

    def _is_own(self, headers: Headers) -> bool:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site not in (None, "same-origin", "none"):
            return False
        # "none": the person did it by the browser itself, as when a picture is shared with the portal.
        if origin is None or (origin == "null" and site in ("same-origin", "none")):
            return True
        # The scheme is left out: a proxy that speaks TLS for us may not say so.
        return origin in self._own or origin.partition("://")[2] == headers.get("host", "") != ""


# --- how much -----------------------------------------------------------------------------------------------

LONGEST_TARGET = 32 * 1024
"""Bytes of an address with its query."""
LONGEST_HEADER = 8 * 1024
"""Bytes of one header, its name included."""
MOST_HEADER_BYTES = 32 * 1024
"""Of all headers of a request. The server by itself takes 400 kB, and whoever reads them would have to be careful."""


class HeaderLimit:
    """Refuses a request whose address or headers are longer than anybody needs, before they are read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] not in ("http", "websocket") or (status := _too_long(scope)) is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refuse(scope, send, status, "too_long", _TOO_LONG[status])


_TOO_LONG = {
    HTTPStatus.REQUEST_URI_TOO_LONG: N_("Check the address, or begin from the start page."),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: N_("Go back and try again."),
}


def _too_long(scope: Scope) -> HTTPStatus | None:
    """With which status a request is refused, or None."""
    path = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
    if len(path) + len(scope.get("query_string", b"")) > LONGEST_TARGET:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    sizes = [len(name) + len(value) for name, value in scope["headers"]]
    if max(sizes, default=0) > LONGEST_HEADER or sum(sizes) > MOST_HEADER_BYTES:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    return None


class BodyLimit:
    """Lets an application read only so much of a request, whether its length is announced or not.

    Beyond that, reading raises TooLarge, an HTTPException 413, so that the application answers in its own
    way. (Starlette's RequestBodyLimitMiddleware puts a plain English text in place of that answer.)
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = _limit(headers.get("content-type", ""))
        announced = headers.get("content-length", "")
        too_large = announced.isdecimal() and (len(announced) > 15 or int(announced) > limit)
        size = 0

        async def read() -> Message:
            nonlocal size
            if too_large:
                raise TooLarge
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise TooLarge
            return message

        await self._app(scope, read, send)


def _limit(content_type: str) -> int:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return MOST_FORM_BYTES
    return MOST_STEP_BYTES if kind == "application/offset+octet-stream" else MOST_BYTES
