"""What is answered when nobody else has caught an error."""

import logging

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.refusals import refuse
from app.kit.incidents import describe
from i18n import N_

error_log = logging.getLogger("portal.errors")


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
                receive,
                send,
                500,
                "error",
                N_("Something went wrong on our side. Please try again in a minute."),
            )
        elif not ended:
            # The server has to break the connection off, or the visitor would take a part for the whole.
            raise RuntimeError("an answer broke off; the reason is in the log")
