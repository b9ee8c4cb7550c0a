"""How long an address, a header and a body may be."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.origin import SAFE_METHODS
from app.http.refusals import refuse
from app.http.replies import MOST_BYTES, MOST_FORM_BYTES, MOST_STEP_BYTES, TooLarge
from i18n import N_

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
        else:
            await refuse(scope, receive, send, status, "too_long", _TOO_LONG[status])


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
