"""The outermost application: decides by path between the published site and the live screens."""

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import Settings
from app.web.live import is_live_path, live_front
from app.web.portal import open_portal
from app.web.site import site
from app.web.upkeep import keep_up


class Front:
    """One ASGI application for everything.

    The published site does not pass through Reflex's own layers: they would cost more time than the page.
    """

    def __init__(self, settings: Settings, reflex: ASGIApp) -> None:
        self._settings = settings
        self._reflex = reflex
        self._site: ASGIApp = _not_ready
        self._live: ASGIApp = _not_ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif is_live_path(scope["path"]):
            await self._live(scope, receive, send)
        else:
            await self._site(scope, receive, send)

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open the portal around Reflex's own life: photo workers belong to this event loop."""
        with open_portal(self._settings) as portal:
            self._site = site(portal)
            self._live = live_front(portal, self._reflex)
            upkeep = asyncio.create_task(keep_up(portal))
            try:
                await self._reflex(scope, receive, send)
            finally:
                upkeep.cancel()


async def _not_ready(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("the server has not started its lifespan")
