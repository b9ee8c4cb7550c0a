"""Where a visitor comes from, behind our own reverse proxies."""

import logging
from collections.abc import Sequence
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.sizes import LONGEST_HEADER

proxy_log = logging.getLogger("portal.proxies")


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
