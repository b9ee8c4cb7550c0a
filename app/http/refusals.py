"""How the layers say no, before there is a visit: one sentence as JSON, in the visitor's language."""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from app.http.visit import preferred_locale
from i18n import Message, translator


async def refuse(
    scope: Scope, receive: Receive, send: Send, status: int, error: str, message: Message
) -> None:
    """Answer a request; a websocket is closed before it was accepted, which the server answers with 403 (ASGI)."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    t = translator(preferred_locale(Headers(scope=scope).get("accept-language", "")))
    content = {"error": error, "message": t(message)}
    await JSONResponse(content, status, {"cache-control": "private, no-store"})(scope, receive, send)
