"""For whom a request is meant and from where it comes: nothing for another host, no changes from other sites."""

import logging
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.refusals import refuse
from app.routes import ROUTES
from i18n import N_

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
"""They change nothing (RFC 9110 §9.2.1)."""

proxy_log = logging.getLogger("portal.proxies")


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
    """Refuses what other sites make a browser send here: changes, and websockets. base_url: see `is_from_us`."""

    def __init__(self, app: ASGIApp, *, base_url: str) -> None:
        self._app = app
        self._base_url = base_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        risky = scope["type"] == "websocket" or scope.get("method", "GET") not in SAFE_METHODS
        if not risky or is_from_us(scope, self._base_url):
            await self._app(scope, receive, send)
        else:
            message = N_("This was sent from another website. Open our own page and send it from there.")
            await refuse(scope, receive, send, HTTPStatus.FORBIDDEN, "origin", message)


def is_from_us(scope: Scope, base_url: str) -> bool:
    """Whether a page of ours, or no page at all, made a browser send this request or open this websocket.

    base_url: the portal's public address, if it is set; the host that was asked is ours in any case.
    """
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site not in (None, "same-origin", "none"):
        return False
    # Every browser says from where it opens a websocket (RFC 6455 §4.1). A request without these headers comes from no
    # browser of the last years; "none": the person did it by the browser itself, as when a picture is shared with us.
    if scope["type"] == "http" and (origin is None or (origin == "null" and site is not None)):
        return True
    if not origin:
        return False
    # The scheme is left out: a proxy that speaks TLS for us may not say so.
    host, named = headers.get("host", "").lower(), origin.lower().partition("://")[2]
    return origin.lower() == base_url.lower() or named == host != ""
