"""What is written down about a request: nothing that says who sent it."""

import logging
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.origin import SAFE_METHODS

_METHODS = SAFE_METHODS | {"POST", "PUT", "PATCH", "DELETE"}

access_log = logging.getLogger("portal.access")


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
